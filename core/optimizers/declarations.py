"""What an optimizer and its ODE limit declare.

Everything else is derived from these declarations: the single run, the lanes behind the map, the integrator's
right-hand side and Jacobian, the page's controls and formula, the link, and the common tests.

`step`, `right_hand_side` and `start` are ordinary functions on plane vectors, with Python's operators and NumPy's
functions (``np.sqrt``, ``np.where(a < b, ...)``). They are called once with symbols, and what they return is compiled;
the same functions work on arrays, as the declared `direction`, `preconditioner` and `threshold` do. So there can be no
``if`` on a traced value, but an ``if`` on a :class:`Choice` is fine.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..errors import InputError
from ..parameters import LEARNING_RATE_SCHEDULE, Choice, Parameter, idle_reason, shown
from ..symbolic.expression import root, safe_ratio, tempered_ratio

VECTOR, SCALAR = "vector", "scalar"


@dataclass(frozen=True, eq=False)
class Regular:
    """Variables in which an ODE limit is smooth where it is singular in its own. The integrator sees only these.

    Parameters
    ----------
    right_hand_side : callable
        ``(problem, s, x, state, p) -> (dx/ds, {state name: its derivative})``, traced, like an ODE limit's own.
    start : callable
        ``(problem, x0, p, s) -> (x, state)`` where the integration begins.
    state : dict
        Name -> "vector" or "scalar".
    numbers : callable
        ``(x0, gradient, coefficients)`` -> further coefficients, from the start: at least "begin", the s of `start`.
    time, variable : callable
        ``time(s, p) -> t`` and ``variable(t, p) -> s``, increasing, 0 at 0; p has the coefficients by name. Both take
        arrays; `time` takes a symbol too, for a learning rate's schedule.
    own_state : callable
        ``(s, state, p)`` -> the ODE limit's own state by its names, of arrays.
    at_kink : callable
        ``(components of the state, p, begins)`` -> the same, as the integration continues behind a kink of the
        objective, or begins on one.
    tolerance : float
        Absolute, of each component of the state, and of the position relative to the tolerance asked for.
    rate_scales : str
        As in :class:`ODELimit`.
    """

    right_hand_side: Callable
    start: Callable
    state: dict
    numbers: Callable
    time: Callable
    variable: Callable
    own_state: Callable
    at_kink: Callable = lambda state, p, begins: state
    tolerance: float = 1.0
    rate_scales: str = "velocity"


@dataclass(frozen=True, eq=False)
class ODELimit:
    """An ODE limit.

    Parameters
    ----------
    name, title, source : str
        `source` says where it is published, or that it is derived.
    right_hand_side : callable
        ``(problem, t, x, state, p) -> (x', {state name: its derivative})``, traced.
    equation : str
        LaTeX of a limit without a right_hand_side; of the others it is printed from that (compile.typeset).
    start : callable
        ``(problem, x0, p, t0) -> (x, state)`` at the small time t0: a series where t = 0 is singular.
    coefficients : callable
        ``coefficients(values)`` -> the numbers ``p.<name>`` that the two functions use.
    state : dict
        Name -> "vector" or "scalar".
    squared : tuple of str
        The states that scale like a gradient squared.
    maxima : dict
        State that is the supremum of another one's past -> that one. Its derivative is :func:`rising`, of the other's
        derivative as a whole: on a kink, of the average of both sides, not the average of what each side gives.
    start_time : float
        The t0 of `start`.
    rate_scales : str
        What a decaying learning rate multiplies: "velocity" for x', or "gradient" where past rates persist in a
        velocity.
    kind : str
        "smooth", or "sign": piecewise, with sliding and arrival in finite time.
    initial, clock_rule : str
        LaTeX of the values at t = 0, and of the clock.
    clock : callable, optional
        ``clock(values)`` -> the continuous time of one step; None is the optimizer's own, as is `clock_rule`.
    recorded : callable, optional
        ``recorded(state, values, clock)`` -> the method's own state, by its names, that this state is the limit of;
        `clock` is the time of one step. None where the limit keeps no such thing.
    regular : Regular, optional
        The variables that it is integrated in, where they are not its own; then `start` is not used.
    """

    name: str
    title: str
    source: str
    right_hand_side: Callable | None = None
    equation: str = ""
    start: Callable | None = None
    coefficients: Callable = lambda values: {}
    state: dict = field(default_factory=dict)
    squared: tuple = ()
    maxima: dict = field(default_factory=dict)
    start_time: float = 0.0
    rate_scales: str = "velocity"  # or "gradient"
    kind: str = "smooth"  # or "sign": piecewise, with sliding and arrival in finite time
    initial: str = r"x(0) = x_0"
    clock: Callable | None = None
    clock_rule: str | None = None
    recorded: Callable | None = None
    regular: Regular | None = None


@lru_cache(maxsize=256)
def _clocked(limit, clock, clock_rule):
    """The flow, with the optimizer's clock where it has none of its own."""
    return limit if limit.clock else replace(limit, clock=clock, clock_rule=clock_rule)


def the_same(state, values, clock):
    """A limit whose state is the method's own."""
    return state


def accumulated(state, values, clock):
    """A limit whose sum grows by `clock` times the method's own increment in each step."""
    return {"sum_of_squares": state["sum_of_squares"] / clock}


def learning_rate_clock(values):
    """The clock of most methods: t_k = k eta, so that one step takes the learning rate."""
    return values["learning_rate"]


def largest_eigenvalue(hessian, divisor=(1.0, 1.0)):
    """The largest eigenvalue of P^-1 H, which is that of the symmetric P^-1/2 H P^-1/2.

    Parameters
    ----------
    hessian : tuple
        xx, xy and yy, numbers, arrays or symbols.
    divisor : tuple
        The diagonal of P.
    """
    (xx, xy, yy), (px, py) = hessian, divisor
    xx, xy, yy = xx / px, xy / (np.sqrt(px) * np.sqrt(py)), yy / py
    half = (xx - yy) / 2
    return (xx + yy) / 2 + np.sqrt(half * half + xy * xy)


def plain_threshold(p, k):
    """x - eta P^-1 H x grows along an eigenvector where eta times its eigenvalue is above 2."""
    return 2 / p.learning_rate


@dataclass(frozen=True)
class Sharpness:
    """When a method's step on a quadratic grows while its diagonal preconditioner P hardly changes.

    The functions take recorded numbers, for the analyses, and symbols, for the map's layer "sharpness_ratio". Recorded
    vectors are (n, 2) and scalars (n, 1); k, the steps behind each iterate, is (n, 1); p.<name> are numbers, except for
    p.learning_rate, (n, 1), which follows its schedule.

    Parameters
    ----------
    preconditioner : callable, optional
        ``preconditioner(state, p, k)`` -> P, (n, 2) or (n, 1): what the gradient, or its average, is divided by before
        it is multiplied by the learning rate. None where nothing divides.
    threshold : callable
        ``threshold(p, k)`` -> the eigenvalue of P^-1 H at which the linear recursion with frozen P has a root on the
        unit circle: (n, 1) or a number.
    coefficients : callable
        ``coefficients(values)`` -> further numbers ``p.<name>`` that `threshold` uses and no formula gives; numbers
        among the values may be arrays, here elementwise.
    """

    preconditioner: Callable | None = None
    threshold: Callable = plain_threshold
    coefficients: Callable = lambda values: {}


class ByValues:
    """A declared property that may depend on the parameters' values: call it with them.

    A plain value and a function of the values are both wrapped in this class. It has no truth value and no elements, so
    that using it in place of the value is an error.
    """

    __slots__ = ("_declared",)
    __hash__ = object.__hash__

    def __init__(self, declared: Any):
        self._declared: Any = declared._declared if isinstance(declared, ByValues) else declared

    def __call__(self, values: dict):
        return self._declared(values) if callable(self._declared) else self._declared

    def __repr__(self):
        return f"ByValues({self._declared!r})"

    def _refuse(self, *_):
        raise TypeError("this property depends on the parameters' values: call it with them, or ask by trait")

    __bool__ = __iter__ = __len__ = __getitem__ = __contains__ = __eq__ = _refuse


BY_VALUES = (
    "steps_of_size_eta",
    "second_moment_fades",
    "limits",
    "steps_as_adam",
    "ends_as_adam",
    "epsilon_is_inside",
)  # the fields of Optimizer that __post_init__ makes so


def gradient_itself(gradient, state, p, k):
    """
    The direction of a method without momentum: its gradient.

    Parameters
    ----------
    gradient, state, p, k
        As :class:`Optimizer` hands them to a `direction`.

    Returns
    -------
    Vector or ndarray
    """
    return gradient


@dataclass(frozen=True)
class Optimizer:
    """A discrete method.

    What depends on a choice is declared as a function of the values. The fields in BY_VALUES are functions of the
    values once declared, however they were declared: ask by `trait`.

    Parameters
    ----------
    name, title, family, source : str
        `title` and `family`: how, and under which heading, choosers show it.
    year : int
        Of the source, for the order within a family.
    parameters : tuple
        Without the learning rate's schedule, which every method has: p.learning_rate is that of step k.
    step : callable
        ``step(problem, x, state, p, k) -> (next x, {state name: next value})``, traced; k counts from 1.
        ``problem.gradient(point)`` may be taken anywhere, as may ``problem.proximal(point, eta)``; p.<name> are the
        parameters.
    clock, clock_rule : callable, str
        ``clock(values)`` -> the continuous time of one step, in the time of the first limit; and its LaTeX.
    state : dict
        Name -> "vector" or "scalar".
    initial : dict
        The states that do not start at 0: name -> number, or the name of the parameter that is its value.
    limits : tuple or callable
        The ODE limits, the default first, or a function of the values that gives them.
    without_limit : callable, optional
        A function of values that leave it without an ODE limit, where others have one: why, for the message.
    direction : callable
        ``direction(gradient, state, p, k)`` -> what step k divides by the preconditioner (:class:`Sharpness`) and
        multiplies by the learning rate, in the gradient's units: the gradient itself, or the method's average of
        gradients. Of recorded numbers, as there; the gradient is that at the x before the step.
    steps_of_size_eta : bool or callable
        Whether a step is of the learning rate's size, so that the ripple is measured in it.
    epsilon_bounds_denominators : bool
        Whether every denominator of the step is positive and, apart from the betas' complements 1 - beta^k, at least
        epsilon (its root, inside one). Then quotients may share a division.
    second_moment_fades : bool or callable
        Whether v decays to 0 while the gradient is 0, as Adam's does and AMSGrad's does not.
    steps_as_adam, ends_as_adam : bool or callable
        Whether every step is Adam's at the same values, and whether the steps tend to it once the first ones are
        forgotten. What is proved or measured of Adam in the plane of a and b holds for no other method. Numbers among
        the values may be arrays, here elementwise.
    epsilon_is_inside : bool or callable
        Whether epsilon is added to the second moment under the root, and not to the root.
    sharpness : Sharpness, optional
        Where the step is a gradient, or a linear average of gradients, over a diagonal preconditioner.
    rule : callable, optional
        ``rule(values, rate)`` -> (left, right) LaTeX of each line to show, where the step itself, printed, would be too
        long to read; rate is the learning rate's LaTeX. Else it is printed from the step (compile.typeset).
    """

    name: str
    title: str
    family: str
    year: int
    source: str
    parameters: tuple[Parameter | Choice, ...]
    step: Callable
    clock: Callable
    clock_rule: str
    state: dict = field(default_factory=dict)
    initial: dict = field(default_factory=dict)
    limits: Callable | tuple = ()
    without_limit: Callable | None = None
    direction: Callable = gradient_itself
    steps_of_size_eta: bool | Callable = False
    epsilon_bounds_denominators: bool = False
    second_moment_fades: bool | Callable = False
    steps_as_adam: bool | Callable = False
    ends_as_adam: bool | Callable = False
    epsilon_is_inside: bool | Callable = lambda values: values.get("epsilon_inside_root", False)
    sharpness: Sharpness | None = None
    rule: Callable | None = None

    def __post_init__(self):
        if all(p.name != LEARNING_RATE_SCHEDULE.name for p in self.parameters):  # `replace` brings it along
            object.__setattr__(self, "parameters", (*self.parameters, LEARNING_RATE_SCHEDULE))
        for name in BY_VALUES:
            object.__setattr__(self, name, ByValues(getattr(self, name)))

    @property
    def numeric(self):
        """The parameters that are numbers, not choices."""
        return tuple(p for p in self.parameters if isinstance(p, Parameter))

    @property
    def has_rates(self) -> bool:
        """Whether (a, b) can stand for the beta's."""
        return {"beta1", "beta2"} <= {p.name for p in self.parameters}

    def idle(self, values: dict) -> dict[str, str]:
        """
        The parameters that change nothing in a run with these values.

        Parameters
        ----------
        values : dict
            Complete values by name.

        Returns
        -------
        dict of str to str
            Name -> why.
        """
        reasons = {p.name: idle_reason(p, values) for p in self.parameters}
        return {name: reason for name, reason in reasons.items() if reason}

    def trait(self, name: str, values: dict):
        """
        One of the properties in BY_VALUES, for these values.

        Parameters
        ----------
        name : str
        values : dict
            Complete values by name.

        Returns
        -------
        bool, tuple or ndarray
            As the property is declared.
        """
        return getattr(self, name)(values)

    def limits_at(self, values: dict) -> tuple[ODELimit, ...]:
        """
        The ODE limits for these values, the default first, each with its clock.

        Parameters
        ----------
        values : dict
            Complete values by name.

        Returns
        -------
        tuple of ODELimit
        """
        return tuple(_clocked(limit, self.clock, self.clock_rule) for limit in self.trait("limits", values))

    def no_limit(self, values: dict) -> str:
        """
        Why there is no ODE limit for these values.

        Parameters
        ----------
        values : dict
            Complete values by name.

        Returns
        -------
        str
            A clause.
        """
        return "no ODE limit is known for it" if self.without_limit is None else self.without_limit(values)

    def limit(self, values: dict, variant: str | None = None) -> ODELimit | None:
        """
        One ODE limit for these values.

        Parameters
        ----------
        values : dict
            Complete values by name.
        variant : str, optional
            The limit's name; the first by default.

        Returns
        -------
        ODELimit or None
            None where there is none.

        Raises
        ------
        InputError
            For a name that is not a limit's.
        """
        offered = self.trait("limits", values)
        if variant is None:
            return _clocked(offered[0], self.clock, self.clock_rule) if offered else None
        for limit in offered:
            if isinstance(variant, str) and limit.name == variant:
                return _clocked(limit, self.clock, self.clock_rule)
        names = ", ".join(limit.name for limit in offered) or "none"
        raise InputError(f"variant = {shown(variant)}: {self.name}'s flows are {names}")


def rising(value, greatest, rate):
    """The derivative of `greatest`, the supremum of the past of `value`, whose derivative is `rate`."""
    return np.where(value < greatest, 0, np.maximum(rate, 0))


def denominator(second_moment, p):
    """sqrt(v) + epsilon, or sqrt(v + epsilon) with `epsilon_inside_root`; of symbols or of recorded numbers.

    In an ODE limit, whose p has a `floor`, the root's derivative is tempered for the integrator.
    """
    inside = getattr(p, "epsilon_inside_root", False)
    under_root = second_moment + p.epsilon if inside else second_moment
    rooted = root(under_root, p.floor) if hasattr(p, "floor") else np.sqrt(under_root)
    return rooted if inside else rooted + p.epsilon


def scaled(numerator, second_moment, p):
    """numerator / :func:`denominator`; 0/0 is a zero step."""
    divisor = denominator(second_moment, p)
    return tempered_ratio(numerator, divisor, p.floor) if hasattr(p, "floor") else safe_ratio(numerator, divisor)


def tempered(epsilon, inside):
    """The coefficients that :func:`scaled` uses in a flow.

    The floor of sqrt(v), in the Jacobian alone, is 0.01 epsilon: at 0.1 epsilon the integrator can lock into an
    oscillation that its own error keeps alive (Rosenbrock, epsilon 1e-5, a = b = 100).
    """
    floor = max(0.01 * (epsilon**0.5 if inside else epsilon), 1e-12)
    return {"epsilon": epsilon, "floor": floor, "epsilon_inside_root": inside}
