"""The regime map: one run per cell of a plane of two parameters, in lanes, on all cores."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numba import njit

from ..compile.program import LANES, OBSERVED_LANES, PADDING, may_share, program
from ..errors import InputError
from ..integrate.lanes import Pack, ScratchBuffers, Window
from ..objectives import Objective
from ..parameters import RATES, whole
from ..schedules import NAME as SCHEDULE
from ..schedules import window_factor, with_horizon
from .course import STATISTICS, Whole, layers
from .extras import EXTRA_LAYERS, checked_layers, first_values, recorders
from .names import INVALID, UNDECIDED
from .plane import cells_of, steps_of
from .rule import THRESHOLDS, Thresholds, checked_thresholds, classify
from .statistics import BLOCK_ROWS, BLOCKS, KEPT, WINDOW_ROWS, Statistics, folded, window_length

WINDOW = Window(list(BLOCK_ROWS.values()), BLOCKS, folded, KEPT)
MOST_THREADS = 1024
PACK = 8192  # cells per pack, about: few enough for the processor's cache, many enough to amortise a call


class Cancelled(Exception):
    """The map was asked to stop before it was done."""


@dataclass(frozen=True)
class RegimeMap:
    """A map of regimes: axes x and y as (name, values), arrays of shape (len(y values), len(x values)).

    Attributes
    ----------
    x, y : tuple of (str, ndarray)
        Name and values of each axis.
    regime : ndarray of int8
        Index into core.REGIMES; -1 where the parameters are invalid.
    layers : dict of str to ndarray
        NaN where invalid. Those of regimes.course.layers; final_loss, final_x, final_y; distance to the nearest
        minimizer; horizon = learning_rate * steps * min(a, b), or with the one rate that the method has; finite: 1, or
        0 where an iterate, a loss or a state was not finite, and then every other layer but horizon is NaN; and the
        requested ones of regimes.extras.
    steps : ndarray of int
        Of each cell.
    parameters : dict
        Every value used, decay factors included; an array over the cells where it varies.
    optimizer : str
    objective : core.Objective, str or None
        What the map is of; empty where that is not known.
    """

    x: tuple[str, np.ndarray]
    y: tuple[str, np.ndarray]
    regime: np.ndarray
    layers: dict[str, np.ndarray]
    steps: np.ndarray
    parameters: dict[str, float | bool | str | np.ndarray]
    optimizer: str = ""
    objective: Objective | str | None = None

    def classified(self, thresholds: Thresholds) -> RegimeMap:
        """
        The same map under another rule's numbers; nothing runs again.

        Parameters
        ----------
        thresholds : core.Thresholds

        Returns
        -------
        RegimeMap

        Raises
        ------
        InputError
            For a map that has no layers.
        """
        thresholds = checked_thresholds(thresholds)
        valid = self.regime != INVALID
        if not valid.any():
            return self
        if not self.layers:
            raise InputError("the map has no layers: must be computed here to be classified")
        chosen = ... if valid.all() else valid
        found = {name: self.layers[name][chosen] for name in (*STATISTICS, "finite")}
        regime = self.regime.copy()
        regime[chosen] = classify(found, found["finite"], thresholds)
        return replace(self, regime=regime)


def _stand_back():
    """Lower this thread's priority (Linux), so that interactive requests come first."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lanes", initializer=_stand_back)


def checked_threads(threads) -> int | None:
    """The argument `threads` of the public functions; InputError for what is neither a number of threads nor None."""
    return None if threads is None else whole("threads", threads, 1, MOST_THREADS)


def workers(work, tasks, threads):
    """The results of the tasks, in order; on all cores, or with one thread on this one."""
    return map(work, tasks) if threads == 1 else _pool().map(work, tasks)


