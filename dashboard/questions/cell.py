"""The run of one cell of the map, in miniature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

import core
from core import InputError
from dashboard.catalogue.layers import LAYERS
from dashboard.drawing.columns import columns
from dashboard.drawing.curves import LEAVING_DECADES, SHOWN_DECADES, in_axis_units
from dashboard.questions.fields import Fields
from dashboard.questions.grid import Grid
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Question
from dashboard.state import MAXIMUM_STEPS

SMALL_WIDTH = 120  # pixel columns of a loss curve in miniature


@dataclass(frozen=True)
class Cell(Question):
    """The run of the cell under the pointer.

    Attributes
    ----------
    x, y : float
        The place, in the axes' units.
    """

    live = True
    cached = False

    grid: Grid
    thresholds: core.Thresholds
    x: float
    y: float

    @classmethod
    def read(cls, fields: Fields) -> Self:
        grid, _ = Grid.of(fields.state, 1)
        return cls(grid, fields.state.thresholds, fields.number("x"), fields.number("y"))

    def answer(self, ask: Ask) -> bytes:
        return pack(*small_run(self.grid, self.thresholds, self.x, self.y))


def small_run(grid: Grid, thresholds: core.Thresholds, x: float, y: float) -> tuple[dict, dict[str, np.ndarray]]:
    """One run of the plane in miniature.

    Parameters
    ----------
    grid : Grid
    thresholds : Thresholds
    x, y : float
        The place, in the axes' units.

    Returns
    -------
    header : dict
        What the run is. Its `status` is "invalid" or "long" where there is no such run, or one too long to keep.
    arrays : dict
        ``x`` and ``y`` of the loss in a few columns, in units of its box; none where there is no run.
    """
    values, start, steps = grid.run_at(x, y)
    header: dict = {"x": x, "y": y, "steps": steps}
    if steps > MAXIMUM_STEPS:
        return header | {"status": "long"}, {}
    try:
        run = core.run(grid.optimizer, grid.f_at(x, y), start=start, steps=steps, **values)
    except InputError:  # no such beta, or f is not finite at the start
        return header | {"status": "invalid"}, {}
    minimum = grid.f.minimum or 0.0
    loss = run.loss - minimum
    scale = "linear" if loss.min() < 0 else "log"
    loss = in_axis_units(loss, scale, 1.0)
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
        "regime": run.classified(thresholds),
        "scale": scale,
        "low": low,
        "high": high,
    }
    header["numbers"] = {n: float(v) for n, v in told.items() if np.isfinite(v)}
    return header, {
        "x": (k / steps).astype(np.float32),
        "y": ((level - low) / ((high - low) or 1.0)).astype(np.float32),
    }


QUESTION = Cell
