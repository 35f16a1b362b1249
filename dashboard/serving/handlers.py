"""What the page asks, by name: the fields of a question in, packed arrays or plain values out.

How a question travels is not known here: by HTTP (routes.py) or on the connection that a page keeps (live.py). A bad
one raises an InputError whose sentence names the field, its value and what is allowed; `core.Cancelled` says that the
same page has asked anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial

import numpy as np

from core import InputError
from core.formulas.parsing import FormulaError, read
from dashboard.drawing.curves import Canvas
from dashboard.questions import comparison, maps, naming, phase, results, steps
from dashboard.questions.packing import pack
from dashboard.serving.cache import Answers
from dashboard.serving.priority import Priority
from dashboard.state import LARGEST_SPAN, SCALES, State, as_json, decode, encode, refused_objective
from dashboard.state.fields import LARGEST, distinct

LARGEST_CANVAS = 8192
FAILED = "The server failed to answer; what went wrong is in its log."  # to the page, of a fault of the program


# What leaves float64 is a result here, drawn and told as one, and nothing to warn of
beyond_float64 = np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")


class BadQuestion(InputError):
    """A question that the page itself would not ask."""


class Fields:
    """The named texts of a question, read and checked."""

    def __init__(self, texts: Mapping[str, str]):
        self.texts = texts

    @property
    def link(self) -> str:
        return self.texts.get("link", "")

    def state(self) -> State:
        return decode(self.link)[0]

    def said(self, name) -> bool:
        """Whether a field that is 0 or 1, and 0 where it is missing, is 1."""
        return self.texts.get(name) == "1"

    def number(self, name) -> float:
        try:
            value = float(self.texts[name])
        except (KeyError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise BadQuestion(f"{name} = {self.texts.get(name)!r}: must be a finite number")
        return value

    def whole(self, name) -> int:
        value = self.number(name)
        if value != int(value):
            raise BadQuestion(f"{name} = {self.texts[name]!r}: must be a whole number")
        return int(value)

    def pixels(self, name) -> int:
        value = self.number(name)
        if not 1 <= value <= LARGEST_CANVAS:
            raise BadQuestion(f"{name} = {value}: must be 1 to {LARGEST_CANVAS} pixels")
        return int(value)

    def window(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The ranges of x and y."""
        x0, x1, y0, y1 = (self.number(name) for name in ("x0", "x1", "y0", "y1"))
        return drawable("x", x0, x1, LARGEST), drawable("y", y0, y1, LARGEST)

    def span(self) -> tuple[float, float] | None:
        """The range of the steps, where they are not all asked for."""
        if "k0" not in self.texts:
            return None
        return drawable("steps", self.number("k0"), self.number("k1"), LARGEST_SPAN)

    def canvas(self) -> Canvas:
        scale = self.texts.get("scale", "log")
        if scale not in SCALES:
            raise BadQuestion(f"scale = {scale!r}: must be one of {SCALES}")
        sizes = (self.pixels(name) for name in ("width", "height", "curve_width"))
        return Canvas(*self.window(), *sizes, self.span(), scale)

    def map(self) -> maps.Question:
        state, size = self.state(), self.whole("size")
        sizes = maps.SIZES[state.dynamics]
        if size not in sizes:
            raise BadQuestion(f"size = {size}: must be one of {sizes}")
        return maps.Question(state, size)

    def asker(self) -> tuple[str, int]:
        """The page that asks, and the number of its question."""
        return self.texts.get("page", "")[:64], self.whole("serial")


def drawable(name, low: float, high: float, largest: float) -> tuple[float, float]:
    """The range, where it can be drawn."""
    if not low < high:
        raise BadQuestion(f"range of {name}, {low:g} to {high:g}: must go from low to high")
    if max(abs(low), abs(high)) > largest:
        raise BadQuestion(f"range of {name}, {low:g} to {high:g}: must stay within {largest:g}")
    if not distinct(low, high):
        raise BadQuestion(f"range of {name}, {low!r} to {high!r}: is too narrow to be drawn")
    return low, high


Handler = Callable[[Fields], bytes | dict | None]


