"""The map of the ODE limit: the plane and the rule of the map of the steps, on the flow sampled by their clock."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ..integrate.ode_limit import flow
from ..integrate.status import Status
from ..schedules import NAME as SCHEDULE
from ..schedules import window_factor
from .course import STATISTICS, Whole, layers
from .map import Cancelled, RegimeMap, workers
from .names import INVALID, UNDECIDED
from .plane import cells_of, steps_of
from .rule import THRESHOLDS
from .statistics import Statistics, window_length


def flow_map(
    optimizer,
    objective,
    start,
    duration,
    x,
    y,
    given,
    variant=None,
    rtol=1e-6,
    max_steps=100_000,
    should_stop: Callable[[], bool] | None = None,
    threads=None,
    thresholds=THRESHOLDS,
) -> RegimeMap:
    """Validated inputs in, a RegimeMap out (see core.flow_map). `should_stop` is asked before every cell."""
    cells = cells_of(optimizer, objective, start, x, y, given)
    steps = steps_of(optimizer, cells, None, duration)

    def solve(cell):
        if should_stop is not None and should_stop():
            raise Cancelled
        values = cells.choices | {name: float(numbers[cell]) for name, numbers in cells.values.items()}
        origin = tuple(float(s[cell]) for s in cells.start)
        count, clock = int(steps[cell]), optimizer.clock(values)
        solution = flow(
            optimizer.name, cells.objective.at_cell(cell), start=origin, duration=count * clock, variant=variant,
            rtol=rtol, max_steps=max_steps, **values,
        )  # fmt: skip
        return _cell_layers(optimizer, solution.objective, solution, values, count)

    found = {}
    which = np.flatnonzero(cells.valid)
    for cell, numbers in zip(which, workers(solve, which, threads), strict=True):
        for name, number in numbers.items():
            if name not in found:
                found[name] = np.full(cells.valid.size, np.nan)
            found[name][cell] = number
    shaped = {name: layer.reshape(cells.shape) for name, layer in found.items()}
    regime = np.where(cells.valid, UNDECIDED, INVALID).astype(np.int8).reshape(cells.shape)
    x_axis, y_axis = ((name, np.asarray(values, dtype=float)) for name, values in (x, y))
    counts = steps.reshape(cells.shape)
    grid = RegimeMap(x_axis, y_axis, regime, shaped, counts, cells.parameters(), optimizer.name, objective)
    return grid.classified(thresholds)


def _cell_layers(optimizer, objective, solution, values, steps):
    """The layers of one flow, sampled at the times of the window's iterates."""
    length = window_length(steps)
    k = np.arange(steps - length, steps + 1)
    position = solution(np.minimum(k * (solution.duration / steps), solution.duration))
    loss = objective.value(position[:, 0], position[:, 1])
    found: dict = dict.fromkeys(STATISTICS, np.nan)
    if length and solution.status not in (Status.DIVERGED, Status.STEP_LIMIT):
        statistics = Statistics.of_trajectory(position, loss, length)
        late = values["learning_rate"] * window_factor(values[SCHEDULE], steps, length)
        of_size_eta = optimizer.trait("steps_of_size_eta", values)
        ends = (tuple(solution.position[0]), tuple(position[-1]))
        whole = Whole(solution.loss[0], *ends, of_size_eta, objective.falls_forever)
        found = layers(statistics, late if of_size_eta else statistics.mean_step, whole)
    found |= {"final_loss": loss[-1], "final_x": position[-1, 0], "final_y": position[-1, 1]}
    if len(objective.minimizers):
        found["distance"] = np.min(np.hypot(*(position[-1] - objective.minimizers).T))
    return found | {"finite": solution.status != Status.DIVERGED, "step_limit": solution.status == Status.STEP_LIMIT}
