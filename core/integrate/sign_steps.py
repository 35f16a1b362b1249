"""The sign flow x' = -sign(grad f) of an objective with kinks, by small steps.

On a kink both components of the gradient may jump at once, on a curve in any direction, and three or four fields may
meet in a corner. The flow slides there along an average of the fields around it, in Filippov's sense. Steps of a small
length h by the field itself jump to and fro across the kink and follow this solution: as h -> 0 such polygons converge
to solutions. Away from kinks the field is constant, and a step is as long as it stays so.

Where the steps stay within a few h of a point, they go on from there with a shorter h; if they stay for any h, the
solution rests. Nodes of a slide are put onto the kink, since a root of |u| would show a distance of h: from there, the
flow is followed by shorter and shorter steps.

References
----------
A. F. Filippov, "Differential Equations with Discontinuous Righthand Sides" (1988), sections 4 and 7.
"""

import numpy as np

from ..compile.calls import call_objective
from .compiled import allocating_entry, allocating_part, part
from .status import Status

# How the compiled loop ended, as places in _STATUS
_COMPLETED, _STATIONARY, _DIVERGED, _STEP_LIMIT = range(4)
_STATUS = (Status.COMPLETED, Status.STATIONARY, Status.DIVERGED, Status.STEP_LIMIT)

# Lengths are relative to 1 + |x| + |y|; the speed is at most one in each coordinate, so they are times as well.
_STEP = 4e-6  # h
_LONGEST = 0.01  # a step in free motion: short against any drawn domain
_FINEST = 1e-17  # the last of the shorter steps that find a point on a kink
_STEPS_PER_LENGTH = 6  # of each length among them; the next one is half as long
_FREE_AFTER = 8  # small steps in a constant field, after which longer ones are tried
_NODE_AFTER = 512  # small steps between two nodes of a slide
_REST = 32.0  # steps: how far the solution may move while it rests
_REST_AFTER = 2**13  # times h, without moving further
_FAR = 64.0  # steps in free motion, behind which small steps are of their first length again
_FINER = 1 / 16  # then they are shorter, in case the solution moves on in a wedge that is narrower than they are
_LEAST_STEP = 1e-13
_WORK = 5_000_000  # evaluations of the gradient


@part
def _direction(objective, x, y, out):
    """-sign(grad f) by coordinate, and whether f is finite. Where a slope is undefined, the coordinate rests."""
    call_objective(objective, x, y, out)
    dx = -1.0 if out[1] > 0.0 else (1.0 if out[1] < 0.0 else 0.0)
    dy = -1.0 if out[2] > 0.0 else (1.0 if out[2] < 0.0 else 0.0)
    return dx, dy, np.isfinite(out[0])


@part
def _onto_kink(objective, x, y, h, finest, out):
    """Follow the flow by shorter and shorter steps: the point reached, and the time that has passed."""
    passed = 0.0
    while h > finest:
        for _ in range(_STEPS_PER_LENGTH):
            dx, dy, _ = _direction(objective, x, y, out)
            x += h * dx
            y += h * dy
            passed += h
        h *= 0.5
    return x, y, passed


@part
def _is_constant(objective, x, y, dx, dy, length, out):
    """Whether the field is the same at three points of the step, the last its end; not all in step with a period."""
    for share in (0.3125, 0.6875, 1.0):
        ex, ey, finite = _direction(objective, x + share * length * dx, y + share * length * dy, out)
        if not finite or ex != dx or ey != dy:
            return False
    return True


@allocating_part
def _append(nodes, count, t, x, y):
    """The nodes with one more, in twice the space if it was full."""
    if count == nodes.shape[0]:
        grown = np.empty((2 * count, 3))
        for i in range(count):
            for j in range(3):
                grown[i, j] = nodes[i, j]
        nodes = grown
    nodes[count, 0], nodes[count, 1], nodes[count, 2] = t, x, y
    return nodes


