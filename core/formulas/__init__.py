"""Text to expressions: formulas as people type and paste them, and how they were understood, as LaTeX and Python."""

from .parsing import FormulaError, read

__all__ = ["FormulaError", "read"]
