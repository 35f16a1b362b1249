"""A typical cell of every regime of the map: its run in miniature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

import core
from dashboard.drawing import regime_map as figure
from dashboard.questions.cell import small_run
from dashboard.questions.cells import Cells, classified
from dashboard.questions.fields import Fields
from dashboard.questions.map import RegimeMap
from dashboard.questions.packing import pack, unpack
from dashboard.questions.question import Ask, Priority, Question


@dataclass(frozen=True)
class Examples(Question):
    """Typical cells.

    Attributes
    ----------
    drawn : bool
        Whether the map is drawn at all.
    """

    priority = Priority.SLOW
    queue = "map"

    cells: Cells
    thresholds: core.Thresholds
    drawn: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        asked = RegimeMap.read(fields)
        return cls(asked.cells, asked.thresholds, not asked.refusal)

    def answer(self, ask: Ask) -> bytes | None:
        """Packed: of every regime a run in miniature and its share of the map, null where it does not occur."""
        if not self.drawn:
            return None
        grid = self.cells.grid
        regime = classified(grid, self.thresholds, unpack(ask(self.cells))[1]).regime
        x, y = grid.plane.units()
        valid = max(int((regime >= 0).sum()), 1)
        found: dict[str, dict | None] = {}
        arrays: dict[str, np.ndarray] = {}
        for index, name in enumerate(core.REGIMES):
            patch = regime == index
            place = figure.deepest(patch)
            if place is None:
                found[name] = None
                continue
            row, column = place
            header, drawn = small_run(grid, self.thresholds, float(x[column]), float(y[row]))
            found[name] = header | {"share": float(patch.sum() / valid)}
            arrays |= {f"{part} {name}": array for part, array in drawn.items()}
        return pack({"examples": found}, arrays)


QUESTION = Examples
