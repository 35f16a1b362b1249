"""The regime map's questions: its cells on any plane, one cell's run, and typical runs of each regime."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

import core
from core import InputError
from core.parameters import RATES
from core.regimes.course import STATISTICS
from core.regimes.extras import has_sharpness
from core.regimes.lines import SETTLED, Scoring
from core.regimes.names import INVALID, UNDECIDED
from core.regimes.plane import MOST_STEPS
from dashboard.catalogue import planes
from dashboard.drawing import regime_map as figure
from dashboard.drawing.curves import LEAVING_DECADES, SHOWN_DECADES, shown
from dashboard.drawing.layers import LAYERS, measured
from dashboard.drawing.reduction import columns
from dashboard.drawing.theory_lines import LINES, PUBLISHED_MAP, polylines, published_outline, readable
from dashboard.questions.packing import pack, unpack
from dashboard.state import MAXIMUM_STEPS, State

FLOW_SIZES = (8, 16, 32, 64)  # a flow takes a hundred times as long as its steps
SIZES = {"steps": (32, 64, 128, 256), "flow": FLOW_SIZES, "difference": FLOW_SIZES}
FLOW_STEPS = 20_000  # of the integrator, in a cell of the limit's map
# Cells times steps up to which the next finer map is drawn: some seconds on two cores
MOST_WORK = 3e9
WHERE = ("final_x", "final_y")  # the layers that say where a run ends
SHORT_HORIZON = SETTLED  # learning_rate * steps * min(a, b) below it: too short to tell
TOO_MANY = 1e12  # steps: more are no other answer
LONGEST = 1e300  # a duration is a finite number, whatever the learning rate
SMALL_WIDTH = 120  # pixel columns of a loss curve in miniature
PAIRS = RATES | {decay: rate for rate, decay in RATES.items()}


class Question:
    """What a map depends on: the state's part of it, and the arguments that core takes.

    Its duration is in the time of the method's clock: for most, learning_rate * steps.
    """

    def __init__(self, state: State, size: int):
        run = state.edited
        self.state, self.size, self.optimizer, self.dynamics = state, size, run.optimizer, state.dynamics
        self.declaration, self.f = run.declaration, state.built()
        self.plane = planes.shown(state.plane, run.optimizer, run.held, run.resolved())
        given = run.arguments()[0]
        self.complete, self.limit = run.resolved(), run.limit()
        own = state.steps * self.declaration.clock(self.complete)
        self.duration = min(own, LONGEST) if state.horizon is None else state.horizon
        self.even_in_time = planes.even_in_time(self.plane, run.optimizer)
        self.axes = planes.axes(self.plane, run.optimizer, self.f.domain, self._steps_at, MAXIMUM_STEPS)
        whole = (*self.axes[0].range, *self.axes[1].range)
        self.window = state.box or whole
        names = {axis.name for axis in self.axes}
        if planes.ETA in names:
            given = run.values  # a held rate may be valid at other learning rates than the run's
        self.values = {n: v for n, v in given.items() if n not in names and PAIRS.get(n) not in names}
        self.length = {"duration": self.duration}
        if not self.even_in_time and self.dynamics == "steps":
            steps = state.steps if state.horizon is None else round(min(self._steps_at(None), TOO_MANY))
            self.length = {"steps": steps}
        self.layer = state.layer if self.dynamics == "steps" else "regime"

    def _steps_at(self, learning_rate):
        if not self.even_in_time:
            learning_rate = self.complete[planes.ETA]
        return self._counted({planes.ETA: float(learning_rate)})

    def _counted(self, values):
        """The steps that the duration holds, before rounding; infinite where the clock stands still."""
        clock = self.declaration.clock(self.complete | values)
        return self.duration / clock if clock else np.inf

    def key(self) -> dict:
        """For the cache."""
        extra = [self.layer, self.state.tolerance] if LAYERS[self.layer].extra else None
        return {
            "objective": [self.state.objective, self.state.objective_parameters],
            "start": self.state.start,
            "optimizer": self.optimizer,
            "plane": self.plane,
            "window": self.window,
            "values": self.values,
            "length": self.length,
            "size": self.size,
            "extra": extra,
        }

    def units(self) -> tuple[np.ndarray, np.ndarray]:
        """The cells' middles along either axis, in its units."""
        return tuple(planes.middles(*ends, self.size) for ends in (self.window[:2], self.window[2:]))

    def axes_of_cells(self) -> tuple:
        """(name, values) of the cells along either axis."""
        return tuple((axis.name, axis.values(units)) for axis, units in zip(self.axes, self.units(), strict=True))

    def arguments(self) -> dict:
        """What core.regime_map and core.flow_map take: cells at the middles of equal parts of the axes."""
        x, y = self.axes_of_cells()
        return {"optimizer": self.optimizer, "x": x, "y": y, "start": self.state.start} | self.values

    def run_at(self, x: float, y: float) -> tuple[dict, tuple, int]:
        """(parameters, start, steps) of the run at a point of the plane, in the axes' units."""
        at = {axis.name: float(axis.values(unit)) for axis, unit in zip(self.axes, (x, y), strict=True)}
        start = tuple(at.pop(name, own) for name, own in zip(planes.START, self.state.start, strict=True))
        clock = self.declaration.clock(self.complete | at)
        steps = self.length.get("steps") or max(1, round(min(self.duration / clock if clock else TOO_MANY, TOO_MANY)))
        return self.values | at, start, steps

    def values_at(self, x, y) -> dict:
        """The method's complete values at places of the plane, as arrays where they differ; of methods with a and b."""
        at = {axis.name: axis.values(units) for axis, units in zip(self.axes, (x, y), strict=True)}
        chosen = self.values | at
        values = self.complete | chosen
        eta = values[planes.ETA] + 0 * x
        with np.errstate(over="ignore", invalid="ignore"):  # places without a valid beta
            rates = {rate: values[rate] if rate in chosen else (1 - values[beta]) / eta for rate, beta in RATES.items()}
            return values | rates | {planes.ETA: eta} | {beta: 1 - rates[rate] * eta for rate, beta in RATES.items()}

    def steps(self) -> np.ndarray:
        """Steps of the cells along the learning rate, or of all, before rounding."""
        if "steps" in self.length:
            return np.array([float(self.length["steps"])])
        bent = {axis.name for axis in self.axes} & {planes.ETA, *planes.bending(self.optimizer)}
        if not self.even_in_time and bent:  # the clock is another in every cell
            axes = [(name, values) if name in bent else (name, values[:1]) for name, values in self.axes_of_cells()]
            (x, xs), (y, ys) = ((name, values.tolist()) for name, values in axes)
            return np.array([self._counted({x: u, y: v}) for v in ys for u in xs])
        if not self.even_in_time:
            return np.array([self._steps_at(None)])
        rates = self.axes[0].values(planes.middles(*self.window[:2], self.size))
        return np.array([self._steps_at(rate) for rate in rates])

    def refusal(self) -> str:
        """Why this map is not drawn, if so."""
        title = self.declaration.title
        if self.dynamics != "steps" and self.limit is None:
            if self.declaration.without_limit is None:
                return f"No ODE limit is known for {title}."
            return f"{title} has no ODE limit here:\n{self.declaration.no_limit(self.complete | self.values)}."
        if self.dynamics != "steps" and self.limit.clock is not self.declaration.clock:
            return "This limit has a clock of its own:\nit cannot be laid over the steps of a map."
        if self.layer == "sharpness_ratio" and not has_sharpness(self.declaration):
            return f"{title} has no preconditioned sharpness\nthat a step could follow."
        steps = self.steps()
        if np.round(steps.min()) < 1:
            return "The horizon is less than one step here:\nmake it longer."
        if steps.max() > MOST_STEPS:
            return f"More than {MOST_STEPS:,} steps in some cells:\nshorten the horizon."
        if steps.mean() * self.size**2 > MOST_WORK:
            return f"{steps.mean():,.0f} steps in every cell\nwould take too long: shorten the horizon."
        return ""


