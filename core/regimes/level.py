"""The level of a run: the least loss over the last quarter of its steps."""

from __future__ import annotations

import numpy as np


def tail(rows: int) -> slice:
    """The last quarter of a run's rows, start included; all of them where that is fewer than two."""
    quarter = (rows - 1) // 4
    return slice(rows - quarter if quarter >= 2 else 0, rows)


def window_least(run) -> tuple[int, float]:
    """Find the least loss over the last quarter of a run.

    Parameters
    ----------
    run : core.Run or core.Flow
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
