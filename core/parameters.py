"""Hyper-parameters: their names and ranges, and how what is given becomes a complete set of values.

Of every method with decay factors, a = (1 - beta2)/learning_rate and b = (1 - beta1)/learning_rate may be given in
their place (Ma, Wu & E 2021). :func:`complete` is the one place where defaults are filled in, values are checked and
the two forms are turned into each other, for numbers and, elementwise, for arrays.

The rule at the edges of beta = 1 - rate * learning_rate, computed in float64:

- A rate within 1e-12 of 1/learning_rate, relatively, is 1/learning_rate up to rounding, and beta is exactly 0.
- A greater rate is invalid: beta would be negative.
- A rate so small that beta rounds to 1 is invalid: beta could not be told from 1.
- An ODE limit in a and b needs no learning rate. Where none is given, no rate is invalid; the decay factors are those
  at the default learning rate, and left out where that has none.
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any

import numpy as np

from .errors import InputError


@dataclass(frozen=True)
class UpTo:
    """The numbers up to `limit`, which is one of them."""

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
        return all(name not in values or values[name] in options for name, options in self.where)


def idle_reason(parameter: Parameter | Choice, values: dict) -> str:
    """Why the parameter changes nothing in a run with these values, or nothing where it does."""
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
        """The valid range in words."""
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
        """The default where these parameters are given."""
        return next((value for name, value in self.implied if name in given), self.default)

    def allowed(self) -> str:
        return "one of " + ", ".join(map(repr, self.choices))


def learning_rate(default=1e-3):
    return Parameter(
        "learning_rate", r"\eta", "Learning rate", default, 0.0, open_low=True, slider=(1e-5, 1.0), scale="log",
        meaning="size of a step",
    )  # fmt: skip


def epsilon(default=1e-8):
    return Parameter(
        "epsilon", r"\epsilon", "ε", default, 0.0, slider=(1e-12, 1.0), scale="log",
        meaning="keeps the denominator away from zero",
    )  # fmt: skip


def _decay(name, symbol, label, default, meaning, slider):
    return Parameter(
        name,
        symbol,
        label,
        default,
        0.0,
        1.0,
        open_high=True,
        slider=slider,
        scale="complement",
        meaning=meaning,
    )


def beta1(default=0.9):
    return _decay("beta1", r"\beta_1", "β₁", default, "memory of the first moment", (0.0, 0.99999))


def beta2(default=0.999):
    return _decay("beta2", r"\beta_2", "β₂", default, "memory of the second moment", (0.0, 0.999999))


def momentum(default=0.9):
    return _decay("momentum", r"\mu", "Momentum", default, "memory of past steps", (0.0, 0.9999))


def rho(default=0.9):
    return _decay("rho", r"\rho", "ρ", default, "memory of squared gradients and squared steps", (0.0, 0.9999))


def weight_decay(default=1e-2):
    return Parameter(
        "weight_decay", r"\lambda", "Weight decay", default, 0.0, slider=(0.0, 1.0),
        meaning="pull of x to 0, apart from the gradient",
    )  # fmt: skip


BIAS_CORRECTION = Choice(
    "bias_correction",
    "Bias correction",
    True,
    (True, False),
    "divide by 1 - beta^k",
    idle=(Idle((("beta1", (0.0,)), ("beta2", (0.0,))), "with β = 0 an average has no bias"),),
)
LEARNING_RATE_SCHEDULE = Choice(
    "learning_rate_schedule",
    "η over time",
    "constant",
    ("constant", "1/sqrt(t)", "1/t", "cosine"),
    "what the learning rate is multiplied by at step t",
)
EPSILON_INSIDE_ROOT = Choice(
    "epsilon_inside_root",
    "ε inside the root",
    False,
    (False, True),
    idle=(Idle((("epsilon", (0.0,)),), "ε is 0"),),
)

# The rates in continuous time that stand for decay factors, by name
RATES = {"a": "beta2", "b": "beta1"}
AT_LIMIT = 1e-12  # a decay factor nearer to 0 comes of a rate that is 1/learning_rate up to rounding
LEAST_SHARE = 2.0**-53  # the least 1 - beta in float64
RATE_PARAMETERS = {
    "a": Parameter("a", "a", "a", 1.0, 0.0, open_low=True, slider=(0.1, 1000.0), scale="log",
                   meaning="rate of the second moment, (1 - β₂)/η"),
    "b": Parameter("b", "b", "b", 100.0, 0.0, open_low=True, slider=(0.1, 1000.0), scale="log",
                   meaning="rate of the first moment, (1 - β₁)/η"),
}  # fmt: skip


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


def in_range(parameter: Parameter, value) -> float:
    value = real(parameter.name, value)
    if not parameter.valid(value):
        raise InputError(f"{parameter.name} = {value!r}: must be {parameter.allowed()}")
    return value


def chosen(choice: Choice, value):
    for option in choice.choices:
        if type(option) is type(value) and option == value:
            return option
    if isinstance(value, np.bool_) and bool(value) in choice.choices:
        return bool(value)
    raise InputError(f"{choice.name} = {value!r}: must be {choice.allowed()}")


def check_names(method: str, parameters, given, extra=()) -> None:
    """InputError for a name that the method does not have, or a decay factor given together with a rate."""
    names = {p.name for p in parameters}
    rates = {rate for rate, decay in RATES.items() if decay in names}
    allowed = [p.name for p in parameters] + sorted(rates) + list(extra)
    for name, value in given.items():
        if name not in allowed:
            raise InputError(f"{name} = {value!r}: {method} has no such parameter; it has {', '.join(allowed)}")
    pairs = [n for n in RATES if n in given], [n for n in sorted(RATES.values()) if n in given]
    if pairs[0] and pairs[1]:
        both = ", ".join(f"{n} = {given[n]!r}" for n in pairs[0] + pairs[1])
        raise InputError(f"{both}: give a and b, or beta1 and beta2, not both forms at once")


def decay_factor(rate, learning_rate):
    """
    beta = 1 - rate * learning_rate, exactly 0 where the rate is 1/learning_rate up to rounding.

    Parameters
    ----------
    rate, learning_rate : float or array

    Returns
    -------
    float or array
        Valid where 0 <= beta < 1; see the rule in the module's docstring.
    """
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        beta = 1.0 - rate * learning_rate
        if isinstance(beta, float):
            return 0.0 if abs(beta) < AT_LIMIT else beta
        return np.where(np.abs(beta) < AT_LIMIT, 0.0, beta)


def rate_of(beta, learning_rate):
    """
    The rate (1 - beta)/learning_rate of a decay factor, of numbers or arrays.

    A rate that was turned into beta comes back to within the rounding of 1 - beta.

    Parameters
    ----------
    beta, learning_rate : float or array

    Returns
    -------
    float or array
    """
    with np.errstate(all="ignore"):  # an invalid cell may have any learning rate
        return (1.0 - beta) / learning_rate


def rates_of(values: dict) -> dict:
    """The rates by name of the decay factors among a method's values, numbers or arrays."""
    eta = values["learning_rate"]
    return {rate: rate_of(values[decay], eta) for rate, decay in RATES.items() if decay in values}


