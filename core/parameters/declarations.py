"""What a hyper-parameter is: its name, range and control, and the cases in which it changes nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .inputs import real, wrong


@dataclass(frozen=True)
class UpTo:
    """
    The numbers up to a limit, which is one of them.

    Parameters
    ----------
    limit : float
    """

    limit: float

    def __contains__(self, value) -> bool:
        return value <= self.limit


@dataclass(frozen=True)
class Idle:
    """A case in which a parameter changes nothing in a run.

    Parameters
    ----------
    where : tuple of (str, tuple or UpTo)
        Other parameters by name, each with the values that it has in this case. One that a method does not have
        excludes nothing.
    reason : str
        Why, in a few words.
    """

    where: tuple[tuple[str, tuple | UpTo], ...]
    reason: str

    def holds(self, values: dict) -> bool:
        """
        Whether this is the case.

        Parameters
        ----------
        values : dict
            Complete values by name.

        Returns
        -------
        bool
        """
        return all(name not in values or values[name] in options for name, options in self.where)


def idle_reason(parameter: Parameter | Choice, values: dict) -> str:
    """
    Why a parameter changes nothing in a run.

    Parameters
    ----------
    parameter : Parameter or Choice
    values : dict
        Complete values by name.

    Returns
    -------
    str
        Empty where it does change something.
    """
    return next((case.reason for case in parameter.idle if case.holds(values)), "")


@dataclass(frozen=True)
class Parameter:
    """
    A numeric hyper-parameter.

    Parameters
    ----------
    name : str
        The keyword by which it is given.
    symbol : str
        LaTeX.
    label : str
        What the page calls it.
    default : float
    low, high : float, optional
        Bounds of the valid values, at least 0 by default.
    open_low, open_high : bool, optional
        Whether the bound itself is invalid.
    slider : (float, float), optional
        The range that a control offers.
    scale : {"linear", "log", "complement"}, optional
        How the control moves; "complement" is logarithmic in 1 - value.
    meaning : str, optional
        A few words for the reader of the page.
    idle : tuple of Idle, optional
        The cases in which it changes nothing.
    """

    name: str
    symbol: str
    label: str
    default: float
    low: float = 0.0
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    slider: tuple[float, float] = (0.0, 1.0)
    scale: str = "linear"
    meaning: str = ""
    idle: tuple[Idle, ...] = ()

    def allowed(self) -> str:
        """
        The valid range in words.

        Returns
        -------
        str
        """
        if self.high == math.inf:
            return f"a finite number {'above' if self.open_low else 'at least'} {self.low:g}"
        left, right = "<" if self.open_low else "<=", "<" if self.open_high else "<="
        return f"{self.low:g} {left} {self.name} {right} {self.high:g}"

    def valid(self, values):
        """
        Whether values are finite and in range.

        Parameters
        ----------
        values : float or array_like

        Returns
        -------
        bool or bool array
            Elementwise.
        """
        if type(values) is float:
            finite = math.isfinite(values)
        else:
            values = np.asarray(values, dtype=float)
            finite = np.isfinite(values)
        above = values > self.low if self.open_low else values >= self.low
        below = values < self.high if self.open_high else values <= self.high
        return finite & above & below


@dataclass(frozen=True)
class Choice:
    """
    A hyper-parameter with a few named values, fixed when the step is compiled.

    Parameters
    ----------
    name : str
        The keyword by which it is given.
    label : str
        What the page calls it.
    default : bool or str
    choices : tuple
        Its values.
    meaning : str, optional
        A few words for the reader of the page.
    implied : tuple of (str, bool or str), optional
        A parameter's name, and the value of this choice where that parameter is given and the choice is not: a
        momentum that is given is meant to be used.
    idle : tuple of Idle, optional
        The cases in which it changes nothing.
    """

    name: str
    label: str
    default: object
    choices: tuple
    meaning: str = ""
    implied: tuple[tuple[str, object], ...] = ()
    idle: tuple[Idle, ...] = ()

    def default_with(self, given):
        """
        The default where some parameters are given.

        Parameters
        ----------
        given : container of str
            Their names.

        Returns
        -------
        bool or str
        """
        return next((value for name, value in self.implied if name in given), self.default)

    def allowed(self) -> str:
        """
        Its values in words.

        Returns
        -------
        str
        """
        return "one of " + ", ".join(map(repr, self.choices))


def in_range(parameter: Parameter, value) -> float:
    """
    Check that a value is valid for a parameter.

    Parameters
    ----------
    parameter : Parameter
    value : object

    Returns
    -------
    float

    Raises
    ------
    InputError
        Otherwise.
    """
    value = real(parameter.name, value)
    if not parameter.valid(value):
        raise wrong(parameter.name, value, parameter.allowed())
    return value


def chosen(choice: Choice, value):
    """
    Check that a value is one of a choice's.

    Parameters
    ----------
    choice : Choice
    value : object

    Returns
    -------
    bool or str

    Raises
    ------
    InputError
        Otherwise.
    """
    for option in choice.choices:
        if type(option) is type(value) and option == value:
            return option
    if isinstance(value, np.bool_) and bool(value) in choice.choices:
        return bool(value)
    raise wrong(choice.name, value, choice.allowed())
