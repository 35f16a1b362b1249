"""Paths and curves of every run's ODE limit, where it has one, on the runs' own axes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Self

import numpy as np
from cachetools import LRUCache

from core import InputError
from dashboard.catalogue.curves import Limit
from dashboard.drawing import curves
from dashboard.questions.fields import Fields
from dashboard.questions.levels import level_of, levels_of
from dashboard.questions.packing import pack
from dashboard.questions.pictures import Drawable, Part, View, arrays_of, axis_of, extent_of, part_of
from dashboard.questions.question import Ask, Question
from dashboard.questions.solutions import FINAL, LIMIT_STEPS, NoLimit, Setting, limit_clock, limit_of, run_of
from dashboard.state import RunState

# Relative tolerance of a limit while a slider moves: its picture is the final one's to less than a pixel
DRAFT = 1e-4
# Integrator steps for a draft. Long oscillations take ten thousand; beyond, one in five hundred follows its own error
# where the smaller tolerance comes to rest
DRAFT_STEPS = 15_000

_seconds: LRUCache[tuple, float] = LRUCache(10_000)  # CPU seconds of the last limits, by what they were limits of
_lock = Lock()


@dataclass(frozen=True)
class LimitPart(Drawable):
    """
    One run's ODE limit as it is drawn and described.

    Attributes
    ----------
    setting : Setting
    run : RunState
    view : View
    rtol : float
        Relative tolerance of the integrator.
    """

    setting: Setting
    run: RunState
    view: View
    rtol: float

    def draw(self) -> Part:
        """Solve the limit, and reduce it to the canvas."""
        setting, run, view = self.setting, self.run, self.view
        try:
            limit, clock = self._solved(), limit_clock(setting, run)
        except NoLimit as reason:
            return Part({"title": None, "status": reason.status, "lines": []}, {})
        level = level_of(setting, run, view.level).level if view.drawn.from_level else None
        try:
            found = view.drawn.lines_of_limit(Limit(limit, clock, partial(run_of, setting, run)), level)
        except InputError:  # the answer about the runs says so
            found = []
        unit = view.unit(run)
        lines, arrays = view.lines(found, limit.time / clock * unit, unit)
        arrays["path", None], _ = curves.path_of(limit.position, view.canvas)
        described = {
            "title": run.limit().title,
            "status": limit.status,
            "end_step": float(limit.time[-1] / clock),
            "extent": extent_of(limit),
            "time": limit.time[-1],
            "lines": lines,
        }
        return Part(described, arrays)

    def _solved(self):
        """The solution; the final one where a draft would take too many steps."""
        if self.rtol != FINAL:
            draft = limit_of(self.setting, self.run, self.rtol, DRAFT_STEPS)
            if draft.status != "step_limit":
                return draft
        return limit_of(self.setting, self.run, FINAL, LIMIT_STEPS)


@dataclass(frozen=True)
class Flows(Question):
    """
    The picture of the ODE limits.

    Attributes
    ----------
    setting : Setting
    runs : tuple of RunState
    view : View
    rtol : float
        Relative tolerance of the integrator: FINAL, or DRAFT while a slider moves.
    """

    setting: Setting
    runs: tuple[RunState, ...]
    view: View
    rtol: float

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state, view = fields.state, View.read(fields)
        # some curves show differences from the limit that are smaller than the error of a draft
        draft = fields.flag("draft") and not view.drawn.fine
        return cls(Setting.of(state), state.runs, view, DRAFT if draft else FINAL)

    def answer(self, ask: Ask) -> bytes:
        levels = levels_of(self.setting, self.runs, self.view.level, self.view.drawn)
        view, parts = self.view.resolved(self.setting, self.runs, levels), []
        for run in self.runs:
            began = time.thread_time()  # wall time would count the browser's share of the processor too
            parts.append(part_of(LimitPart(self.setting, run, view, self.rtol)))
            with _lock:
                _seconds[self._kind(run)] = time.thread_time() - began
        described = {
            "flows": [part.described for part in parts],
            "span": view.canvas.span,
            "axis": axis_of(parts, view.canvas.scale),
        }
        return pack(described, arrays_of(parts))

    def cost(self) -> float:
        """CPU seconds of the last limits of these methods, with any parameters; inf if never measured."""
        with _lock:
            return sum(_seconds.get(self._kind(run), np.inf) for run in self.runs)

    def _kind(self, run: RunState) -> tuple:
        return self.setting.objective, self.view.curve, run.optimizer, run.variant, self.rtol


QUESTION = Flows
