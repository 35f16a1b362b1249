"""Paths of every run, the chosen curve of each, and what the page says about them; with their limits, if quick."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Self

import core
from core import InputError
from dashboard.drawing import curves
from dashboard.drawing.extremes import first_near
from dashboard.questions import flows
from dashboard.questions.fields import Fields
from dashboard.questions.levels import curve_label, level_of, level_sentence, levels_of
from dashboard.questions.packing import pack
from dashboard.questions.pictures import Drawable, Part, View, arrays_of, axis_of, extent_of, iterates_at, part_of
from dashboard.questions.question import Ask, Question
from dashboard.questions.solutions import Setting, run_of
from dashboard.state import RunState, titles_of
from dashboard.text import narration

QUICK = 8e-3  # seconds that an answer waits for the limits
SHORT = 1.5e-3  # seconds of limits that are not worth waking another thread for


@dataclass(frozen=True)
class RunPart(Drawable):
    """
    One run as it is drawn and described.

    Attributes
    ----------
    setting : Setting
    run : RunState
    view : View
    tolerance : float
        A run has arrived when its loss is within this of the least value.
    thresholds : Thresholds
        Of the rule that names regimes.
    """

    setting: Setting
    run: RunState
    view: View
    tolerance: float
    thresholds: core.Thresholds

    def draw(self) -> Part:
        """Solve the run, reduce it to the canvas, and describe it."""
        view, curve, f = self.view, self.view.drawn, self.setting.f
        run, unit = run_of(self.setting, self.run), view.unit(self.run)
        notes = [*self.run.arguments()[1], *self.run.idle_notes()]
        level = level_of(self.setting, self.run, view.level).level if curve.from_level else None
        try:
            drawn, said = curve.lines_of_run(run, level), curve.said_of_run(run, level)
            notes = [*notes, said] if said else notes
        except InputError as error:  # this method has no such curve: the others are drawn
            drawn, notes = [], [*notes, f"{error}."]
        lines, arrays = view.lines(drawn, iterates_at(len(run.loss), unit), unit)
        arrays["path", None], arrays["path_step", None] = curves.path_of(run.position, view.canvas)
        described = {
            "status": run.status,
            "regime": run.classified(self.thresholds),
            "steps": len(run.loss) - 1,
            "loss": float(run.loss[-1]),
            "end": [float(v) for v in run.position[-1]],
            "extent": extent_of(run),
            "notes": notes,
            "lines": lines,
            "unit": unit,
        }
        if f.minimum is not None:
            described |= _nearness(run.loss, f.minimum, self.tolerance)
        sentence = narration.sentence(run, self.thresholds, self.run.declaration.title)
        return Part(described, arrays, sentence, run.loss if f.minimum is None else None)


def _nearness(loss, least, tolerance):
    """How far above the least loss a run ends, and its first step within the tolerance."""
    reached = first_near(loss, least, tolerance)
    return {"gap": float(loss[-1] - least), "reached": reached if reached >= 0 else None}


@dataclass(frozen=True)
class Pictures(Question):
    """
    The picture of the runs alone.

    Attributes
    ----------
    setting : Setting
    runs : tuple of RunState
    edit : int
        The run in hand, which the sentence is about.
    view : View
    tolerance : float
    thresholds : Thresholds
    """

    setting: Setting
    runs: tuple[RunState, ...]
    edit: int
    view: View
    tolerance: float
    thresholds: core.Thresholds

    def answer(self, ask: Ask) -> bytes:
        f, curve, titles = self.setting.f, self.view.drawn, titles_of(self.runs)
        levels = levels_of(self.setting, self.runs, self.view.level, curve)
        view = self.view.resolved(self.setting, self.runs, levels)
        parts = [part_of(RunPart(self.setting, run, view, self.tolerance, self.thresholds)) for run in self.runs]
        described = [{"title": title} | part.described for title, part in zip(titles, parts, strict=True)]
        if f.minimum is None:
            losses = [part.loss for part in parts if part.loss is not None]
            least = min(float(loss.min()) for loss in losses)
            for loss, description in zip(losses, described, strict=True):
                description |= _nearness(loss, least, self.tolerance)
        header = {
            "runs": described,
            "span": view.canvas.span,
            "axis": axis_of(parts, view.canvas.scale),
            "scale": view.canvas.scale,
            "small": curve.small,
            "label": curve_label(curve, [found.level for found in levels]),
            "measured": level_sentence(curve, titles, [found.level for found in levels]),
            "sentence": parts[self.edit].sentence,
        }
        return pack(header, arrays_of(parts))


@dataclass(frozen=True)
class Runs(Question):
    """
    The picture of the runs and, right behind it, that of their limits if it is asked for and expected to be quick.

    The estimate is what the last limits took: one move of a slider costs about as much as the one before.

    Attributes
    ----------
    pictures : Pictures
    limits : Flows, optional
        Where they are asked for.
    draft : bool
        Whether a slider moves.
    """

    live = True
    cached = False

    pictures: Pictures
    limits: flows.Flows | None
    draft: bool

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state, view = fields.state, View.read(fields)
        runs = tuple(replace(run, variant=None) for run in state.runs)  # which limit is meant changes no run
        pictures = Pictures(Setting.of(state), runs, state.edit, view, state.tolerance, state.thresholds)
        limits = flows.Flows.read(fields) if fields.flag("limits") else None
        return cls(pictures, limits, fields.flag("draft"))

    def answer(self, ask: Ask) -> bytes:
        if self.limits is None or (cost := self.limits.cost()) >= QUICK:
            return ask(self.pictures)
        if ask.known(self.limits) or (self.draft and cost < SHORT):
            return ask(self.pictures) + ask(self.limits)
        limits = ask.meanwhile(self.limits)
        return ask(self.pictures) + _in_time(limits)


def _in_time(limits: Future) -> bytes:
    """The limits, or nothing after a timeout: they are computed on, and the next question about them gets them."""
    try:
        return limits.result(timeout=QUICK)
    except TimeoutError:
        return b""


QUESTION = Runs
