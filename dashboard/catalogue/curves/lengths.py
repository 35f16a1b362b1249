"""The curve of step lengths in learning rates, and Adam's bound on them."""

import numpy as np

from core.analyses import update_bound
from core.schedules import NAME as SCHEDULE
from core.schedules import factor
from dashboard.catalogue.curves import Curve, Series


def lines(run):
    """|xₖ − xₖ₋₁|/η of both coordinates, and the bound where there is one."""
    values = run.parameters
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lengths = np.abs(np.diff(run.position, axis=0)) / values["learning_rate"]
    at = np.arange(1.0, len(run.loss))
    drawn = [Series(lengths[:, 0], "x", at=at), Series(lengths[:, 1], "y", "second", at=at)]
    if run.optimizer == "adam":
        bound = update_bound(values["beta1"], values["beta2"])
        if np.isfinite(bound):
            drawn.append(Series(bound * _corrections(values, at), "bound", "reference", at=at))
    return drawn


def _corrections(values, k):
    """What the bias corrections and the schedule make of the bound at step k."""
    eta = factor(values[SCHEDULE], k, len(k)) * np.ones(k.shape)
    if not values["bias_correction"]:
        return eta
    return eta * np.sqrt(1 - values["beta2"] ** k) / (1 - values["beta1"] ** k)


CURVE = Curve(
    title="Step lengths",
    axis_label="|xₖ − xₖ₋₁|/η of x and of y",
    look="Dotted, for Adam: the longest step that any gradients can bring about, where there is one, for β₁² < β₂, "
    "about a < 2b.",
    order=5,
    of_run=lines,
)
