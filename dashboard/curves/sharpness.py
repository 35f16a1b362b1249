import numpy as np

from core.analyses import preconditioned_sharpness, sharpness_threshold
from dashboard.curves import Curve, Line


def lines(run):
    threshold = np.broadcast_to(sharpness_threshold(run), run.loss.shape)
    return [Line(preconditioned_sharpness(run)), Line(threshold, "threshold", "reference")]


CURVE = Curve(
    title="Preconditioned sharpness",
    axis="of P⁻¹∇²f",
    look="Where the gauge crosses its threshold, the linear dynamics grow: a spike starts.",
    order=3,
    of_run=lines,
)
