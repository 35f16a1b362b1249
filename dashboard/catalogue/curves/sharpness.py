"""The curve of the preconditioned sharpness and its stability threshold."""

from core.analyses import preconditioned_sharpness, sharpness_threshold
from dashboard.catalogue.curves import Curve, Series


def lines(run):
    """The sharpness, and the threshold as a reference."""
    return [Series(preconditioned_sharpness(run)), Series(sharpness_threshold(run), "threshold", "reference")]


CURVE = Curve(
    title="Preconditioned sharpness",
    axis_label="of P⁻¹∇²f",
    look="Above its threshold the step's linear recursion grows while P hardly changes. A spike needs that; not every "
    "crossing is one.",
    order=3,
    of_run=lines,
)
