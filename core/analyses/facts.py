"""Measured facts about one run, for the sentence that describes it.

Each fact is a number or a boolean computed from the run's iterates and defined in its docstring; nothing is inferred
from the parameters alone. The window is that of the rule for regimes, the last quarter of the run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numba import njit

from ..objectives.minima import Minimum
from ..optimizers import OPTIMIZERS
from ..parameters import rates_of
from ..regimes.course import COURSES, RESOLUTION
from ..regimes.levels import Level, settled_and_level
from ..regimes.rule import THRESHOLDS, Thresholds, questions
from ..regimes.statistics import window_length
from ..runs import Run
from ..schedules import NAME as SCHEDULE
from ..schedules import window_factor
from .sharpness import parameters_at, preconditioned_sharpness, preconditioner, sharpness_threshold

BURST = 100.0  # factor by which the excess loss rises over its last trough in a burst, and falls from its top to end it
ENVELOPE = 8  # steps over which the greatest excess is taken, so that a ripple's zeros do not count as rest
ONSET = 10.0  # factor over the trough at which a burst begins
ARRIVED = 1e-3  # share of the way down that may remain for a run to have arrived
GAUGE_ROWS = 512  # iterates at which the gauge is sampled over a long interval
FLAT = 1e-9  # curvature of a minimum over the curvature at the start, below which the minimum has none


@dataclass(frozen=True)
class Bursts:
    """The bursts of the excess loss in the window; steps are rows of the run.

    Attributes
    ----------
    tops, onsets, troughs : ndarray of int, shape (n,)
        Where each burst is highest, the last row before it at which the envelope of the excess, its greatest value
        over eight steps, is at most ten times its trough, and the row of that trough.
    factors : ndarray, shape (n,)
        Envelope at the top over that at the trough.
    """

    tops: np.ndarray
    onsets: np.ndarray
    troughs: np.ndarray
    factors: np.ndarray


@dataclass(frozen=True)
class Facts:
    """The facts about a run, each computed when it is asked for.

    Parameters
    ----------
    run : core.Run
    thresholds : core.Thresholds
        The rule's numbers, for the regime.
    """

    run: Run
    thresholds: Thresholds = THRESHOLDS

    @cached_property
    def method(self):
        """The optimizer's declaration."""
        return OPTIMIZERS[self.run.optimizer]

    @cached_property
    def steps(self) -> int:
        """Steps taken."""
        return len(self.run.loss) - 1

    @cached_property
    def regime(self) -> str:
        """One of core.REGIMES."""
        return self.run.classified(self.thresholds)

    @cached_property
    def decided_by(self) -> str:
        """The name of the rule's question that decided; "" where none did or there is no window."""
        if not self.run.statistics:
            return ""
        asked = questions(self.run.statistics, True, self.thresholds)
        return next((name for name, (holds, _) in asked.items() if holds), "")

    @cached_property
    def course(self) -> str:
        """One of core.regimes.course.COURSES; "" without a window."""
        return COURSES[int(self.run.statistics["course"])] if self.run.statistics else ""

    # ---- losses ----

    @cached_property
    def start(self) -> float:
        """The loss at the start."""
        return float(self.run.loss[0])

    @cached_property
    def end(self) -> float:
        """The loss of the last iterate."""
        return float(self.run.loss[-1])

    @cached_property
    def window(self) -> slice:
        """The rows of the last quarter, as the rule takes them."""
        return slice(len(self.run.loss) - window_length(self.steps), None)

    @cached_property
    def window_loss(self) -> np.ndarray:
        """The losses of the window."""
        return self.run.loss[self.window]

    @cached_property
    def least(self) -> float:
        """The least loss of the window."""
        return float(self.window_loss.min())

    @cached_property
    def greatest(self) -> float:
        """The greatest loss of the window."""
        return float(self.window_loss.max())

    @cached_property
    def window_start(self) -> float:
        """Mean loss of the window's first eighth."""
        return float(self.window_loss[: len(self.window_loss) // 8].mean())

    @cached_property
    def late(self) -> float:
        """Mean loss of the window's last eighth."""
        return self.run.statistics["late_loss"]

    @cached_property
    def rises_throughout(self) -> bool:
        """Whether every step of the window raises the loss."""
        return bool(np.all(np.diff(self.window_loss) > 0))

    @cached_property
    def _settled_and_level(self):
        return settled_and_level(self.run)

    @property
    def settled(self) -> Minimum | None:
        """The minimum that the run settled in or is on its way to; None where descent from its lowest point finds
        none."""
        return self._settled_and_level[0]

    @property
    def level(self) -> Level:
        """The level that the axis of the loss is measured from (core.regimes.levels)."""
        return self._settled_and_level[1]

    @property
    def local(self) -> bool:
        """Whether the run has settled in a local minimum above the known least value of f."""
        return self.level.kind == "local" and self.run.objective.minimum is not None

    @property
    def from_minimum(self) -> bool:
        """Whether the reference is the known least value of f."""
        return self.level.kind == "minimum"

    @cached_property
    def reference(self) -> float:
        """The loss that an excess loss is measured from: the level; the least loss of the window where there is no
        level."""
        return self.least if self.level.kind == "none" else self.level.value

    @cached_property
    def excess(self) -> np.ndarray:
        """The window's losses above the reference, at least 0."""
        return np.maximum(self.window_loss - self.reference, 0.0)

    @cached_property
    def convex(self) -> bool:
        """Whether the Hessian is positive definite at the window's lowest point."""
        x, y = self.run.position[self.window.start + int(np.argmin(self.window_loss))]
        h = self.run.objective.hessian(x, y)
        with np.errstate(all="ignore"):
            return bool(h[0, 0] > 0 and h[0, 0] * h[1, 1] > h[0, 1] ** 2)

    @cached_property
    def arrived(self) -> bool:
        """Whether the run has converged: at most a thousandth of the decrease from the start to the minimum that it
        settled in remains. Where the least value of f is not known, that minimum must be isolated (`convex`)."""
        least = self.run.objective.minimum
        if self.settled is not None and (least is not None or self.convex):
            least = self.settled.value
        if least is None:
            return False
        return 0 <= self.late - least <= ARRIVED * (self.start - least) or self.late == least

    # ---- rest and motion ----

    @cached_property
    def unresolved(self) -> bool:
        """Whether the loss changes over the window by no more than its rounding error."""
        return bool(self.greatest - self.least <= RESOLUTION * max(abs(self.greatest), abs(self.least)))

    @cached_property
    def rests_since(self) -> int | None:
        """The first row from which no bit of the position changes up to the end; None if the last step moved."""
        position = self.run.position
        if len(position) < 2 or np.any(position[-1] != position[-2]):
            return None
        moved = np.flatnonzero((position != position[-1]).any(axis=1))
        return int(moved[-1]) + 1 if moved.size else 0

    @cached_property
    def mean_step(self) -> float:
        """Mean length of a step in the window."""
        return self.run.statistics["mean_step"]

    @cached_property
    def swing(self) -> float:
        """Half the iterate's range, as the rule measures it."""
        return self.run.statistics["swing"]

    @cached_property
    def swing_in_learning_rates(self) -> bool:
        """Whether the swing's unit is the learning rate in the window; else it is the mean step."""
        return bool(self.method.trait("steps_of_size_eta", self.run.parameters))

    @cached_property
    def late_learning_rate(self) -> float:
        """The learning rate in the middle of the window."""
        late = window_factor(self.run.parameters[SCHEDULE], self.steps, window_length(self.steps))
        return float(self.run.parameters["learning_rate"] * late)

    @cached_property
    def hop(self) -> np.ndarray:
        """The absolute last step, per coordinate: the distance of a 2-cycle's two points."""
        return np.abs(self.run.position[-1] - self.run.position[-2])

    @cached_property
    def cycle_closes(self) -> bool:
        """Whether every iterate of the window comes back after two steps, to within a fiftieth of a step."""
        points = self.run.position[self.window]
        return bool(np.abs(points[2:] - points[:-2]).max() <= 0.02 * self.hop.max())

    @cached_property
    def way(self) -> float:
        """Distance of the last iterate from the start."""
        return float(np.hypot(*(self.run.position[-1] - self.run.position[0])))

    # ---- bursts ----

    @cached_property
    def bursts(self) -> Bursts:
        """The bursts of the window."""
        floor = max(RESOLUTION * abs(self.reference), np.finfo(float).tiny)
        envelope = _envelope(np.maximum(self.excess, floor), ENVELOPE)
        tops, onsets, troughs = (np.array(rows, dtype=int) for rows in _bursts(envelope, BURST, ONSET))
        factors = envelope[tops] / envelope[troughs]
        first = self.window.start
        return Bursts(tops + first, onsets + first, troughs + first, factors)

    @cached_property
    def burst_period(self) -> float | None:
        """Median number of steps between the tops of bursts; None for fewer than two."""
        return float(np.median(np.diff(self.bursts.tops))) if len(self.bursts.tops) > 1 else None

    @cached_property
    def burst_rise(self) -> float | None:
        """Median number of steps from the onset of a burst to its top; None without bursts."""
        return float(np.median(self.bursts.tops - self.bursts.onsets)) if len(self.bursts.tops) else None

    # ---- the gauge: preconditioned sharpness over its threshold ----

    @cached_property
    def has_gauge(self) -> bool:
        """Whether the method has a diagonal preconditioner with a stability threshold."""
        return self.method.sharpness is not None

    def gauge(self, rows) -> np.ndarray:
        """
        Preconditioned sharpness over its threshold.

        Parameters
        ----------
        rows : slice or ndarray of int
            Rows of the run.

        Returns
        -------
        ndarray, shape (n,)
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return preconditioned_sharpness(self.run, rows) / sharpness_threshold(self.run, rows)

    @cached_property
    def fades(self) -> bool:
        """Whether the method's second moment can decay to nothing."""
        return bool(self.method.trait("second_moment_fades", self.run.parameters))

    @cached_property
    def burst_explained(self) -> bool:
        """Whether before the last burst that follows another one the preconditioner shrinks while the loss rests, and
        the gauge goes from below 1 to above 1 before the top."""
        tops, troughs = self.bursts.tops, self.bursts.troughs
        if not (self.fades and self.has_gauge and len(tops) > 1):
            return False
        rows = np.unique(np.linspace(tops[-2], tops[-1], GAUGE_ROWS).astype(int))
        gauge = self.gauge(rows)
        quiet = (rows > tops[-2]) & (rows <= troughs[-1])
        if not (np.any(gauge[quiet] < 1) and np.any(gauge[rows > rows[quiet][np.nanargmin(gauge[quiet])]] > 1)):
            return False
        divisor = preconditioner(self.run, np.array([rows[quiet][np.nanargmin(gauge[quiet])], troughs[-1]]))
        return bool(np.any(divisor[1] < divisor[0]))

    @cached_property
    def above_threshold(self) -> bool:
        """Whether the gauge is above 1 at every sampled row of the window."""
        if not self.has_gauge:
            return False
        rows = np.unique(np.linspace(self.window.start, self.steps, GAUGE_ROWS).astype(int))
        return bool(np.all(self.gauge(rows) > 1))

    @cached_property
    def window_gauge(self) -> float:
        """The greatest gauge of the window, over all its rows; NaN where it is not known at one of them."""
        return float(np.max(self.gauge(self.window)))

    @cached_property
    def curvature_fades(self) -> bool:
        """Whether both the second moment and the curvature are smaller at the end of the window than at its start."""
        if not (self.fades and self.has_gauge):
            return False
        rows = np.array([self.window.start, self.steps])
        x, y = self.run.position[rows].T
        curvature = np.abs(self.run.objective.hessian(x, y)).max(axis=(1, 2))
        moment = self.run.state["second_moment"][rows]
        return bool(curvature[1] < curvature[0] and np.all(moment[1] < moment[0]))

    @cached_property
    def flat_minimum(self) -> bool:
        """Whether the Hessian vanishes at every known minimizer, and one of them is what the run comes to."""
        f = self.run.objective
        if not len(f.minimizers) or not self.from_minimum:
            return False
        start = np.abs(f.hessian(*self.run.position[0])).max()
        there = np.abs(f.hessian(f.minimizers[:, 0], f.minimizers[:, 1])).max()
        return bool(there <= FLAT * start)

    @cached_property
    def gauge_climbs(self) -> tuple[float, float] | None:
        """The gauge at the window's first and last row where the second moment fades and the gauge grows but has not
        reached 1; None otherwise."""
        if not (self.fades and self.has_gauge):
            return None
        first, last = self.gauge(np.array([self.window.start, self.steps]))
        divisor = preconditioner(self.run, np.array([self.window.start, self.steps]))
        shrinks = np.any(divisor[1] < divisor[0])
        return (float(first), float(last)) if shrinks and 1.05 * first < last < 1 else None

    @cached_property
    def gauge_without_v(self) -> float:
        """The gauge at the last iterate if the second moment were 0: what epsilon leaves possible. It only falls when
        the learning rate does."""
        p = parameters_at(self.run, np.array([[float(self.steps)]]))
        inside = self.run.parameters.get("epsilon_inside_root", False)
        least = np.sqrt(p.epsilon) if inside else p.epsilon
        h = self.run.objective.hessian(*self.run.position[-1])
        largest = (h[0, 0] + h[1, 1]) / 2 + np.hypot((h[0, 0] - h[1, 1]) / 2, h[0, 1])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return float(largest / least / sharpness_threshold(self.run, np.array([self.steps]))[0])

    @cached_property
    def spike_possible(self) -> bool:
        """Whether a spike can still come by the known mechanism: the second moment fades, the gauge climbs towards 1,
        and epsilon lets it get there."""
        return self.gauge_climbs is not None and self.gauge_without_v > 1

    @cached_property
    def spike_ruled_out(self) -> bool:
        """Whether near a minimum with curvature epsilon alone keeps the gauge below 1, however small v becomes."""
        if not (self.fades and self.has_gauge and self.settled is not None):
            return False
        return 0 < self.gauge_without_v < 1 and self.settled.nonsingular

    # ---- the rates a and b ----

    @cached_property
    def rates(self) -> dict[str, float] | None:
        """{"a": (1 - beta2)/eta, "b": (1 - beta1)/eta} of a method that averages its gradients by beta1 and their
        squares by beta2; None for any other."""
        p = self.run.parameters
        if not ({"first_moment", "second_moment"} <= set(self.method.state) and self.method.has_rates):
            return None
        if "special_case" in p and p["special_case"] != "adam":
            return None
        return rates_of(p)

    @cached_property
    def horizon(self) -> float | None:
        """eta K min(a, b): the run's length in units of its slower moment's memory time; None without rates."""
        return (
            None if self.rates is None else self.run.parameters["learning_rate"] * self.steps * min(self.rates.values())
        )


@njit(nogil=True, cache=True)
def _envelope(values, width):
    """The greatest of the last `width` values, at each."""
    out = values.copy()
    for i in range(values.size):
        for j in range(max(0, i - width + 1), i):
            if values[j] > out[i]:
                out[i] = values[j]
    return out


@njit(nogil=True, cache=True)
def _bursts(excess, burst, onset):
    """(tops, onsets, troughs) of the complete and the last rise of `excess`, all above 0, as lists of its indices."""
    tops, onsets, troughs = [0][:0], [0][:0], [0][:0]
    trough, up = 0, False
    for i in range(1, excess.size):
        if not up:
            if excess[i] <= excess[trough]:
                trough = i
            elif excess[i] > burst * excess[trough]:
                up = True
                tops.append(i)
                troughs.append(trough)
        elif excess[i] > excess[tops[-1]]:
            tops[-1] = i
        elif excess[i] * burst < excess[tops[-1]]:
            up, trough = False, i
    for top, low in zip(tops, troughs):  # noqa: B905 - numba's zip has no strict
        k = top
        while k > low and excess[k] > onset * excess[low]:
            k -= 1
        onsets.append(k)
    return tops, onsets, troughs
