"""The curve of effective steps: what the gradient, or its average, is multiplied by."""

import numpy as np

from core.analyses import learning_rates, preconditioner
from dashboard.catalogue.curves import Curve, Series


def lines(run):
    """η over the preconditioner, of both coordinates."""
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = learning_rates(run)[:, None] / preconditioner(run)
    return [Series(effective[:, 0], "x"), Series(effective[:, 1], "y", "second")]


CURVE = Curve(
    title="Effective steps",
    axis_label="η/(√v̂ + ε)",
    look="What the gradient, or its average, is multiplied by. Where √v fades while the gradient is small, it climbs.",
    order=2,
    of_run=lines,
)