def regime_map(question: Question, should_stop: Callable[[], bool]) -> bytes:
    """The map of the steps before the rule: every layer, what is cached. `classified` applies the rule."""
    extra = (question.layer,) if LAYERS[question.layer].extra else ()
    grid = core.regime_map(
        question.f,
        layers=extra,
        tolerance=question.state.tolerance,
        should_stop=should_stop,
        **question.length,
        **question.arguments(),
    )
    horizon = grid.layers.get("horizon", np.full(grid.regime.shape, np.nan))
    short = (horizon < SHORT_HORIZON).astype(np.uint8)
    return pack({}, _unclassified(grid, (*LAYERS, *WHERE)) | {"short": short} | lines_of(question))


def lines_of(question: Question) -> dict[str, np.ndarray]:
    """The theory's lines on the question's plane, "line <name>": see figures.theory_lines.polylines."""
    lines = {}
    if question.declaration.has_rates:
        lines = polylines(question.window, question.declaration, question.values_at, question.f)
        if not _without_outline(question):
            lines |= published_outline()
    return {f"line {name}": points for name, points in lines.items()}


def _without_outline(question: Question) -> str:
    """Why the published map's outline is not drawn over this one, if so."""
    if question.plane != "a,b":
        return "it is over a and b"
    if not question.declaration.trait("steps_as_adam", question.complete):
        return f"it is Adam's, and {question.declaration.title}'s step is not Adam's at these values"
    return ""


