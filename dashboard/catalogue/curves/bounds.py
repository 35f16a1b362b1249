"""The curve of bounds: what theory guarantees on a convex quadratic, whose curvatures are known, and what happens.

A bound is drawn only where its hypotheses hold of this run; a factor that holds in the long run is drawn as a slope.
"""

import numpy as np

from core import InputError
from core.analyses import adagrad_norm_iterations, asymptotic_factor, sign_flow_bound
from core.schedules import NAME as SCHEDULE
from dashboard.catalogue.curves import Curve, Series

TOLERANCES = np.geomspace(1e-12, 1e3, 200)  # of the squared gradient
EPS = np.finfo(float).eps


def curvatures(objective):
    """
    Least and greatest curvature of a convex quadratic.

    Raises
    ------
    InputError
        For any other function.
    """
    there = objective.hessian(*np.array([[0.0, 0.0], [1.3, -0.7], [-2.1, 0.4]]).T)
    least, greatest = np.linalg.eigvalsh(there[0])
    if not np.allclose(there, there[0], rtol=1e-12, atol=0) or least <= 0:
        raise InputError(f"{objective.name}: bounds are drawn for convex quadratics, whose curvatures are known")
    return least, greatest


def minimizer(objective):
    """The minimizer of a quadratic, shape (2,): Newton's step from the origin."""
    return -np.linalg.solve(objective.hessian(0.0, 0.0), objective.gradient(0.0, 0.0))


def gap_of(run):
    """The loss above the quadratic's least value."""
    f = run.objective
    return run.loss - (float(f.value(*minimizer(f))) if f.minimum is None else f.minimum)


def _constant_rate(run):
    if run.parameters[SCHEDULE] != "constant":
        raise InputError(f"{run.optimizer}: the bound is for a constant learning rate, and η follows a schedule")


def _resolved(run, bound, greatest):
    """The bound up to rounding: k steps' relative errors, and none where the loss itself is rounding error."""
    k = np.arange(len(bound))
    place = minimizer(run.objective)
    floor = greatest * (8 * EPS * np.abs(place).max()) ** 2 + 64 * EPS * abs(float(run.objective.value(*place)))
    bound = bound * (1 + 16 * EPS * k)
    return np.where(bound > floor, bound, np.nan)


def _gd(run, least, greatest):
    """Each coordinate along an eigenvector is multiplied by 1 - eta lambda, so the gap by at most rho^2."""
    eta = run.parameters["learning_rate"]
    factor = max(abs(1 - eta * least), abs(1 - eta * greatest))
    with np.errstate(over="ignore", under="ignore"):
        bound = _resolved(run, gap_of(run)[0] * factor ** (2.0 * np.arange(len(run.loss))), greatest)
    return Series(bound, "bound", "reference"), (
        f"Dotted, proved for gradient descent on a convex quadratic: the loss is multiplied by at most ρ² = "
        f"{factor**2:.4g} a step, ρ = max(|1 − ημ|, |1 − ηL|), μ = {least:.4g}, L = {greatest:.4g}."
    )


def _convex_nesterov(run, least, greatest):
    """Beck & Teboulle 2009, theorem 4.4, with t_k = (k + 2)/2."""
    eta = run.parameters["learning_rate"]
    if eta > 1 / greatest:
        raise InputError(f"nesterov: the bound needs η ≤ 1/L = {1 / greatest:.4g}, and η is {eta!r}")
    way = np.sum((run.position[0] - minimizer(run.objective)) ** 2)
    bound = 2 * way / (eta * (np.arange(len(run.loss)) + 1.0) ** 2)
    bound[0] = np.nan
    return Series(_resolved(run, bound, greatest), "bound", "reference"), (
        "Dotted, proved for convex f with an L-Lipschitz gradient and η ≤ 1/L: f − f* ≤ 2‖x₀ − x*‖²/(η(k+1)²)."
    )


def _slope(run, least, greatest):
    p = run.parameters
    factor = max(asymptotic_factor(run.optimizer, p["learning_rate"] * c, p["momentum"]) for c in (least, greatest))
    with np.errstate(over="ignore", under="ignore"):
        line = gap_of(run)[0] * factor ** (2.0 * np.arange(len(run.loss)))
    return Series(line, "slope in the long run", "reference"), (
        f"Dotted, a slope and no bound: in the long run the loss is multiplied by ρ² = {factor**2:.4g} a step, ρ the "
        "largest root of the step's linear recursion; before, it may lie above."
    )


def _reference(run):
    """The dotted line of a run, and what it is; InputError where nothing is known or a hypothesis fails."""
    least, greatest = curvatures(run.objective)
    if run.optimizer == "sign_gd":
        return None, "The bound is proved for the sign flow, and drawn beside it: the steps end in a ripple of size η."
    if run.optimizer == "adagrad_norm":
        return None, ""
    _constant_rate(run)
    if run.optimizer == "gd":
        return _gd(run, least, greatest)
    if run.optimizer == "nesterov" and run.parameters["schedule"] == "convex":
        return _convex_nesterov(run, least, greatest)
    if run.optimizer in ("heavy_ball", "nesterov"):
        return _slope(run, least, greatest)
    raise InputError(f"{run.optimizer}: no bound of it is known to this page")


def lines(run):
    """The loss, or AdaGrad-Norm's squared gradients, and the bound or slope of the method."""
    reference, _ = _reference(run)
    if run.optimizer == "adagrad_norm":
        return _gradients(run)
    return [Series(gap_of(run)), *([reference] if reference else [])]


def says(run):
    """What the dotted line is, and under which hypotheses it is proved."""
    if run.optimizer == "adagrad_norm":
        return (
            "Dotted, proved for η = 1 and an L-Lipschitz gradient (Ward, Wu & Bottou): by when the least squared "
            "gradient so far is below each value."
        )
    return _reference(run)[1]


def _gradients(run):
    """Ward, Wu & Bottou bound the least squared gradient so far, for a learning rate of 1."""
    _constant_rate(run)
    if run.parameters["learning_rate"] != 1.0:
        raise InputError(f"adagrad_norm: the bound is for η = 1, and η is {run.parameters['learning_rate']!r}")
    if run.parameters.get("initial_accumulator"):
        raise InputError("adagrad_norm: the bound is for an accumulator that starts at b₀² alone")
    squared = np.sum(run.objective.gradient(*run.position.T) ** 2, axis=1)
    _, lipschitz = curvatures(run.objective)
    sooner = [adagrad_norm_iterations(t, gap_of(run)[0], lipschitz, run.parameters["b0"]) for t in TOLERANCES]
    at = np.array(sooner[::-1], dtype=float)
    shown = at < len(run.loss)
    bound = Series(TOLERANCES[::-1][shown], "bound", "reference", at=at[shown])
    return [Series(np.minimum.accumulate(squared), "least squared gradient"), bound]


def limit_lines(limit):
    """Ma, Wu & E 2021, proposition 4, for the sign flow: |grad f|^2 >= 2 mu (f - f*) on a quadratic."""
    flow = limit.solution
    if flow.variant != "sign_flow" or limit.run.optimizer != "sign_gd":
        return []
    _constant_rate(limit.run)
    least, _ = curvatures(flow.objective)
    gap = gap_of(flow)
    return [Series(gap), Series(sign_flow_bound(flow.time, gap[0], 2 * least), "bound of the flow", "reference")]


CURVE = Curve(
    title="Bounds of the theory",
    axis_label="f(x) − f*",
    look="A bound is drawn where its hypotheses hold of this run, and they are written under the sentence.",
    order=9,
    of_run=lines,
    of_limit=limit_lines,
    says=says,
)