def questions(answers: Answers, priority: Priority) -> dict[str, Handler]:
    """A handler for each name: it gives packed arrays, or what is to be JSON, or None where there is nothing to say."""
    known = {}
    aside = ThreadPoolExecutor(4, thread_name_prefix="limits")

    def question(name):
        def put(handler):
            known[name] = beyond_float64(handler)
            return handler

        return put

    @question("state")
    def state(fields):
        decoded, notes = decode(fields.link)
        return {
            "state": as_json(decoded),
            "notes": notes,
            "link": encode(decoded),
            "domain": decoded.built().domain,
            "flows": [{"value": flow.name, "label": flow.title} for flow in decoded.edited.limits()],
            "refused": refused_objective(fields.link),
        }

    @question("formula")
    def formula(fields):
        """How a text that is being typed is read: the LaTeX of its terms, none where it is no formula yet."""
        try:
            return pack({"terms": read(fields.texts.get("text", "").strip()).terms}, {})
        except FormulaError:
            return pack({"terms": []}, {})

    @question("runs")
    def runs(fields):
        draft = fields.said("draft")
        with priority.quick(hand=draft):
            decoded, canvas = fields.state(), fields.canvas()
            more = limits_with_runs(decoded, canvas, draft) if fields.said("limits") else bytes
            question = results.runs_question(decoded, canvas)
            return answers.get("runs", question, lambda: results.runs(decoded, canvas)) + more()

    @question("flows")
    def flows(fields):
        draft = fields.said("draft")
        with priority.quick(hand=draft):
            return limits(fields.state(), fields.canvas(), draft)

    def limits_with_runs(decoded, canvas, draft):
        """What gives the limits after the runs where they are known to be quick, else nothing: in the hand, where one
        move costs like the one before, at once or from another thread that has them worked out meanwhile."""
        asked, cost = (decoded, canvas, draft), results.limits_cost(decoded, draft)
        if cost >= results.QUICK:
            return bytes
        if draft and cost < results.SHORT:
            return partial(limits, *asked)
        kept = answers.kept("flows", results.flows_question(*asked))
        return partial(in_time, aside.submit(limits_first, *asked)) if kept is None else lambda: kept

    def in_time(limits):
        """Where they are not ready after all, nothing: they go on, and who asks for them next waits for the rest."""
        with suppress(TimeoutError):
            return limits.result(timeout=results.QUICK)
        return b""

    @beyond_float64
    def limits_first(*asked):
        with priority.quick():
            return limits(*asked)

    def limits(*asked):
        return answers.get("flows", results.flows_question(*asked), lambda: results.flows(*asked))

    @question("steps")
    def a_tile_of_steps(fields):
        with priority.quick():
            decoded, level, tile = fields.state(), fields.whole("level"), fields.whole("tile")
            question = steps.question(decoded, level, tile)
            return answers.get("steps", question, lambda: steps.tile(decoded, level, tile))

    def of_ground(name, compute):
        @question(name)
        def ground(fields):
            decoded, ranges = fields.state(), fields.window()
            question = [decoded.objective, decoded.objective_parameters, *ranges[0], *ranges[1]]
            return answers.get(name, question, lambda: compute(decoded, *ranges))

    of_ground("landscape", results.landscape_body)
    of_ground("surface", results.surface)

    @question("phase")
    def phase_of(fields):
        with priority.quick():
            decoded = fields.state()
            span = fields.span()
            question = phase.question(decoded, span)
            return answers.get("phase", question, lambda: phase.phase(decoded, span))

    @question("naming")
    def naming_of(fields):
        with priority.quick():
            decoded, width = fields.state(), fields.pixels("width")
            return answers.get("naming", naming.question(decoded, width), lambda: naming.naming(decoded, width))

    @question("comparison")
    def compared(fields):
        decoded = fields.state()
        (x0, x1), (y0, y1) = fields.window()
        view = (x0, x1, y0, y1)
        page, serial = fields.asker()
        should_stop = priority.slow(f"comparison {page}", serial)
        question = comparison.question(decoded, view)
        return answers.get("comparison", question, lambda: comparison.comparison(decoded, view, should_stop))

    @question("map")
    def regime_map(fields):
        question, should_stop = fields.map(), priority.slow(*fields.asker())
        reason = question.refusal()
        if reason:
            return maps.refused(question, reason)
        return maps.picture(question, *cells(question, should_stop))

    @question("cell")
    def cell(fields):
        with priority.quick():
            return maps.cell(maps.Question(fields.state(), 1), fields.number("x"), fields.number("y"))

    @question("examples")
    def examples(fields):
        question, should_stop = fields.map(), priority.slow(*fields.asker())
        if question.refusal():
            return None
        body = next(cells(question, should_stop))
        key = question.key() | {"rule": vars(question.state.thresholds)}
        return answers.get("examples", key, lambda: maps.examples(question, body))

    def cells(question, should_stop):
        """The map of the steps and, where it is asked for, that of the limit."""
        key = question.key()
        yield answers.get("map", key, lambda: maps.regime_map(question, should_stop))
        if question.dynamics != "steps":
            key |= {"limit": question.limit.name}
            yield answers.get("flow map", key, lambda: maps.flow_map(question, should_stop))

    return known
