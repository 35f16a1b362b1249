"""Flows of objectives with kinks: located as events, crossed, slid along, or arrived at.

Between the kinks a flow is smooth, and the integrator sees one smooth piece at a time (see core.symbolic.kinks). Where
a switching function reaches 0, the fields of both sides decide, in Filippov's sense:

* one of them leads away from the curve: the solution crosses it;
* both lead to it: the solution slides along it with the average of both that stays on it, until one of them turns;
* no field leads away, nor along: it has arrived, and rests.

With inertia (momentum, Adam) the velocity does not jump, and the solution crosses the curve again and again in ever
smaller bounces, infinitely many in a finite time or in the limit. Below a tolerance they end in a slide.

A point at which the gradient has no limit, but no switching function changes its sign (the centre of a norm), is found
by the integrator's steps, which become so small there that the position stays where it is. If 0 is in the convex hull
of the gradients around, and these do not fade with the distance, the solution rests.

Sources: A. F. Filippov, "Differential Equations with Discontinuous Righthand Sides" (1988), section 4; F. H. Clarke,
"Optimization and Nonsmooth Analysis" (1983), theorem 2.5.1, for the hull of gradients around a point.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import product

import numpy as np

from ..compile.system import system
from .events import floor_growth
from .integrator import Equations, Tolerances, advance
from .status import Stop
from .workspace import DENSE

_LIMIT = 1e-13  # of a distance, relative to 1 + |x| + |y|, where it counts as 0
_SHARE_LIMIT = 1e-9  # of a share in a sliding field
_BOUNCE = 0.03  # height of the last bounce, in relative tolerances of the position
_FADED = 1e-9  # what is left of a velocity or gradient that two sides make 0 between them, relative to theirs
_SLOW = 1e-6  # the velocity, relative to 1 + |x| + |y|, at which a solution rests where no gradient is left
_NEAR = 1e-7  # distance from a kink, relative to 1 + |x| + |y|, at which steps that collapse do so because of it
_LOOK = 32  # accepted steps between two looks whether the position stays where it is, at first
_LAST_LOOK = 2**13
_EVENTS = 2000  # that are decided here, one by one
_LAST = 1e-13  # share of the duration that is no time any more
_DIRECTIONS = 32  # around a point at which the solution may rest
_RADIUS = 1e-6
_SEARCH = 1000  # looks around the best point so far, at most


@dataclass
class Solution:
    """What the integrator returned, of all pieces in a row."""

    times: np.ndarray
    states: np.ndarray
    dense: np.ndarray
    stiff: np.ndarray
    status: Stop
    rejected: int
    parameters: np.ndarray


class _Pieces:
    """The present piece: the signs of the switching functions, and the one whose curve the solution slides on."""

    def __init__(self, variables, f, p):
        self.variables, self.f = variables, f
        self.squared = variables.squared
        self.free = system(variables.integrated, f, variables.coefficients)
        self.count = len(self.free.degrees)
        self.p = np.concatenate([p, np.ones(max(self.count, 0 if len(p) else 1))])  # not empty, whose address is none
        self.first = len(p)
        self.slide = None
        self.events = 0
        self.crossings = 0  # that the integrator has gone through alone
        self.height = np.inf  # of the last bounce, if the last piece was one
        self.crossed = {}  # when the curve of each switch was last crossed here, without inertia

    @property
    def signs(self):
        return self.p[self.first : self.first + self.count]

    @property
    def system(self):
        if self.slide is None:
            return self.free
        return system(self.variables.integrated, self.f, self.variables.coefficients, self.slide)

    def limits(self, y):
        if not self.count:
            return np.empty(0)
        limits = np.full(self.count + (self.slide is not None), _LIMIT * _size(y))
        if self.slide is not None:
            limits[[self.slide, -1]] = _SHARE_LIMIT
        return limits

    def floors(self, t, y, limits, rtol):
        """The height, relative to 1 + |x| + |y|, below which a bounce on a switch's curve ends, for what is watched.

        Higher ones only cross the curve, which the integrator does alone. Infinite where each event is a decision: the
        slide's own end, and a crossing behind which it may be no slide any more.
        """
        floors = np.full(len(limits), np.inf)
        for k, degree in enumerate(self.free.degrees):
            if degree == 2 and k != self.slide and self._slides_on_behind(t, y, k):
                floors[k] = _lowest_bounce(rtol)
        return floors

    def _slides_on_behind(self, t, y, k):
        """Whether the curve of the slide, if there is one, is one behind the curve of switch k as well."""
        if self.slide is None or not self.free.coupled[self.slide][k]:
            return True
        signs = self.signs.copy()
        signs[k] *= -1
        plus, minus = self.both(t, y, self.slide, signs)
        return plus.rate[self.slide] != minus.rate[self.slide]

    def distances(self, y):
        """Signed by the present signs."""
        return self.free.evaluate(self.free.watch, self.count, 0.0, y, self.p)

    def side(self, t, y, signs):
        """The field of one piece at y: see core.compile.system.System."""
        n, p = len(y), np.concatenate([self.p[: self.first], signs])
        out = self.free.evaluate(self.free.sides, 4 + self.count * (5 + n), t, y, p)
        of_switch = out[4:].reshape(self.count, 5 + n)
        first, second, third = of_switch[:, :3].T
        return _Side(signs, out[:2], out[2:4], first, second, third, of_switch[:, 3:5], of_switch[:, 5:])

    def both(self, t, y, j, signs):
        """The fields on the positive and the negative side of switch j."""
        found = []
        for sign in (1.0, -1.0):
            of_side = np.array(signs)
            of_side[j] = sign
            found.append(self.side(t, y, of_side))
        return found


@dataclass
class _Side:
    signs: np.ndarray
    velocity: np.ndarray
    gradient: np.ndarray
    first: np.ndarray
    rate: np.ndarray
    norm: np.ndarray
    normal: np.ndarray
    by_state: np.ndarray


def _lowest_bounce(rtol):
    return max(_BOUNCE * rtol, 1e-12)


def _size(y):
    return 1.0 + abs(y[0]) + abs(y[1])


def _average(plus, minus, j):
    """(share of the positive side, velocity, gradient, f' of all switches) of the sliding field on switch j."""
    share = minus.rate[j] / (minus.rate[j] - plus.rate[j])
    return share, *(
        share * one + (1 - share) * two
        for one, two in (
            (plus.velocity, minus.velocity), (plus.gradient, minus.gradient), (plus.first, minus.first),
        )
    )  # fmt: skip


def _attracts(plus, minus, j):
    return plus.rate[j] <= 0 <= minus.rate[j] and plus.rate[j] < minus.rate[j]


def _hull_holds_zero(gradients):
    """Whether 0 is in the convex hull of points of the plane: no open half-plane has them all."""
    gradients = np.asarray(gradients)
    sizes = np.hypot(*gradients.T)
    if np.any(sizes <= _FADED * sizes.max(initial=0.0)):
        return True
    angles = np.sort(np.arctan2(gradients[:, 1], gradients[:, 0]))
    gaps = np.diff(np.concatenate([angles, angles[:1] + 2 * np.pi]))
    return bool(gaps.max() <= np.pi * (1 + 1e-7))


def _rests(f, x, rtol):
    """The point near x at which a solution rests for good, a kink that no side leads away from; None if there is none.

    A smooth minimum is none: there the gradients fade with the distance.
    """
    radius = max(_RADIUS, 20 * rtol) * (1.0 + np.abs(x).sum())
    angles = 2 * np.pi * (np.arange(_DIRECTIONS) + 0.3) / _DIRECTIONS
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    best, reach = np.array(x, dtype=float), radius
    for _ in range(_SEARCH):  # the lowest point around, by a pattern search
        points = best + reach * circle
        values = f.value(*points.T)
        lowest = np.nanargmin(values) if np.isfinite(values).any() else 0
        if not values[lowest] < f.value(*best):
            reach *= 0.5
        elif np.hypot(*(points[lowest] - x)) <= radius:
            best = points[lowest]
        else:  # f falls on, perhaps for ever
            return None
        if reach <= 1e-17 * (1.0 + np.abs(x).sum()):
            break
    near, far = (f.gradient(*(best + r * circle).T) for r in (radius / 16, radius))
    if not (np.isfinite(near).all() and np.isfinite(far).all()):
        return None
    fades = np.hypot(*near.T).max() < 0.25 * np.hypot(*far.T).max()
    return best if not fades and _hull_holds_zero(near) and _hull_holds_zero(far) else None


def _passes_through(pieces, t, y, at):
    """Whether momentum carries the solution over an isolated kink: its velocity is the same on all sides, and not 0."""
    if pieces.count:
        return False  # an event decides there
    angles = 2 * np.pi * np.arange(_DIRECTIONS) / _DIRECTIONS
    velocities = []
    for angle in angles:
        beside = y.copy()
        beside[:2] = at + _NEAR * _size(y) * np.array([np.cos(angle), np.sin(angle)])
        velocities.append(pieces.free.evaluate(pieces.free.right_hand_side, pieces.free.size, t, beside, pieces.p)[:2])
    speed = np.hypot(*np.transpose(velocities)).mean()
    return bool(speed > _SLOW * _size(y) and np.hypot(*np.mean(velocities, axis=0)) > 0.5 * speed)


def solve(variables, f, p, x0, s0, end, rtol, tolerances: Tolerances, max_steps) -> Solution:
    """Integrate to the end, an arrival, or a limit of the work."""
    pieces = _Pieces(variables, f, p)
    y = _begin(pieces, variables, x0, s0)
    parameters = pieces.p.copy()
    if _starts_at_rest(pieces, f, x0, rtol):
        return _rest(y, x0, s0, parameters)
    found, t, h, look = [], s0, 0.0, _LOOK
    recent: deque[np.ndarray] = deque(maxlen=_EVENTS // 4)  # where the last events were
    attempts, rejected, status = max_steps, 0, Stop.STEP_LIMIT
    while True:
        piece, limits = pieces.system, pieces.limits(y)
        watch = piece.watch.address if len(limits) else 0
        equations = Equations(piece.right_hand_side.address, piece.jacobian.address, pieces.p, watch)
        times, states, dense, code, refused, stiff, which, h, pieces.height, pieces.crossings = advance(
            equations, t, y, end, tolerances, attempts, limits=limits, floors=pieces.floors(t, y, limits, rtol),
            first_sign=pieces.first, crossings=pieces.crossings, h=h, look=look,
        )  # fmt: skip
        found.append((times, states, dense, stiff))
        attempts -= len(dense) + refused
        rejected += refused
        t, y = float(times[-1]), states[-1].copy()
        if end - t <= _LAST * abs(end) and code != Stop.DIVERGED:  # an event at the very end
            times[-1], code = end, Stop.COMPLETED
        if code == Stop.COMPLETED or attempts <= 0:
            status = code if code == Stop.COMPLETED else Stop.STEP_LIMIT
            break
        if code == Stop.DIVERGED and t == s0 and not np.any(f.gradient(*x0)):
            return _rest(y, x0, s0, parameters)  # an accumulator that stays empty
        if code in (Stop.DIVERGED, Stop.STEP_LIMIT):
            which = _collapsed_at(pieces, t, y)
            if which < 0 and code == Stop.DIVERGED:
                if _rests(f, y[:2], rtol) is None:
                    status = code
                    break
                code = Stop.STEP_LIMIT  # not finite at an isolated kink, where the loss is least: no blow-up
            code = Stop.EVENT if which >= 0 else code
        if code == Stop.EVENT:
            pieces.events, h = pieces.events + 1, 0.0
            y[2:] = variables.at_kink(y[2:])
            recent.append(y[:2].copy())
            if pieces.events > _EVENTS:
                at = _rests(f, y[:2], rtol)
                if at is not None and np.abs(np.array(recent) - at).max() <= _NEAR * _size(y):
                    y[:2] = at
                    status = Stop.ARRIVED
                break
            if not _after_event(pieces, t, y, which, rtol):
                status = Stop.ARRIVED
                break
            continue
        # stuck, or a step that fell to the rounding of t
        at = _rests(f, y[:2], rtol)
        if at is not None and not (code == Stop.STEP_LIMIT and _passes_through(pieces, t, y, at)):
            y[:2] = at
            status = Stop.ARRIVED
            break
        look *= 2
        if code == Stop.STEP_LIMIT or look > _LAST_LOOK:
            break
    times, states, dense, stiff = (np.concatenate(parts) for parts in zip(*_joined(found), strict=True))
    if status == Stop.ARRIVED:
        states[-1] = y
    return Solution(times, states, dense, stiff, status, rejected, parameters)


def _starts_at_rest(pieces, f, x0, rtol):
    """Whether the start is a kink that no side leads away from, as _rests finds it, to the last bit."""
    if not pieces.count and np.all(np.isfinite(f.hessian(*x0))):
        return False
    at = _rests(f, np.asarray(x0, dtype=float), rtol)
    return at is not None and np.array_equal(at, x0)


def _rest(y, x0, s0, parameters):
    """The solution that rests at its start, where its state may be undefined: it is that of no gradient so far."""
    y[:2] = x0
    y[2:] = np.where(np.isfinite(y[2:]), y[2:], 0.0)
    empty = np.empty((0, DENSE, len(y)))
    return Solution(np.array([s0]), y[None], empty, np.empty(0, bool), Stop.ARRIVED, 0, parameters)


def _collapsed_at(pieces, t, y):
    """The switch whose curve steps have collapsed at, -1 if none; y is put on it.

    Where the slope is infinite on the curve (a root of |u|), nothing is defined behind it, and no step gets there.
    """
    if not pieces.count:
        return -1
    distances = pieces.distances(y)
    if pieces.slide is not None:
        distances[pieces.slide] = np.inf
    k = int(np.argmin(np.abs(distances)))
    if not abs(distances[k]) <= _NEAR * _size(y):
        return -1
    _put_on_curve(pieces, t, y, k)
    return k


def _put_on_curve(pieces, t, y, k):
    """Move y onto the curve of switch k."""
    for _ in range(3):
        side = pieces.side(t, y, pieces.signs)
        y[:2] -= pieces.signs[k] * pieces.distances(y)[k] * side.normal[k] / side.norm[k]


def _joined(found):
    """The pieces without the first point of each but the first, and without empty steps."""
    out = []
    for i, (times, states, dense, stiff) in enumerate(found):
        kept = np.diff(times) > 0
        after = np.concatenate([[i == 0], kept])
        out.append((times[after], states[after], dense[kept], stiff[kept]))
    return out


def _begin(pieces, variables, x0, s0):
    """The state that the integration begins with, and the signs there."""
    y = np.array(x0, dtype=float)
    if pieces.count:
        probe = np.concatenate([y, np.zeros(pieces.free.size - 2)])
        for _ in range(pieces.count):  # a switching function may itself have signs in it
            pieces.signs[:] *= np.where(pieces.distances(probe) < 0, -1.0, 1.0)
    if variables.integrated.start:
        y = pieces.free.initial(x0, pieces.p, s0)
    if pieces.count:
        limit = _LIMIT * _size(y)
        # without inertia the short way to s0 may have left a curve along which it slides
        began_on = (np.abs(pieces.distances(probe)) <= limit) & (np.array(pieces.free.degrees) == 1)
        for j in np.flatnonzero(began_on | (np.abs(pieces.distances(y)) <= limit)):
            if pieces.slide is None:
                _start_on_curve(pieces, s0, y, int(j))
    return y


def _start_on_curve(pieces, t, y, j):
    """Off it where one side alone leads away; else along it: at a kink that repels, as the methods do, too."""
    plus, minus = pieces.both(t, y, j, pieces.signs)
    if plus.rate[j] > 0 and minus.rate[j] > 0:
        pieces.signs[j] = 1.0
    elif plus.rate[j] < 0 and minus.rate[j] < 0:
        pieces.signs[j] = -1.0
    elif plus.rate[j] != minus.rate[j]:
        pieces.slide = j
        y[2:] = pieces.variables.at_kink(y[2:], begins=True)
        _put_on_curve(pieces, t, y, j)


def _after_event(pieces, t, y, which, rtol):
    """Set the next piece; False if the solution has arrived. May end a bounce, in y."""
    j = pieces.slide
    if j is not None and which in (j, pieces.count):  # the slide ends: one side leads away now
        pieces.signs[j] = -1.0 if which == j else 1.0
        pieces.slide = None
        return True
    if pieces.free.degrees[which] == 2:
        return _reach_with_inertia(pieces, t, y, which, rtol)
    return _corner(pieces, t, y, j, which) if j is not None else _reach(pieces, t, y, which, rtol)


def _reach(pieces, t, y, k, rtol):
    """Cross the curve of switch k, or slide on it."""
    plus, minus = pieces.both(t, y, k, pieces.signs)
    beyond = -pieces.signs[k]
    speed = beyond * (plus if beyond > 0 else minus).rate[k]
    if speed > 0:
        height = speed * (t - pieces.crossed.get(k, -np.inf)) / plus.norm[k]
        pieces.crossed[k] = t
        if not (height < _lowest_bounce(rtol) * _size(y) and _is_valley(plus, minus, k)):
            pieces.signs[k] = beyond
            return True
        # momentum beside a velocity that hardly jumps: the end of its bounces
        stopped = y.copy()
        _stop(pieces, stopped, plus, k, (plus.first[k] + minus.first[k]) / 2)
        plus, minus = pieces.both(t, stopped, k, pieces.signs)
        if not _attracts(plus, minus, k):
            pieces.signs[k] = beyond
            return True
        y[:] = stopped
    return _slide(pieces, t, y, k, plus, minus)


def _slide(pieces, t, y, k, plus, minus):
    if not _attracts(plus, minus, k):
        pieces.signs[k] *= -1
        return True
    _, velocity, gradient, _ = _average(plus, minus, k)
    pieces.slide = k
    pulled = np.abs(gradient).max() > _FADED * max(np.abs(side.gradient).max() for side in (plus, minus))
    return bool(pulled or np.abs(velocity).max() > _SLOW * _size(y))


def _reach_with_inertia(pieces, t, y, k, rtol):
    """Cross the curve of switch k, or end the bounces on it."""
    plus, minus = pieces.both(t, y, k, pieces.signs)
    if pieces.signs[k] * plus.first[k] > 0 and pieces.signs[k] * minus.first[k] > 0:
        # It leads away from the curve: the dense output has touched it, within the tolerance.
        _put_on_curve(pieces, t, y, k)
        return True
    force = min(abs(plus.rate[k]), abs(minus.rate[k]))
    height = plus.first[k] ** 2 / (2 * force) / plus.norm[k] if force > 0 else np.inf
    lowest = _lowest_bounce(rtol) * floor_growth(pieces.crossings) * _size(y)
    if not (_is_valley(plus, minus, k) and min(height, pieces.height) < lowest):
        return _cross_with_inertia(pieces, t, y, k)
    _stop(pieces, y, plus, k, plus.first[k])
    if pieces.slide is None:
        return _slide(pieces, t, y, k, *pieces.both(t, y, k, pieces.signs))
    if _hull_holds_zero(_gradients(pieces, t, y, pieces.slide, k)):
        return False
    return _cross_with_inertia(pieces, t, y, k)


def _is_valley(plus, minus, k):
    """Whether f rises on both sides of the curve of switch k."""
    return np.dot(plus.gradient, plus.normal[k]) >= 0 >= np.dot(minus.gradient, minus.normal[k])


def _stop(pieces, y, side, k, speed):
    """Take a speed across the curve of switch k from the momentum in y, by as small a change as does it."""
    slope = side.by_state[k].copy()
    slope[:2] = 0.0
    momentum = np.where(pieces.squared, 0.0, slope)  # a square is no velocity, and has no sign to lose
    slope = momentum if np.any(momentum) else slope
    if np.any(slope):
        y -= slope * (speed / np.dot(slope, slope))


def _cross_with_inertia(pieces, t, y, k):
    """Cross the curve of switch k. A slide along another one goes on if that one still attracts behind it."""
    pieces.signs[k] *= -1
    j = pieces.slide
    if j is not None:
        plus, minus = pieces.both(t, y, j, pieces.signs)
        if not _attracts(plus, minus, j):
            pieces.slide = None
            pieces.signs[j] = 1.0 if plus.rate[j] > 0 else -1.0
    return True


def _quadrants(pieces, t, y, j, k):
    """The fields of the four pieces around a corner, by their signs."""
    found = {}
    for of_j, of_k in product((1.0, -1.0), repeat=2):
        signs = pieces.signs.copy()
        signs[[j, k]] = of_j, of_k
        found[of_j, of_k] = pieces.side(t, y, signs)
    return found


def _gradients(pieces, t, y, j, k):
    return [side.gradient for side in _quadrants(pieces, t, y, j, k).values()]


def _corner(pieces, t, y, j, k):
    """Two curves meet: go on along one of them, or between them, where a field leads away; else rest."""
    around = _quadrants(pieces, t, y, j, k)
    if _hull_holds_zero([side.gradient for side in around.values()]):
        return False
    before = pieces.signs[k]
    for of_k in (-before, before):
        plus, minus = around[1.0, of_k], around[-1.0, of_k]
        if _attracts(plus, minus, j) and of_k * _average(plus, minus, j)[3][k] > 0:
            pieces.signs[k] = of_k
            return True
    for of_j in (1.0, -1.0):
        plus, minus = around[of_j, 1.0], around[of_j, -1.0]
        if _attracts(plus, minus, k) and of_j * _average(plus, minus, k)[3][j] > 0:
            pieces.signs[j], pieces.slide = of_j, k
            return True
    for (of_j, of_k), side in around.items():
        if of_j * side.first[j] > 0 and of_k * side.first[k] > 0:
            pieces.signs[[j, k]], pieces.slide = (of_j, of_k), None
            return True
    return False
