"""What theory guarantees on a quadratic, whose curvatures are known, beside what happens."""

import numpy as np

from core.analyses import adagrad_norm_iterations, linear_rates, sign_flow_bound
from dashboard.curves import Curve, Line

TOLERANCES = np.geomspace(1e-12, 1e3, 200)  # of the squared gradient


def curvatures(objective):
    """Least and greatest curvature of a convex quadratic; ValueError for any other function."""
    there = objective.hessian(*np.array([[0.0, 0.0], [1.3, -0.7], [-2.1, 0.4]]).T)
    least, greatest = np.linalg.eigvalsh(there[0])
    if not np.allclose(there, there[0], rtol=1e-12, atol=0) or least <= 0:
        raise ValueError(f"{objective.name}: the bounds are drawn for convex quadratics, whose curvatures are known")
    return least, greatest


def lines(run):
    least, greatest = curvatures(run.objective)
    gap, k = run.loss - (run.objective.minimum or 0.0), np.arange(len(run.loss), dtype=float)
    if run.optimizer in linear_rates(1.0):
        factor = linear_rates(greatest / least)[run.optimizer]
        return [Line(gap), Line(gap[0] * factor ** (2 * k), "rate at the best step", "reference")]
    if run.optimizer == "sign_gd":
        bound = sign_flow_bound(run.time, gap[0], 2 * least)
        return [Line(gap), Line(bound, "bound of the flow", "reference")]
    if run.optimizer == "adagrad_norm":
        return _gradients(run, gap, greatest)
    raise ValueError(f"{run.optimizer}: no bound of it is known to this page")


def _gradients(run, gap, lipschitz):
    """Ward, Wu & Bottou bound the least squared gradient so far, for a learning rate of 1."""
    if run.parameters["learning_rate"] != 1.0:
        raise ValueError("AdaGrad-Norm's bound is for a learning rate of 1")
    squared = np.sum(run.objective.gradient(*run.position.T) ** 2, axis=1)
    sooner = [adagrad_norm_iterations(t, gap[0], lipschitz, run.parameters["b0"]) for t in TOLERANCES]
    at = np.array(sooner[::-1], dtype=float)
    shown = at < len(gap)
    bound = Line(TOLERANCES[::-1][shown], "bound", "reference", at=at[shown])
    return [Line(np.minimum.accumulate(squared), "least squared gradient"), bound]


CURVE = Curve(
    title="Bounds of the theory",
    axis="f(x) − f* and what is guaranteed",
    look="Dotted: what is proved. The gap between the lines is what the proof does not see.",
    order=9,
    of_run=lines,
)
