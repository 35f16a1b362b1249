"""Local minima of an objective, found numerically, and what f looks like there.

Several results hold for minima of one kind only: a Hessian that is not singular, or a power |x|^n along each axis.
Which kind a minimum is of is computed from the function, so that a formula is treated as a built-in objective is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

GRID = 12  # starting points along either side of the domain
ITERATIONS = 80
NEAR = 1e-5  # of the domain's width: where the gradient is compared with the Hessian's
SAME = 1e-4  # of the domain's width: minima nearer to each other are one
STATIONARY = 1e-7  # of the gradient's typical size in the domain
AGREEMENT = 0.2  # relative difference between the gradient and its linear model, for a Hessian that tells the shape


@dataclass(frozen=True, eq=False)
class Minimum:
    """
    A local minimum.

    Attributes
    ----------
    position : (2,) array
    hessian : (2, 2) array
        Not finite where f has none.
    nonsingular : bool
        Whether f is, near it, the quadratic form of a positive definite Hessian.
    exponent : float or None
        n, where f - f* is a sum of powers c |x - x*|^n, one for each coordinate it depends on, within a tenth of the
        domain's width.
    """

    position: np.ndarray
    hessian: np.ndarray
    nonsingular: bool
    exponent: float | None

    @property
    def least_curvature(self) -> float:
        """The smaller second derivative along an axis."""
        return float(np.diag(self.hessian).min())


@lru_cache(maxsize=64)
def local_minima(objective) -> tuple[Minimum, ...]:
    """
    The local minima of f in twice its domain, as far as a search from a grid of starting points finds them.

    Parameters
    ----------
    objective : core.Objective

    Returns
    -------
    tuple of Minimum
        The known minimizers first. Empty where f has none: a saddle, a function that is unbounded below everywhere.
    """
    (x0, x1), (y0, y1) = objective.domain
    x, y = np.meshgrid(np.linspace(x0, x1, GRID + 1), np.linspace(y0, y1, GRID + 1))
    starts = np.column_stack([x.ravel(), y.ravel()])
    starts = np.concatenate([[objective.start], starts + 1e-3 * _width(objective) * np.array([0.61, 0.37])])
    with np.errstate(all="ignore"):
        size = np.linalg.norm(objective.gradient(*starts.T), axis=1)
        scale = float(np.median(size[np.isfinite(size)])) if np.isfinite(size).any() else 0.0
        reached = _descended(objective, starts)
    middle, half = np.array([x0 + x1, y0 + y1]) / 2, np.array([x1 - x0, y1 - y0])
    inside = np.all(np.abs(reached - middle) <= half, axis=1)
    found = [np.array(position) for position in objective.minimizers]
    for position in reached[inside]:
        if all(np.linalg.norm(position - other) > SAME * _width(objective) for other in found) and _is_minimum(
            objective, position, scale
        ):
            found.append(position)
    return tuple(_described(objective, position) for position in found)


def minimum_near(objective, point) -> Minimum | None:
    """
    The local minimum that descent from a point leads to.

    Parameters
    ----------
    objective : core.Objective
    point : (2,) array-like
        Where a run ended, for instance.

    Returns
    -------
    Minimum or None
        None where there is none in reach.
    """
    start = np.array(point, dtype=float)
    if not np.isfinite(start).all():
        return None
    for known in local_minima(objective):
        if np.max(np.abs(known.position - start)) <= SAME * _width(objective):
            return known
    with np.errstate(all="ignore"):
        (position,) = _descended(objective, start[None])
        width = _width(objective)
        around = position + width * 0.1 * _directions()
        scale = float(np.median(np.linalg.norm(objective.gradient(*around.T), axis=1)))
    return _described(objective, position) if _is_minimum(objective, position, scale) else None


def _width(objective):
    (x0, x1), (y0, y1) = objective.domain
    return max(x1 - x0, y1 - y0)


def _directions():
    angle = np.linspace(0, 2 * np.pi, 16, endpoint=False) + 0.1  # none along an axis
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _descended(objective, points):
    """Levenberg and Marquardt's damped Newton steps from each point, which only go down; then rounder coordinates,
    where f is no greater there."""
    points, damping = points.copy(), np.full(len(points), 1e-3)
    value, idle = objective.value(*points.T), 0
    for _ in range(ITERATIONS):
        gradient, hessian = objective.gradient(*points.T), objective.hessian(*points.T)
        eigenvalues, basis = np.linalg.eigh(np.where(np.isfinite(hessian), hessian, 0.0))
        size = np.abs(eigenvalues)
        shift = damping * np.maximum(size.max(axis=1), 1e-12)
        slope = np.einsum("nji,nj->ni", basis, gradient)
        step = -np.einsum("nij,nj->ni", basis, slope / (size + shift[:, None]))
        tried = points + step
        there = objective.value(*tried.T)
        better = np.isfinite(there) & (there <= value)
        points[better], value[better] = tried[better], there[better]
        damping = np.clip(np.where(better, damping / 8, damping * 8), 1e-15, 1e15)
        moving = np.linalg.norm(step, axis=1) > 1e-9 * (1 + np.linalg.norm(points, axis=1))
        if not np.any(better & moving):  # a refused step is tried once more, shorter: most ends are reached by then
            idle += 1
            if idle == 3:
                break
        else:
            idle = 0
    for digits in (9, 6, 3):
        rounded = np.round(points, digits) + 0.0
        there = objective.value(*rounded.T)
        better = there <= value
        points[better], value[better] = rounded[better], there[better]
    return points


def _is_minimum(objective, position, scale):
    """Nothing lower beside it, and no slope at it, unless it is a kink: everything higher, however near."""
    if not np.isfinite(position).all():
        return False
    with np.errstate(all="ignore"):
        value = float(objective.value(*position))
        slope = float(np.linalg.norm(objective.gradient(*position)))
        around = position + _width(objective) * np.array([1e-3, 1e-5, 1e-7])[:, None, None] * _directions()
        higher = objective.value(around[..., 0], around[..., 1]) - value
    if not np.isfinite(value) or not np.all(higher[0] >= -1e-13 * max(1.0, abs(value))):
        return False
    return not slope > STATIONARY * scale or bool(np.all(higher > 0))


def _described(objective, position):
    with np.errstate(all="ignore"):
        hessian = objective.hessian(*position)
        return Minimum(position, hessian, _nonsingular(objective, position, hessian), _exponent(objective, position))


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
