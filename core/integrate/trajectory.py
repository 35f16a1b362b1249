"""One run, every iterate kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from ..compile.calls import call_block
from ..compile.program import LOSS_ROW, STATE_ROW, TAINT_ROW, program
from ..schedules import with_horizon


def trajectory(optimizer, objective, values, start, steps):
    """Run an optimizer and keep every iterate.

    Parameters
    ----------
    optimizer : core.Optimizer
    objective : core.Objective
    values : dict
        The complete parameters by name; numbers, or arrays (steps,) with one value for each step.
    start : (2,) array_like
    steps : int

    Returns
    -------
    position : (k + 1, 2) float64
        k = steps unless a row is not finite: then the arrays end before it. The start is kept in any case.
    loss : (k + 1,) float64
    state : (k + 1, n) float64
    """
    values = with_horizon(values, values, steps)
    compiled = program(optimizer, objective, values)
    values = values | objective.variables
    rows = np.zeros(compiled.size)
    rows[:2] = start
    compiled.begin(rows, values)
    parameters = np.empty((max(np.size(values[n]) for n in compiled.parameters), len(compiled.parameters)))
    for column, name in enumerate(compiled.parameters):
        parameters[:, column] = values[name]
    position, loss = np.empty((steps + 1, 2)), np.empty(steps + 1)
    state = np.empty((steps + 1, compiled.state_rows))
    kept = _record(compiled.function.address, rows, parameters, position, loss, state)
    if not kept:
        kept, loss[0] = 1, objective.value(*start)
    return position[:kept], loss[:kept], state[:kept]


@njit(nogil=True, cache=True, error_model="numpy")
def _record(address, rows, parameters, position, loss, state):
    """Fill the arrays row by row.

    Parameters
    ----------
    address : int
        Of the compiled step.
    rows : (size,) float64
        The step's rows; overwritten.
    parameters : (1, n) or (steps, n) float64
        The same for all steps, or a row for each.
    position, loss, state
        Arrays to fill.

    Returns
    -------
    int
        How many rows are finite from the start on.
    """
    last = parameters.shape[0] - 1
    for k in range(loss.size):
        x, y = rows[0], rows[1]
        position[k, 0], position[k, 1] = x, y
        total = x * 0.0 + y * 0.0  # NaN as soon as one is not finite
        for j in range(state.shape[1]):
            value = rows[j + STATE_ROW]
            state[k, j] = value
            total += value * 0.0
        rows[TAINT_ROW] = 0.0
        call_block(address, rows, parameters[min(k, last)], float(k + 1), 1, 1)
        loss[k] = rows[LOSS_ROW]
        total += rows[LOSS_ROW] * 0.0
        if total != total:
            return k
    return loss.size
