"""What is minimised: built-in test functions and typed formulas, both compiled from text."""

from .catalogue import BUILT_IN
from .functions import Family, Objective, checked_start, objective
from .minima import minimum_near

__all__ = [
    "BUILT_IN",
    "Family",
    "Objective",
    "checked_start",
    "minimum_near",
    "objective",
]
