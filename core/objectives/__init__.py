"""What is minimised: built-in test functions and typed formulas, all by the same road."""

from .catalogue import ENTRIES
from .minima import minimum_near
from .objective import Family, Objective, checked_start, objective

NAMES = tuple(entry.name for entry in ENTRIES)

__all__ = [
    "ENTRIES",
    "NAMES",
    "Family",
    "Objective",
    "checked_start",
    "minimum_near",
    "objective",
]
