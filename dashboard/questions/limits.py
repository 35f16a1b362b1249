"""The ODE limit of a run of the page, integrated for as long as its steps take by its clock."""

from __future__ import annotations

import numpy as np

import core
from core import InputError
from dashboard.state import RunState, State


class NoLimit(InputError):
    """There is no limit to draw. `status`: "none" where none is known, "beyond" where its numbers leave float64."""

    def __init__(self, status, message):
        self.status = status
        super().__init__(message)


def clock_of(state: State, run: RunState) -> float:
    """The limit's time of one step; NoLimit where there is none that float64 can hold."""
    limit, title = run.limit(), run.declaration.title
    if limit is None:
        raise NoLimit("none", f"{title} has no known limit to draw beside it.")
    clock = limit.clock(run.resolved())
    if not 0 < state.steps * clock < np.inf:
        raise _beyond(title)
    return clock


def integrated(state: State, run: RunState, f, **options) -> core.Solution:
    """The limit over the time of all steps. `options` are core.flow's; NoLimit as above."""
    duration = state.steps * clock_of(state, run)
    try:
        return core.flow(
            run.optimizer,
            f,
            start=state.start,
            duration=duration,
            variant=run.limit().name,
            **options,
            **run.arguments()[0],
        )
    except InputError:  # its own parameters, made of valid ones, are too large or too small
        raise _beyond(run.declaration.title) from None


def _beyond(title):
    return NoLimit("beyond", f"The numbers of {title}'s limit are too large or too small to draw it.")
