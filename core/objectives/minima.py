"""Local minima of an objective: the search for one near a point, the search for all, and the shape of f at each.

:func:`minimum_near` is the only search for a minimum near a given point: the loss axis, the sentence about a run, the
inspector and the theory's lines all take the minimum that a run settled in from it, so they agree to the last digit.

Several theoretical results hold at one kind of minimum only: where the Hessian is nonsingular, or where f is a power
|x|^n along each axis. :class:`Minimum` computes which kind a minimum is from f itself, so formulas and built-in
objectives are treated alike.

References
----------
D. W. Marquardt: An algorithm for least-squares estimation of nonlinear parameters. SIAM J. Appl. Math. 11, 1963.
J. V. Burke, A. S. Lewis, M. L. Overton: A robust gradient sampling algorithm for nonsmooth, nonconvex optimization.
SIAM J. Optim. 15, 2005.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numba import njit

from ..compile.calls import objective_at
from .functions import Objective

GRID = 12  # starting points along either side of the domain, for the search for all minima
ITERATIONS = 200  # of one descent
FARTHEST = 1e9  # distance from the origin, relative to the start's, from which a descent has left
DEFINITE = 1e-9  # least ratio of the Hessian's eigenvalues that rounding cannot have changed the sign of
ROUNDED = 1e-15  # predicted decrease relative to f that is within rounding
FLAT = 1e-9  # predicted decrease relative to f up to which a refused Newton step means convergence
DEEP = 1e-32  # predicted decrease relative to the decrease so far at which a slow descent has converged
SHORT = 1e-3  # length of a step relative to the distance covered, the same; less than 1/ITERATIONS, since on a descent
# to infinity, as on exp(-x), the steps do not shrink
NEGLIGIBLE = 1e-8  # component of the gradient relative to the other that may be a rounding error
UNRESOLVED = 1e-7  # Newton step relative to the point's size that changes f by its rounding error only
NEIGHBOURHOOD = 1e-2  # radius, relative to the point's size, within which no point may be lower
NEAR = 1e-5  # of the domain's width: radius at which the gradient is compared with its linear model
SAME = 1e-4  # of the domain's width: minima closer to each other are the same one
AGREEMENT = 0.2  # relative difference between gradient and linear model up to which the Hessian describes f

CONVERGED, STALLED, LEFT = range(3)  # how a descent ends


@dataclass(frozen=True, eq=False)
class Minimum:
    """A local minimum, with the shape of f around it computed on demand.

    Attributes
    ----------
    objective : core.Objective
    x, y : float
    value : float
        f at (x, y).
    """

    objective: Objective
    x: float
    y: float
    value: float

    @cached_property
    def position(self) -> np.ndarray:
        """The point as an array, shape (2,)."""
        return np.array((self.x, self.y))

    @cached_property
    def hessian(self) -> np.ndarray:
        """The Hessian, shape (2, 2); not finite where f has none."""
        with np.errstate(all="ignore"):
            return self.objective.hessian(*self.position)

    @cached_property
    def nonsingular(self) -> bool:
        """Whether f is, near the minimum, the quadratic form of a positive definite Hessian."""
        with np.errstate(all="ignore"):
            return _nonsingular(self.objective, self.position, self.hessian)

    @cached_property
    def exponent(self) -> float | None:
        """n where f - f* is a sum of powers c |x - x*|^n, one for each coordinate that f depends on, within a tenth of
        the domain's width; None otherwise."""
        with np.errstate(all="ignore"):
            return _exponent(self.objective, self.position)

    @property
    def least_curvature(self) -> float:
        """The smaller second derivative along an axis."""
        return float(np.diag(self.hessian).min())


def minimum_near(objective, point) -> Minimum | None:
    """Search for the local minimum that descent from a point leads to.

    Damped Newton steps (Levenberg and Marquardt) that decrease f, compiled: some microseconds.

    Parameters
    ----------
    objective : core.Objective
    point : array_like, shape (2,)
        For a run, the position of its lowest loss (:func:`core.regimes.levels.settled_and_level`).

    Returns
    -------
    Minimum or None
        None where the descent leaves to infinity, does not converge, or ends at a point that is no minimum, as at a
        saddle. None at a kink, too: there Newton's method finds no value that is right to rounding.
    """
    x, y, value, status = _descend(objective.native, float(point[0]), float(point[1]))
    return Minimum(objective, x, y, value) if status == CONVERGED else None