def nearest_rate(rate: float, learning_rate: float) -> float:
    """The rate, or the nearest one that has a valid decay factor at this learning rate."""
    return min(max(rate, LEAST_SHARE / learning_rate), 1.0 / learning_rate)


@dataclass(frozen=True)
class Complete:
    """
    A method's complete parameters.

    Attributes
    ----------
    values : dict
        Every parameter of the method by name: a float, an array where one was given, or a choice's value. Decay factors
        are there also where rates were given.
    rates : dict
        The rates a, b of the decay factors that the method has: as given, or made of the decay factors.
    valid : bool or bool array
        Where all values are in range; True for numbers alone, since a wrong one raises.
    """

    values: dict[str, Any]
    rates: dict[str, Any]
    valid: Any = True


def complete(method, given: dict, *, elementwise: bool = False, for_limit: bool = False) -> Complete:
    """
    Check what is given and fill in the rest: defaults, decay factors of given rates, rates of decay factors.

    Parameters
    ----------
    method : core.Optimizer
    given : dict
        Parameters by name, a and b among them in place of beta2 and beta1.
    elementwise : bool, optional
        Whether numeric parameters may be arrays that broadcast with each other, such as the cells of a map. What is
        wrong with an element is told by `Complete.valid`; numbers are checked as ever.
    for_limit : bool, optional
        Whether the values are an ODE limit's, which needs no learning rate where a and b are given.

    Returns
    -------
    Complete

    Raises
    ------
    InputError
        For an unknown name, both forms of a decay factor, a wrong type or a number out of range. It names the
        parameter, the value and what is allowed.

    References
    ----------
    C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021.
    """
    check_names(method.name, method.parameters, given)
    valid: Any = True

    def checked(p, value):
        nonlocal valid
        if not (elementwise and isinstance(value, np.ndarray)):
            return in_range(p, value)
        valid = valid & p.valid(value)
        return value

    values, own = {}, {p.name: p for p in method.parameters}
    for name, p in own.items():
        if isinstance(p, Choice):
            values[name] = chosen(p, given.get(name, p.default_with(given)))
        else:
            values[name] = checked(p, given.get(name, p.default))
    eta, rates = values["learning_rate"], {}
    told = "learning_rate" in given or not for_limit
    for rate, decay in RATES.items():
        if decay not in own:
            continue
        if rate not in given:
            rates[rate] = rate_of(values[decay], eta)
            continue
        rates[rate] = checked(RATE_PARAMETERS[rate], given[rate])
        values[decay] = decay_factor(rates[rate], eta)
        fits = own[decay].valid(values[decay])
        if not told:
            if not np.all(fits):
                del values[decay]
        elif isinstance(values[decay], np.ndarray):
            valid = valid & fits
        elif not fits:
            raise no_decay_factor(rate, rates[rate], eta)
    return Complete(values, rates, valid)


def no_decay_factor(rate: str, value: float, learning_rate: float) -> InputError:
    """The error that a rate has no decay factor at this learning rate."""
    return InputError(
        f"{rate} = {value!r}: must be 0 < {rate} <= 1/learning_rate = {1.0 / learning_rate:g} and large enough to tell "
        f"{RATES[rate]} = 1 - {rate}*learning_rate from 1"
    )
