"""Preconditioned sharpness against its threshold: where the gauge crosses the line, a spike starts.

While its preconditioner P hardly changes, a method on a quadratic is a linear recursion in the eigenvalues of P^-1 H.
For Adam, z^2 - (1 + beta1 - (1 - beta1) sigma) z + beta1 = 0 with sigma = eta times the eigenvalue: stable while
sigma < 2 (1 + beta1)/(1 - beta1) (Cohen et al. 2022, arXiv 2207.14484). Each method declares its own P and threshold.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from core.optimizers import OPTIMIZERS


def preconditioner(run) -> np.ndarray:
    """What each coordinate of the step is divided by, at every iterate: (K+1, 2), NaN before the first division.

    `run` is a core.Run;  ValueError for a method without a diagonal preconditioner.
    """
    declared, state, p, k = _recorded(run)
    divisor = np.ones_like(run.position)
    if declared.preconditioner is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            divisor *= declared.preconditioner(state, p, k)
        divisor[0] = np.nan
    return divisor


def preconditioned_sharpness(run) -> np.ndarray:
    """Largest eigenvalue of P^-1 H at every iterate: (K+1,), NaN before the first division and where P is 0.

    `run` is a core.Run;  ValueError for a method without a diagonal preconditioner.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = 1 / np.sqrt(preconditioner(run))
        hessian = run.objective.hessian(run.position[:, 0], run.position[:, 1])
        # P^-1 H has the eigenvalues of the symmetric P^-1/2 H P^-1/2
        xx, yy = hessian[:, 0, 0] * scale[:, 0] ** 2, hessian[:, 1, 1] * scale[:, 1] ** 2
        xy = hessian[:, 0, 1] * scale[:, 0] * scale[:, 1]
        largest = (xx + yy) / 2 + np.hypot((xx - yy) / 2, xy)
    return np.where(np.isfinite(largest), largest, np.nan)


def sharpness_threshold(run) -> np.ndarray:
    """The preconditioned sharpness above which the linear dynamics grow, at every iterate: (K+1,).

    It is constant but for methods whose momentum changes from step to step.  ValueError as above.
    """
    declared, _, p, k = _recorded(run)
    return np.ones(len(k)) * np.ravel(declared.threshold(p, k))


def _recorded(run):
    """The method's declaration, and what its functions take: state, parameters and steps behind each iterate."""
    declared = OPTIMIZERS[run.optimizer].sharpness
    if declared is None:
        having = ", ".join(name for name, method in OPTIMIZERS.items() if method.sharpness)
        raise ValueError(f"optimizer = {run.optimizer!r}: must have a diagonal preconditioner, as {having}")
    steps = np.arange(len(run.position), dtype=float)[:, None]
    return declared, SimpleNamespace(**run.state), SimpleNamespace(**run.parameters), steps
