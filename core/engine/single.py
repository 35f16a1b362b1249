"""One run, every iterate kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from core.engine.calls import call_block
from core.engine.program import LOSS_ROW, STATE_ROW, TAINT_ROW, program
from core.schedules import with_horizon


def trajectory(optimizer, objective, values, start, steps):
    """Iterates 0..k as a (k+1, 3 + state) table: x, y, loss, then the state; k = steps unless a row is not finite.

    Numbers in `values` may be arrays (steps,): one for each step.
    """
    values = with_horizon(values, values, steps)
    compiled = program(optimizer, objective, values)
    rows = np.zeros(compiled.size)
    rows[:2] = start
    compiled.begin(rows)
    parameters = np.empty((max(np.size(values[n]) for n in compiled.parameters), len(compiled.parameters)))
    for column, name in enumerate(compiled.parameters):
        parameters[:, column] = values[name]
    table = np.empty((steps + 1, 3 + compiled.state_rows))
    kept = _record(compiled.function.address, rows, parameters, table)
    return table[:kept]


@njit(nogil=True, cache=True, error_model="numpy")
def _record(address, rows, parameters, table):
    """Fill the table row by row and return how many rows are finite from the start on.

    parameters: (1, n), or a row for each step.
    """
    columns, last = table.shape[1], parameters.shape[0] - 1
    for k in range(table.shape[0]):
        table[k, 0], table[k, 1] = rows[0], rows[1]
        for j in range(3, columns):
            table[k, j] = rows[j - 3 + STATE_ROW]
        rows[TAINT_ROW] = 0.0
        call_block(address, rows, parameters[min(k, last)], float(k + 1), 1, 1)
        table[k, 2] = rows[LOSS_ROW]
        total = 0.0
        for j in range(columns):
            total += table[k, j] * 0.0  # NaN as soon as one is not finite
        if total != total:
            return k
    return table.shape[0]
