"""The sign flow x' = -sign(grad f) in the plane, integrated by its events instead of by small time steps.

The right-hand side is discontinuous, so solutions are Filippov's: between the curves g_i = 0 both
coordinates move at unit speed on a straight line; on such a curve the solution crosses it when both
one-sided fields point the same way, and slides along it when both point at it. Sliding on g_i = 0, x_j
keeps its unit speed and x_i follows the curve; that lasts while |dx_i/dx_j| = |H_ij / H_ii| <= 1 and
H_ii > 0. Where the other gradient vanishes too the flow has arrived, in finite time. sign(0) = 0: a start
on a repelling curve or at a critical point stays.

Sources: A. F. Filippov, "Differential Equations with Discontinuous Righthand Sides" (1988), section 4;
C. Ma, L. Wu, W. E, "A qualitative study of the dynamic behavior for adaptive gradient algorithms", PMLR 145
(2022), propositions 1 and 4, for this flow as the limit of Adam with fixed beta's and its finite arrival.
"""

import numpy as np

from ..compile.calls import call_objective
from .compiled import entry, part
from .status import Status

# How the compiled loop ended, as places in _STATUS
_COMPLETED = 0  # the whole duration
_STATIONARY = 1  # arrived where both gradients vanish; the last time is the arrival
_DIVERGED = 2  # the objective stopped being finite
_STEP_LIMIT = 3  # max_nodes nodes, or the work they allow, were not enough
_STATUS = (Status.COMPLETED, Status.STATIONARY, Status.DIVERGED, Status.STEP_LIMIT)

# All lengths are relative to 1 + |x| + |y|; speed is one, so they are times as well.
_PROBE = 1e-8  # how far to look along both one-sided fields; sqrt of the rounding balances noise and bias
_LONGEST = 0.02  # a step while looking for sign changes: short against any drawn domain
_SHORTEST = 1e-12
_LINEAR_ERROR = 1e-8  # of linear interpolation between two nodes of a slide
_FEW = 4096  # nodes, which nearly all solutions have fewer of
_WORK_PER_NODE = 32  # steps of the search for each node allowed

_FREE, _SLIDING, _ARRIVED, _LOST = 0, 1, 2, 3


@part
def _scale(position):
    return 1.0 + abs(position[0]) + abs(position[1])


@part
def _evaluate(objective, along, across, i, out):
    """Fill out with f, its gradient and Hessian where x_i = along and the other coordinate = across."""
    if i == 0:
        call_objective(objective, along, across, out)
    else:
        call_objective(objective, across, along, out)


@part
def _on_line(objective, position, direction, tau, out, line):
    """line = g_0, g_1 and their derivatives along the line at distance tau; False if not finite."""
    call_objective(objective, position[0] + tau * direction[0], position[1] + tau * direction[1], out)
    line[0] = out[1]
    line[1] = out[2]
    line[2] = out[3] * direction[0] + out[4] * direction[1]
    line[3] = out[4] * direction[0] + out[5] * direction[1]
    return np.isfinite(line[0] + line[1] + line[2] + line[3])


@part
def _changed(line, signs):
    """Whether a gradient reached zero; a coordinate at rest (sign 0) has none to lose."""
    return line[0] * signs[0] < 0.0 or line[1] * signs[1] < 0.0 or line[0] == 0.0 or line[1] == 0.0


@part
def _first_change(objective, position, direction, signs, before, after, out, line):
    """The smallest representable tau in (before, after] found at which a sign has changed, by bisection.

    Bisection to adjacent numbers, since derivatives may vanish at the root (quartics).
    """
    while True:
        middle = 0.5 * (before + after)
        if middle <= before or middle >= after:
            return after
        _on_line(objective, position, direction, middle, out, line)
        if _changed(line, signs):
            after = middle
        else:
            before = middle


@part
def _lowest(objective, position, direction, signs, i, before, after, out, line):
    """Where |g_i|, falling at one end and rising at the other, is least or has passed zero; -1 if above."""
    for _ in range(60):
        middle = 0.5 * (before + after)
        if middle <= before or middle >= after:
            break
        _on_line(objective, position, direction, middle, out, line)
        if _changed(line, signs):
            return middle
        if line[2 + i] * signs[i] < 0.0:
            before = middle
        else:
            after = middle
    return -1.0