@lru_cache(maxsize=64)
def local_minima(objective) -> tuple[Minimum, ...]:
    """Search for all local minima of f within twice its domain, by descent from a grid of starting points.

    Parameters
    ----------
    objective : core.Objective

    Returns
    -------
    tuple of Minimum
        The known global minimizers first, then the others found, kinks included. Empty where f has no minimum, as
        for a saddle or a function that is unbounded below everywhere.
    """
    (x0, x1), (y0, y1) = objective.domain
    x, y = np.meshgrid(np.linspace(x0, x1, GRID + 1), np.linspace(y0, y1, GRID + 1))
    starts = np.column_stack([x.ravel(), y.ravel()])
    # shifted a little, because a grid point may lie on a line of symmetry, where descent ends at a saddle
    starts = np.concatenate([[objective.start], starts + 1e-3 * _width(objective) * np.array([0.61, 0.37])])
    middle, reach = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0])
    found = [Minimum(objective, x, y, float(objective.value(x, y))) for x, y in objective.minimizers.tolist()]
    for start in starts:
        x, y, value, status = _descend(objective.native, *start.tolist())
        position = np.array((x, y))
        if status == LEFT or np.any(np.abs(position - middle) > reach):
            continue
        if any(np.linalg.norm(position - other.position) <= SAME * _width(objective) for other in found):
            continue
        if status == CONVERGED or _is_kink_minimum(objective, position, value):
            found.append(Minimum(objective, x, y, value))
    return tuple(found)


@njit(nogil=True, cache=True, error_model="numpy")
def _descend(objective, x, y):
    """Descend from (x, y) by damped Newton steps; returns the end's x, y and f, and how the descent ended.

    The Hessian's eigenvalues are taken by their absolute values, so that every step is a descent direction. CONVERGED:
    at a local minimum where f is smooth;  STALLED: no step decreases f any more, yet its derivatives do not vanish,
    as at a kink;  LEFT: anything else.
    """
    f, gx, gy, hxx, hxy, hyy = objective_at(objective, x, y)
    x0, y0, f0, damping = x, y, f, 1e-3
    farthest = FARTHEST * (1 + abs(x) + abs(y))
    status, slow = LEFT, False
    low, high, c, s = 0.0, 0.0, 1.0, 0.0
    for _ in range(ITERATIONS):
        if not np.isfinite(f + gx + gy + hxx + hxy + hyy):
            return x, y, f, STALLED if np.isfinite(f) else LEFT
        low, high, c, s = _eigen(hxx, hxy, hyy)
        if gx == 0.0 and gy == 0.0:
            status = CONVERGED
            break
        along, across = c * gx + s * gy, c * gy - s * gx
        size = max(abs(low), abs(high))
        bend = low if low > 0.0 else max(-low, DEFINITE * size)  # negative curvature may be a rounding error
        step_along = -along / (abs(high) + damping * size) if along != 0.0 else 0.0
        step_across = -across / (bend + damping * size) if across != 0.0 else 0.0
        if not np.isfinite(step_along + step_across):
            return x, y, f, STALLED
        tried_x, tried_y = x + c * step_along - s * step_across, y + s * step_along + c * step_across
        gain = -(along * step_along + across * step_across) / 2  # the decrease that the model predicts
        if gain <= DEEP * (f0 - f) and np.hypot(step_along, step_across) <= SHORT * np.hypot(x - x0, y - y0):
            status, slow = CONVERGED, True
            break
        there, tx, ty, txx, txy, tyy = objective_at(objective, tried_x, tried_y)
        if there < f:
            x, y, damping = tried_x, tried_y, damping / 8
            f, gx, gy, hxx, hxy, hyy = there, tx, ty, txx, txy, tyy
            if abs(x) + abs(y) > farthest:
                return x, y, f, LEFT
            continue
        unmoved = tried_x == x and tried_y == y
        if gain <= ROUNDED * abs(f) or unmoved or damping > 1e12:
            on = along / high if along != 0.0 else 0.0  # Newton's step itself, without damping
            beside = 0.0 if abs(across) <= NEGLIGIBLE * abs(along) else across / low
            left = abs(along * on + across * beside) / 2
            flat = np.isfinite(left) and left <= FLAT * (abs(f) + left) + 1e-300
            settled = flat or np.hypot(on, beside) <= UNRESOLVED * (1 + np.hypot(x, y))
            status = CONVERGED if settled else STALLED
            if there == f:  # no lower to rounding, but nearer to where the gradient vanishes
                x, y = tried_x, tried_y
            break
        damping = max(8 * damping, abs(low) / size, 1e-20)  # a smaller one would not change the step
    if status == CONVERGED and not slow and low < -DEFINITE * abs(high):
        return x, y, f, LEFT  # a saddle
    if status != LEFT:
        x, y, f = _rounded(objective, x, y, f)
    if status == CONVERGED and (slow or low <= DEFINITE * high) and not _none_lower(objective, x, y, f, c, s):
        status = LEFT
    return x, y, f, status


