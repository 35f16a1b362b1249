"""The curve of distances between the steps and their ODE limit."""

import numpy as np

from dashboard.catalogue.curves import Curve, Series


def lines(limit):
    """‖xₖ − X(tₖ)‖ at every step that the limit reaches."""
    position, flow = limit.run.position, limit.solution
    there = flow(np.minimum(np.arange(len(position)) * limit.clock, flow.duration))
    apart = np.hypot(*(position - there).T)
    known = np.isfinite(apart)
    return [Series(apart[known], at=np.flatnonzero(known).astype(float))]


CURVE = Curve(
    title="Distance to the flow",
    axis_label="‖xₖ − X(tₖ)‖",
    look="How far the steps are from their limit at the same time.",
    order=6,
    of_limit=lines,
    fine=True,
)