@part
def _fly(objective, position, direction, signs, longest, first, work, out, scratch):
    """Follow the straight line until a gradient changes sign: (distance, event found, finite, work left).

    Substeps are as long as a cubic through values and derivatives of both gradients describes them; a
    gradient that falls and rises again inside one is searched at its lowest point.
    """
    line, start, inner, end = scratch[0], scratch[1], scratch[2], scratch[3]
    if not _on_line(objective, position, direction, 0.0, out, start):
        return 0.0, False, False, work
    tau = 0.0
    step = first
    while tau < longest:
        work -= 1
        if work <= 0:
            break
        size = _scale(position) + tau
        step = min(max(step, _SHORTEST * size), _LONGEST * size)
        after = min(tau + step, longest)
        if after <= tau:
            after = longest
        # Off the middle, so that a periodic gradient is not sampled in step with its period.
        share = 0.4375
        middle = tau + share * (after - tau)
        finite = _on_line(objective, position, direction, middle, out, inner)
        finite = _on_line(objective, position, direction, after, out, end) and finite
        if not finite:
            if step <= _SHORTEST * size:
                return tau, False, False, work
            step *= 0.25
            continue
        width = after - tau
        # Where a gradient is all rounding (flight along a curve of slope one), no substep would be smooth.
        rounding = 1e-13 * size * (abs(out[3]) + abs(out[4]) + abs(out[5]))
        smooth = True
        easy = True
        for i in range(2):
            cubic = (
                (1.0 + 2.0 * share) * (1.0 - share) ** 2 * start[i]
                + share * (1.0 - share) ** 2 * width * start[2 + i]
                + share**2 * (3.0 - 2.0 * share) * end[i]
                + share**2 * (share - 1.0) * width * end[2 + i]
            )
            miss = max(abs(cubic - inner[i]) - rounding, 0.0)
            largest = max(abs(start[i]), abs(end[i]), abs(inner[i]))
            smooth = smooth and miss <= 0.1 * largest
            easy = easy and miss <= 0.01 * largest
        if not smooth and step > 1e-6 * size:
            step *= 0.25
            continue

        low, high = tau, middle
        for half in range(2):
            left = start if half == 0 else inner
            right = inner if half == 0 else end
            if half == 1:
                low, high = middle, after
            found = high if _changed(right, signs) else -1.0
            if found < 0.0:
                for i in range(2):
                    if found < 0.0 and left[2 + i] * signs[i] < 0.0 and right[2 + i] * signs[i] > 0.0:
                        found = _lowest(objective, position, direction, signs, i, low, high, out, line)
            if found >= 0.0:
                root = _first_change(objective, position, direction, signs, low, found, out, line)
                return root, True, True, work
        tau = after
        start[0], start[1] = end[0], end[1]
        if easy:
            step *= 2.0
    return tau, False, True, work


@part
def _probe(objective, position, i, step_j, length, out):
    """The sign of g_i a little later, under either one-sided field: its x_i' = -1 and its x_i' = +1."""
    across = position[1 - i] + step_j
    _evaluate(objective, position[i] - length, across, i, out)
    falling = out[1 + i]
    _evaluate(objective, position[i] + length, across, i, out)
    rising = out[1 + i]
    return falling, rising


@part
def _follow(objective, position, i, direction, length, out, reached):
    """Slide on g_i = 0 for a time ``length``; False where no solution moving at most at unit speed does.

    The one-sided fields, followed for that time, must end on opposite sides; the curve lies between their
    ends, and Newton's method, kept inside by bisection, finds it. That also decides flat curves (H_ii = 0).
    """
    across = position[1 - i] + length * direction
    reached[1 - i] = across
    reached[i] = position[i]
    _evaluate(objective, position[i], across, i, out)
    if out[1 + i] == 0.0:
        return True
    guess = position[i]
    curvature = out[3] if i == 0 else out[5]
    if curvature > 0.0:
        guess -= out[1 + i] / curvature
    falling, rising = _probe(objective, position, i, length * direction, length, out)
    if not (falling <= 0.0 and rising >= 0.0):
        return False
    low, high = position[i] - length, position[i] + length
    for _ in range(200):
        if not (guess > low and guess < high):
            guess = 0.5 * (low + high)
            if guess <= low or guess >= high:
                break
        _evaluate(objective, guess, across, i, out)
        value = out[1 + i]
        if value == 0.0:
            break
        if value > 0.0:
            high = guess
        else:
            low = guess
        curvature = out[3] if i == 0 else out[5]
        moved = guess - value / curvature if curvature > 0.0 else 0.5 * (low + high)
        if moved == guess or abs(moved - guess) <= 2.0**-53 * abs(guess):
            break
        guess = moved
    reached[i] = guess
    return True


