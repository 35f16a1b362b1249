"""The curve of Γ, the change of what the step is divided by (Reddi et al. 2018)."""

import numpy as np

from core.analyses import gamma
from dashboard.catalogue.curves import Curve, Series


def lines(run):
    """Γ of both coordinates."""
    values, at = gamma(run), np.arange(1.0, len(run.loss))
    return [Series(values[:, 0], "x", at=at), Series(values[:, 1], "y", "second", at=at)]


def says(run):
    """On how many steps Γ is negative."""
    negative = np.sum(gamma(run) < 0, axis=0)
    steps = len(run.loss) - 1
    return f"Here it is below 0 on {negative[0]:,} of {steps:,} steps for x, and on {negative[1]:,} for y."


CURVE = Curve(
    title="Γ, change of the budget",
    axis_label="Bₜ/ηₜ − Bₜ₋₁/ηₜ₋₁",
    look="B is what the step is divided by, with the bias correction and ε in it where they are in force. Proofs for "
    "Adam's kin want Γ never below 0.",
    order=7,
    of_run=lines,
    scale="symlog",
    small=1e-6,
    says=says,
)