@allocating_entry
def _integrate(objective, x, y, duration, max_nodes):
    """Follow the flow from (x, y): nodes (time, x, y), how many are filled, and the place of the status in _STATUS."""
    nodes, out = np.empty((64, 3)), np.zeros(6)
    nodes = _append(nodes, 0, 0.0, x, y)
    count, t, work = 1, 0.0, 0
    length, growing = 0.0, True  # of the next step in free motion
    free, same = False, 0  # whether it moves away from kinks; small steps in the same field
    since_node = 0
    fineness = 1.0  # of the small steps; shorter near a point at which longer ones rest
    rest_x, rest_y, rest_t, rest_count = x, y, t, count
    dx, dy, finite = _direction(objective, x, y, out)
    while finite and count < max_nodes and work < _WORK:
        if dx == 0.0 and dy == 0.0:
            if t > nodes[count - 1, 0]:
                nodes = _append(nodes, count, t, x, y)
                count += 1
            return nodes, count, _STATIONARY
        scale = 1.0 + abs(x) + abs(y)
        h = _STEP * fineness * scale
        remaining = duration - t
        if not free and remaining <= 2 * _STEPS_PER_LENGTH * h:
            x, y, _ = _onto_kink(objective, x, y, remaining / (2 * _STEPS_PER_LENGTH), _FINEST * scale, out)
            while count > 1 and nodes[count - 1, 0] >= duration:
                count -= 1
            nodes = _append(nodes, count, duration, x, y)
            return nodes, count + 1, _COMPLETED
        step = min(max(length, h), _LONGEST * scale, remaining)
        if step > h:
            work += 3
            if not _is_constant(objective, x, y, dx, dy, step, out):
                length, growing = 0.5 * step, False
                continue
            length = 2.0 * step if growing else step
            if step > _FAR * _STEP * scale:
                fineness = 1.0
        before_x, before_y = dx, dy
        t = duration if step >= remaining else t + step
        x += step * dx
        y += step * dy
        if step <= h:
            work += 1
            dx, dy, finite = _direction(objective, x, y, out)
        if t >= duration:
            nodes = _append(nodes, count, duration, x, y)
            return nodes, count + 1, _COMPLETED
        if max(abs(x - rest_x), abs(y - rest_y)) > _REST * h:
            rest_x, rest_y, rest_t, rest_count = x, y, t, count
        elif t - rest_t >= _REST_AFTER * h:
            x, y, t, count, free, since_node = rest_x, rest_y, rest_t, rest_count, False, 0
            fineness *= _FINER
            if _STEP * fineness < _LEAST_STEP:
                x, y, _ = _onto_kink(objective, x, y, h, _FINEST * scale, out)
                if t > nodes[count - 1, 0] or count == 1:
                    count += 1
                nodes = _append(nodes, count - 1, t, x, y)
                return nodes, count, _STATIONARY
            dx, dy, finite = _direction(objective, x, y, out)
            same, length = 0, 0.0
            continue
        if step > h:
            continue

        same = same + 1 if dx == before_x and dy == before_y else 0
        if free and same == 0:
            free, since_node = False, 0
            nodes = _append(nodes, count, t, x, y)
            count += 1
        elif same >= _FREE_AFTER:
            if not free and t > nodes[count - 1, 0]:
                nodes = _append(nodes, count, t, x, y)
                count += 1
            free, growing, same, length = True, True, 0, 2.0 * h
        elif not free:
            since_node += 1
            if since_node >= _NODE_AFTER and t - rest_t < _NODE_AFTER * h:
                at_x, at_y, passed = _onto_kink(objective, x, y, h, _FINEST * scale, out)
                work += _NODE_AFTER
                nodes = _append(nodes, count, t + passed, at_x, at_y)
                count += 1
                since_node = 0
    return nodes, count, _STEP_LIMIT if finite else _DIVERGED


def solve(objective, start, duration, max_nodes=1_000_000):
    """Integrate the sign flow of an objective with kinks from a start point.

    Parameters
    ----------
    objective : tuple or int
        (address, parameters) of native code, or the address alone: see :func:`core.compile.calls.call_objective`.
    start : (2,) array_like
    duration : float
    max_nodes : int

    Returns
    -------
    times : (k,) float64
        From 0 on; k <= max_nodes + 1.
    positions : (k, 2) float64
        Row 0 is the start. Positions between nodes are linear. Times and positions are right to about 1e-5 of
        1 + |x| + |y|.
    status : Status
    """
    x, y = start
    nodes, count, status = _integrate(objective, float(x), float(y), float(duration), int(max_nodes))
    return nodes[:count, 0].copy(), nodes[:count, 1:].copy(), _STATUS[status]