@part
def _arrival(objective, position, i, direction, sign, length, out, reached):
    """Slide until the other gradient, of the given sign, vanishes within ``length``: the time that takes."""
    before, after = 0.0, length
    while True:
        middle = 0.5 * (before + after)
        if middle <= before or middle >= after:
            break
        _follow(objective, position, i, direction, middle, out, reached)
        call_objective(objective, reached[0], reached[1], out)
        if out[2 - i] * sign <= 0.0:
            after = middle
        else:
            before = middle
    _follow(objective, position, i, direction, after, out, reached)
    return after


@part
def _is_bent(objective, position, middle, reached, i, out):
    """Whether the slide to ``reached`` is too curved, or no longer surely a slide, for one node."""
    chord = 0.5 * (position[i] + reached[i])
    if abs(middle[i] - chord) > _LINEAR_ERROR * _scale(position):
        return True
    call_objective(objective, reached[0], reached[1], out)
    curvature = out[3] if i == 0 else out[5]
    return reached[i] != position[i] and (curvature < 0.0 or abs(out[4]) > (1.0 + 1e-9) * curvature)


@part
def _after_event(objective, position, i, signs, out):
    """What the solution does at a point of g_i = 0: the mode, with signs[i] updated when it is free."""
    length = _PROBE * _scale(position)
    step_j = -signs[1 - i] * length
    falling, rising = _probe(objective, position, i, step_j, length, out)
    if not np.isfinite(falling + rising):
        return _LOST
    if falling <= 0.0 and rising >= 0.0:
        signs[i] = 0.0
        return _SLIDING
    if falling > 0.0 and rising < 0.0:
        _evaluate(objective, position[i], position[1 - i] + step_j, i, out)
        signs[i] = np.sign(out[1 + i])
        return _SLIDING if signs[i] == 0.0 else _FREE
    signs[i] = 1.0 if falling > 0.0 else -1.0
    return _FREE


