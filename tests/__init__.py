"""Adamoscope's tests: `python -m tests [pytest's arguments]` runs them all."""
