"""The proximal step: the minimizer of phi(z) = f(z) + |z - x|^2/(2 eta), by Newton's method from z = x.

The Hessian's eigenvalues are replaced by their absolute values, so that the direction descends where phi is not convex
(Nocedal & Wright, Numerical Optimization, section 3.4), and the step is halved until phi falls (Armijo). Near the
end differences of phi are dominated by rounding while its gradient is still accurate: there a step must halve the
gradient (Hager & Zhang, SIAM J. Optim. 16, 2005, for the same reason); the first step that does not ends the descent.

Descent ends where the gradient is zero: a start at a critical point of f stays there, even at a maximum. f is assumed
to be differentiable. At a kink, where Newton's direction makes no progress, each coordinate is tried alone: that solves
kinks along the axes (|x| + |y|, Ackley's) but may end short of the minimum at one across them (|x + y|).

If phi has no minimum on the way down, z leaves the finite numbers or runs into ITERATIONS while phi still falls;
then the step does not exist and the result is NaN.
"""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from numba import cfunc, njit, types

from .calls import objective_at
from .llvm import Routine

ITERATIONS = 1000  # of Newton: a handful where there is a minimum; z grows by a third each where -x^4 has none
ARMIJO = 0.25  # of the fall that the slope promises, half of which is a parabola's: less lets Newton overshoot for ever
ROUNDING = 2.0**-52
NOISE = 1e-6  # of phi: a rise that rounding may explain where the gradient falls (Hager & Zhang 2005)
LEAST_CURVATURE = 1e-8  # in units of 1/eta: bounds the step where phi is flat

# How a line search ended: with a step that lowers phi, or its gradient where phi is flat; without a step, at a point at
# rest to rounding, at a kink, or because phi has no minimum this way.
FALLS, FLAT, REST, KINK, LEFT = range(5)

_NUMBERS = types.CPointer(types.float64)
SIGNATURE = types.void(types.float64, types.float64, types.float64, types.intp, _NUMBERS, _NUMBERS)


class Inner(NamedTuple):
    """The inner problem: minimize f(z) + |z - (x, y)|^2/(2 eta); f as `core.compile.calls.objective_at` takes it."""

    f: tuple
    x: float
    y: float
    eta: float


class Point(NamedTuple):
    """A point (u, v) with phi, its gradient and its Hessian there."""

    u: float
    v: float
    phi: float
    gx: float
    gy: float
    xx: float
    xy: float
    yy: float


@njit(error_model="numpy")
def _at(inner, u, v):
    """The :class:`Point` (u, v)."""
    f, fx, fy, fxx, fxy, fyy = objective_at(inner.f, u, v)
    du, dv, eta = u - inner.x, v - inner.y, inner.eta
    phi = f + (du * du + dv * dv) / (2 * eta)
    return Point(u, v, phi, fx + du / eta, fy + dv / eta, fxx + 1 / eta, fxy, fyy + 1 / eta)


@njit(error_model="numpy")
def _direction(gx, gy, xx, xy, yy, least):
    """-|H|^-1 g for the symmetric H, and whether H is positive definite (by Cholesky's pivots)."""
    ratio = xy / xx
    pivot = yy - ratio * xy
    if xx > least and pivot > least:
        dv = (ratio * gx - gy) / pivot
        return -gx / xx - ratio * dv, dv, True
    if not math.isfinite(xx + xy + yy):  # at a kink: a coordinate without a curvature rests there
        du = -gx / max(abs(xx), least) if math.isfinite(xx) else 0.0
        dv = -gy / max(abs(yy), least) if math.isfinite(yy) else 0.0
        return du, dv, False
    mean, half = (xx + yy) / 2, (xx - yy) / 2
    radius = math.hypot(half, xy)
    angle = math.atan2(xy, half) / 2  # of the eigenvector that belongs to mean + radius
    c, s = math.cos(angle), math.sin(angle)
    along = (c * gx + s * gy) / max(abs(mean + radius), least)
    across = (c * gy - s * gx) / max(abs(mean - radius), least)
    return s * across - c * along, -s * along - c * across, False


