"""The slope that averaging predicts for the loss near a minimum, drawn where averaging holds."""

import numpy as np

from core import InputError
from core.analyses import local_rate, preconditioned_sharpness
from core.objectives import minimum_near
from core.optimizers import OPTIMIZERS
from core.parameters import rates_of
from core.schedules import NAME as SCHEDULE
from dashboard.catalogue.curves import Curve, Series

ENVELOPE = 1.0  # of the oscillation's own period, over which the greatest gap is taken where the slope starts
FAST = 10.0  # times b, that the oscillation's squared frequency over b must be at least: fast against the memories
FINE = 0.1  # of the angle per step squared: many steps in an oscillation
RATIOS = 0.1, 5.0  # a/b between which the averaged rate was measured to be right within 1 %
SMALL = 100.0  # how far sqrt(v) must be above epsilon
SHORTEST = 200  # steps over which a slope is worth drawing


def checked(run):
    """
    a, b and the learning rate of a run that the averaged rate is derived for.

    Raises
    ------
    InputError
        With the hypothesis that fails.
    """
    method, p = OPTIMIZERS[run.optimizer], run.parameters
    if run.optimizer not in ("adam", "adamw", "radam") or p.get("weight_decay"):
        raise InputError(f"{method.title} has no local rate of this form: it is derived for Adam's flow")
    if p[SCHEDULE] != "constant":
        raise InputError("The local rate is for a constant learning rate")
    eta = p["learning_rate"]
    rates = rates_of(p)
    a, b = rates["a"], rates["b"]
    low, high = RATIOS
    if not low * b <= a <= high * b:
        raise InputError(f"The local rate holds for a between {low} b and {high:g} b, and a is {a / b:.3g} b")
    return a, b, eta


def stretch(run):
    """
    First and last row of the longest part of a run over which averaging holds.

    Averaging needs an oscillation about a minimum with curvature that is fast against both memories,
    lambda/sqrt(v) >= 10 max(a, b), slow against the steps, b eta^2 lambda/sqrt(v) <= 0.1, and of small amplitude
    compared with the objective's domain; and epsilon well below sqrt(v).

    Raises
    ------
    InputError
        Where it holds nowhere, or not for long enough.
    """
    a, b, eta = checked(run)
    minimum = minimum_near(run.objective, run.position[-1])
    if minimum is None or not minimum.nonsingular:
        raise InputError(f"{run.objective.name}: the local rate is for a minimum with curvature, where the run ends")
    sharpness = preconditioned_sharpness(run)
    (x0, x1), (y0, y1) = run.objective.domain
    near = np.hypot(*(run.position - minimum.position).T) < 0.01 * max(x1 - x0, y1 - y0)
    root = np.sqrt(run.state["second_moment"])
    with np.errstate(invalid="ignore"):
        holds = (sharpness >= FAST * max(a, b)) & (b * eta**2 * sharpness <= FINE) & near
        holds &= np.all((root > SMALL * run.parameters["epsilon"]) | (root == 0), axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], holds, [False]]).astype(int)))
    starts, ends = edges[::2], edges[1::2]
    if not starts.size or (longest := int(np.argmax(ends - starts)), ends[longest] - starts[longest])[1] < SHORTEST:
        raise InputError(
            "The local rate holds nowhere in this run: averaging wants 10 max(a, b) ≤ λ/√v ≤ 0.1/(bη²) near a minimum"
        )
    return int(starts[longest]), int(ends[longest]) - 1


def lines(run):
    """The loss above the minimum, and the averaged rate where it holds."""
    f = run.objective
    if f.minimum is None:
        raise InputError(f"{f.name}: the local rate is drawn where the least value is known")
    gap = run.loss - f.minimum
    (first, last), (a, b, eta) = stretch(run), checked(run)
    frequency = np.sqrt(b * preconditioned_sharpness(run, np.array([first]))[0])
    period = int(np.ceil(ENVELOPE * 2 * np.pi / (frequency * eta)))
    top = first + int(np.argmax(gap[first : first + period]))
    at = np.arange(top, last + 1, dtype=float)
    with np.errstate(under="ignore", over="ignore"):
        slope = gap[top] * np.exp(np.clip(2 * local_rate(a, b) * (at - top) * eta, -690, 690))
    return [Series(gap), Series(slope, "averaged rate", "reference", at=at)]


def says(run):
    """Where the rate holds, and what it is."""
    (first, last), (a, b, _) = stretch(run), checked(run)
    return (
        f"Dotted from step {first:,} to {last:,}, where averaging holds: the loss falls as e^(2rt), r = "
        f"{local_rate(a, b):.3g}."
    )


CURVE = Curve(
    title="Loss and local rate",
    axis_label="f(x) − f*, and e^(2rt)",
    look="Near a minimum with curvature a fast, small oscillation of Adam's flow falls with r = −(4/9)(b − a/8), or "
    "−(b/2 − a/8) while v falls freely, a ≤ 0.8b.",
    order=8,
    of_run=lines,
    says=says,
)
