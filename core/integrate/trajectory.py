"""One run, every iterate kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from core.compile.calls import call_block
from core.compile.program import LOSS_ROW, STATE_ROW, TAINT_ROW, program
from core.schedules import with_horizon


def trajectory(optimizer, objective, values, start, steps):
    """Iterates 0..k as position (k+1, 2), loss (k+1,) and state (k+1, n); k = steps unless a row is not finite.

    The start is kept in any case, also where its gradient or its state is not finite.

    Numbers in `values` may be arrays (steps,): one for each step. Position and loss lie by themselves: they are passed
    over again and again.
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
    """Fill the arrays row by row and return how many rows are finite from the start on.

    parameters: (1, n), or a row for each step.
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
