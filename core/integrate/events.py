"""Location of events: zeros of watched functions within a step of the integrator."""

import numpy as np

from core.compile.calls import call_system
from core.integrate.compiled import entry, part
from core.integrate.workspace import DENSE

# Rows of the table of events, one column per watched function
LIMIT = 0  # where it counts as 0
ARMED = 1  # 1 once it has been above its limit, else 0
BEFORE = 2  # its value at the start of the step
NOW = 3
ROWS = 4

_PARTS = 4  # of a step, at whose ends the functions are evaluated

# The dense output's rows from its values beside the chord at these nodes
_NODES = np.linspace(0.1, 0.9, DENSE)
_FIT = np.linalg.inv(np.vander(_NODES, DENSE, increasing=True))


@part
def _watched(watch, share, t, h, p, n, w, out):
    """Evaluate the watched functions at a share of the step."""
    for i in range(n):
        bulge = w.dense[DENSE - 1, i]
        for row in range(DENSE - 2, -1, -1):
            bulge = w.dense[row, i] + share * bulge
        w.argument[i] = (1.0 - share) * w.y[i] + share * (w.reached[i] + (1.0 - share) * bulge)
    call_system(watch, t + share * h, w.argument, p, out)


@part
def arm(table):
    """Arm the functions that are above their limits at the start."""
    for i in range(table.shape[1]):
        table[ARMED, i] = 1.0 if table[BEFORE, i] > table[LIMIT, i] else 0.0


@entry
def locate(watch, t, h, p, n, events, control, work):
    """Find the first event of the step from t to t + h.

    Parameters
    ----------
    watch : int
        Address of the watched functions; all are positive so far.
    t, h : float
    p : (any,) float64
    n : int
        Size of the system.
    events : (4, m) float64
        The table of the m functions; ARMED and BEFORE are brought up to date.
    control, work : records

    Returns
    -------
    int
        The number of the function that is first to reach 0, -1 for none. ``control.until`` is the share of the step at
        which it does.
    """
    m = events.shape[1]
    limit, armed, before, now = events[LIMIT], events[ARMED], events[BEFORE], events[NOW]
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
            control.until = first
            return which
        for i in range(m):
            if now[i] > limit[i]:
                armed[i] = 1.0
        low = high
    for i in range(m):
        if armed[i] > 0.0 and now[i] <= limit[i] and now[i] < before[i]:
            control.until = 1.0
            return i
    for i in range(m):
        before[i] = now[i]
    return -1


def cut(share, y, reached, dense):
    """End a step at a share of it.

    Parameters
    ----------
    share : float
        Of the step, in (0, 1).
    y, reached : (n,) float64
        The states at its start and its end.
    dense : (DENSE, n) float64
        Its dense output.

    Returns
    -------
    (n,), (DENSE, n)
        The state at the share, and the dense output up to there.
    """

    def within(s):
        s = np.atleast_1d(s)[:, None]
        bulge = np.zeros((len(s), len(y)))
        for row in dense[::-1]:
            bulge = row + s * bulge
        return (1.0 - s) * y + s * (reached + (1.0 - s) * bulge)

    end, s = within(share)[0], _NODES[:, None]
    return end, _FIT @ ((within(share * _NODES) - (1.0 - s) * y - s * end) / (s * (1.0 - s)))
