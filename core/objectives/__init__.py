"""What is minimised: built-in test functions and typed formulas, all by the same road."""

from .catalogue import BUILT_IN
from .minima import minimum_near
from .objective import Family, Objective, checked_start, objective

__all__ = [
    "BUILT_IN",
    "Family",
    "Objective",
    "checked_start",
    "minimum_near",
    "objective",
]
