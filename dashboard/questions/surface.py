"""Heights of the objective over a view, and where their axis is labelled."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.drawing.surface import surface
from dashboard.questions.ground import Ground
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask


@dataclass(frozen=True)
class Surface(Ground):
    """Heights of the objective over a view, and where their axis is labelled."""

    def answer(self, ask: Ask) -> bytes:
        f = self.built()
        return pack(*surface(f, self.x_range, self.y_range))


QUESTION = Surface
