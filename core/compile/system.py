"""A flow on an objective, compiled: right-hand side, exact Jacobian, and the start of the integration."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numba import njit

from ..optimizers.declarations import rising
from ..schedules import NAME as SCHEDULE
from ..schedules import factor, scheduled
from ..symbolic.derivatives import derivative
from ..symbolic.expression import ONE, ordered, sqrt, substitute, variable
from ..symbolic.kinks import pieces
from . import llvm
from .calls import call_system
from .problem import (
    POSITION,
    Problem,
    component_names,
    components,
    scaled_problem,
    state_symbols,
    symbols,
    with_objective,
)

TIME = variable("t")


@dataclass(frozen=True)
class System:
    """A compiled system of ODEs for y = (x, y, state...), with parameters p.

    Where the objective has kinks, p ends in the sign of each switching function f_j.

    Attributes
    ----------
    right_hand_side, jacobian : llvm.Function
        See :mod:`core.compile.calls`.
    start : llvm.Function
        Fills y at a small time, from a y that holds the start point.
    parameters : tuple of str
        Names of the numbers in p, in order: the coefficients of the limit, then the objective's variables.
    size : int
        Components of y.
    watch : llvm.Function or None
        Fills one number per switch: the distance to the curve of its linearised f_j, positive on the side of its sign.
        In a system that slides on switch j, its place is taken by the share of the field of the positive side in the
        sliding field, and the share of the other side comes last. All are positive while the piece is valid.
    sides : llvm.Function or None
        Fills x', grad f (2 each) and for each switch f_j' along the flow, the rate that decides on sliding, |grad f_j|,
        grad f_j (2), and the derivatives of f_j' by y.
    degrees : tuple of int
        For each switch 1 where f_j' jumps on the curve, 2 where it is continuous and f_j'' jumps: the rate that decides
        on sliding is f_j' or f_j''.
    coupled : tuple of tuple of bool
        For each switch, whether that rate depends on the sign of each.
    """

    right_hand_side: llvm.Function
    jacobian: llvm.Function
    start: llvm.Function
    parameters: tuple[str, ...]
    size: int
    watch: llvm.Function | None = None
    sides: llvm.Function | None = None
    degrees: tuple[int, ...] = ()
    coupled: tuple[tuple[bool, ...], ...] = ()

    def numbers(self, coefficients: dict, objective) -> np.ndarray:
        """p without signs, from the coefficients of the limit and the objective's parameters."""
        values = coefficients | objective.variables
        return np.array([float(values[name]) for name in self.parameters])

    def evaluate(self, function, outputs, t, y, p):
        """Call one of the compiled functions; `outputs` is how many numbers it fills."""
        out = np.empty(outputs)
        _evaluate(function.address, float(t), y, p, out)
        return out

    def initial(self, x0, p, t0):
        """y at t0 from the start point."""
        y, out = np.zeros(self.size), np.empty(self.size)
        y[:2] = x0
        _evaluate(self.start.address, float(t0), y, p, out)
        return out


def system(flow, objective, coefficients: dict, slide: int | None = None) -> System:
    """Compile (or recall) the system of a flow, or of its regular variables, for these coefficients' choices.

    slide: the switching function on whose curve the solution slides, in Filippov's sense: along the average of the
    fields on both sides that stays on it.
    """
    choices = tuple((n, v) for n, v in coefficients.items() if isinstance(v, bool | str))
    state = tuple(flow.state.items())
    clock = getattr(flow, "time", None)
    names = tuple(coefficients)
    maxima = tuple(getattr(flow, "maxima", {}).items())
    kinks, shape = pieces(objective), objective.shape
    return _system(
        flow.right_hand_side, flow.start, flow.rate_scales, clock, state, maxima, shape, kinks, choices, names, slide
    )


