"""The curve of the gradient's norm."""

import numpy as np

from dashboard.catalogue.curves import Curve, Series


def lines(trajectory):
    """‖∇f‖ along a run or its limit."""
    with np.errstate(over="ignore"):
        return [Series(np.hypot(*trajectory.objective.gradient(*trajectory.position.T).T))]


CURVE = Curve(
    title="Gradient norm",
    axis_label="‖∇f(x)‖",
    look="The length of the gradient at every iterate.",
    order=1,
    of_run=lines,
    of_limit=lambda limit: lines(limit.solution),
)