@njit(error_model="numpy")
def _line_search(inner, here, du, dv, convex, least):
    """Halve a step from a point until it counts as descent.

    Parameters
    ----------
    inner : Inner
    here : Point
    du, dv : float
        The whole step.
    convex : bool
        Whether the gradient must fall with phi.
    least : float
        The gradient's size after the last step that it decided.

    Returns
    -------
    end : int
        FALLS, FLAT, REST, KINK or LEFT.
    there : Point
        Where the step leads; `here` where there is none.
    least : float
    """
    slope = here.gx * du + here.gy * dv
    t, by_value, uphill, kink = 1.0, True, False, False
    while True:
        a, b = here.u + t * du, here.v + t * dv
        still = t < ROUNDING or (a == here.u and b == here.v)
        if by_value and (still or -t * slope <= ROUNDING * abs(here.phi)):
            # differences of phi are dominated by rounding: decide by the gradient, from the whole step on
            t, by_value, kink = 1.0, False, t < 1.0
            continue
        if still:
            return (LEFT if t < 1.0 and not uphill else KINK if kink else REST), here, least
        there = _at(inner, a, b)
        new_slope = there.gx * du + there.gy * dv
        uphill = uphill or new_slope >= 0
        size = math.hypot(there.gx, there.gy)
        falls = by_value and there.phi < here.phi and there.phi <= here.phi + ARMIJO * t * slope
        falls = falls and new_slope < math.inf
        calms = convex and t == 1.0 and size <= min(least, math.hypot(here.gx, here.gy)) / 2
        calms = calms and (not by_value or there.phi <= here.phi + NOISE * abs(here.phi))
        if calms and not falls:
            least = size
        if falls or calms or (not by_value and not convex and new_slope < 0):
            return (FALLS if by_value else FLAT), there, least
        if convex and not by_value:
            return (KINK if kink else REST), here, least
        t /= 2


@njit(error_model="numpy")
def _descend(inner):
    """Newton's method from the inner problem's own point: (end, the last Point); LEFT where there is no minimum."""
    here, least, floor = _at(inner, inner.x, inner.y), math.inf, LEAST_CURVATURE / inner.eta
    end = FALLS
    for _ in range(ITERATIONS):
        du, dv, convex = _direction(here.gx, here.gy, here.xx, here.xy, here.yy, floor)
        along_x, along_y = -here.gx / max(abs(here.xx), floor), -here.gy / max(abs(here.yy), floor)
        if not math.isfinite(here.phi + here.gx * du + here.gy * dv):
            return LEFT, here
        end, here, least = _line_search(inner, here, du, dv, convex, least)
        if end == KINK and math.isfinite(along_x):  # each coordinate alone
            end, here, least = _line_search(inner, here, along_x, 0.0, True, least)
        if end == KINK and math.isfinite(along_y):
            end, here, least = _line_search(inner, here, 0.0, along_y, True, least)
        if end != FALLS and end != FLAT:
            break
    return (LEFT if end == FALLS else end), here  # phi still falls: it has no minimum this way


def _proximal(x, y, eta, address, out, parameters):
    """The minimizer into out (2,), or NaN where there is none."""
    end, found = _descend(Inner((address, parameters), x, y, eta))
    out[0], out[1] = (math.nan, math.nan) if end == LEFT else (found.u, found.v)


@cache
def _compiled():
    return cfunc(SIGNATURE, cache=True, error_model="numpy")(_proximal)


def proximal_routine(shape) -> Routine:
    """The proximal step of an objective as a routine.

    Parameters
    ----------
    shape : core.objectives.shape.Shape

    Returns
    -------
    Routine
        ``void f(double x, double y, double eta, void *objective, double out[2], double *parameters)``.
    """
    solver, f = _compiled(), shape.compiled
    return Routine(solver.address, f.address, 2, (solver, f), scalars=3)
