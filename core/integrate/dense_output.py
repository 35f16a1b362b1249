"""Evaluation of the integrator's dense output: the solution between its steps.

A step from y to z has the solution (1 - s) y + s z + s (1 - s) (d0 + d1 s + ... + d5 s^5) at the share s.
"""

import numpy as np

from .compiled import entry, part
from .workspace import DENSE


@part
def _at(states, coefficients, step, s, i):
    """Component i at the share s of a step."""
    bulge = coefficients[step, DENSE - 1, i]
    for row in range(DENSE - 2, -1, -1):
        bulge = coefficients[step, row, i] + s * bulge
    return (1.0 - s) * states[step, i] + s * (states[step + 1, i] + (1.0 - s) * bulge)


@entry
def _refine(times, states, coefficients, parts, before, fine, table):
    steps, n = coefficients.shape[0], states.shape[1]
    for step in range(steps):
        length = times[step + 1] - times[step]
        for share in range(parts):
            s = share / parts
            column = before + step * parts + share
            fine[column] = times[step] + s * length
            for i in range(n):
                table[i, column] = _at(states, coefficients, step, s, i)
    fine[before + steps * parts] = times[steps]
    for i in range(n):
        table[i, before + steps * parts] = states[steps, i]


def refine(times, states, coefficients, parts, before=0):
    """The solution at evenly spaced points of every step.

    Parameters
    ----------
    times : (steps + 1,), states : (steps + 1, n), coefficients : (steps, DENSE, n)
        As the integrator returns them.
    parts : int
        Points per step.
    before : int
        Columns at the beginning that are left for the caller to fill.

    Returns
    -------
    (k,), (n, k)
        Times and values, k = before + steps parts + 1.
    """
    size = before + len(coefficients) * parts + 1
    fine, table = np.empty(size), np.empty((states.shape[1], size))
    _refine(times, states, coefficients, parts, before, fine, table)
    return fine, table


@part
def _step_of(times, t):
    """The last step that starts at or before t, by bisection."""
    low, high = 0, times.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if times[middle] <= t:
            low = middle
        else:
            high = middle
    return low


@entry
def _interpolate(times, states, coefficients, t, values):
    last, step = times.size - 1, 0
    for k in range(t.size):
        inside = times[0] <= t[k] <= times[last]
        if inside and last > 0 and not times[step] <= t[k] < times[step + 1]:  # mostly that of the time before
            step = _step_of(times, t[k])
        for i in range(values.shape[1]):
            if not inside:
                values[k, i] = np.nan
            elif last == 0:
                values[k, i] = states[0, i]
            else:
                s = (t[k] - times[step]) / (times[step + 1] - times[step])
                values[k, i] = _at(states, coefficients, step, s, i)


def interpolate(times, states, coefficients, t, width=None):
    """The solution at any times.

    Parameters
    ----------
    times : (steps + 1,), states : (steps + 1, n), coefficients : (steps, DENSE, n)
        As the integrator returns them.
    t : (k,) float64
    width : int, optional
        How many components; all by default.

    Returns
    -------
    (k, width)
        Accurate to order 7 in explicit steps and 3 in implicit ones. NaN outside [times[0], times[-1]].
    """
    t = np.atleast_1d(np.asarray(t, dtype=np.float64))
    values = np.empty((t.size, width or states.shape[1]))
    _interpolate(times, states, coefficients, t, values)
    return values
