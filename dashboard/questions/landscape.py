"""Shading, contour lines and minimizers of the objective over a view."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.drawing.landscape import landscape
from dashboard.questions.ground import Ground
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask


@dataclass(frozen=True)
class Landscape(Ground):
    """Shading, contour lines and minimizers of the objective over a view."""

    def answer(self, ask: Ask) -> bytes:
        f = self.built()
        header, arrays = landscape(f, self.x_range, self.y_range)
        return pack(header | {"minimizers": f.minimizers.tolist(), "domain": f.domain}, arrays)


QUESTION = Landscape
