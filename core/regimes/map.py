"""The regime map: one run per cell of a plane of two parameters, in lanes, on all cores."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

import numpy as np

from core.engine.lanes import run_block
from core.engine.program import LANES, LOSS_ROW, STATE_ROW, TAINT_ROW, X_ROW, Y_ROW, may_share, program
from core.parameters import RATE_PARAMETERS, RATES, Choice, check_names, in_range, resolve
from core.regimes.classifier import classify, layers
from core.regimes.names import DIVERGENCE, INVALID, UNDECIDED
from core.regimes.statistics import BLOCK_ROWS, BLOCKS, WINDOW_ROWS, Statistics, observed, window_length

START_AXES = ("x0", "y0")


class Cancelled(Exception):
    """The map was asked to stop before it was done."""


@dataclass(frozen=True)
class RegimeMap:
    """A map of regimes: axes x and y as (name, values), arrays of shape (len(y values), len(x values)).

    regime: int8, index into core.REGIMES, -1 where the parameters are invalid;  layers: name -> float64, NaN
    where invalid (see regimes.classifier.layers; also final_loss, final_x, final_y, distance to the nearest
    minimizer, horizon = learning_rate * steps * min(a, b) where the method has both).
    """

    x: tuple[str, np.ndarray]
    y: tuple[str, np.ndarray]
    regime: np.ndarray
    layers: dict[str, np.ndarray]
    steps: np.ndarray


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="lanes")


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
) -> RegimeMap:
    """Validated inputs in, a RegimeMap out (see core.regime_map).

    `should_stop` is asked before every block of lanes; Cancelled is raised when it says yes.
    """
    cells = _cells(optimizer, start, x, y, given)
    steps = _steps(cells, steps, duration)
    table = _Table(optimizer, objective, cells, steps)
    tasks = table.blocks()

    def work(task):
        if should_stop is not None and should_stop():
            raise Cancelled
        table.run(*task)

    if threads == 1:
        for task in tasks:
            work(task)
    else:
        list(_pool().map(work, tasks))
    return table.result((x[0], np.asarray(x[1], float)), (y[0], np.asarray(y[1], float)))


def _axis(optimizer, axis, other):
    """Check one axis: (name, values); ValueError naming it."""
    try:
        name, values = axis
        values = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"axis {axis!r}: must be (parameter's name, numbers)") from None
    names = [p.name for p in optimizer.numeric] + list(START_AXES)
    names += [rate for rate, decay in RATES.items() if decay in names]
    if name not in names:
        raise ValueError(f"axis = {name!r}: must be one of {', '.join(names)}")
    if values.ndim != 1 or not values.size:
        raise ValueError(f"axis {name}: values must be a sequence of at least one number, got shape {values.shape}")
    if other is not None and name == other:
        raise ValueError(f"axis = {name!r}: the two axes must differ")
    return name, values


@dataclass
class _Cells:
    """Every parameter, decay factors included, over the flattened cells; `valid` where all are in range."""

    shape: tuple[int, int]
    values: dict[str, np.ndarray]
    choices: dict
    start: tuple[np.ndarray, np.ndarray]
    valid: np.ndarray


def _cells(optimizer, start, x, y, given) -> _Cells:
    (x_name, xs), (y_name, ys) = _axis(optimizer, x, None), _axis(optimizer, y, x[0])
    axes = {x_name, y_name}
    for name in axes & set(given):
        raise ValueError(f"{name} = {given[name]!r}: {name} is an axis of the map already")
    check_names(optimizer.name, optimizer.parameters, given | {n: "axis" for n in axes - set(START_AXES)})
    grids = dict(zip((x_name, y_name), (g.ravel() for g in np.meshgrid(xs, ys)), strict=True))
    fixed_rates = {r: in_range(RATE_PARAMETERS[r], given[r]) for r in RATES if r in given}
    fixed = resolve(optimizer.name, optimizer.parameters, {n: v for n, v in given.items() if n not in RATES})
    for p in optimizer.parameters:
        if isinstance(p, Choice) and p.name not in given:
            fixed[p.name] = p.default_with(given | grids)
    count = xs.size * ys.size
    values = {p.name: np.full(count, fixed[p.name]) for p in optimizer.numeric}
    valid = np.ones(count, dtype=bool)
    for p in optimizer.numeric:
        if p.name in grids:
            values[p.name] = grids[p.name]
            valid &= p.valid(grids[p.name])
    eta = values["learning_rate"]
    for rate, decay in RATES.items():
        if rate in grids or rate in fixed_rates:
            rates = grids.get(rate, fixed_rates.get(rate))
            with np.errstate(over="ignore", invalid="ignore"):
                beta = 1.0 - rates * eta
            values[decay] = np.where((beta < 0) & (beta > -1e-12), 0.0, beta)
            valid &= RATE_PARAMETERS[rate].valid(rates) & (values[decay] >= 0) & (values[decay] < 1)
    origin = tuple(grids.get(n, np.full(count, s)) for n, s in zip(START_AXES, start, strict=True))
    valid &= np.isfinite(origin[0]) & np.isfinite(origin[1])
    choices = {n: v for n, v in fixed.items() if isinstance(v, bool | str)}
    return _Cells((ys.size, xs.size), values, choices, origin, valid)


def _steps(cells, steps, duration):
    if duration is None:
        return np.full(cells.valid.size, steps)
    eta = np.where(cells.valid, cells.values["learning_rate"], 1.0)
    counts = np.round(duration / eta)
    if counts[cells.valid].size and not 1 <= counts[cells.valid].min() <= counts[cells.valid].max() <= 1e8:
        raise ValueError(f"duration = {duration!r}: must be 1 to 1e8 steps of every learning rate on the map")
    return counts.astype(np.int64)


class _Table:
    """The cells in blocks of lanes with equal step counts, and the statistics they leave."""

    def __init__(self, optimizer, objective, cells, steps):
        self.optimizer, self.objective, self.cells, self.steps = optimizer, objective, cells, steps
        # cells that may not share divisions have programs of their own, so that each agrees with core.run
        self.shares = np.broadcast_to(may_share(optimizer, cells.values), cells.valid.shape)
        self.programs = {bool(share): self._programs(share) for share in np.unique(self.shares[cells.valid])}
        self.advance, self.observe = next(iter(self.programs.values()), self._programs(True))
        self.names = list(self.observe.rows)
        self.first = self.observe.rows["loss max"]
        self.resets = np.array(list(BLOCK_ROWS.values()))
        n = cells.valid.size
        self.block_rows = np.full((BLOCKS, len(BLOCK_ROWS), n), np.nan)
        self.final = np.full((len(self.names), n), np.nan)

    def _programs(self, share):
        cells = self.cells
        values = cells.choices | {n: v[cells.valid & (self.shares == share)] for n, v in cells.values.items()}
        values = {p.name: values[p.name] for p in self.optimizer.parameters}
        return tuple(program(self.optimizer, self.objective, values, LANES, extra) for extra in (None, observed))

    def blocks(self):
        """(cell indices, steps) for every block: cells of one block have equal steps and one program."""
        tasks = []
        valid = np.flatnonzero(self.cells.valid)
        for count, share in sorted(set(zip(self.steps[valid].tolist(), self.shares[valid].tolist(), strict=True))):
            same = valid[(self.steps[valid] == count) & (self.shares[valid] == share)]
            tasks += [(same[i : i + LANES], count) for i in range(0, same.size, LANES)]
        return tasks

    def run(self, indices, steps):
        lanes = np.resize(indices, LANES)  # a short block repeats its cells
        advance, observe = self.programs[bool(self.shares[indices[0]])]
        rows = np.zeros((len(self.names), LANES))
        rows[X_ROW], rows[Y_ROW] = (s[lanes] for s in self.cells.start)
        self.advance.begin(rows)
        parameters = np.array([self.cells.values[n][lanes] for n in self.advance.parameters])
        final, blocks = np.empty_like(rows), np.full((BLOCKS, len(BLOCK_ROWS), LANES), np.nan)
        run_block(
            advance.function.address, observe.function.address, rows, parameters, steps,
            window_length(steps), self.resets, self.first, final, blocks,
        )  # fmt: skip
        self.block_rows[:, :, indices] = blocks[:, :, : indices.size]
        self.final[:, indices] = final[:, : indices.size]

    def result(self, x, y) -> RegimeMap:
        cells, row = self.cells, dict(zip(self.names, self.final, strict=True))
        state_end = STATE_ROW + self.advance.state_rows
        finite = np.isfinite(self.final[: TAINT_ROW + 1]).all(axis=0)
        finite &= np.isfinite(self.final[STATE_ROW:state_end]).all(axis=0)
        eta, length = cells.values["learning_rate"], window_length(self.steps)
        with np.errstate(all="ignore"):
            statistics = Statistics.from_rows(
                dict(zip(BLOCK_ROWS, np.moveaxis(self.block_rows, 1, 0), strict=True)),
                {name: row[name] for name in WINDOW_ROWS},
                np.maximum(length, 1),
                finite,
            )
            of_size_eta = self.optimizer.trait("steps_of_size_eta", cells.choices)
            found = layers(statistics, eta if of_size_eta else statistics.mean_step)
        regime = np.where(length > 0, classify(statistics, found), np.where(finite, UNDECIDED, DIVERGENCE))
        regime = np.where(cells.valid, regime, INVALID).astype(np.int8)
        found |= {"final_loss": self.final[LOSS_ROW], "final_x": row["x"], "final_y": row["y"]}
        with np.errstate(over="ignore", invalid="ignore"):  # cells that are invalid or far away
            if len(self.objective.minimizers):
                gaps = [np.hypot(row["x"] - mx, row["y"] - my) for mx, my in self.objective.minimizers]
                found["distance"] = np.min(gaps, axis=0)
            if self.optimizer.has_rates:
                decays = 1 - np.maximum(cells.values["beta1"], cells.values["beta2"])
                found["horizon"] = self.steps * decays  # eta steps min(a, b)
        shaped = {n: np.where(cells.valid, v, np.nan).reshape(cells.shape) for n, v in found.items()}
        return RegimeMap(x, y, regime.reshape(cells.shape), shaped, self.steps.reshape(cells.shape))


__all__ = ["Cancelled", "RegimeMap", "regime_map"]