@lru_cache(maxsize=128)
def _system(right_hand_side, start, rate_scales, clock, state, maxima, shape, kinks, choices, names, slide):
    declared, choices = dict(state), dict(choices)
    p, before = symbols({n: choices.get(n, 0.0) for n in names}), state_symbols(declared)
    problem, now = Problem, 1.0
    if SCHEDULE in choices:
        k = 1 + (clock(TIME, p) if clock else TIME) / p.step
        p, now = scheduled(p, choices[SCHEDULE], k), factor(choices[SCHEDULE], k, p.steps)
    if rate_scales == "gradient":
        problem, now = scaled_problem(now), 1.0
    velocity, rates = right_hand_side(problem, TIME, POSITION, before, p)
    velocity = now * velocity
    source = shape if kinks is None else kinks
    slopes = with_objective([*velocity, *components(declared, rates)], source)
    unknowns = ["x", "y", *component_names(declared)]
    watched, sides, degrees, coupled = [], [], (), ()
    if kinks is not None:
        gradient = with_objective([*Problem.gradient(POSITION)], source)
        slopes, watched, sides, degrees, coupled = _switching(kinks, slopes, gradient, unknowns, slide)
        if slide is not None:
            _raise_maxima(slopes, declared, unknowns, maxima)
    columns = [derivative(slopes, variable(name)) for name in unknowns]
    jacobian = [column[i] for i in range(len(slopes)) for column in columns]
    by_time = derivative(slopes, TIME)
    if start is None:
        beginning = [POSITION.x, POSITION.y]
    else:
        x, early = start(Problem, POSITION, p, TIME)
        beginning = with_objective([*x, *components(declared, early)], source)
    numeric = (*(n for n in names if n not in choices), *shape.variables)
    places = {"t": ("t", 0)} | {name: ("y", i) for i, name in enumerate(unknowns)}
    places |= {n if n in shape.variables else f"p.{n}": ("p", i) for i, n in enumerate(numeric)}
    places |= {sign.value: ("p", len(numeric) + j) for j, sign in enumerate(kinks.signs if kinks else ())}
    return System(
        llvm.compile_system(slopes, places),
        llvm.compile_system(jacobian + by_time, places),
        llvm.compile_system(beginning, places),
        numeric,
        len(unknowns),
        llvm.compile_system(watched, places) if watched else None,
        llvm.compile_system(sides, places) if sides else None,
        degrees,
        coupled,
    )


def _switching(kinks, slopes, gradient, unknowns, slide):
    """(slopes, what is watched, sides, degrees, coupled) of a system whose objective has kinks; see System."""
    x, y = POSITION
    distances, sides, rates, degrees = [], [*slopes[:2], *gradient], [], []
    for function, sign in zip(kinks.switches, kinks.signs, strict=True):
        fx, fy = (derivative([function], v)[0] for v in (x, y))
        norm = sqrt(fx * fx + fy * fy + 1e-300)
        first = fx * slopes[0] + fy * slopes[1]
        by_state = [derivative([first], variable(name))[0] for name in unknowns]
        degrees.append(1 if sign in ordered([first]) else 2)
        rate = first
        if degrees[-1] == 2:
            rate = derivative([first], TIME)[0]
            for slope, by_one in zip(slopes, by_state, strict=True):
                rate = rate + by_one * slope
        rates.append(rate)
        distances.append(sign * function / norm)
        sides += [first, rate, norm, fx, fy, *by_state]
    coupled = tuple(tuple(sign in ordered([rate]) for sign in kinks.signs) for rate in rates)
    if slide is None:
        return slopes, distances, sides, tuple(degrees), coupled
    sign = kinks.signs[slide]
    plus, minus = (
        substitute([*slopes, rates[slide]], lambda node, _, side=side: side if node is sign else None)
        for side in (ONE, -ONE)
    )
    share = minus[-1] / (minus[-1] - plus[-1])
    sliding = [b if a is b else b + share * (a - b) for a, b in zip(plus[:-1], minus[:-1], strict=True)]
    # rounding leaves a velocity across the curve, which steep slopes would amplify
    fx, fy = substitute(
        [derivative([kinks.switches[slide]], v)[0] for v in (x, y)], lambda node, _: ONE if node is sign else None
    )
    across = (fx * sliding[0] + fy * sliding[1]) / (fx * fx + fy * fy + 1e-300)
    sliding[:2] = sliding[0] - across * fx, sliding[1] - across * fy
    watched = substitute(distances, lambda node, _: ONE if node is sign else None)
    watched[slide] = share
    return sliding, [*watched, 1 - share], sides, tuple(degrees), coupled


def _raise_maxima(slopes, declared, unknowns, maxima):
    """Derive the suprema among the state from the slopes of what they are suprema of."""
    for greatest, of in maxima:
        for one, other in zip(*(component_names({n: declared[n]}) for n in (greatest, of)), strict=True):
            i, j = unknowns.index(one), unknowns.index(other)
            slopes[i] = rising(variable(other), variable(one), slopes[j])


@njit(nogil=True, cache=True)
def _evaluate(address, t, y, p, out):
    call_system(address, t, y, p, out)


def jacobian_at(flow, objective, coefficients, at, time):
    """The Jacobian d(y')/dy, (n, n), with the state at zero and the position `at`."""
    compiled = system(flow, objective, coefficients)
    n = compiled.size
    y, out = np.zeros(n), np.empty(n * n + n)
    y[:2] = at
    p = np.append(compiled.numbers(coefficients, objective), 0.0)  # an empty array has no address
    _evaluate(compiled.jacobian.address, float(time), y, p, out)
    return out[: n * n].reshape(n, n)
