"""Shading, contour lines and minimizers of the objective over a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import core
from dashboard.drawing.landscape import landscape
from dashboard.questions.fields import Fields, Range
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Priority, Question


@dataclass(frozen=True)
class Landscape(Question):
    """Shading, contour lines and minimizers of the objective over a view."""

    priority = Priority.PLAIN

    objective: str
    objective_parameters: dict
    x_range: Range
    y_range: Range

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state = fields.state
        return cls(state.objective, state.objective_parameters, *fields.view())

    def answer(self, ask: Ask) -> bytes:
        f = core.objective(self.objective, **self.objective_parameters)
        header, arrays = landscape(f, self.x_range, self.y_range)
        return pack(header | {"minimizers": f.minimizers.tolist(), "domain": f.domain}, arrays)


QUESTION = Landscape
