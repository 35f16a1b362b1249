"""The level of a run: the reference loss that its excess loss is measured from.

It is the value of the minimum where the run settled, found by :func:`core.objectives.minima.minimum_near`, so the
loss axis, the inspector and the sentence about the run use the same number.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..integrate.status import Status
from ..objectives.minima import Minimum, minimum_near

SAME = 1e-12  # relative to the initial loss: minima whose values differ by less count as equal


def tail(rows: int) -> slice:
    """The last quarter of a run's rows, start included; all of them where that is fewer than two."""
    quarter = (rows - 1) // 4
    return slice(rows - quarter if quarter >= 2 else 0, rows)


def tail_least(run) -> tuple[int, float]:
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
    rows = tail(len(run.loss))
    index = rows.start + int(np.argmin(run.loss[rows]))
    return index, float(run.loss[index])


@dataclass(frozen=True)
class Level:
    """A reference loss.

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
    """
    The objective's known minimum, or 0.

    Parameters
    ----------
    objective : core.Objective

    Returns
    -------
    Level
    """
    return Level(0.0, "none") if objective.minimum is None else Level(float(objective.minimum), "minimum")


def level(run) -> Level:
    """Find the reference loss of a run: the value of the minimum where it settled.

    Parameters
    ----------
    run : core.Run

    Returns
    -------
    Level
        The known minimum, unless the least loss of the last quarter is closer to a local minimum than that is to the
        known one: then a log scale above the known minimum would show the end of the run as a flat line.

    Notes
    -----
    The local minimum is found by descent from the lowest point of the last quarter, so it is the same for all runs
    and ODE limits in one basin of attraction, and does not change while a parameter is dragged.
    """
    return settled_and_level(run)[1]


def settled_and_level(run) -> tuple[Minimum | None, Level]:
    """Find the minimum that a run settled in, or is on its way to, and the level that follows from it.

    Parameters
    ----------
    run : core.Run

    Returns
    -------
    minimum : Minimum or None
        The minimum that descent from the lowest point of the last quarter leads to, whether or not the loss is
        measured from it; None for a diverged run, and where there is none.
    level : Level
        As from :func:`level`.
    """
    f = run.objective
    if run.status == Status.DIVERGED:
        return None, known_level(f)
    index, least = tail_least(run)
    found = minimum_near(f, run.position[index])
    if found is None:
        if f.minimum is None and _returns(run.loss[tail(len(run.loss))], least):
            return None, Level(least, "seen")
        return None, known_level(f)
    start, below = float(run.loss[0]), min(found.value, least)
    if 0 <= below <= SAME * abs(start - below):
        below = 0.0  # to rounding, as where the unknown minimum of a formula is 0
    if f.minimum is not None:
        known = float(f.minimum)
        same = below - known <= SAME * max(abs(known), abs(start - known))
        if same or least - below >= below - known:
            return found, Level(known, "minimum")
    return found, Level(below, "local")


def _returns(loss, least):
    """Whether the loss neither falls nor leaves: it comes back to where its first half had been."""
    half = len(loss) // 2
    return half > 0 and bool(loss[half:].max() >= loss[:half].min()) and bool(loss[:half].min() >= least)
