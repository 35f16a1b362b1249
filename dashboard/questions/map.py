"""The regime map on any plane of the method: of its steps, of its ODE limit, or of where the two differ."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

import core
from core import InputError
from core.regimes import MOST_STEPS, Scoring, has_sharpness
from dashboard.catalogue.layers import LAYERS
from dashboard.catalogue.lines import LINES, PUBLISHED_MAP
from dashboard.drawing import regime_map as figure
from dashboard.drawing.layers import scaled_to_bar
from dashboard.drawing.theory_lines import readable
from dashboard.questions.cells import SHORT_HORIZON, Cells, LimitCells, classified, without_outline
from dashboard.questions.fields import Fields
from dashboard.questions.grid import Grid
from dashboard.questions.packing import pack, unpack
from dashboard.questions.question import Ask, Priority, Question
from dashboard.state import State

FLOW_SIZES = (8, 16, 32, 64)  # a limit takes a hundred times as long as its steps
SIZES = {"steps": (32, 64, 128, 256), "flow": FLOW_SIZES, "difference": FLOW_SIZES}
# Cells times steps up to which the next finer map is drawn: some seconds on two cores
MOST_WORK = 3e9


def size_of(fields: Fields) -> int:
    """
    The cells along a side of the map that is asked for.

    Raises
    ------
    InputError
        If there is no map of that size.
    """
    size, sizes = fields.whole("size"), SIZES[fields.state.dynamics]
    if size not in sizes:
        raise InputError(f"size = {size}: must be one of {sizes}")
    return size


@dataclass(frozen=True)
class RegimeMap(Question):
    """The map as the page draws it: regimes, where the horizon is short, the lines, and the values of one layer.

    The cells are cached before the rule, so its thresholds move without a run.

    Attributes
    ----------
    cells : Cells
    limit : LimitCells, optional
        Where the limit or the difference is asked for.
    thresholds : Thresholds
    layer : str
        What colours the map.
    dynamics : str
        "steps", "flow" or "difference".
    duration : float
        The horizon, for the run in hand.
    refusal : str
        Why this map is not drawn, if so.
    """

    priority = Priority.SLOW
    queue = "map"
    cached = False

    cells: Cells
    limit: LimitCells | None
    thresholds: core.Thresholds
    layer: str
    dynamics: str
    duration: float
    refusal: str

    @classmethod
    def read(cls, fields: Fields) -> Self:
        return cls.of(fields.state, size_of(fields))

    @classmethod
    def of(cls, state: State, size: int) -> Self:
        """The map of a state, with `size` cells along a side."""
        grid, duration = Grid.of(state, size)
        layer = state.layer if state.dynamics == "steps" else "regime"
        cells = Cells(grid, layer, state.tolerance) if LAYERS[layer].extra else Cells(grid)
        variant = state.edited.limit() if state.dynamics != "steps" else None
        limit = LimitCells(grid, variant.name) if variant else None
        refusal = _refusal(state, grid, layer)
        return cls(cells, limit, state.thresholds, layer, state.dynamics, duration, refusal)

    @property
    def grid(self) -> Grid:
        """The runs of its cells."""
        return self.cells.grid

    @property
    def next_size(self) -> int | None:
        """The next finer size; None where there is none or it would take too long."""
        finer = next((size for size in SIZES[self.dynamics] if size > self.grid.plane.size), None)
        return finer if finer and self.grid.steps().mean() * finer**2 <= MOST_WORK else None

    def answer(self, ask: Ask) -> bytes:
        plane = self.grid.plane
        header = {"size": plane.size, "plane": plane.name, "window": plane.box}
        if self.refusal:
            return pack(header | {"size": 0, "message": self.refusal}, {})
        _, layers = unpack(ask(self.cells))
        steps_map = classified(self.grid, self.thresholds, layers)
        regime, header["lines"] = steps_map.regime, self._line_scores(steps_map)
        arrays = {"short": layers["short"]} | {name: layers[name] for name in layers if name.startswith("line ")}
        if self.limit:
            limit = classified(self.grid, self.thresholds, unpack(ask(self.limit))[1]).regime
            arrays["limit"] = limit
            if self.dynamics == "flow":
                regime = limit
            else:
                known = (regime >= 0) & (limit >= 0)
                header["differs"] = float((regime != limit)[known].mean()) if known.any() else None
        header |= {
            "next": self.next_size,
            "duration": self.duration,
            "dynamics": self.dynamics,
            "regimes": core.REGIMES,
            "labels": figure.labels(regime, *plane.units(), core.REGIMES),
            "shares": figure.shares(regime, core.REGIMES),
            "layer": self.layer,
        }
        arrays["regime"] = regime
        if self.layer != "regime" and self.layer in layers:
            header["bar"], arrays["values"] = scaled_to_bar(layers[self.layer], LAYERS[self.layer], self.grid.f.minimum)
        return pack(header, arrays)

    def _line_scores(self, found: core.RegimeMap) -> dict[str, dict]:
        """What each of the theory's lines says of this map.

        Returns
        -------
        dict
            Name -> `wanting`, why the line does not apply; else `separation`, how well it tells its regimes from the
            others, null where that cannot be said, and on how many `cells`.
        """
        grid = self.grid
        if not grid.declaration.has_rates:
            refusal = f"{grid.declaration.title} has no a and b"
            return {name: {"wanting": refusal} for name in (*LINES, PUBLISHED_MAP)}
        if grid.objective_axes:
            return {name: {"wanting": "the objective is another in every cell"} for name in (*LINES, PUBLISHED_MAP)}
        values = grid.values_at(*np.meshgrid(*grid.plane.units()))
        steps = np.broadcast_to(np.round(grid.steps()), found.regime.shape)
        found = replace(found, parameters=values, steps=steps, optimizer=grid.optimizer, objective=grid.f)
        told: dict[str, dict] = {}
        scoring = Scoring(found, SHORT_HORIZON)
        for name, line in LINES.items():
            wanting = line.refusal(grid.optimizer, values, grid.f)
            if wanting:
                told[name] = {"wanting": readable(wanting)}
                continue
            counts = scoring.counted(line)
            value, cells = scoring.separation(line, counts=counts), int(counts.sum())
            separation = None if np.isnan(value) else value
            told[name] = {"separation": separation, "cells": cells, "scored": bool(line.regimes)}
        outline = without_outline(grid)
        return told | {PUBLISHED_MAP: {"wanting": outline} if outline else {}}


def _refusal(state: State, grid: Grid, layer: str) -> str:
    """Why a map is not drawn; "" where it is."""
    run, declaration = state.edited, grid.declaration
    if state.dynamics != "steps":
        limit = run.limit()
        if limit is None and declaration.without_limit is None:
            return f"No ODE limit is known for {declaration.title}."
        if limit is None:
            values = run.resolved() | grid.values
            return f"{declaration.title} has no ODE limit here:\n{declaration.no_limit(values)}."
        if limit.clock is not declaration.clock:
            return "This limit has a clock of its own:\nit cannot be laid over the steps of a map."
    if layer == "sharpness_ratio" and not has_sharpness(declaration):
        return f"{declaration.title} has no preconditioned sharpness\nthat a step could follow."
    steps = grid.steps()
    if np.round(steps.min()) < 1:
        return "The horizon is less than one step here:\nmake it longer."
    if steps.max() > MOST_STEPS:
        return f"More than {MOST_STEPS:,} steps in some cells:\nshorten the horizon."
    if steps.mean() * grid.plane.size**2 > MOST_WORK:
        return f"{steps.mean():,.0f} steps in every cell\nwould take too long: shorten the horizon."
    return ""


QUESTION = RegimeMap
