"""Solves the runs of the page and their ODE limits, in one place, with LRU caches of the recent ones.

While a parameter moves, the same run is used several times: for its picture, its level, its regime, its single steps,
its phase. Each is solved once.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Condition

import numpy as np
from cachetools import LRUCache, cached

import core
from core import InputError
from dashboard.questions.question import Keyed
from dashboard.state import RunState, State

# Bounds of the two caches: a few solutions each, as cycling through more would miss the processor's own cache
RUN_BYTES, LIMIT_BYTES = 8 << 20, 8 << 20
# Integrator steps for a limit on the page: past it the limit ends where it got to, and says so
LIMIT_STEPS = 60_000
# Relative tolerance of a limit at rest
FINAL = 1e-6
# A limit keeps its dense output too: times the bytes of its arrays
WITH_DENSE_OUTPUT = 4


@dataclass(frozen=True)
class Setting(Keyed):
    """What all runs of the page share.

    Attributes
    ----------
    objective : str
        A name or a formula.
    objective_parameters : dict
    start : (float, float)
    steps : int
    """

    objective: str
    objective_parameters: dict
    start: tuple[float, float]
    steps: int

    @classmethod
    def of(cls, state: State) -> Setting:
        return cls(state.objective, state.objective_parameters, state.start, state.steps)

    @property
    def f(self) -> core.Objective:
        """The objective, built; core keeps it."""
        return core.objective(self.objective, **self.objective_parameters)


class NoLimit(InputError):
    """There is no limit to draw.

    Attributes
    ----------
    status : str
        "none" where none is known, "beyond" where its numbers leave float64.
    """

    def __init__(self, status: str, message: str):
        self.status = status
        super().__init__(message)


def solution_key(setting: Setting, run: RunState, *more, **options) -> tuple:
    """The cache key of what is computed from a run with these parameters: a tuple, which is faster than a text."""
    return setting.key, run.optimizer, *run.arguments()[0].items(), *more, *options.items()


def _bytes_of_run(run: core.Run) -> int:
    """Bytes of a run's arrays. A single run may be larger than the cache: it then has the cache to itself."""
    return min(run.position.nbytes + 2 * run.loss.nbytes + sum(s.nbytes for s in run.state.values()), RUN_BYTES)


def _bytes_of_limit(solution: core.Solution) -> int:
    arrays = (solution.time, solution.position, solution.loss, *solution.state.values())
    return min(WITH_DENSE_OUTPUT * sum(array.nbytes for array in arrays), LIMIT_BYTES)


@cached(LRUCache(RUN_BYTES, getsizeof=_bytes_of_run), key=solution_key, condition=Condition())
def run_of(setting: Setting, run: RunState) -> core.Run:
    """The run of a setting, solved or from the cache."""
    return core.run(run.optimizer, setting.f, start=setting.start, steps=setting.steps, **run.arguments()[0])


def clock_of(run: RunState) -> float:
    """The time of one step by the method's own clock."""
    return run.declaration.clock(run.resolved())


def limit_clock(setting: Setting, run: RunState) -> float:
    """
    The time of one step by the limit's clock.

    Parameters
    ----------
    setting : Setting
    run : RunState

    Returns
    -------
    float

    Raises
    ------
    NoLimit
        Where no limit is known, or the time of all steps is no positive finite number.
    """
    limit, title = run.limit(), run.declaration.title
    if limit is None:
        raise NoLimit("none", f"{title} has no known limit to draw beside it.")
    clock = limit.clock(run.resolved())
    if not 0 < setting.steps * clock < np.inf:
        raise _beyond(title)
    return clock


def limit_of(setting: Setting, run: RunState, rtol: float = FINAL, max_steps: int = LIMIT_STEPS) -> core.Solution:
    """
    The run's ODE limit over the time of all its steps, solved or from the cache.

    Parameters
    ----------
    setting : Setting
    run : RunState
    rtol : float
        Relative tolerance of the integrator.
    max_steps : int
        Of the integrator, after which the limit ends.

    Returns
    -------
    core.Solution

    Raises
    ------
    NoLimit
        Where there is none to draw.
    """
    duration = setting.steps * limit_clock(setting, run)
    try:
        return _limit_of(setting, run, variant=run.limit().name, duration=duration, rtol=rtol, max_steps=max_steps)
    except InputError:  # its own parameters, made of valid ones, are too large or too small
        raise _beyond(run.declaration.title) from None


@cached(LRUCache(LIMIT_BYTES, getsizeof=_bytes_of_limit), key=solution_key, condition=Condition())
def _limit_of(setting: Setting, run: RunState, **options) -> core.Solution:
    return core.flow(run.optimizer, setting.f, start=setting.start, **options, **run.arguments()[0])


def _beyond(title):
    return NoLimit("beyond", f"The numbers of {title}'s limit are too large or too small to draw it.")


def forget() -> None:
    """Empty both caches."""
    run_of.cache_clear()
    _limit_of.cache_clear()
