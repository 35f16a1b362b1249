"""The curve of the loss."""

import numpy as np

from dashboard.catalogue.curves import Curve, Series


def lines(trajectory, level):
    """The loss above a level."""
    return [Series(trajectory.loss - level)]


def lines_of_limit(limit, level):
    """The loss of a limit above a level, left out where it is within its rounding error."""
    flow = limit.solution
    above = flow.loss - level
    rounding = flow.loss_rounding + 8 * np.spacing(abs(level)) * (level != 0)
    return [Series(np.where(np.abs(above) > rounding, above, np.nan))]


CURVE = Curve(
    title="Loss",
    axis_label="f(x){level}",
    look="Rest and burst, a ripple, or a slow swing: the regimes are read here.",
    order=0,
    of_run=lines,
    of_limit=lines_of_limit,
    from_level=True,
)