def _unclassified(grid: core.RegimeMap, more=()) -> dict[str, np.ndarray]:
    """The layers that the rule looks at, and some more, for the wire."""
    names = dict.fromkeys((*STATISTICS, "finite", *more))
    layers = {name: grid.layers[name].astype(np.float64) for name in names if name in grid.layers}
    return {"valid": (grid.regime != INVALID).astype(np.uint8)} | layers


def classified(question: Question, arrays: dict[str, np.ndarray]) -> core.RegimeMap:
    """The map of cached layers under the state's thresholds: nothing runs again."""
    regime = np.where(arrays["valid"], UNDECIDED, INVALID).astype(np.int8)
    layers = {name: arrays[name] for name in (*STATISTICS, "finite", *WHERE) if name in arrays}
    x, y = question.axes_of_cells()
    grid = core.RegimeMap(x, y, regime, layers, np.zeros(regime.shape, dtype=np.int64), {})
    return grid.classified(question.state.thresholds)


def flow_map(question: Question, should_stop: Callable[[], bool]) -> bytes:
    """The map of the ODE limit; cells where the integrator gave up have no regime."""
    grid = core.flow_map(
        question.f,
        duration=question.duration,
        variant=question.limit.name,
        max_steps=FLOW_STEPS,
        should_stop=should_stop,
        **question.arguments(),
    )
    gave_up = grid.layers.get("step_limit", np.zeros(grid.regime.shape)) > 0
    arrays = _unclassified(grid)
    return pack({}, arrays | {"valid": arrays["valid"] * np.uint8(~gave_up)})


def refused(question: Question, reason: str) -> bytes:
    """In place of a map that is not drawn."""
    return pack({"size": 0, "plane": question.plane, "window": question.window, "message": reason}, {})


def picture(question: Question, body: bytes, flow_body: bytes | None = None) -> bytes:
    """The map as the page draws it: regimes, where the horizon is short, the lines, and the values of one layer.

    flow_body: the limit's map, where the limit or the difference is asked for.
    """
    told, grid = unpack(body)
    steps_map, n = classified(question, grid), question.size
    regime, told["lines"] = steps_map.regime, _held_against(question, steps_map)
    arrays = {"short": grid["short"]} | {name: grid[name] for name in grid if name.startswith("line ")}
    if flow_body:
        limit = classified(question, unpack(flow_body)[1]).regime
        arrays["limit"] = limit
        if question.dynamics == "flow":
            regime = limit
        else:
            known = (regime >= 0) & (limit >= 0)
            told["differs"] = float((regime != limit)[known].mean()) if known.any() else None
    x, y = question.units()
    header = told | {
        "size": n,
        "next": _next(question),
        "plane": question.plane,
        "window": question.window,
        "duration": question.duration,
        "dynamics": question.dynamics,
        "regimes": core.REGIMES,
        "labels": figure.labels(regime, x, y, core.REGIMES),
        "shares": figure.shares(regime, core.REGIMES),
        "layer": question.layer,
    }
    arrays["regime"] = regime
    if question.layer != "regime" and question.layer in grid:
        layer = LAYERS[question.layer]
        header["bar"], arrays["values"] = measured(grid[question.layer], layer, question.f.minimum)
    return pack(header, arrays)


