"""Hyper-parameters: what they are called, what values they take, and how given ones become complete ones.

For every method with beta's, a = (1 - beta2)/learning_rate and b = (1 - beta1)/learning_rate may be given in
their place (Ma, Wu & E 2021).
"""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass

import numpy as np

from core.errors import InputError


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
    """One hyper-parameter.

    `low` and `high` bound the valid values, open where `open_low`/`open_high` say so; `slider` is the range a
    control offers and `scale` how it moves: "log", "linear", or "complement" (log in 1 - value). `idle`: the cases in
    which it changes nothing.
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
        """Elementwise: finite and in range."""
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
    """A hyper-parameter with a few named values, fixed when the step is compiled.

    `implied` maps a parameter's name to the value this choice takes where that parameter is given and the choice
    is not: a momentum that is given is meant to be used. `idle`: the cases in which the choice changes nothing.
    """

    name: str
    label: str
    default: object
    choices: tuple
    meaning: str = ""
    implied: tuple[tuple[str, object], ...] = ()
    idle: tuple[Idle, ...] = ()

    def default_with(self, given):
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

# The rates in continuous time that stand for a decay factor: name -> (decay factor, symbol, label)
RATES = {"a": "beta2", "b": "beta1"}
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


def whole(name: str, value, low: int, high: int) -> int:
    """The value as an int in [low, high]; InputError naming the parameter otherwise."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real) or value != value:
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
    """InputError for a name that the method does not have, or a decay factor given together with its rate."""
    names = {p.name for p in parameters}
    rates = {rate for rate, decay in RATES.items() if decay in names}
    allowed = [p.name for p in parameters] + sorted(rates) + list(extra)
    for name, value in given.items():
        if name not in allowed:
            raise InputError(f"{name} = {value!r}: {method} has no such parameter; it has {', '.join(allowed)}")
    pairs = [n for n in ("a", "b") if n in given], [n for n in ("beta1", "beta2") if n in given]
    if pairs[0] and pairs[1]:
        both = ", ".join(f"{n} = {given[n]!r}" for n in pairs[0] + pairs[1])
        raise InputError(f"{both}: give a and b, or beta1 and beta2, not both forms at once")


def resolve(method: str, parameters, given: dict) -> dict:
    """Complete, validated values by name: the given ones, else the defaults; rates turned into decay factors."""
    check_names(method, parameters, given)
    values = {}
    for p in parameters:
        if isinstance(p, Choice):
            values[p.name] = chosen(p, given.get(p.name, p.default_with(given)))
        else:
            values[p.name] = in_range(p, given.get(p.name, p.default))
    for rate, decay in RATES.items():
        if rate in given:
            values[decay] = decay_factor(rate, given[rate], values["learning_rate"])
    return values


def decay_factor(rate: str, value, eta: float) -> float:
    """beta = 1 - rate * learning_rate, valid while 0 <= beta < 1."""
    value = in_range(RATE_PARAMETERS[rate], value)
    limit = 1.0 / eta
    beta = 1.0 - value * eta
    if -1e-12 < beta < 0.0:
        beta = 0.0  # rate = 1/learning_rate up to rounding
    if not 0.0 <= beta < 1.0:
        raise InputError(
            f"{rate} = {value!r}: must be 0 < {rate} <= 1/learning_rate = {limit:g} and large enough to tell "
            f"{RATES[rate]} = 1 - {rate}*learning_rate from 1"
        )
    return beta
