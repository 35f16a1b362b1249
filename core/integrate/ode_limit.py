"""core.flow: the ODE limit of an optimizer on an objective."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from types import SimpleNamespace

import numpy as np

from .. import schedules
from ..compile.problem import collected, component_names
from ..compile.system import system
from ..errors import InputError
from ..objectives import Objective, checked_start
from ..objectives import objective as objective_of
from ..optimizers import optimizer_named
from ..parameters import array, complete, positive, real, whole, wrong
from ..symbolic.kinks import pieces
from . import piecewise, sign_flow, sign_steps
from .dense_output import interpolate, refine
from .integrator import Tolerances
from .status import Status, Stop

MAXIMUM_STEPS = 10_000_000
DRAWN = 1000  # points of the output, about, where the integrator takes few steps
PARTS = 4, 16  # least and most points of the output in one step of the integrator
SIGN_POINTS = 1001  # points of a sign flow's output beside its own nodes
ULPS = 64  # units in the last place of the position within which losses are not distinguished
NEIGHBOURS = np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)])
ATOL = 1e-3  # absolute tolerance over the relative one
LEAST_TIME = 1e-300  # least positive time of the output; G-AdaGrad's limit may have moved before it
# Absolute over relative tolerance of a second moment's root and of what it divides, unless epsilon is larger: a smaller
# one would resolve values that are negligible beside epsilon.
LEAST_ROOT = 1e-4


@dataclass(frozen=True)
class Solution:
    """A solution of an ODE limit: the integrator's steps and points of its dense output between them.

    Called with times (k,) in [0, duration] it returns positions (k, 2).

    Attributes
    ----------
    optimizer, variant : str
        The method and the name of its limit.
    objective : Objective
    time : ndarray, shape (n,)
        From 0, by the limit's own clock.
    position : ndarray, shape (n, 2)
    loss : ndarray, shape (n,)
    state : dict of str to ndarray, shape (n, 2) or (n,)
    status : Status
        COMPLETED, STATIONARY (arrived in finite time), DIVERGED or STEP_LIMIT; equal to its text. Unless completed,
        the arrays end early.
    duration : float
        The time asked for.
    steps : dict of str to int
        Numbers of steps of the integrator: "accepted" and "rejected", and of the accepted "explicit" and "stiff".
    """

    optimizer: str
    variant: str
    objective: Objective
    time: np.ndarray
    position: np.ndarray
    loss: np.ndarray
    state: dict[str, np.ndarray]
    status: Status
    duration: float
    steps: dict[str, int]
    _at: Callable = field(repr=False)

    @cached_property
    def loss_rounding(self) -> np.ndarray:
        """How much the loss changes within a few units in the last place of the position.

        Returns
        -------
        (n,) float64
            Differences of the loss below it are rounding errors.
        """
        reach = ULPS * np.spacing(np.abs(self.position))
        around = [self.position + reach * direction for direction in NEIGHBOURS]
        with np.errstate(all="ignore"):
            return np.max([np.abs(self.objective.value(*points.T) - self.loss) for points in around], axis=0)

    def __call__(self, t) -> np.ndarray:
        """
        The position at any times.

        Parameters
        ----------
        t : array_like, shape (k,)
            Times in [0, duration].

        Returns
        -------
        ndarray, shape (k, 2)
            NaN past an early end; the resting point past an arrival.

        Raises
        ------
        InputError
            If a time is outside.
        """
        allowed = f"times from 0 to duration = {self.duration:g}"
        t = array("t", t, allowed)
        if not np.all((t >= 0) & (t <= self.duration * (1 + 1e-12))):
            raise InputError(f"t: must be {allowed}")
        return self._at(t)


def flow(
    optimizer: str,
    objective,
    *,
    start=None,
    duration: float = 10.0,
    rtol: float = 1e-6,
    variant: str | None = None,
    max_steps: int = 1_000_000,
    **parameters,
) -> Solution:
    """Integrate an optimizer's ODE limit.

    Parameters
    ----------
    optimizer : str
    objective : str or Objective
        A built-in's name, a formula in x and y, or an objective.
    start : (2,) array_like, optional
        The objective's own start by default.
    duration : float
        In the time of the limit's own clock.
    rtol : float
        Relative tolerance of a step, 1e-13 to 0.1. The absolute one is a thousandth of it; for moments epsilon times
        it, for second moments that of their roots.
    variant : str, optional
        The name of a limit where the method has several.
    max_steps : int
        Bound on attempted steps.
    **parameters
        a and b directly, or learning_rate with the decay factors; the rest as for :func:`core.run`. Variants that hold
        the learning rate fixed (modified, high-resolution and the like) use its default where it is not given.

    Returns
    -------
    Solution
        No numerical failure raises: see its status.

    Raises
    ------
    InputError
        Names the parameter, the value and what is allowed.
    """
    method = optimizer_named(optimizer)
    f = objective_of(objective)
    x0 = checked_start(f, start)
    duration, rtol = positive("duration", duration), checked_tolerance(rtol)
    max_steps = whole("max_steps", max_steps, 1, MAXIMUM_STEPS)
    values = flow_values(method, parameters)
    limit = method.limit(values, variant)
    if limit is None:
        raise InputError(f"optimizer = {optimizer!r}: {method.no_limit(values)}")
    solve = _sign if limit.kind == "sign" else _smooth
    coefficients = _coefficients(limit, values, duration)
    return solve(optimizer, limit, f, x0, duration, rtol, max_steps, coefficients)


def checked_tolerance(rtol) -> float:
    """The relative tolerance `rtol` of the public functions; InputError where it is out of range."""
    number = real("rtol", rtol)
    if not 1e-13 <= number <= 0.1:
        raise wrong("rtol", rtol, "1e-13 <= rtol <= 0.1")
    return number


def _coefficients(limit, values, duration) -> dict[str, float]:
    """The numbers that the limit uses; InputError where float64 cannot hold them."""
    try:
        return limit.coefficients(values) | schedules.of_flow(values, limit.clock(values), duration)
    except (OverflowError, ZeroDivisionError):
        given = ", ".join(f"{n} = {v!r}" for n, v in values.items() if type(v) is float)
        raise InputError(f"{given}: the coefficients of the limit {limit.name} leave float64") from None


def flow_values(method, given: dict) -> dict:
    """
    Complete values for an ODE limit.

    Parameters
    ----------
    method : core.Optimizer
    given : dict
        Parameters by name, as for :func:`flow`.

    Returns
    -------
    dict
        The optimizer's parameters by name and, where it has decay factors, the rates a and b. Where rates are given
        without a learning rate, the decay factors are those at its default, if there are such.

    Raises
    ------
    InputError
        As :func:`core.parameters.complete`.
    """
    found = complete(method, given, for_limit=True)
    return found.values | found.rates


class _Own:
    """The variables of a limit without a singular start: its own time and state."""

    def __init__(self, limit, x0, coefficients):
        self.integrated, self.coefficients, self.begin = limit, coefficients, limit.start_time
        of_state = [name.split(".")[0] in limit.squared for name in component_names(limit.state)]
        self.squared = np.array([False, False, *of_state])

    def tolerances(self, rtol):
        """Relative and absolute tolerances of position and state: two arrays (2 + state,)."""
        atol = np.where(self.squared, LEAST_ROOT, ATOL) * rtol
        if "epsilon" in self.coefficients:
            atol[2:] = min(1.0, max(LEAST_ROOT, self.coefficients["epsilon"])) * rtol
        return np.full(atol.size, rtol), atol

    def time(self, s):
        return s

    def variable(self, t):
        return t

    def at_kink(self, state, begins=False):
        return state

    def state(self, s, rows):
        """The state by name, from rows (state, n) at the times s. Squares are not below 0 in dense output either."""
        squared = self.squared[2:]
        rows[squared] = np.maximum(rows[squared], 0.0)
        return collected(self.integrated.state, rows.T)


class _Regular:
    """Variables in which a limit with a singular start is smooth: see core.optimizers.declarations.Regular."""

    def __init__(self, limit, f, x0, coefficients):
        self.integrated = limit.regular
        numbers = limit.regular.numbers(np.array(x0), f.gradient(*x0), coefficients)
        self.coefficients, self.begin = coefficients | numbers, numbers["begin"]
        self.numbers = SimpleNamespace(**self.coefficients)
        self.squared = np.zeros(2 + len(component_names(limit.regular.state)), dtype=bool)

    def tolerances(self, rtol):
        share = self.integrated.tolerance * rtol
        relative, atol = np.zeros(self.squared.size), np.full(self.squared.size, share)
        relative[:2], atol[:2] = share, ATOL * share
        return relative, atol

    def time(self, s):
        return self.integrated.time(s, self.numbers)

    def variable(self, t):
        return self.integrated.variable(t, self.numbers)

    def at_kink(self, state, begins=False):
        return self.integrated.at_kink(state, self.numbers, begins)

    def state(self, s, rows):
        return self.integrated.own_state(s, collected(self.integrated.state, rows.T), self.numbers)


def _smooth(optimizer, limit, f, x0, duration, rtol, max_steps, coefficients):
    variables = _Regular(limit, f, x0, coefficients) if limit.regular else _Own(limit, x0, coefficients)
    compiled = system(variables.integrated, f, variables.coefficients)
    p = compiled.numbers(variables.coefficients, f)
    end = float(variables.variable(duration))
    s0 = min(variables.begin, 1e-3 * end) if np.isfinite(variables.begin) else 0.0  # no finite gradient at the start
    relative, absolute = variables.tolerances(rtol)
    tolerances = Tolerances(relative, absolute, variables.squared)
    solved = piecewise.solve(variables, f, p, x0, s0, end, rtol, tolerances, max_steps)
    times, states, dense, stop = solved.times, solved.states, solved.dense, solved.status
    y0 = states[0]
    parts = min(PARTS[1], max(PARTS[0], DRAWN // len(times)))
    before = 1 if s0 > 0 else 0  # the start itself, before the series
    fine, table = refine(times, states, dense, parts, before)
    if before:
        beginning = compiled.initial(x0, solved.parameters, 0.0)
        fine[0], table[:, 0] = 0.0, np.where(np.isfinite(beginning), beginning, y0)  # no gradient at a kink
    drawn = variables.time(fine)
    if stop == Stop.COMPLETED:
        drawn[-1] = duration
    # near a singular start, times may underflow
    kept = np.concatenate([[True], (drawn[1:] > LEAST_TIME) & (np.diff(drawn) > 0)])
    drawn, fine, table = drawn[kept], fine[kept], table[:, kept]

    def at(t):
        s = np.minimum(variables.variable(t), end)
        out = interpolate(times, states, dense, np.maximum(s, s0), width=2)
        if s0 > 0:
            early = s < s0
            share = (s[early] / s0)[:, None]
            out[early] = (1 - share) * np.asarray(x0) + share * y0[:2]
        if stop == Stop.ARRIVED:
            out[s >= times[-1]] = states[-1, :2]
        return out

    return Solution(
        optimizer=optimizer,
        variant=limit.name,
        objective=f,
        time=drawn,
        position=table[:2].T,
        loss=f.value(*table[:2]),
        state=variables.state(fine, table[2:]),
        status=stop.status,
        duration=duration,
        steps=_steps(len(dense), solved.rejected, int(solved.stiff.sum())),
        _at=at,
    )


def _steps(accepted, rejected, stiff):
    return {"accepted": accepted, "rejected": int(rejected), "explicit": accepted - stiff, "stiff": stiff}


def _sign(optimizer, limit, f, x0, duration, rtol, max_steps, coefficients):
    method = sign_flow if pieces(f) is None else sign_steps
    unit, positions, status = method.solve(f.native, x0, float(schedules.elapsed(duration, coefficients)), max_steps)
    times = schedules.clock_time(unit, coefficients)

    def at(t):
        at_unit_rate = schedules.elapsed(t, coefficients)
        out = np.stack([np.interp(at_unit_rate, unit, positions[:, i]) for i in range(2)], axis=1)
        if status in (Status.DIVERGED, Status.STEP_LIMIT):
            out[t > times[-1]] = np.nan
        return out

    # two nodes and a straight line between them, along which the loss is not linear
    fine = np.union1d(times, np.linspace(0.0, times[-1], SIGN_POINTS))
    drawn = at(fine)
    return Solution(
        optimizer=optimizer,
        variant=limit.name,
        objective=f,
        time=fine,
        position=drawn,
        loss=f.value(drawn[:, 0], drawn[:, 1]),
        state={},
        status=status,
        duration=duration,
        steps=_steps(len(times) - 1, 0, 0),
        _at=at,
    )