def _held_against(question: Question, grid: core.RegimeMap) -> dict[str, dict]:
    """Of each of the theory's lines: `wanting`, why it says nothing on this map; else `separation`, how well it tells
    its regimes from the others, null where that cannot be said, and on how many `cells`."""
    if not question.declaration.has_rates:
        refusal = f"{question.declaration.title} has no a and b"
        return {name: {"wanting": refusal} for name in (*LINES, PUBLISHED_MAP)}
    values = question.values_at(*np.meshgrid(*question.units()))
    steps = np.broadcast_to(np.round(question.steps()), grid.regime.shape)
    grid = replace(grid, parameters=values, steps=steps, optimizer=question.optimizer, objective=question.f)
    found, scoring = {}, Scoring(grid, SHORT_HORIZON)
    for name, line in LINES.items():
        refusal = line.refusal(question.optimizer, values, question.f)
        if refusal:
            found[name] = {"wanting": readable(refusal)}
            continue
        counts = scoring.counted(line)
        value, cells = scoring.separation(line, counts=counts), int(counts.sum())
        found[name] = {"separation": None if np.isnan(value) else value, "cells": cells, "scored": bool(line.regimes)}
    outline = _without_outline(question)
    return found | {PUBLISHED_MAP: {"wanting": outline} if outline else {}}


def _next(question: Question) -> int | None:
    """The next finer size, unless there is none or it would take too long."""
    finer = next((size for size in SIZES[question.dynamics] if size > question.size), None)
    return finer if finer and question.steps().mean() * finer**2 <= MOST_WORK else None


def small_run(question: Question, x: float, y: float) -> tuple[dict, dict[str, np.ndarray]]:
    """One run of the plane in miniature: what it is said to be, and its loss in a few columns, in units of its box.

    The header's `status` is "invalid" or "long" where there is no such run, or one too long to keep.
    """
    values, start, steps = question.run_at(x, y)
    header = {"x": x, "y": y, "steps": steps}
    if steps > MAXIMUM_STEPS:
        return header | {"status": "long"}, {}
    try:
        run = core.run(question.optimizer, question.f, start=start, steps=steps, **values)
    except InputError:  # no such beta, or f is not finite at the start
        return header | {"status": "invalid"}, {}
    minimum = question.f.minimum or 0.0
    loss = run.loss - minimum
    scale = "linear" if loss.min() < 0 else "log"
    loss = shown(loss, scale, 1.0)
    k, level = columns(np.arange(len(loss), dtype=float), loss, (0.0, float(steps)), SMALL_WIDTH)
    low, high = float(level.min()), float(level.max())
    if run.status == "diverged":
        high = min(high, float(level[0]) + LEAVING_DECADES)
    if scale == "log":
        low = max(low, high - SHOWN_DECADES)
    told = {n: v for n, v in run.statistics.items() if n in LAYERS}
    if "tail_loss" in told:
        told["tail_loss"] -= minimum
    header |= {
        "status": run.status,
        "regime": run.classified(question.state.thresholds),
        "scale": scale,
        "low": low,
        "high": high,
    }
    header["numbers"] = {n: float(v) for n, v in told.items() if np.isfinite(v)}
    return header, {
        "x": (k / steps).astype(np.float32),
        "y": ((level - low) / ((high - low) or 1.0)).astype(np.float32),
    }


def cell(question: Question, x: float, y: float) -> bytes:
    """The run of the cell under the pointer, in miniature."""
    return pack(*small_run(question, x, y))


def examples(question: Question, body: bytes) -> bytes:
    """A typical cell of every named regime of this map, run and drawn in miniature; null where it does not occur."""
    regime = classified(question, unpack(body)[1]).regime
    x, y = question.units()
    valid, found, arrays = max(int((regime >= 0).sum()), 1), {}, {}
    for index, name in enumerate(core.REGIMES):
        patch = regime == index
        place = figure.deepest(patch)
        if place is None:
            found[name] = None
            continue
        header, drawn = small_run(question, float(x[place[1]]), float(y[place[0]]))
        found[name] = header | {"share": float(patch.sum() / valid)}
        arrays |= {f"{part} {name}": array for part, array in drawn.items()}
    return pack({"examples": found}, arrays)
