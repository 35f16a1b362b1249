"""The level of a run: the loss that its excursions are measured from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from core.compile.calls import call_objective
from core.integrate.status import Status

ITERATIONS = 200  # of the descent to the minimum below a run
FARTHEST = 1e9  # distance from the start of the descent at which it counts as leaving
FLAT = 1e-9  # of the loss: a Newton step that would lower it by less has arrived
SAME = 1e-12  # of the first loss: two minima that differ by less are one


def tail(rows: int) -> slice:
    """The last quarter of a run's rows, start included; all of them where that is fewer than two."""
    quarter = (rows - 1) // 4
    return slice(rows - quarter if quarter >= 2 else 0, rows)


def window_least(run) -> tuple[int, float]:
    """Find the least loss over the last quarter of a run.

    Parameters
    ----------
    run : core.Run or core.Solution
        Anything with `loss`, (K+1,), all finite.

    Returns
    -------
    index : int
        The row of the run at which it is first met.
    least : float
        The loss there.
    """
    window = tail(len(run.loss))
    index = window.start + int(np.argmin(run.loss[window]))
    return index, float(run.loss[index])


@dataclass(frozen=True)
class Level:
    """A loss to measure from.

    Attributes
    ----------
    value : float
    kind : str
        "minimum": the objective's known minimum;  "local": the local minimum below the run's lowest point in its last
        quarter;  "seen": the least loss of that quarter, where no minimum is found below it but the loss came back to
        it;  "none": nothing to measure from, and the value is 0.
    """

    value: float
    kind: str


def known_level(objective) -> Level:
    """The objective's known minimum, or 0."""
    return Level(0.0, "none") if objective.minimum is None else Level(float(objective.minimum), "minimum")


def level(run) -> Level:
    """Find what the loss of a run is best measured from: the minimum where it settled.

    Parameters
    ----------
    run : core.Run

    Returns
    -------
    Level
        The known minimum, unless the run's last quarter is nearer to a local minimum above it than that minimum is to
        the known one: then on a log scale above the known minimum nothing of the run would be seen.

    Notes
    -----
    The local minimum is found by descent from the lowest point of the last quarter, not read off the run: so it is
    the same for all runs, and limits, in one basin, and does not move while parameters do.
    """
    known, f = known_level(run.objective), run.objective
    if run.status == Status.DIVERGED:
        return known
    index, least = window_least(run)
    below = minimum_below(f, run.position[index])
    if below is not None:
        below = min(below, least)
        if 0 <= below <= SAME * abs(run.loss[0] - below):
            below = 0.0  # to rounding, as where the unknown minimum of a formula is 0
    if known.kind == "minimum":
        if below is None or below - known.value <= SAME * max(abs(known.value), abs(run.loss[0] - known.value)):
            return known
        return Level(below, "local") if least - below < below - known.value else known
    if below is not None:
        return Level(below, "local")
    return Level(least, "seen") if _returns(run.loss[tail(len(run.loss))], least) else known


def _returns(window, least):
    """Whether the loss neither falls nor leaves: it comes back to where its first half had been."""
    half = len(window) // 2
    return half > 0 and bool(window[half:].max() >= window[:half].min()) and bool(window[:half].min() >= least)


def minimum_below(objective, point) -> float | None:
    """Descend from a point to a local minimum.

    Parameters
    ----------
    objective : core.Objective
    point : array_like, (2,)

    Returns
    -------
    float or None
        The loss at the minimum; None where descent leaves, or ends at a point that is none.
    """
    found = _descend(objective.native, float(point[0]), float(point[1]), np.empty(6), np.empty(6))
    return None if np.isnan(found) else float(found)


@njit(nogil=True, cache=True, error_model="numpy")
def _descend(objective, x, y, here, there):
    """Damped Newton steps that only go down (Levenberg and Marquardt), the Hessian's eigenvalues by their size."""
    call_objective(objective, x, y, here)
    x0, y0, damping = x, y, 1e-3
    for _ in range(ITERATIONS):
        f, gx, gy, hxx, hxy, hyy = here[0], here[1], here[2], here[3], here[4], here[5]
        middle, apart = (hxx + hyy) / 2, np.hypot((hxx - hyy) / 2, hxy)
        if not np.isfinite(f + gx + gy + middle + apart):
            return np.nan
        low, high = middle - apart, middle + apart
        if gx == 0.0 and gy == 0.0:
            return f if low >= -1e-9 * abs(high) else np.nan
        angle = np.arctan2(2 * hxy, hxx - hyy) / 2  # of the eigenvector of `high`
        c, s = np.cos(angle), np.sin(angle)
        along, across = c * gx + s * gy, c * gy - s * gx
        size = max(abs(low), abs(high))
        step_along = -along / (abs(high) + damping * size) if along != 0.0 else 0.0
        step_across = -across / (abs(low) + damping * size) if across != 0.0 else 0.0
        if not np.isfinite(step_along + step_across):
            return np.nan
        tried_x, tried_y = x + c * step_along - s * step_across, y + s * step_along + c * step_across
        call_objective(objective, tried_x, tried_y, there)
        gain = -(along * step_along + across * step_across) / 2
        if there[0] < f:
            x, y, damping = tried_x, tried_y, max(damping / 8, 1e-15)
            for i in range(here.size):  # numba takes more than a second to compile an assignment to a slice
                here[i] = there[i]
            if np.hypot(x - x0, y - y0) > FARTHEST * (1 + np.hypot(x0, y0)):
                return np.nan
        elif gain <= 1e-15 * abs(f) or (tried_x == x and tried_y == y):
            return f if low >= -1e-9 * abs(high) and gain <= FLAT * (abs(f) + gain) + 1e-300 else np.nan
        else:
            damping *= 8
            if damping > 1e12:
                return np.nan
    return np.nan
