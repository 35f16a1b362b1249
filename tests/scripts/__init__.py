"""Checks of the page's scripts (assets/js): types, lint, unit tests, and which room may import which."""
