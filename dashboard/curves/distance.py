import numpy as np

from dashboard.curves import Curve, Line


def lines(limit):
    position, flow = limit.run.position, limit.flow
    there = flow(np.minimum(np.arange(len(position)) * limit.clock, flow.duration))
    apart = np.hypot(*(position - there).T)
    known = np.isfinite(apart)
    return [Line(apart[known], at=np.flatnonzero(known).astype(float))]


CURVE = Curve(
    title="Distance to the flow",
    axis="‖xₖ − X(tₖ)‖",
    look="Small while the limit explains the steps; where it leaps, the discretisation acts on its own.",
    order=6,
    of_limit=lines,
    fine=True,
)
