"""The curve of the energy that falls along Adam's flow under the hypotheses of its convergence proof."""

import numpy as np

from core import InputError
from core.analyses import energy
from core.parameters import rates_of
from core.schedules import NAME as SCHEDULE
from dashboard.catalogue.curves import Curve, Series


def lines(trajectory, run, level):
    """
    The energy along a run or its ODE limit.

    Parameters
    ----------
    trajectory : core.Run or core.Solution
    run : core.Run
        The run itself, for its parameters.
    level : float
        What the loss is measured from.

    Raises
    ------
    InputError
        If the method does not have Adam's two moments.
    """
    values = run.parameters
    if not {"first_moment", "second_moment"} <= set(run.state) or "beta1" not in values:
        raise InputError(f"{run.optimizer} has no energy of this form: it needs Adam's two moments")
    b = rates_of(values)["b"]
    return [Series(energy(trajectory, run.objective, b, level))]


def obstacle(run):
    """Which hypothesis of the proof fails for this run's flow, or ""."""
    p = run.parameters
    if run.optimizer != "adam":
        return "it is proved for Adam's flow alone"
    if p["bias_correction"]:
        return "the proof is without bias correction"
    if p["epsilon"] != 0:
        return f"the proof is for ε = 0, and ε is {p['epsilon']!r}"
    if p[SCHEDULE] != "constant":
        return "the proof is for a constant learning rate"
    rates = rates_of(p)
    a, b = rates["a"], rates["b"]
    return "" if a <= 4 * b else f"the proof needs a ≤ 4b, and a is {a / b:.3g} b"


def says(run, level):
    """Whether the proof holds for this run, and by how much the energy grows."""
    values = lines(run, run, level)[0].values
    values = values[np.isfinite(values)]
    least = np.minimum.accumulate(values)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        growth = float(np.nanmax(np.where(least > 0, values / least, np.nan), initial=1.0)) - 1
    grown = (
        f"over these steps it grows by up to {100 * growth:.2g} % of what it had come down to"
        if growth > 1e-9
        else "over these steps it never grows"
    )
    why = obstacle(run)
    return (
        f"Nothing forbids this energy to grow here, since {why}; {grown}."
        if why
        else f"Along the flow this energy cannot grow: a ≤ 4b, no bias correction, ε = 0; {grown}."
    )


CURVE = Curve(
    title="Energy",
    axis_label="f(x){level} + Σ m²/(2b√v)",
    look="Adam's flow without bias correction, with ε = 0 and a ≤ 4b, cannot raise it: the proof of convergence rests "
    "on that.",
    order=4,
    of_run=lambda run, level: lines(run, run, level),
    of_limit=lambda limit, level: lines(limit.solution, limit.run, level),
    says=says,
    from_level=True,
)
