"""Inputs checked one by one: each function returns the value, or raises an InputError that names it."""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Callable, Mapping, Set
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from ..errors import InputError

Function = TypeVar("Function", bound=Callable)
LONGEST = 100  # characters of a value in a message


def shown(value) -> str:
    """
    A value as a message shows it: on one line, and cut where it is long.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    try:
        text = " ".join(repr(value).split())
    except ValueError:  # an integer of thousands of digits
        text = f"an {type(value).__name__} too long to show"
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def wrong(name: str, value, allowed: str) -> InputError:
    """
    The error that a parameter has a value that is not allowed.

    Parameters
    ----------
    name : str
    value : object
    allowed : str
        What the value must be.

    Returns
    -------
    InputError
    """
    return InputError(f"{name} = {shown(value)}: must be {allowed}")


def real(name: str, value) -> float:
    """
    Check that a value is a finite number.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    float

    Raises
    ------
    InputError
        For anything else.
    """
    if type(value) is float and math.isfinite(value):
        return value
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise wrong(name, value, "a finite number")
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise wrong(name, value, "a finite number")
    return value


def positive(name: str, value) -> float:
    """
    Check that a value is a finite number above 0.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    float

    Raises
    ------
    InputError
        For anything else.
    """
    number = real(name, value)
    if number <= 0:
        raise wrong(name, value, "a finite number above 0")
    return number


def not_negative(name: str, value) -> float:
    """
    Check that a value is a finite number of at least 0.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    float

    Raises
    ------
    InputError
        For anything else.
    """
    number = real(name, value)
    if number < 0:
        raise wrong(name, value, "a finite number of at least 0")
    return number


def whole(name: str, value: Any, low: int, high: int) -> int:
    """
    Check that a value is a whole number in a range.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object
    low, high : int
        The range, both ends included.

    Returns
    -------
    int

    Raises
    ------
    InputError
        For anything else.
    """
    real_number = isinstance(value, numbers.Real) and not isinstance(value, bool | np.bool_)
    if not real_number or not low <= value <= high or int(value) != value:
        raise wrong(name, value, f"a whole number from {low} to {high}")
    return int(value)


def point(name: str, value) -> tuple[float, float]:
    """
    Check that a value is a point of the plane.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    (float, float)

    Raises
    ------
    InputError
        For anything else.
    """
    try:
        x, y = value
        ordered = not isinstance(value, bytes | Set | Mapping)
    except (TypeError, ValueError):
        ordered = False
    if not ordered:
        raise wrong(name, value, "two finite numbers (x, y)")
    return real(f"{name}[0]", x), real(f"{name}[1]", y)


def array(name: str, values, allowed: str = "finite numbers in one dimension") -> np.ndarray:
    """
    Check that values are finite numbers in one dimension, which a single one becomes.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    values : object
    allowed : str, optional
        What they must be, for the message.

    Returns
    -------
    ndarray of float, shape (n,)

    Raises
    ------
    InputError
        For anything else.
    """
    try:
        found = np.atleast_1d(np.asarray(values))
    except ValueError:  # rows of different lengths
        found = np.empty((0, 0))
    if found.ndim != 1 or found.dtype.kind not in "iuf" or not np.all(np.isfinite(found)):
        raise wrong(name, values, allowed)
    return found.astype(float)


def known(kind: str, name, names) -> str:
    """
    Check that a name is one of those that are known.

    Parameters
    ----------
    kind : str
        What it names, for the message.
    name : object
    names : iterable of str

    Returns
    -------
    str

    Raises
    ------
    InputError
        For another name; it lists them all.
    """
    if not isinstance(name, str) or name not in names:
        raise wrong(kind, name, f"one of {', '.join(names)}")
    return name


def callback(name: str, value):
    """
    Check that a value is something to call, or None.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    callable or None

    Raises
    ------
    InputError
        For anything else.
    """
    if value is not None and not callable(value):
        raise wrong(name, value, "a function, or None")
    return value


def mapping(name: str, value) -> dict:
    """
    Check that a value is a dictionary whose keys are names.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    dict

    Raises
    ------
    InputError
        For anything else.
    """
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise wrong(name, value, "a dictionary of values by name")
    return dict(value)


def decay(name: str, value) -> float:
    """
    Check that a value is a decay factor: at least 0 and below 1.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    float

    Raises
    ------
    InputError
        For anything else.
    """
    number = real(name, value)
    if not 0 <= number < 1:
        raise wrong(name, value, f"0 <= {name} < 1")
    return number


def flag(name: str, value) -> bool:
    """
    Check that a value is True or False.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    bool

    Raises
    ------
    InputError
        For anything else.
    """
    if not isinstance(value, bool | np.bool_):
        raise wrong(name, value, "True or False")
    return bool(value)


def many(name: str, value) -> np.ndarray:
    """
    Check that a value is a number or an array of numbers of any shape; they need not be finite.

    Parameters
    ----------
    name : str
        The parameter's, for the message.
    value : object

    Returns
    -------
    ndarray of float

    Raises
    ------
    InputError
        For anything else.
    """
    if type(value) is np.ndarray and value.dtype == np.float64:
        return value
    try:
        found = np.asarray(value)
    except ValueError:  # rows of different lengths
        raise wrong(name, value, "numbers") from None
    if found.dtype.kind not in "iuf":
        raise wrong(name, value, "numbers")
    return np.asarray(found, dtype=float)


def checked(**checks: Callable[[str, Any], Any]) -> Callable[[Function], Function]:
    """
    Check arguments before a function is called.

    Parameters
    ----------
    **checks : callable
        For a parameter by its name: ``check(name, value)`` returns the value to use, or raises an InputError. Defaults
        are not checked.

    Returns
    -------
    callable
        A decorator.
    """

    def decorate(function):
        signature = inspect.signature(function)

        @wraps(function)
        def call(*arguments, **named):
            given = signature.bind(*arguments, **named)
            for name, check in checks.items():
                if name in given.arguments:
                    given.arguments[name] = check(name, given.arguments[name])
            return function(*given.args, **given.kwargs)

        return call

    return decorate