@njit(nogil=True, cache=True, error_model="numpy")
def _eigen(hxx, hxy, hyy):
    """Eigenvalues of a Hessian, the lower first, and the unit eigenvector (c, s) of the higher.

    The eigenvalue of smaller size is the determinant over the other, which keeps its digits where the two differ by
    many orders of magnitude.
    """
    middle, half, apart = (hxx + hyy) / 2, (hxx - hyy) / 2, np.hypot((hxx - hyy) / 2, hxy)
    low, high = middle - apart, middle + apart
    if middle > 0.0:
        low = hxx / high * hyy - hxy / high * hxy
    elif middle < 0.0:
        high = hxx / low * hyy - hxy / low * hxy
    if apart == 0.0:
        return low, high, 1.0, 0.0
    if half > 0.0:
        c = np.sqrt((1 + half / apart) / 2)
        return low, high, c, hxy / apart / (2 * c)
    s = np.sqrt((1 - half / apart) / 2)
    return low, high, hxy / apart / (2 * s), s


@njit(nogil=True, cache=True, error_model="numpy")
def _rounded(objective, x, y, f):
    """Round the coordinates to fewer decimals where f is no greater there, as minimizers often have few."""
    for scale in (1e9, 1e6, 1e3):
        near_x, near_y = np.floor(x * scale + 0.5) / scale + 0.0, np.floor(y * scale + 0.5) / scale + 0.0
        there = objective_at(objective, near_x, near_y)[0]
        if there <= f:
            x, y, f = near_x, near_y, there
    return x, y, f


@njit(nogil=True, cache=True, error_model="numpy")
def _none_lower(objective, x, y, f, c, s):
    """Whether f is nowhere lower on a small circle, by more than rounding: decides where the Hessian is singular, on
    which x^2 + y^3 and x^2 + y^4 agree. The points include both eigenvectors of the Hessian, (c, s) and (-s, c)."""
    radius = NEIGHBOURHOOD * (1 + np.hypot(x, y))
    least, greatest = 0.0, 0.0
    for i in range(16):
        u, v = radius * np.cos(i * (np.pi / 8)), radius * np.sin(i * (np.pi / 8))
        higher = objective_at(objective, x + c * u - s * v, y + s * u + c * v)[0] - f
        least, greatest = min(least, higher), max(greatest, higher)
    return least >= -1e-13 * abs(f) - 1e-11 * greatest


def _is_kink_minimum(objective, position, value):
    """Whether a point at which a descent has stalled is a minimum at a kink.

    Every point around it must be higher, and no direction may point downhill for all gradients around it, as along
    the bottom of a kinked valley: 0 must be in their convex hull (Clarke's condition, by gradient sampling).
    """
    width = _width(objective)
    with np.errstate(all="ignore"):
        around = position + width * np.array([1e-3, 1e-5, 1e-7])[:, None, None] * _directions()
        if not np.all(objective.value(around[..., 0], around[..., 1]) > value):
            return False
        gradient = objective.gradient(around[-1, :, 0], around[-1, :, 1])
    angle = np.sort(np.arctan2(gradient[:, 1], gradient[:, 0]))
    return bool(np.all(np.diff(angle, append=angle[0] + 2 * np.pi) <= np.pi * (1 + 1e-9)))


def _width(objective):
    (x0, x1), (y0, y1) = objective.domain
    return max(x1 - x0, y1 - y0)


def _directions():
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False) + 0.1  # none along an axis
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _nonsingular(objective, position, hessian):
    if not np.isfinite(hessian).all():
        return False
    eigenvalues = np.linalg.eigvalsh(hessian)
    if not eigenvalues[0] > 1e-12 * eigenvalues[1]:
        return False
    steps = NEAR * _width(objective) * np.concatenate([_directions(), np.linalg.eigh(hessian)[1].T])
    true = objective.gradient(*(position + steps).T) - objective.gradient(*position)
    model = steps @ hessian
    return bool(np.all(np.linalg.norm(true - model, axis=1) <= AGREEMENT * np.linalg.norm(model, axis=1)))


def _exponent(objective, position):
    """n where the gradient is (c |x - x*|^(n-1) sign(x - x*), d |y - y*|^(n-1) sign(y - y*))."""
    width = _width(objective)
    distances = width * np.array([1e-1, 3e-2, 1e-2])
    found = []
    for axis in (0, 1):
        along = np.zeros((6, 2))
        along[:, axis] = np.concatenate([distances, -distances])
        gradient = objective.gradient(*(position + along).T)
        if np.any(gradient[:, 1 - axis] != 0.0):
            return None
        ahead, behind = gradient[:3, axis], gradient[3:, axis]
        if np.all(gradient == 0.0):
            continue
        if not np.allclose(ahead, -behind, rtol=1e-9, atol=0) or np.any(ahead <= 0):
            return None
        slopes = np.diff(np.log(ahead)) / np.diff(np.log(distances))
        if not np.allclose(slopes, slopes[0], rtol=1e-6, atol=1e-6):
            return None
        found.append(1 + slopes[0])
    around = 0.1 * width * _directions()
    gradient = objective.gradient(*(position + around).T)
    alone = np.column_stack(
        [objective.gradient(*(position + around * part).T)[:, i] for i, part in enumerate(np.eye(2))]
    )
    if not found or not np.allclose(gradient, alone, rtol=1e-12, atol=0) or max(found) - min(found) > 1e-6:
        return None
    return float(round(found[0], 6))
