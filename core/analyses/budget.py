"""Monotonicity of the preconditioner, on which convergence proofs for Adam-type methods rest.

Reddi, Kale & Kumar 2018: Gamma_t = sqrt(v_t)/eta_t - sqrt(v_(t-1))/eta_(t-1) must not be negative, and in Adam it is.
The AdamAL paper reads sqrt(v_t) as a regularization budget B_t that must not fall; for a constant learning rate that
is the same, for a falling one Gamma_t >= 0 is the weaker of the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..parameters import checked
from .sharpness import learning_rates, preconditioner, recorded


@checked(run=recorded)
def regularization_budget(run) -> np.ndarray:
    """
    Compute the regularization budget B_t, the divisor of the step that led to iterate t.

    It is sqrt(v_t) for the methods as the papers state them; bias correction and epsilon are included where they apply.

    Parameters
    ----------
    run : core.Run or OnlineRun

    Returns
    -------
    ndarray, shape (K+1, 2)
        0 at the start.

    Raises
    ------
    InputError
        For a method without a diagonal preconditioner.
    """
    budget = preconditioner(run)
    budget[0] = 0.0
    return budget


@checked(run=recorded)
def gamma(run) -> np.ndarray:
    """
    Compute Gamma_t = B_t/eta_t - B_(t-1)/eta_(t-1) for the steps t = 1..K, from B_0 = 0.

    Parameters
    ----------
    run : core.Run or OnlineRun
        eta_t follows its schedule.

    Returns
    -------
    ndarray, shape (K, 2)

    Raises
    ------
    InputError
        For a method without a diagonal preconditioner.

    References
    ----------
    S. Reddi, S. Kale, S. Kumar: On the convergence of Adam and beyond. ICLR 2018.
    """
    return np.diff(regularization_budget(run) / learning_rates(run)[:, None], axis=0)


@dataclass(frozen=True)
class Swaps:
    """
    Steps at which AMSGrad divides by an older second moment than the current one.

    Attributes
    ----------
    kept : ndarray of bool, shape (K, 2)
        Whether v_t stayed below the maximum so far.
    """

    kept: np.ndarray

    @property
    def count(self) -> np.ndarray:
        """Number of such steps of each coordinate, shape (2,)."""
        return self.kept.sum(axis=0)

    @property
    def share(self) -> np.ndarray:
        """Their share of the K steps, shape (2,)."""
        return self.kept.mean(axis=0)

    @property
    def intervals(self) -> tuple[np.ndarray, np.ndarray]:
        """The steps from one to the next, for each coordinate, shape (count - 1,) each."""
        of_x, of_y = (np.diff(np.flatnonzero(column)) for column in self.kept.T)
        return of_x, of_y


@checked(run=recorded)
def amsgrad_swaps(run) -> Swaps:
    """
    Find where the maximum was kept (v_t < vmax_t) and where v took over (AdamAL paper, figure 1).

    Parameters
    ----------
    run : core.Run or OnlineRun
        Of amsgrad.

    Returns
    -------
    Swaps

    Raises
    ------
    InputError
        For a run of another method.
    """
    if "second_moment_maximum" not in run.state:
        raise InputError(f"optimizer = {run.optimizer!r}: must be amsgrad, which keeps a maximum")
    return Swaps(run.state["second_moment"][1:] < run.state["second_moment_maximum"][1:])
