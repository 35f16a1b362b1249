"""Sentences: what is said of a run, and lessons."""
