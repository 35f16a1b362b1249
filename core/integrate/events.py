"""Location of events: zeros of watched functions within a step of the integrator.

Watched functions are the signed distances to curves on which the right-hand side changes. An event ends the
integration, unless it only *crosses* the curve: then the sign that the right-hand side holds fixed is reversed, and
the integration goes on behind it. With inertia a solution bounces on a kink thousands of times, each bounce lower than
the one before it; such events are crossings while the bounces are higher than a floor. The floor rises with their
number, since momentum's bounces hardly fade.
"""

import numpy as np
from numba.extending import register_jitable

from ..compile.calls import call_system
from .compiled import entry, part
from .workspace import DENSE

# Rows of the table of events, one column per watched function
LIMIT = 0  # where it counts as 0
ARMED = 1  # 1 once it has been above its limit, else 0
BEFORE = 2  # its value at the start of the step
NOW = 3
HEIGHT = 4  # the greatest value since its last crossing
FLOOR = 5  # a greater height, relative to 1 + |x| + |y|, makes an event a crossing; infinite: no event is one
ROWS = 6

_BOUNCES = 1000  # crossings from which on the floor rises, as their square

_PARTS = 4  # of a step, at whose ends the functions are evaluated

# The dense output's rows from its values beside the chord at these nodes
_NODES = np.linspace(0.1, 0.9, DENSE)
_FIT = np.linalg.inv(np.vander(_NODES, DENSE, increasing=True))


@part
def _within(share, n, w):
    """The state at a share of the step, as the argument."""
    for i in range(n):
        bulge = w.dense[DENSE - 1, i]
        for row in range(DENSE - 2, -1, -1):
            bulge = w.dense[row, i] + share * bulge
        w.argument[i] = (1.0 - share) * w.y[i] + share * (w.reached[i] + (1.0 - share) * bulge)


@part
def _watched(watch, share, t, h, p, n, w, out):
    """Evaluate the watched functions at a share of the step."""
    _within(share, n, w)
    call_system(watch, t + share * h, w.argument, p, out)


@part
def arm(table):
    """Arm the functions that are above their limits at the start."""
    for i in range(table.shape[1]):
        table[ARMED, i] = 1.0 if table[BEFORE, i] > table[LIMIT, i] else 0.0


@register_jitable
def floor_growth(crossed):
    """The factor by which the floor has risen after so many crossings."""
    return max(1.0, crossed / _BOUNCES) ** 2


@part
def _cut(share, n, w):
    """End the step at a share of it: the state there, and the dense output up to there."""
    for k in range(DENSE):
        _within(share * _NODES[k], n, w)
        for i in range(n):
            w.cut[k, i] = w.argument[i]
    _within(share, n, w)
    for i in range(n):
        w.reached[i] = w.argument[i]
    for k in range(DENSE):
        s = _NODES[k]
        for i in range(n):
            w.cut[k, i] = (w.cut[k, i] - (1.0 - s) * w.y[i] - s * w.reached[i]) / (s * (1.0 - s))
    for row in range(DENSE):
        for i in range(n):
            total = 0.0
            for k in range(DENSE):
                total += _FIT[row, k] * w.cut[k, i]
            w.dense[row, i] = total


@part
def _crosses(watch, t, p, table, control, w):
    """Whether the event found is a crossing; then the next piece begins."""
    which = control.event
    size = 1.0 + abs(w.reached[0]) + abs(w.reached[1])
    if not table[HEIGHT, which] > table[FLOOR, which] * floor_growth(control.crossings) * size:
        return False
    p[control.first_sign + which] *= -1.0
    control.crossings += 1
    table[HEIGHT, which] = 0.0
    call_system(watch, t, w.reached, p, table[BEFORE])
    arm(table)
    return True


@entry
def locate(watch, t, h, p, n, events, control, work):
    """Find the first event of the step from t to t + h, and end the step there.

    Parameters
    ----------
    watch : int
        Address of the watched functions; all are positive so far.
    t, h : float
    p : (any,) float64
    n : int
        Size of the system.
    events : (ROWS, m) float64
        The table of the m functions; all rows but LIMIT and FLOOR are brought up to date.
    control, work : records

    Returns
    -------
    int
        The number of the function that is first to reach 0, -1 for none. ``control.until`` is the share of the step at
        which it does, ``control.crosses`` whether that is a crossing.
    """
    m = events.shape[1]
    limit, armed, before, now, height = events[LIMIT], events[ARMED], events[BEFORE], events[NOW], events[HEIGHT]
    control.crosses = False
    low = 0.0
    for part_of_step in range(1, _PARTS + 1):
        high = part_of_step / _PARTS
        _watched(watch, high, t, h, p, n, work, now)
        first, which = 2.0, -1
        for i in range(m):
            floor = 0.0 if armed[i] > 0.0 else -10.0 * limit[i]
            if now[i] >= floor:
                continue
            left, right = low, high
            for _ in range(60):
                middle = 0.5 * (left + right)
                if middle <= left or middle >= right:
                    break
                _watched(watch, middle, t, h, p, n, work, before)
                if before[i] >= floor:
                    left = middle
                else:
                    right = middle
            if right < first:
                first, which = right, i
        if which >= 0:
            _watched(watch, 0.5 * first, t, h, p, n, work, now)  # near the top of a bounce that began in this step
            for i in range(m):
                height[i] = max(height[i], now[i])
            _cut(first, n, work)
            control.until, control.event = first, which
            control.crosses = _crosses(watch, t + first * h, p, events, control, work)
            return which
        for i in range(m):
            height[i] = max(height[i], now[i])
            if now[i] > limit[i]:
                armed[i] = 1.0
        low = high
    for i in range(m):
        if armed[i] > 0.0 and now[i] <= limit[i] and now[i] < before[i]:
            control.until, control.event = 1.0, i
            control.crosses = _crosses(watch, t + h, p, events, control, work)
            return i
    for i in range(m):
        before[i] = now[i]
    return -1
