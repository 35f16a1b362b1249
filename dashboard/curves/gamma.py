import numpy as np

from core.analyses import gamma
from dashboard.curves import Curve, Line


def lines(run):
    values, at = gamma(run), np.arange(1.0, len(run.loss))
    return [Line(values[:, 0], "x", at=at), Line(values[:, 1], "y", "second", at=at)]


CURVE = Curve(
    title="Γ, change of the budget",
    axis="√vₜ/ηₜ − √vₜ₋₁/ηₜ₋₁",
    look="Proofs want it never below 0. Adam's is; AMSGrad and AdamAL were made so that theirs is not.",
    order=7,
    of_run=lines,
    scale="symlog",
    small=1e-6,
)
