"""Online problems f_t(x) = c_t x on [-1, 1], on which Adam goes to the wrong end (Reddi, Kale & Kumar 2018).

The optimizer's own step is run, by the engine of every other run: the slope c_t is a parameter that changes from
step to step, and the step ends with the projection onto [-1, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from ..compile.problem import collected
from ..errors import InputError
from ..integrate.status import Status
from ..integrate.trajectory import trajectory
from ..optimizers import optimizer_named
from ..parameters import array, checked, complete, not_negative, real, whole, wrong
from ..runs import MAXIMUM_STEPS
from ..symbolic.expression import ZERO, X, variable

_SLOPE = variable("f.slope")


class _LinearShape:
    """f = slope x. The other coordinate, on which nothing depends, rests at 0."""

    variables = ("f.slope",)
    expression = _SLOPE * X
    gradient_expressions = (_SLOPE, ZERO)

    @staticmethod
    def proximal(x, y, eta):
        return x - eta * _SLOPE, y


class LinearProblem:
    """f_t = c_t x with the slopes c_t of rounds t = 1..K, (K,)."""

    shape = _LinearShape

    def __init__(self, slopes):
        self.variables = {"f.slope": slopes}


@dataclass(frozen=True)
class OnlineRun:
    """The rounds t = 1..K of an online problem; K is the number of slopes unless the run diverged.

    Attributes
    ----------
    optimizer : str
    parameters : dict
        The complete values used.
    slopes : ndarray, shape (K,)
    position : ndarray, shape (K+1, 2)
        The decision in the first column; row 0 is the start.
    state : dict of str to ndarray, shape (K+1, 2) or (K+1,)
    status : Status
        COMPLETED or DIVERGED.
    steps : int
        The number of slopes given.
    """

    optimizer: str
    parameters: dict
    slopes: np.ndarray
    position: np.ndarray
    state: dict[str, np.ndarray]
    status: Status
    steps: int

    @property
    def regret(self) -> np.ndarray:
        """Regret: cumulative loss minus that of the best fixed point in hindsight, shape (K,)."""
        return np.cumsum(self.slopes * self.position[:-1, 0]) + np.abs(np.cumsum(self.slopes))


def online_run(optimizer: str, slopes, *, start: float = 0.0, **parameters) -> OnlineRun:
    """
    Run an optimizer through the rounds of an online problem.

    Parameters
    ----------
    optimizer : str
        One of core.optimizers().
    slopes : array_like, shape (K,)
        c_1 ... c_K.
    start : float, optional
        In [-1, 1].
    **parameters
        As for :func:`core.run`. Reddi et al. have learning_rate_schedule = "1/sqrt(t)" and no bias correction.

    Returns
    -------
    OnlineRun

    Raises
    ------
    InputError
        Names the parameter, the value and what is allowed.

    References
    ----------
    S. Reddi, S. Kale, S. Kumar: On the convergence of Adam and beyond. ICLR 2018.
    """
    method = optimizer_named(optimizer)
    slopes = array("slopes", slopes)
    rounds = whole("len(slopes)", len(slopes), 1, MAXIMUM_STEPS)
    start = real("start", start)
    if not -1 <= start <= 1:
        raise InputError(f"start = {start!r}: must be -1 <= start <= 1")
    values = complete(method, parameters).values
    online = replace(method, step=projected(method.step))
    position, _, state = trajectory(online, LinearProblem(slopes), values, (start, 0.0), rounds)
    return OnlineRun(
        optimizer=optimizer,
        parameters=values,
        slopes=slopes[: len(position) - 1],
        position=position,
        state=collected(method.state, state),
        status=Status.COMPLETED if len(position) == rounds + 1 else Status.DIVERGED,
        steps=rounds,
    )


def _count(name, value):
    return whole(name, value, 1, MAXIMUM_STEPS)


def _seed(name, value):
    return whole(name, value, 0, 2**53)


def _probability(name, value):
    if real(name, value) > 1:
        raise wrong(name, value, f"0 <= {name} <= 1")
    return not_negative(name, value)


@lru_cache
def projected(step):
    """The step followed by the projection onto the square [-1, 1]^2, in the norm of any diagonal matrix the same."""

    def projected_step(problem, x, state, p, k):
        moved, after = step(problem, x, state, p, k)
        return np.clip(moved, -1, 1), after

    return projected_step


@checked(rounds=_count, large=real, small=real, period=_count)
def periodic_slopes(rounds: int, large: float = 3.0, small: float = 1.0, period: int = 3) -> np.ndarray:
    """
    The slope `large` in round 1 of every period, else -small.

    The defaults are Reddi's Theorem 1 with C = 3, where 2 is the least C that fails Adam and -1 is the best point;
    (1010, 10, 101) is the online problem of the paper's experiments.

    Parameters
    ----------
    rounds : int
    large, small : float, optional
    period : int, optional
        In rounds.

    Returns
    -------
    ndarray, shape (rounds,)
    """
    return np.where(np.arange(1, rounds + 1) % period == 1, float(large), -float(small))


@checked(rounds=_count, large=real, small=real, probability=_probability, seed=_seed)
def random_slopes(rounds: int, large: float, small: float, probability: float, seed: int = 0) -> np.ndarray:
    """
    The slope `large` with a given probability, else -small; the same for the same seed.

    Reddi's Theorem 3 has small = 1 and probability (1 + delta)/(C + 1), so that the mean slope is delta; the paper's
    experiment is (1010, 10, 0.01), with mean 0.2.

    Parameters
    ----------
    rounds : int
    large, small : float
    probability : float
    seed : int, optional

    Returns
    -------
    ndarray, shape (rounds,)
    """
    drawn = np.random.default_rng(seed).random(rounds) < probability
    return np.where(drawn, float(large), -float(small))
