"""What the pictures of the runs and of their limits have in common: the canvas, the lines, and the parts of an answer.

An answer is put together from one part for each run. Parts are cached: while one run is edited, the others are not
computed again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from threading import Condition

import numpy as np
from cachetools import LRUCache, cached

from dashboard.catalogue.curves import CURVES, Curve
from dashboard.drawing import curves
from dashboard.drawing.curves import Canvas
from dashboard.drawing.extremes import extent
from dashboard.questions.fields import Fields
from dashboard.questions.levels import RunLevel
from dashboard.questions.question import Keyed
from dashboard.questions.solutions import Setting, clock_of
from dashboard.state import RunState

PART_BYTES = 64 << 20  # bound of the recent parts


@dataclass(frozen=True)
class View(Keyed):
    """How runs and limits are drawn.

    Attributes
    ----------
    curve : str
        Which curve the second slot shows: a name in ``CURVES``.
    axis : str
        "steps" or "time".
    level : str
        What the loss is measured from.
    window : str
        "all" or "tail": the steps shown where the canvas has no span.
    canvas : Canvas
    """

    curve: str
    axis: str
    level: str
    window: str
    canvas: Canvas

    @classmethod
    def read(cls, fields: Fields) -> View:
        state = fields.state
        return cls(state.curve, state.axis, state.level, state.window, fields.canvas())

    @property
    def drawn(self) -> Curve:
        """The curve that is shown."""
        return CURVES[self.curve]

    def unit(self, run: RunState) -> float:
        """What one step of a run is on the axis."""
        return clock_of(run) if self.axis == "time" else 1.0

    def resolved(self, setting: Setting, runs: Sequence[RunState], levels: Sequence[RunLevel]) -> View:
        """
        The view with a span, and with a scale that can show every loss.

        Parameters
        ----------
        setting : Setting
        runs : sequence of RunState
        levels : sequence of RunLevel
            Of each run.

        Returns
        -------
        View
        """
        canvas, longest = self.canvas, max(map(self.unit, runs))
        first, last = curves.whole_span(setting.steps, self.window)
        span = canvas.span or (first * longest, last * longest)
        scale = "linear" if self.window == "tail" and canvas.scale == "log" else canvas.scale
        if scale == "log" and any(found.below for found in levels):
            scale = "symlog"
        return replace(self, canvas=replace(canvas, span=span, scale=scale))

    def lines(self, found, at: np.ndarray, unit: float) -> tuple[list[dict], dict]:
        """The lines of a run or limit as the browser draws them.

        Parameters
        ----------
        found : sequence of Series
        at : (n,) array
            Where on the axis their values stand.
        unit : float
            What one step is on the axis.

        Returns
        -------
        described : list of dict
            Label and kind of each line.
        arrays : dict
            ("curve_x", j) -> (m,) float32 in units of the span, ("curve_y", j) -> (m,) float64 in the axis's units.
        """
        described: list[dict] = []
        arrays: dict[tuple[str, int | None], np.ndarray] = {}
        for j, line in enumerate(found):
            places = at if line.at is None else line.at * unit
            x, y = curves.line(places, line.values, self.canvas, self.drawn.small)
            described.append({"label": line.label, "kind": line.kind})
            arrays |= {("curve_x", j): x, ("curve_y", j): y}
        return described, arrays


@lru_cache(maxsize=4)
def iterates_at(rows: int, unit: float) -> np.ndarray:
    """Where a run's iterates stand on the axis."""
    return np.arange(rows) * unit


def extent_of(trajectory) -> list[float] | None:
    """x0, x1, y0, y1 of a path; None if it diverges."""
    return None if trajectory.status == "diverged" else list(extent(trajectory.position))


@dataclass(frozen=True)
class Part:
    """What one run, or its limit, adds to an answer. The solution itself is not kept.

    Attributes
    ----------
    described : dict
        For the header.
    arrays : dict
        By name and index of the line, None for an array that is no line's.
    sentence : str
        About a run.
    loss : (K+1,) array, optional
        Of a run whose objective has no known minimum.
    """

    described: dict
    arrays: dict[tuple[str, int | None], np.ndarray]
    sentence: str = ""
    loss: np.ndarray | None = None

    @property
    def on_axis(self) -> list[tuple]:
        """(x, y, status) of its lines: what the axis must hold."""
        return [
            (self.arrays["curve_x", j], self.arrays["curve_y", j], self.described["status"])
            for j in range(len(self.described["lines"]))
        ]

    @property
    def nbytes(self) -> int:
        """Bytes of its arrays."""
        return sum(array.nbytes for array in self.arrays.values()) + (0 if self.loss is None else self.loss.nbytes)


class Drawable(Keyed):
    """A frozen dataclass with all that a part depends on."""

    def draw(self) -> Part:
        """Compute the part."""
        raise NotImplementedError


@cached(
    LRUCache(PART_BYTES, getsizeof=lambda part: part.nbytes), key=lambda drawable: drawable.key, condition=Condition()
)
def part_of(drawable: Drawable) -> Part:
    """The part of a drawable, computed or from the cache."""
    return drawable.draw()


def axis_of(parts: Sequence[Part], scale: str) -> list[float]:
    """The range of an axis that holds the lines of all parts."""
    return curves.axis_range([line for part in parts for line in part.on_axis], scale)


def arrays_of(parts: Sequence[Part]) -> dict[str, np.ndarray]:
    """All arrays under their names in the answer: "path 0", "curve_x 0.1"."""
    return {
        f"{name} {i}" if j is None else f"{name} {i}.{j}": array
        for i, part in enumerate(parts)
        for (name, j), array in part.arrays.items()
    }
