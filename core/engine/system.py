"""A flow on an objective, compiled: right-hand side, exact Jacobian, and the start of the integration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from core.engine.calls import call_system
from core.engine.problem import (
    POSITION,
    Problem,
    component_names,
    components,
    scaled_problem,
    state_symbols,
    symbols,
    with_objective,
)
from core.formulas import expression, native
from core.formulas.derivatives import derivative
from core.formulas.expression import variable
from core.schedules import NAME as SCHEDULE
from core.schedules import factor, scheduled

TIME = variable("t")


@dataclass(frozen=True)
class System:
    """y = (x, y, state...);  parameters: names of the numbers in p, in order."""

    right_hand_side: native.Function
    jacobian: native.Function
    start: native.Function
    parameters: tuple[str, ...]
    size: int

    def initial(self, x0, p, t0):
        """y at t0 from the start point."""
        y, out = np.zeros(self.size), np.empty(self.size)
        y[:2] = x0
        _evaluate(self.start.address, float(t0), y, p, out)
        return out


def system(flow, objective, coefficients: dict) -> System:
    """Compile (or recall) the system of a flow, or of its regular variables, for these coefficients' choices."""
    choices = tuple((n, v) for n, v in coefficients.items() if isinstance(v, bool | str))
    state = tuple(flow.state.items())
    clock = getattr(flow, "traced_time", None)
    names = tuple(coefficients)
    return _system(flow.right_hand_side, flow.start, flow.rate_scales, clock, state, objective, choices, names)


@lru_cache(maxsize=128)
def _system(right_hand_side, start, rate_scales, clock, state, objective, choices, names):
    declared, choices = dict(state), dict(choices)
    p, before = symbols({n: choices.get(n, 0.0) for n in names}), state_symbols(declared)
    problem, now = Problem, 1.0
    if SCHEDULE in choices:
        k = 1 + (clock(TIME, p) if clock else TIME) / p.step
        p, now = scheduled(p, choices[SCHEDULE], k), factor(choices[SCHEDULE], k, p.steps, expression)
    if rate_scales == "gradient":
        problem, now = scaled_problem(now), 1.0
    velocity, rates = right_hand_side(problem, TIME, POSITION, before, p)
    velocity = now * velocity
    slopes = with_objective([*velocity, *components(declared, rates)], objective)
    unknowns = ["x", "y", *component_names(declared)]
    columns = [derivative(slopes, variable(name)) for name in unknowns]
    jacobian = [column[i] for i in range(len(slopes)) for column in columns]
    by_time = derivative(slopes, TIME)
    if start is None:
        beginning = [POSITION.x, POSITION.y]
    else:
        x, early = start(Problem, POSITION, p, TIME)
        beginning = with_objective([*x, *components(declared, early)], objective)
    numeric = tuple(n for n in names if n not in choices)
    places = {"t": ("t", 0)} | {name: ("y", i) for i, name in enumerate(unknowns)}
    places |= {f"p.{n}": ("p", i) for i, n in enumerate(numeric)}
    return System(
        native.compile_system(slopes, places),
        native.compile_system(jacobian + by_time, places),
        native.compile_system(beginning, places),
        numeric,
        len(unknowns),
    )


@njit(nogil=True, cache=True)
def _evaluate(address, t, y, p, out):
    call_system(address, t, y, p, out)


def jacobian_at(flow, objective, coefficients, at, time):
    """The Jacobian d(y')/dy, (n, n), with the state at zero and the position `at`."""
    compiled = system(flow, objective, coefficients)
    n = compiled.size
    y, out = np.zeros(n), np.empty(n * n + n)
    y[:2] = at
    p = np.array([float(coefficients[name]) for name in compiled.parameters] or [0.0])
    _evaluate(compiled.jacobian.address, float(time), y, p, out)
    return out[: n * n].reshape(n, n)