def regime_map(
    optimizer,
    objective,
    start,
    steps,
    duration,
    x,
    y,
    given,
    should_stop: Callable[[], bool] | None = None,
    threads=None,
    extras=(),
    tolerance=1e-6,
    thresholds=THRESHOLDS,
) -> RegimeMap:
    """Validated inputs in, a RegimeMap out (see core.regime_map).

    `should_stop` is asked after every few hundred steps of a pack of cells; Cancelled is raised when it says yes.
    """
    extras, floor = checked_layers(extras, optimizer), objective.minimum
    if floor is None and any(EXTRA_LAYERS[name].needs_floor for name in extras):
        first = regime_map(
            optimizer, objective, start, steps, duration, x, y, given, should_stop, threads, extras=["least_loss"]
        )
        least = first.layers.get("least_loss", np.nan)
        floor = np.nanmin(least) if np.isfinite(least).any() else 0.0
    cells = cells_of(optimizer, objective, start, x, y, given)
    counts = steps_of(optimizer, cells, steps, duration)
    cells.values = with_horizon(cells.values, cells.choices, counts)
    for name in extras:
        cells.values = cells.values | EXTRA_LAYERS[name].parameters(optimizer, cells.values)
    table = _Table(optimizer, objective, cells, counts, extras, first_values(extras, floor, tolerance))
    threads = threads or os.cpu_count() or 1

    def pause():
        if should_stop is not None and should_stop():
            raise Cancelled

    for _ in workers(partial(table.run, pause=pause), table.packs(threads), threads):
        pass
    return table.result((x[0], np.asarray(x[1], float)), (y[0], np.asarray(y[1], float)), thresholds)


