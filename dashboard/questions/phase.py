"""The phase of the edited run and of its ODE limit, one coordinate of it: figure 7 of Ma, Wu & E."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from core import analyses
from dashboard.drawing.curves import whole_span
from dashboard.drawing.extremes import with_extremes
from dashboard.questions.fields import Fields, Range
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Question
from dashboard.questions.solutions import NoLimit, Setting, clock_of, limit_of, run_of
from dashboard.state import RunState

POINTS = 4000


@dataclass(frozen=True)
class Phase(Question):
    """The phase over the steps that the curves show, so that a zoom into a spike there is one here.

    Attributes
    ----------
    coordinate : str
        "x" or "y".
    limit : bool
        Whether the ODE limit is drawn.
    steps : (float, float)
        The first and last step shown.
    """

    setting: Setting
    run: RunState
    coordinate: str
    limit: bool
    steps: Range

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state, span = fields.state, fields.span()
        if span is None:
            steps = whole_span(state.steps, state.window)
        else:
            unit = clock_of(state.edited) if state.axis == "time" else 1.0
            steps = span[0] / unit, span[1] / unit
        return cls(Setting.of(state), state.edited, state.coordinate, state.flow, steps)

    def answer(self, ask: Ask) -> bytes:
        """Points of the run and of its limit, axis by axis: (n,) float64, NaN where an axis has no place for a value.

        Header: `axes`, each with title and type ("log" or "linear"), three of them, or two where nothing divides the
        step;  `note`, what cannot be drawn, in words.
        """
        letter, i = self.coordinate, list("xy").index(self.coordinate)
        run = run_of(self.setting, self.run)
        minimizer = _nearest(self.setting.f.minimizers, run.position[-1])
        seen = analyses.phase_of_run(run)
        found, note = {"run": seen}, ""
        if self.limit:
            try:
                found["flow"] = self._limit()
            except NoLimit as reason:
                note = str(reason)
        place_title = f"|{letter} − {letter}*|"
        axes = [
            {"title": letter, "type": "linear"} if minimizer is None else {"title": place_title, "type": "log"},
            {"title": "|m|, averaged gradient" if seen.averaged else f"|∂f/∂{letter}|", "type": "log"},
        ]
        if seen.preconditioner is not None:
            axes.append({"title": "√v, divides the step", "type": "log"})
        first, last = self.steps
        arrays: dict[str, np.ndarray] = {}
        for name, part in found.items():
            place = part.position[:, i] - (0.0 if minimizer is None else minimizer[i])
            columns = [place, part.direction[:, i]]
            if part.preconditioner is not None:
                columns.append(part.preconditioner[:, i])
            table = np.stack(columns, axis=1)[(part.k >= first) & (part.k <= last)]
            for j, axis in enumerate(axes):
                if axis["type"] == "log":
                    table[:, j] = np.abs(table[:, j])
                    table[table[:, j] == 0] = np.nan  # a point needs a place on every axis
            table = with_extremes(table, POINTS)
            arrays |= {f"{name} {j}": table[:, j] for j in range(len(axes))}
        return pack({"axes": axes, "note": note}, arrays)

    def _limit(self) -> analyses.Phase:
        """The limit's phase. NoLimit where there is none, or none of its state is known."""
        limit = self.run.limit()
        if limit is not None and limit.recorded is None:
            raise NoLimit("none", f"The {limit.title} keeps no such state: the run stands alone.")
        return analyses.phase_of_flow(limit_of(self.setting, self.run), self.run.resolved())


def _nearest(minimizers, point):
    """The minimizer that the run ends nearest to, or None where none is known."""
    if not len(minimizers) or not np.isfinite(point).all():
        return None
    return minimizers[np.argmin(np.hypot(*(minimizers - point).T))]


QUESTION = Phase
