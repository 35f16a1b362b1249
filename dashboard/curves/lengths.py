import numpy as np

from core.analyses import update_bound
from dashboard.curves import Curve, Line


def lines(run):
    values = run.parameters
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        lengths = np.abs(np.diff(run.position, axis=0)) / values["learning_rate"]
    at = np.arange(1.0, len(run.loss))
    drawn = [Line(lengths[:, 0], "x", at=at), Line(lengths[:, 1], "y", "second", at=at)]
    if run.optimizer == "adam":
        bound = update_bound(values["beta1"], values["beta2"])
        drawn += [Line(np.full(at.shape, bound), "bound", "reference", at=at)] if np.isfinite(bound) else []
    return drawn


CURVE = Curve(
    title="Step lengths",
    axis="|xₖ − xₖ₋₁|/η of x and of y",
    look="Below a = 2b Adam's steps have a bound; beyond it v forgets faster than m, and there is none.",
    order=5,
    of_run=lines,
)
