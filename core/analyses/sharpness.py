"""Preconditioned sharpness against its threshold: where the gauge crosses the line, a spike starts.

The frozen-v dynamics of Adam on a quadratic, z^2 - (1 + beta1 - (1 - beta1) sigma) z + beta1 = 0, is stable while
sigma = eta * sharpness < 2 (1 + beta1)/(1 - beta1) (Cohen et al. 2022, arXiv 2207.14484). With v the raw second
moment and its bias correction in force; RMSprop is the case beta1 = 0; without a second moment the
preconditioner is 1, and heavy ball's threshold is 2 (1 + momentum)/eta since its buffer is a sum, not a mean.
"""

from __future__ import annotations

import numpy as np

# Methods whose step divides by sqrt(v_hat) + epsilon, sqrt(G) + epsilon, or nothing
METHODS = ("gd", "heavy_ball", "nesterov", "adagrad", "rmsprop", "adam", "adamw")


def _check(run):
    if run.optimizer not in METHODS:
        raise ValueError(f"optimizer = {run.optimizer!r}: its sharpness is known for {', '.join(METHODS)}")


def preconditioner(run):
    """(K+1, 2): what each coordinate of the step is divided by, at every iterate; 1 where nothing divides it."""
    _check(run)
    values = run.parameters
    v = run.state.get("second_moment", run.state.get("sum_of_squares"))
    if v is None:
        return np.ones_like(run.position)
    if values.get("bias_correction") and "second_moment" in run.state:
        k = np.arange(len(v))[:, None]
        with np.errstate(invalid="ignore", divide="ignore"):
            v = v / (1 - values["beta2"] ** k)
    if values.get("epsilon_inside_root"):
        return np.sqrt(v + values["epsilon"])
    return np.sqrt(v) + values["epsilon"]


def preconditioned_sharpness(run) -> np.ndarray:
    """Largest eigenvalue of diag(1/(sqrt(v_hat) + epsilon)) H at every iterate: (K+1,), NaN before the first step.

    `run` is a core.Run of a method with a diagonal preconditioner (or none).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / np.sqrt(preconditioner(run))
        hessian = run.objective.hessian(run.position[:, 0], run.position[:, 1])
        # P^-1 H has the eigenvalues of the symmetric P^-1/2 H P^-1/2
        xx, yy = hessian[:, 0, 0] * scale[:, 0] ** 2, hessian[:, 1, 1] * scale[:, 1] ** 2
        xy = hessian[:, 0, 1] * scale[:, 0] * scale[:, 1]
        largest = (xx + yy) / 2 + np.hypot((xx - yy) / 2, xy)
    return np.where(np.isfinite(largest), largest, np.nan)


def sharpness_threshold(run) -> float:
    """The preconditioned sharpness above which the run's own linear dynamics grow."""
    _check(run)
    values = run.parameters
    eta = values["learning_rate"]
    if "beta1" in values:
        return 2 * (1 + values["beta1"]) / ((1 - values["beta1"]) * eta)
    if run.optimizer == "heavy_ball":
        return 2 * (1 + values["momentum"]) / eta
    if run.optimizer == "nesterov":  # theory of the constant schedule: alpha lambda < (2 + 2 beta)/(1 + 2 beta)
        beta = values["momentum"] if values["schedule"] == "constant" else 1.0
        return (2 + 2 * beta) / ((1 + 2 * beta) * eta)
    return 2 / eta
