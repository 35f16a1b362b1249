"""Preconditioned sharpness and its stability threshold: a spike starts where the sharpness exceeds it.

While its preconditioner P hardly changes, a method on a quadratic is a linear recursion in the eigenvalues of P^-1 H.
For Adam, z^2 - (1 + beta1 - (1 - beta1) sigma) z + beta1 = 0 with sigma = eta times the eigenvalue: stable while
sigma < 2 (1 + beta1)/(1 - beta1) (Cohen et al. 2022, arXiv 2207.14484). Each method declares its own P and threshold.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from ..errors import InputError
from ..optimizers import OPTIMIZERS
from ..optimizers.declarations import largest_eigenvalue
from ..parameters import checked, wrong
from ..schedules import NAME as SCHEDULE
from ..schedules import factor

EVERY = slice(None)  # all rows of a run


def recorded(name: str, value):
    """Check that a value is a run: a core.Run or an OnlineRun."""
    if not all(hasattr(value, part) for part in ("optimizer", "parameters", "position", "state")):
        raise wrong(name, value, "a run, as from core.run")
    return value


def _rows(run, rows):
    """Check that rows are a slice, or numbers of the run's rows."""
    if isinstance(rows, slice):
        return rows
    try:
        found = np.asarray(rows)
    except ValueError:
        found = np.array(None)
    length = len(run.position)
    if found.ndim != 1 or found.dtype.kind not in "iu" or not np.all((found >= -length) & (found < length)):
        raise wrong("rows", rows, f"a slice, or whole numbers below {length}")
    return found


@checked(run=recorded)
def preconditioner(run, rows=EVERY) -> np.ndarray:
    """Diagonal preconditioner: the divisor of each coordinate of the step.

    Parameters
    ----------
    run : core.Run
    rows : slice or ndarray of int, optional
        The iterates that are asked for, n of them; all by default.

    Returns
    -------
    ndarray, shape (n, 2)
        NaN before the first division, at the start.

    Raises
    ------
    InputError
        For a method without a diagonal preconditioner.
    """
    rows = _rows(run, rows)
    declared, k = _declared(run), _steps_behind(run, rows)
    divisor = np.ones((len(k), 2))
    if declared.preconditioner is not None:
        state = columns({name: values[rows] for name, values in run.state.items()})
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            divisor *= declared.preconditioner(state, parameters_at(run, np.maximum(k, 1)), k)
        divisor[k[:, 0] == 0] = np.nan
    return divisor


@checked(run=recorded)
def preconditioned_sharpness(run, rows=EVERY) -> np.ndarray:
    """
    Largest eigenvalue of P^-1 H, the Hessian over the preconditioner.

    Parameters
    ----------
    run : core.Run
    rows : slice or ndarray of int, optional
        The iterates that are asked for, n of them; all by default.

    Returns
    -------
    ndarray, shape (n,)
        NaN before the first division and where P is 0.

    Raises
    ------
    InputError
        For a method without a diagonal preconditioner.
    """
    rows = _rows(run, rows)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        hessian = run.objective.hessian(*run.position[rows].T)
        entries = hessian[:, 0, 0], hessian[:, 0, 1], hessian[:, 1, 1]
        largest = largest_eigenvalue(entries, preconditioner(run, rows).T)
    return np.where(np.isfinite(largest), largest, np.nan)


@checked(run=recorded)
def sharpness_threshold(run, rows=EVERY) -> np.ndarray:
    """
    The preconditioned sharpness above which the linear dynamics grow.

    It is constant unless the learning rate or the momentum changes from step to step.

    Parameters
    ----------
    run : core.Run
    rows : slice or ndarray of int, optional
        The iterates that are asked for, n of them; all by default.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        For a method without a diagonal preconditioner.
    """
    rows = _rows(run, rows)
    declared, k = _declared(run), _steps_behind(run, rows)
    p = SimpleNamespace(**vars(parameters_at(run, k + 1)) | declared.coefficients(run.parameters))
    with np.errstate(divide="ignore"):  # a cosine ends at 0
        return (declared.threshold(p, k) * np.ones(k.shape))[:, 0]


@checked(run=recorded)
def learning_rates(run) -> np.ndarray:
    """
    The learning rate of the step that led to each iterate.

    Parameters
    ----------
    run : core.Run

    Returns
    -------
    ndarray, shape (K+1,)
        At the start that of the first step.
    """
    return parameters_at(run, np.maximum(_steps_behind(run), 1)).learning_rate[:, 0]


def columns(state: dict) -> SimpleNamespace:
    """Recorded state as the declared functions take it: (n, 2), and scalars as (n, 1)."""
    return SimpleNamespace(**{name: v if v.ndim == 2 else v[:, None] for name, v in state.items()})


def _declared(run):
    declared = OPTIMIZERS[run.optimizer].sharpness
    if declared is None:
        having = ", ".join(name for name, method in OPTIMIZERS.items() if method.sharpness)
        raise InputError(f"optimizer = {run.optimizer!r}: must have a diagonal preconditioner, as {having}")
    return declared


def _steps_behind(run, rows=EVERY):
    return np.arange(len(run.position), dtype=float)[rows, None]


def parameters_at(run, k):
    """The parameters as the steps k had them: numbers, and learning_rate (n, 1)."""
    rates = run.parameters["learning_rate"] * factor(run.parameters[SCHEDULE], k, run.steps) * np.ones(k.shape)
    return SimpleNamespace(**run.parameters | {"learning_rate": rates})
