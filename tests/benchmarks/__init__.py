"""Measured trials and benchmarks, run by name: ``python -m tests.benchmarks NAME``."""
