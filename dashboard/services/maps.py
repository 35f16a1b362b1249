"""The regime map's questions: its cells on any plane, one cell's run, and typical runs of each regime."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

import core
from core.parameters import RATES
from dashboard import planes
from dashboard.figures import regime_map as figure
from dashboard.figures.curves import LEAVING_DECADES, SHOWN_DECADES, shown
from dashboard.figures.layers import LAYERS, measured
from dashboard.figures.reduction import columns
from dashboard.services.packing import pack, unpack
from dashboard.state import MAXIMUM_STEPS, State

SIZES = (32, 64, 128, 256)
# Cells times steps up to which the next finer map is drawn: some seconds on two cores
MOST_WORK = 3e9
SHORT_HORIZON = 10.0  # learning_rate * steps * min(a, b) below it: too short to tell
LONGEST = 1e300  # a duration is a finite number, whatever the learning rate
SMALL_WIDTH = 120  # pixel columns of a loss curve in miniature
PAIRS = RATES | {decay: rate for rate, decay in RATES.items()}


class Question:
    """What a map depends on: the state's part of it, and the arguments that core takes."""

    def __init__(self, state: State, size: int):
        run = state.edited
        self.state, self.size, self.optimizer = state, size, run.optimizer
        self.plane = planes.shown(state.plane, run.optimizer, run.held)
        given = run.arguments()[0]
        own = given[planes.ETA] * state.steps
        self.duration = min(own, LONGEST) if state.horizon is None else state.horizon
        self.f = state.built()
        self.axes = planes.axes(self.plane, run.optimizer, self.f.domain, self.duration, MAXIMUM_STEPS)
        whole = (*self.axes[0].range, *self.axes[1].range)
        self.window = state.box or whole
        names = {axis.name for axis in self.axes}
        if planes.ETA in names:
            given = run.values  # a held rate may be valid at other learning rates than the run's
        self.values = {n: v for n, v in given.items() if n not in names and PAIRS.get(n) not in names}
        by_steps = state.horizon is None and planes.ETA not in names
        self.length = {"steps": state.steps} if by_steps else {"duration": self.duration}

    def key(self) -> dict:
        """For the cache, and for whoever asks for a finer one."""
        return {
            "objective": [self.state.objective, self.state.objective_parameters],
            "start": self.state.start,
            "optimizer": self.optimizer,
            "plane": self.plane,
            "window": self.window,
            "values": self.values,
            "length": self.length,
            "size": self.size,
        }

    def cells(self) -> tuple[tuple[str, np.ndarray], tuple[str, np.ndarray]]:
        """The cells' middles on both axes, as core.regime_map takes them."""
        ends = self.window[:2], self.window[2:]
        return tuple(
            (axis.name, axis.values(planes.middles(*end, self.size))) for axis, end in zip(self.axes, ends, strict=True)
        )

    def run_at(self, x: float, y: float) -> tuple[dict, tuple, int]:
        """(parameters, start, steps) of the run at a point of the plane, in the axes' units."""
        at = {axis.name: float(axis.values(unit)) for axis, unit in zip(self.axes, (x, y), strict=True)}
        start = tuple(at.pop(name, own) for name, own in zip(planes.START, self.state.start, strict=True))
        values = self.values | at
        eta = values.get(planes.ETA, 1.0)
        steps = self.length.get("steps") or max(1, round(min(self.duration / eta, 1e12)))
        return values, start, steps

    def steps(self) -> np.ndarray:
        """Steps of the cells in a row of the map, before rounding."""
        if "steps" in self.length:
            return np.array([float(self.length["steps"])])
        etas = dict(self.cells()).get(planes.ETA, np.array([self.values.get(planes.ETA, 1.0)]))
        return self.duration / etas

    def refusal(self) -> str:
        """Why this map is not drawn, if so."""
        steps = self.steps()
        if steps.min() < 0.5:
            return "η·steps is less than one step here:\nmake it longer."
        if steps.mean() * self.size**2 > MOST_WORK:
            return f"{steps.mean():,.0f} steps in every cell\nwould take too long: shorten η·steps."
        return ""


def regime_map(question: Question, should_stop: Callable[[], bool]) -> bytes:
    """Every layer of the map: what is cached, and what `picture` shows one layer of."""
    x, y = question.cells()
    start = {} if set(planes.START) == {x[0], y[0]} else {"start": question.state.start}
    grid = core.regime_map(
        question.f, optimizer=question.optimizer, x=x, y=y, should_stop=should_stop,
        **start, **question.length, **question.values,
    )  # fmt: skip
    layers = {name: grid.layers[name] for name in LAYERS if name in grid.layers}
    short = grid.layers["horizon"] < SHORT_HORIZON if "horizon" in grid.layers else np.zeros(grid.regime.shape, bool)
    return pack({}, {"regime": grid.regime, "short": short.astype(np.uint8)} | layers)


def refused(question: Question, reason: str) -> bytes:
    """In place of a map that is not drawn."""
    return pack({"size": 0, "plane": question.plane, "window": question.window, "message": reason}, {})


def picture(question: Question, body: bytes, name: str) -> bytes:
    """The map as the page draws it: regimes, where the horizon is short, and the values of one layer."""
    _, grid = unpack(body)
    regime, n = grid["regime"], question.size
    x, y = (planes.middles(*ends, n) for ends in (question.window[:2], question.window[2:]))
    header = {
        "size": n,
        "next": _next(question),
        "plane": question.plane,
        "window": question.window,
        "duration": question.duration,
        "regimes": core.REGIMES,
        "labels": figure.labels(regime, x, y, core.REGIMES),
        "shares": figure.shares(regime, core.REGIMES),
        "layer": name,
    }
    arrays = {"regime": regime, "short": grid["short"]}
    if name in grid and name != "regime":
        header["bar"], arrays["values"] = measured(grid[name], LAYERS[name], question.f.minimum)
    return pack(header, arrays)


def _next(question: Question) -> int | None:
    """The next finer size, unless there is none or it would take too long."""
    finer = next((size for size in SIZES if size > question.size), None)
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
    except ValueError:  # no such beta, or f is not finite at the start
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
    header |= {"status": run.status, "regime": run.regime, "scale": scale, "low": low, "high": high}
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
    _, grid = unpack(body)
    regime = grid["regime"]
    x, y = (planes.middles(*ends, question.size) for ends in (question.window[:2], question.window[2:]))
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
