"""The parts of single steps: gradient, direction, preconditioner, and the quadratic model that the step minimizes.

A step with a diagonal preconditioner P is mirror descent (the AdamAL paper, eqs (4)-(5) with its section 2.2): the
lowest point of <d, x> + sum_i P_i (x_i - x_ki)^2 / (2 eta), d the method's direction, is x_k - eta d / P. That is the
next iterate, but for terms that a method adds to it (weight decay), and for AdaDelta, whose recorded P is that of
the step to come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..optimizers import OPTIMIZERS
from ..parameters import checked, wrong
from .sharpness import columns, parameters_at, recorded


@dataclass(frozen=True)
class Steps:
    """The steps from x_k to x_{k+1} for n values of k; NaN after the last step, and where a method has no such part.

    Attributes
    ----------
    k : ndarray of int, shape (n,)
    position, next_position : ndarray, shape (n, 2)
    loss : ndarray, shape (n,)
        At x_k.
    gradient : ndarray, shape (n, 2)
        At x_k.
    learning_rate : ndarray, shape (n,)
    state : dict of str to ndarray, shape (n, 2) or (n,)
        After the step.
    direction : ndarray, shape (n, 2)
        In units of the gradient.
    preconditioner : ndarray, shape (n, 2)
    effective_rate : ndarray, shape (n, 2)
        eta / P.
    lowest : ndarray, shape (n, 2)
        Minimizer of the mirror-descent quadratic.
    """

    k: np.ndarray
    position: np.ndarray
    next_position: np.ndarray
    loss: np.ndarray
    gradient: np.ndarray
    learning_rate: np.ndarray
    state: dict[str, np.ndarray]
    direction: np.ndarray
    preconditioner: np.ndarray
    effective_rate: np.ndarray
    lowest: np.ndarray


@checked(run=recorded)
def steps(run, k) -> Steps:
    """
    The parts of single steps of a run.

    Parameters
    ----------
    run : core.Run
    k : int or array_like of int, shape (n,)
        The steps' numbers, from 0 (the step from the start) to the last iterate K.

    Returns
    -------
    Steps

    Raises
    ------
    InputError
        For a k outside.
    """
    last = len(run.position) - 1
    try:
        k = np.atleast_1d(np.asarray(k))
    except ValueError:  # rows of different lengths
        raise wrong("k", k, f"whole numbers from 0 to {last}") from None
    if k.ndim != 1 or k.dtype.kind not in "iu" or not np.all((k >= 0) & (k <= last)):
        raise wrong("k", k, f"whole numbers from 0 to {last}")
    declared, behind = OPTIMIZERS[run.optimizer], np.minimum(k + 1, last)
    # only the rows that are asked for: a run may be long
    recorded = {name: values[behind] for name, values in run.state.items()}
    state = columns(recorded)
    count, gradient = (k + 1.0)[:, None], run.objective.gradient(*run.position[k].T)
    p = parameters_at(run, count)
    ended = (k == last)[:, None]

    def taken(values):
        return np.where(ended, np.nan, values)

    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        direction = taken(declared.direction(gradient, state, p, count))
        divisor = np.full(gradient.shape, np.nan)
        if declared.sharpness is not None:
            divide = declared.sharpness.preconditioner
            divisor = taken(np.ones(gradient.shape) * (1.0 if divide is None else divide(state, p, count)))
        rate = p.learning_rate / divisor
        lowest = run.position[k] - rate * direction
    return Steps(
        k=k,
        position=run.position[k],
        next_position=taken(run.position[behind]),
        loss=run.loss[k],
        gradient=gradient,
        learning_rate=taken(p.learning_rate)[:, 0],
        state={n: np.where(ended if v.ndim == 2 else ended[:, 0], np.nan, v) for n, v in recorded.items()},
        direction=direction,
        preconditioner=divisor,
        effective_rate=rate,
        lowest=lowest,
    )