@entry
def _integrate(objective, x, y, duration, most_work, nodes, scratch):
    """Follow the flow from (x, y).

    Parameters
    ----------
    nodes : (most, 3)
        Filled with time, x, y.
    scratch : (10, 6)

    Returns
    -------
    int, int
        How many nodes are filled, and the place of the status in _STATUS: _STEP_LIMIT where there are too few.
    """
    out, position, middle, reached, signs, direction = (
        scratch[4], scratch[5], scratch[6], scratch[7], scratch[8], scratch[9]
    )  # fmt: skip
    position[0], position[1] = x, y
    nodes[0, 0], nodes[0, 1], nodes[0, 2] = 0.0, x, y
    count = 1
    t = 0.0
    anchor = 0.0  # slides count time and x_j from where they began, so that rounding does not add up
    anchor_j = 0.0
    i = 0
    work = most_work
    status = _STEP_LIMIT

    call_objective(objective, position[0], position[1], out)
    signs[0] = np.sign(out[1])
    signs[1] = np.sign(out[2])
    mode = _FREE
    if not np.isfinite(signs[0] + signs[1]):
        mode = _LOST
    elif signs[0] == 0.0 and signs[1] == 0.0:
        mode = _ARRIVED
    elif signs[0] == 0.0 or signs[1] == 0.0:
        i = 0 if signs[0] == 0.0 else 1
        mode = _after_event(objective, position, i, signs, out)
        anchor_j = position[1 - i]
    step = _PROBE * _scale(position)

    while True:
        if mode == _ARRIVED:
            status = _STATIONARY
            break
        if mode == _LOST:
            status = _DIVERGED
            break
        if t >= duration:
            status = _COMPLETED
            break
        if count >= nodes.shape[0] or work <= 0:
            break
        # One pass adds one node: a whole straight flight, or one step of a slide.
        if mode == _FREE:
            direction[0] = -signs[0]
            direction[1] = -signs[1]
            probe = _PROBE * _scale(position)
            remaining = duration - t
            length, event, finite, work = _fly(
                objective, position, direction, signs, remaining, probe, work, out, scratch
            )
            t = duration if length >= remaining else t + length
            position[0] += length * direction[0]
            position[1] += length * direction[1]
            if event:
                call_objective(objective, position[0], position[1], out)
                lost_0 = out[1] * signs[0] <= 0.0
                lost_1 = out[2] * signs[1] <= 0.0
                if out[1] == 0.0 and out[2] == 0.0:
                    mode = _ARRIVED
                else:
                    # If both changed at once, the one on its curve exactly, or else nearer to it, goes first.
                    i = 1 if lost_1 and (not lost_0 or abs(out[2]) < abs(out[1])) else 0
                    if out[2 - i] == 0.0 and out[1 + i] != 0.0:
                        i = 1 - i
                    mode = _after_event(objective, position, i, signs, out)
                    anchor = t
                    anchor_j = position[1 - i]
                    step = probe
                    if mode == _FREE and length < probe:
                        # Two events closer than the probe looks: go that far, so that time always passes.
                        probe = min(probe, duration - t)
                        t += probe
                        position[0] -= probe * signs[0]
                        position[1] -= probe * signs[1]
            elif not finite:
                mode = _LOST
        else:
            work -= 1
            probe = _PROBE * _scale(position)
            j_direction = -signs[1 - i]
            step = min(max(step, probe), _LONGEST * _scale(position), duration - t)
            single = step <= probe
            slides = True
            if not single:
                slides = _follow(objective, position, i, j_direction, 0.5 * step, out, middle)
                slides = slides and _follow(objective, middle, i, j_direction, 0.5 * step, out, reached)
                slides = slides and not _is_bent(objective, position, middle, reached, i, out)
                if not slides:
                    step *= 0.5
                    continue
            elif not _follow(objective, position, i, j_direction, step, out, reached):
                mode = _after_event(objective, position, i, signs, out)
                if mode != _SLIDING:
                    continue
                # Only the sliver left before the duration is shorter than the probe: x_i rests for it.
            call_objective(objective, reached[0], reached[1], out)
            if not np.isfinite(out[1] + out[2]):
                mode = _LOST
                continue
            if out[2 - i] * signs[1 - i] <= 0.0:
                step = _arrival(objective, position, i, j_direction, signs[1 - i], step, out, reached)
                mode = _ARRIVED
                t = anchor + abs(reached[1 - i] - anchor_j)
            elif step >= duration - t:
                t = duration
            else:
                t += step
                reached[1 - i] = anchor_j + j_direction * (t - anchor)
            position[0], position[1] = reached[0], reached[1]
            step *= 2.0
        nodes[count, 0], nodes[count, 1], nodes[count, 2] = t, position[0], position[1]
        count += 1
    return count, status


def solve(objective, start, duration, max_nodes=1_000_000):
    """Integrate the sign flow from a start point.

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
        From 0 on; k <= max_nodes.
    positions : (k, 2) float64
        Row 0 is the start. Between nodes they are linear: exactly in free motion, to 1e-8 of 1 + |x| + |y| in slides.
    status : Status
    """
    x, y = start
    most_work, scratch = _WORK_PER_NODE * int(max_nodes) + 1000, np.zeros((10, 6))
    rows = max(1, min(_FEW, int(max_nodes)))
    while True:
        nodes = np.empty((rows, 3))
        count, status = _integrate(objective, float(x), float(y), float(duration), most_work, nodes, scratch)
        if count < rows or rows >= max_nodes or status != _STEP_LIMIT:
            break
        rows = min(16 * rows, int(max_nodes))  # once more, since compiled code that allocates takes long to compile
    return nodes[:count, 0].copy(), nodes[:count, 1:].copy(), _STATUS[status]
