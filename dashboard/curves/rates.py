import numpy as np

from core.analyses import local_rate
from core.optimizers import OPTIMIZERS
from dashboard.curves import Curve, Line

NEAR = 1e-3  # of the first gap: where the slope starts, the descent being over


def lines(run):
    method, values = OPTIMIZERS[run.optimizer], run.parameters
    if not (method.has_rates and method.trait("second_moment_fades", values)):
        raise ValueError(f"{method.title} has no local rate of this form: it needs Adam's fading memories")
    eta = values["learning_rate"]
    rate = local_rate((1 - values["beta2"]) / eta, (1 - values["beta1"]) / eta)
    gap = run.loss - (run.objective.minimum or 0.0)
    drawn = [Line(gap)]
    below = np.flatnonzero(gap <= NEAR * gap[0])
    if below.size:
        at = np.arange(below[0], len(gap), dtype=float)
        with np.errstate(under="ignore"):
            slope = gap[below[0]] * np.exp(np.clip(2 * rate * (at - at[0]) * eta, -690, 690))
        drawn.append(Line(slope, "averaged rate", "reference", at=at))
    return drawn


CURVE = Curve(
    title="Loss and local rate",
    axis="f(x) − f*, and e^(2rt)",
    look="Near a minimum with curvature the loss falls with r = −(4/9)(b − a/8), or −(b/2 − a/8) while v falls freely.",
    order=8,
    of_run=lines,
)