def _cuts(cells, most, threads):
    """Boundaries of the packs: the last ones are smaller, so that all threads finish at about the same time."""
    pieces = max(1, -(-cells // most))
    pieces += -pieces % threads if pieces > threads else 0  # equally many for each thread
    size = -(-cells // (pieces * PADDING)) * PADDING
    cuts = [0]
    while cuts[-1] < cells:
        last = pieces > threads > 1 and cells - cuts[-1] <= threads * size
        part = max(PADDING, size // 4 // PADDING * PADDING) if last else size
        cuts.append(min(cells, cuts[-1] + part))
    return cuts


class _Table:
    """The cells in packs of equal step counts, and the layers they leave."""

    def __init__(self, optimizer, objective, cells, steps, extras, first):
        self.optimizer, self.objective, self.cells, self.steps = optimizer, objective, cells, steps
        self.extras, self.first = extras, first
        # cells that may not share divisions have programs of their own, so that each agrees with core.run
        own = {name: np.broadcast_to(value, cells.valid.shape) for name, value in cells.objective.variables.items()}
        self.numbers = cells.values | own
        self.shares = np.broadcast_to(may_share(optimizer, cells.values), cells.valid.shape)
        self.programs = cache(self._programs)
        self.layers, self.table, self.keeping = {}, None, threading.Lock()

    def _programs(self, share, settled):
        """The plain step, and the one that observes, of the cells that share divisions, or of those that do not."""
        one = np.flatnonzero(self.cells.valid & (self.shares == share))[0]
        numbers = {name: values[one] for name, values in self.cells.values.items()}
        values = self.cells.choices | numbers
        return tuple(
            program(self.optimizer, self.objective, values, lanes, extra, settled)
            for lanes, extra in zip((LANES, OBSERVED_LANES), recorders(self.extras), strict=True)
        )

    def packs(self, threads):
        """(cell indices, steps) for every pack: its cells have equal steps, one program, and alike decay factors,
        so that their running powers come to 0 together."""
        valid = np.flatnonzero(self.cells.valid)
        most = min(PACK, -(-valid.size // (4 * threads)))
        decays = [self.cells.values[decay] for decay in RATES.values() if decay in self.cells.values]
        slowest = np.max(decays, axis=0) if decays else np.zeros(self.steps.size)
        tasks = []
        counts = self.steps[valid]
        for count in counts[:1] if np.all(counts == counts[:1]) else np.unique(counts):
            for share in (False, True):
                same = valid[(self.steps[valid] == count) & (self.shares[valid] == share)]
                same = same[np.argsort(slowest[same], kind="stable")]
                tasks += [(same[i:j], int(count)) for i, j in pairwise(_cuts(same.size, most, threads))]
        return tasks

    def run(self, pack, pause):
        """Fill in the layers of one pack."""
        pause()
        indices, steps = pack
        lanes = np.resize(indices, -(-indices.size // PADDING) * PADDING)  # an odd pack repeats its cells
        programs = partial(self.programs, bool(self.shares[indices[0]]))
        advance, observe = programs(False)
        memory = _memory()
        parameters = memory.array("parameters", (len(advance.parameters), lanes.size))
        values = dict(zip(advance.parameters, parameters, strict=True))
        for name, chosen in values.items():
            np.take(self.numbers[name], lanes, out=chosen, mode="clip")  # "clip" avoids an intermediate buffer
        start, f = [s[lanes] for s in self.cells.start], self.cells.objective.part(lanes)
        pack = Pack(programs, start, parameters, self.first, WINDOW, memory)
        pack.run(steps, window_length(steps), pause)
        self._keep(indices, *self._layers(pack, f, start, observe.rows, values, steps))

    def _keep(self, indices, finite, found):
        """Store a pack's layers in the map's: NaN for non-finite cells, except in the layers `finite` and `horizon`."""
        with self.keeping:
            if self.table is None:  # one allocation, for which the system uses large pages
                self.table = np.empty((len(found), self.cells.valid.size))  # every valid cell gets its own
                self.table[:, ~self.cells.valid] = np.nan
                self.layers = dict(zip(found, self.table, strict=True))
        always = np.array([name in ("finite", "horizon") for name in found])
        _scatter(self.table, indices, np.array(list(found.values()), dtype=float), finite, always)

    def _layers(self, pack, f, start, rows, values, steps):
        """Which cells stayed finite, (cells,), and name -> (cells,)."""
        final, length = {name: pack.final[row] for name, row in rows.items()}, window_length(steps)
        finite = np.isfinite(pack.final[pack.state]).all(axis=0)
        with np.errstate(all="ignore"):
            statistics = Statistics.of_blocks(pack.blocks, {name: final[name] for name in WINDOW_ROWS}, length)
            late = values["learning_rate"] * window_factor(self.cells.choices[SCHEDULE], steps, length)
            of_size_eta = self.optimizer.trait("steps_of_size_eta", self.cells.choices)
            unit = late if of_size_eta else statistics.mean_step
            end = final["x"], final["y"]
            whole = Whole(f.value(*start), start, end, of_size_eta, f.falls_forever)
            found = layers(statistics, unit, whole)
            found |= {name: EXTRA_LAYERS[name].result(final) for name in self.extras}
        found |= {"final_loss": final["loss"], "final_x": final["x"], "final_y": final["y"]}
        if len(self.objective.minimizers):
            with np.errstate(over="ignore", invalid="ignore"):  # cells far away overflow
                gaps = [np.hypot(final["x"] - mx, final["y"] - my) for mx, my in self.objective.minimizers]
            found["distance"] = np.min(gaps, axis=0)
        decays = [values[decay] for decay in RATES.values() if decay in values]
        if decays:
            found["horizon"] = steps * (1 - np.max(decays, axis=0))  # eta steps min(a, b)
        return finite, found | {"finite": finite}

    def result(self, x, y, thresholds) -> RegimeMap:
        shape = self.cells.shape
        shaped = {name: layer.reshape(shape) for name, layer in self.layers.items()}
        unclassified = np.where(self.cells.valid, UNDECIDED, INVALID).astype(np.int8)
        steps, parameters = self.steps.reshape(shape), self.cells.parameters()
        of = self.optimizer.name, self.objective
        return RegimeMap(x, y, unclassified.reshape(shape), shaped, steps, parameters, *of).classified(thresholds)


_local = threading.local()


def _memory():
    """This thread's scratch buffers, about 12 MB, reused from pack to pack."""
    if not hasattr(_local, "memory"):
        _local.memory = ScratchBuffers()
    return _local.memory


@njit(nogil=True, cache=True)
def _scatter(table, indices, values, finite, always):
    for row in range(table.shape[0]):
        for i in range(indices.size):
            table[row, indices[i]] = values[row, i] if finite[i] or always[row] else np.nan


__all__ = ["Cancelled", "RegimeMap", "regime_map"]
