"""The proximal step: the minimizer of phi(z) = f(z) + |z - x|^2/(2 eta), by Newton's method from z = x.

The Hessian's eigenvalues are taken by their size, so that the direction descends wherever phi is not convex
(Nocedal & Wright, Numerical Optimization, section 3.4), and the step is halved until phi falls (Armijo). Near the
end phi's differences drown in rounding while its gradient still has digits: there a step must halve the gradient
(Hager & Zhang, SIAM J. Optim. 16, 2005, for the same reason), and the first that does not is the end.

Descent rests where the gradient is zero: a start at a critical point of f stays there, whatever lies below. f is
taken to be differentiable. At a kink, where Newton's direction leads nowhere, each coordinate is tried alone: that
solves kinks along the axes (|x| + |y|, Ackley's) but may end short of the minimum at one across them (|x + y|).

If phi has no minimum on the way down, z leaves the finite numbers or runs into ITERATIONS while phi still falls;
then the step does not exist and the result is NaN.
"""

from __future__ import annotations

import math
from functools import cache

from numba import cfunc, njit, types

from core.compile.calls import objective_at
from core.compile.llvm import Routine

ITERATIONS = 1000  # of Newton: a handful where there is a minimum; z grows by a third each where -x^4 has none
ARMIJO = 0.25  # of the fall that the slope promises, half of which is a parabola's: less lets Newton overshoot for ever
ROUNDING = 2.0**-52
NOISE = 1e-6  # of phi: a rise that rounding may explain where the gradient falls (Hager & Zhang 2005)
LEAST_CURVATURE = 1e-8  # in units of 1/eta: bounds the step where phi is flat

FALLS, FLAT, REST, KINK, LEFT = range(5)  # a step by phi, by its gradient; none to rounding, at a kink, to be had

_NUMBERS = types.CPointer(types.float64)
SIGNATURE = types.void(types.float64, types.float64, types.float64, types.intp, _NUMBERS, _NUMBERS)


@njit(error_model="numpy")
def _phi(objective, x, y, eta, u, v):
    """phi, its gradient (2) and its Hessian (xx, xy, yy) at (u, v)."""
    f, fx, fy, fxx, fxy, fyy = objective_at(objective, u, v)
    du, dv = u - x, v - y
    return f + (du * du + dv * dv) / (2 * eta), fx + du / eta, fy + dv / eta, fxx + 1 / eta, fxy, fyy + 1 / eta


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
def _search(objective, x, y, eta, u, v, phi, gx, gy, du, dv, convex, least):
    """A step from (u, v) along (du, dv): how it ended, then the new u, v, phi, gradient, Hessian and least.

    convex: whether the gradient must fall with phi;  least: its size after the last step that it decided.
    """
    slope = gx * du + gy * dv
    t, by_value, uphill, kink = 1.0, True, False, False
    while True:
        a, b = u + t * du, v + t * dv
        still = t < ROUNDING or (a == u and b == v)
        if by_value and (still or -t * slope <= ROUNDING * abs(phi)):
            t, by_value, kink = 1.0, False, t < 1.0
            continue
        new_phi, new_gx, new_gy, xx, xy, yy = _phi(objective, x, y, eta, a, b)
        if still:
            end = LEFT if t < 1.0 and not uphill else KINK if kink else REST
            return end, u, v, phi, gx, gy, xx, xy, yy, least
        new_slope = new_gx * du + new_gy * dv
        uphill = uphill or new_slope >= 0
        size = math.hypot(new_gx, new_gy)
        falls = by_value and new_phi < phi and new_phi <= phi + ARMIJO * t * slope and new_slope < math.inf
        calms = convex and t == 1.0 and size <= min(least, math.hypot(gx, gy)) / 2
        calms = calms and (not by_value or new_phi <= phi + NOISE * abs(phi))
        if calms and not falls:
            least = size
        if falls or calms or (not by_value and not convex and new_slope < 0):
            return FALLS if by_value else FLAT, a, b, new_phi, new_gx, new_gy, xx, xy, yy, least
        if convex and not by_value:
            return KINK if kink else REST, u, v, phi, gx, gy, xx, xy, yy, least
        t /= 2


def _proximal(x, y, eta, address, out, parameters):
    """The minimizer into out (2,), or NaN."""
    objective = (address, parameters)
    out[0] = out[1] = math.nan
    u, v, least, floor = x, y, math.inf, LEAST_CURVATURE / eta
    phi, gx, gy, xx, xy, yy = _phi(objective, x, y, eta, u, v)
    for _ in range(ITERATIONS):
        du, dv, convex = _direction(gx, gy, xx, xy, yy, floor)
        along_x, along_y = -gx / max(abs(xx), floor), -gy / max(abs(yy), floor)
        if not math.isfinite(phi + gx * du + gy * dv):
            return
        end, u, v, phi, gx, gy, xx, xy, yy, least = _search(
            objective, x, y, eta, u, v, phi, gx, gy, du, dv, convex, least
        )
        if end == KINK and math.isfinite(along_x):
            end, u, v, phi, gx, gy, xx, xy, yy, least = _search(
                objective, x, y, eta, u, v, phi, gx, gy, along_x, 0.0, True, least
            )
        if end == KINK and math.isfinite(along_y):
            end, u, v, phi, gx, gy, xx, xy, yy, least = _search(
                objective, x, y, eta, u, v, phi, gx, gy, 0.0, along_y, True, least
            )
        if end == LEFT:
            return
        if end in (REST, KINK):
            break
    if end != FALLS:  # else there is no end to it; FLAT: any point of the valley's floor will do
        out[0], out[1] = u, v


@cache
def _compiled():
    return cfunc(SIGNATURE, cache=True, error_model="numpy")(_proximal)


def proximal_routine(shape) -> Routine:
    """``void f(double x, double y, double eta, void *objective, double out[2])`` on this objective."""
    solver, f = _compiled(), shape.compiled
    return Routine(solver.address, f.address, 2, (solver, f), scalars=3)
