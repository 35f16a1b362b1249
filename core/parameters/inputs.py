"""Inputs checked one by one: each function returns the value, or raises an InputError that names it."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from ..errors import InputError


def real(name: str, value) -> float:
    """The value as a finite float; InputError naming the parameter otherwise."""
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise InputError(f"{name} = {value!r}: must be a finite number")
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise InputError(f"{name} = {value!r}: must be a finite number")
    return value


def whole(name: str, value: Any, low: int, high: int) -> int:
    """The value as an int in [low, high]; InputError naming the parameter otherwise."""
    real_number = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    if not real_number or value != value:
        raise InputError(f"{name} = {value!r}: must be a whole number from {low} to {high}")
    if not low <= value <= high or int(value) != value:
        raise InputError(f"{name} = {value!r}: must be a whole number from {low} to {high}")
    return int(value)


def point(name: str, value) -> tuple[float, float]:
    """The value as two finite floats; InputError naming the parameter otherwise."""
    try:
        x, y = value
    except (TypeError, ValueError):
        raise InputError(f"{name} = {value!r}: must be two finite numbers (x, y)") from None
    return real(f"{name}[0]", x), real(f"{name}[1]", y)


def array(name: str, values, allowed: str = "finite numbers in one dimension") -> np.ndarray:
    """Finite numbers in one dimension, which a single one becomes; InputError naming the parameter otherwise."""
    try:
        found = np.atleast_1d(np.asarray(values))
    except ValueError:  # rows of different lengths
        found = np.empty((0, 0))
    if found.ndim != 1 or found.dtype.kind not in "iuf" or not np.all(np.isfinite(found)):
        raise InputError(f"{name} = {values!r}: must be {allowed}")
    return found.astype(float)


def known(kind: str, name, names) -> str:
    """The name if it is one of the names; InputError listing them otherwise."""
    if not isinstance(name, str) or name not in names:
        raise InputError(f"{kind} = {name!r}: must be one of {', '.join(names)}")
    return name
