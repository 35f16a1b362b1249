"""The integrator of smooth ODE limits: explicit where it can be, implicit where the system is stiff.

One loop integrates every system: the right-hand side and its Jacobian come as addresses of native functions (see
:mod:`core.compile.calls`). It takes steps by DOP853 (:mod:`core.integrate.dop853`) or Radau IIA
(:mod:`core.integrate.radau`); :mod:`core.integrate.controller` chooses the step size and the method, and
:mod:`core.integrate.events` finds where a watched function reaches 0. The steps' dense output is evaluated in
:mod:`core.integrate.dense_output`.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from ..compile.calls import call_system
from . import controller, dop853, events, radau
from .compiled import entry
from .controller import EITHER, FIRST_PATIENCE, STIFF
from .status import Stop
from .vectors import WIDTH
from .workspace import (
    DENSE,
    INTERPOLANT,
    LOCATE,
    STEP,
    address_of,
    call_interpolant,
    call_locate,
    call_step,
    control,
    workspace,
)

LARGEST_SYSTEM = WIDTH
_CAPACITY = 256  # steps stored at first; doubled when full

_COMPLETED, _STEP_LIMIT, _EVENT, _STUCK = (
    int(stop) for stop in (Stop.COMPLETED, Stop.STEP_LIMIT, Stop.EVENT, Stop.STUCK)
)
_FULL, _UNCOMPILED, _UNDERFLOW = int(Stop.FULL), int(Stop.UNCOMPILED), int(Stop.UNDERFLOW)
_NO_EVENTS = np.zeros((events.ROWS, 0))


class Equations(NamedTuple):
    """A system y' = f(t, y; p), by addresses of ``void (double t, double *y, double *p, double *out)``.

    Parameters
    ----------
    rhs : int
        Writes y', (n,).
    jacobian : int
        Writes d y'_i / d y_j row by row (n * n), then d y'_i / dt (n).
    p : (any,) float64
        C-contiguous and not empty; handed to the functions untouched, but for the signs that crossings reverse.
    watch : int
        Writes the numbers that an event is told from; 0 for none.
    """

    rhs: int
    jacobian: int
    p: np.ndarray
    watch: int = 0


class Tolerances(NamedTuple):
    """The tolerance of component i is absolute_i + relative_i |y_i|.

    Where ``squared``, the component is the square of something and its tolerance is the change that this tolerance of
    the root makes. A step is accepted if the root mean square of error_i / tolerance_i is at most 1 (explicit: 0.2).
    """

    relative: np.ndarray
    absolute: np.ndarray
    squared: np.ndarray


class Advance(NamedTuple):
    """What :func:`advance` returns.

    Parameters
    ----------
    times : (k + 1,) float64
        Ends of the k accepted steps, from t0 on.
    states : (k + 1, n) float64
    coefficients : (k, DENSE, n) float64
        For :mod:`core.integrate.dense_output`.
    stop : Stop
        COMPLETED, DIVERGED, STEP_LIMIT, EVENT or STUCK. Unless completed, the arrays end at the last accepted step.
    rejected : int
        Number of rejected steps.
    stiff : (k,) bool
        Which steps were implicit.
    event : int
        Number of the watched function that reached 0, -1 for none.
    h : float
        The step to try next.
    height : float
        The greatest value of the watched function that reached 0 since its last event, infinite if there was none.
    crossings : int
        As given, and those on the way.
    """

    times: np.ndarray
    states: np.ndarray
    coefficients: np.ndarray
    stop: Stop
    rejected: int
    stiff: np.ndarray
    event: int
    h: float
    height: float
    crossings: int


def advance(
    equations: Equations,
    t0,
    y0,
    t1,
    tolerances: Tolerances,
    max_steps,
    *,
    method=EITHER,
    limits=(),
    floors=np.inf,
    first_sign=0,
    crossings=0,
    h=0.0,
    look=0,
) -> Advance:
    """Integrate from t0 to t1 >= t0, landing exactly on t1, or up to an event.

    Parameters
    ----------
    equations : Equations
    t0, t1 : float
    y0 : (n,) float64
        n <= 8.
    tolerances : Tolerances
    max_steps : int
        Bound on attempted steps, accepted or not.
    method : EITHER, EXPLICIT or STIFF
    limits : (m,) float64
        Of each watched function, where it counts as 0. All are positive at first. The integration ends where the first
        of them reaches 0; if it is not above its limit yet, where it falls below -10 times that.
    floors : float or (m,) float64
        Event i is a crossing, which reverses the sign ``p[first_sign + i]`` and does not end the integration, where the
        watched function has been above ``floors[i]`` times 1 + |x| + |y| since its last event; see
        :mod:`core.integrate.events`.
    first_sign : int
    crossings : int
        How many there have been already, by which the floors rise.
    h : float
        The first step to try; 0 for a guess.
    look : int
        After so many steps, and again, the integration ends as STUCK if the position is where it was; 0 for never.

    Returns
    -------
    Advance

    Raises
    ------
    ValueError
        If the system is too large, or a tolerance is missing.
    """
    n, absolute = len(y0), tolerances.absolute
    if n > LARGEST_SYSTEM or len(absolute) != n:
        raise ValueError("y0 holds at most 8 numbers, and atol one per component of y0")
    storage = [
        np.empty(_CAPACITY),
        np.empty((_CAPACITY, n)),
        np.empty((_CAPACITY, DENSE, n)),
        np.empty(_CAPACITY, bool),
    ]
    storage[0][0], storage[1][0] = t0, y0
    if not t1 > t0:
        times, states, coefficients, stiff = _filled(storage, 0)
        return Advance(times, states, coefficients, Stop.COMPLETED, 0, stiff, -1, h, np.inf, crossings)
    work, state = workspace(), control()
    w, c = work[0], state[0]
    w["y"][:n], w["rtol"][:n], w["atol"][:n], w["squared"][:n] = y0, tolerances.relative, absolute, tolerances.squared
    c["t"], c["end"], c["h"], c["n"], c["max_steps"], c["look"] = t0, t1, h, n, max_steps, look
    c["method"], c["implicit"], c["patience"], c["event"] = method, method == STIFF, FIRST_PATIENCE, -1
    c["explicit_step"], c["interpolant"] = _explicit()
    table = _NO_EVENTS
    if len(limits):
        table = np.zeros((events.ROWS, len(limits)))
        table[events.LIMIT], table[events.FLOOR], table[events.HEIGHT] = limits, floors, np.inf
        c["first_sign"], c["crossings"] = first_sign, crossings
        c["locate"] = _locate()
    rhs, jacobian, p, watch = equations
    while True:
        stop = _loop(rhs, jacobian, watch, p, table, state, work, *storage)
        if stop == _FULL:
            storage = [_grown(array) for array in storage]
        elif stop == _UNCOMPILED:
            c["stiff_step"] = _stiff()
        else:
            break
    accepted = int(c["accepted"])
    times, states, coefficients, stiff = _filled(storage, accepted)
    if stop == _UNDERFLOW:
        runs_away = _runs_away(w["y"][:n], w["slope"][:n], bool(c["finite"]), float(c["t"]) - t0)
        stop = Stop.DIVERGED if runs_away else Stop.STEP_LIMIT
    event = int(c["event"])
    height = float(table[events.HEIGHT, event]) if event >= 0 else np.inf
    return Advance(
        times, states, coefficients, Stop(stop), int(c["rejected"]), stiff, event, float(c["h"]), height,
        int(c["crossings"]),
    )  # fmt: skip


def _filled(storage, accepted):
    times, states, coefficients, stiff = storage
    return times[: accepted + 1], states[: accepted + 1], coefficients[:accepted], stiff[:accepted]


def _grown(array):
    grown = np.empty((2 * len(array), *array.shape[1:]), dtype=array.dtype)
    grown[: len(array)] = array
    return grown


@cache
def _explicit():
    return address_of(dop853.attempt, STEP), address_of(dop853.interpolant, INTERPOLANT)


@cache
def _stiff():
    return address_of(radau.attempt, STEP)


@cache
def _locate():
    return address_of(events.locate, LOCATE)


def _runs_away(y, slope, finite, elapsed):
    """Whether a step that underflowed did so before a blow-up, rather than at a kink or in a corner.

    A blow-up grows outwards, and so fast that at the present speed its size would be passed many times
    over in the time integrated so far. That also covers slow ones such as y = -log(T - t).
    """
    with np.errstate(all="ignore"):
        size, speed, outward = np.sqrt(y @ y), np.sqrt(slope @ slope), y @ slope
        if not (finite and np.isfinite(speed) and np.isfinite(size)):
            return True
        return bool(outward > 0.0 and speed * elapsed > 1e6 * size)


@entry
def _loop(rhs, jacobian, watch, p, table, control, work, times, states, coefficients, stiff):
    """Take steps until there is a reason to return: a Stop, as an int.

    Parameters
    ----------
    rhs, jacobian, watch : int
        Addresses; see Equations.
    p : (any,) float64
    table : (ROWS, m) float64
        Of events; see :mod:`core.integrate.events`.
    control : (1,) CONTROL
    work : (1,) WORKSPACE
    times, states, coefficients, stiff
        Storage; see Advance. Rows up to the number of accepted steps are filled.
    """
    c, w = control[0], work[0]
    n = c.n
    if not c.begun:
        call_system(rhs, c.t, w.y, p, w.slope)
        call_system(jacobian, c.t, w.y, p, w.derivatives)
        controller.start(c, w)
        if c.locate != 0:
            call_system(watch, c.t, w.y, p, table[events.BEFORE])
            events.arm(table)
    while True:
        if c.accepted + 1 == times.size:
            return _FULL
        if c.attempts == c.max_steps:
            return _STEP_LIMIT
        if c.implicit and c.stiff_step == 0:
            return _UNCOMPILED
        if controller.underflows(c):
            return _UNDERFLOW
        c.attempts += 1
        last = controller.fit_to_end(c)
        step = c.stiff_step if c.implicit else c.explicit_step
        ratio = c.h / c.h_before if c.h_before > 0.0 else 0.0
        contraction = call_step(step, rhs, c.t, c.h, p, n, ratio, c.fresh, w)
        c.finite = contraction < np.inf
        if not c.finite:
            controller.reject(c, controller.REFUSED)
            continue
        error = controller.estimated_error(c, w)
        if not error <= 1.0:
            controller.reject(c, controller.after_error(c, error))
            continue
        between = 0.0
        if not c.implicit:
            call_interpolant(c.interpolant, rhs, c.t, c.h, p, w)
            between = controller.dense_error(c, w)
            if not between < np.inf:
                controller.reject(c, controller.SHRINK)
                continue
        factor = controller.next_factor(c, error, contraction, between)
        if c.locate != 0:
            c.event = call_locate(c.locate, watch, c.t, c.h, p, n, table, c, w)
            if c.event >= 0 and c.until < 1.0:
                last = False
        if last:
            c.t = c.end
        else:
            c.t += c.until * c.h if c.event >= 0 else c.h
        stiff[c.accepted] = c.implicit
        for row in range(DENSE):
            for i in range(n):
                coefficients[c.accepted, row, i] = w.history[1 + row, i] = w.dense[row, i]
        c.accepted += 1
        times[c.accepted] = c.t
        for i in range(n):
            w.history[0, i] = w.reached[i] - w.y[i]
            w.y[i] = states[c.accepted, i] = w.reached[i]
        if last:
            return _COMPLETED
        crosses = c.event >= 0 and c.crosses
        if crosses:
            controller.begin_anew(c)
            c.event = -1
            if c.until <= 0.5:
                factor = min(factor, 1.0)
            for row in range(DENSE):  # an implicit step leaves the rows beyond its own order as they are
                for i in range(n):
                    w.dense[row, i] = 0.0
        elif c.event >= 0:
            return _EVENT
        c.h *= factor
        if controller.stands_still(c, w):
            return _STUCK
        if c.implicit:
            c.stayed += 1
            call_system(rhs, c.t, w.y, p, w.slope)
            call_system(jacobian, c.t, w.y, p, w.derivatives)
        else:
            controller.keep_stable(c)
            if crosses:
                call_system(rhs, c.t, w.y, p, w.slope)
            else:
                for i in range(n):
                    w.slope[i] = w.stages[dop853.END, i]
        if controller.is_due(c):
            if not c.implicit:
                call_system(jacobian, c.t, w.y, p, w.derivatives)
            controller.measure_rate(c, w)
            controller.choose_method(c, w)
