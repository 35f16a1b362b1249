"""Questions of the page about its runs, answered with the core: state and canvas in, bytes out."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial

import numpy as np

import core
from core import InputError
from core.regimes.level import Level, known_level, level
from dashboard.catalogue.curves import CURVES, Limit
from dashboard.drawing import curves, landscape
from dashboard.drawing.reduction import extent, first_near
from dashboard.drawing.surface import surface as surface_of
from dashboard.questions import limits
from dashboard.questions.packing import pack
from dashboard.questions.recent import Recent
from dashboard.state import State
from dashboard.text import narration

# Integrator steps for a flow on the page: past it the flow ends where it got to, and says so
FLOW_STEP_LIMIT = 60_000
# Relative tolerances of a limit: while the hand moves, which a picture does not tell from the other, and at rest
DRAFT, FINAL = 1e-4, 1e-6
# Integrator steps for a draft. Long oscillations take ten thousand; beyond, one in five hundred follows its own error
# where the smaller tolerance comes to rest
DRAFT_STEP_LIMIT = 15_000
QUICK = 8e-3  # seconds that an answer of runs waits for their limits
SHORT = 1.5e-3  # seconds of limits that are not worth waking another thread for

_took: dict[tuple, float] = {}  # seconds of a processor that limits took when they were last asked for
MOST_TIMES = 10_000


def runs_question(state: State, canvas: curves.Canvas) -> dict:
    """What the runs' picture depends on: the key of the cache."""
    return {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "runs": [[run.optimizer, run.arguments()[0]] for run in state.runs],
        "edit": state.edit,
        "window": state.window,
        "tolerance": state.tolerance,
        "rule": vars(state.thresholds),
        "curve": state.curve,
        "axis": state.axis,
        "level": state.level,
        "canvas": vars(canvas),
    }


def flows_question(state: State, canvas: curves.Canvas, draft: bool = False) -> dict:
    """What the flows' picture depends on."""
    drawn = {"flows": [run.variant for run in state.runs], "tolerance of the limits": _tolerance(state, draft)}
    return runs_question(state, canvas) | drawn


def _tolerance(state, draft):
    return DRAFT if draft and not CURVES[state.curve].fine else FINAL


def _canvas(state: State, canvas, levels):
    clock = max(map(_clock, state.runs)) if state.axis == "time" else 1.0
    span = canvas.span or tuple(k * clock for k in curves.whole_span(state.steps, state.window))
    scale = "linear" if state.window == "tail" and canvas.scale == "log" else canvas.scale
    if scale == "log" and any(found.below for found in levels):
        scale = "symlog"
    return replace(canvas, span=span, scale=scale)


@dataclass(frozen=True)
class RunLevel:
    """What a run's loss is measured from; below: whether some of it is below that, so that it has no logarithm."""

    level: Level
    below: bool


_levels = Recent(1 << 20)


def level_of(state: State, i: int, f, make_run) -> RunLevel:
    """The level of a run, computed once: its curve, its limit's and its single steps are measured from the same."""
    run = state.runs[i]
    question = {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "run": [run.optimizer, run.arguments()[0]],
        "level": state.level,
    }

    def compute():
        run = make_run()
        found = level(run) if state.level == "settled" else known_level(f)
        return RunLevel(found, found.kind == "none" and bool(run.loss.min() < 0))

    return _levels.get(question, compute, lambda _: 200)


def levels_of(state: State, f, run_of) -> list[RunLevel]:
    """The level of every run; run_of(i) makes one, where it is asked for."""
    if not CURVES[state.curve].from_level:
        return [RunLevel(known_level(f), False) for _ in state.runs]
    return [level_of(state, i, f, partial(run_of, i)) for i in range(len(state.runs))]


def runs_of(state: State, f):
    """run_of(i) -> the core.Run, made when it is first asked for."""

    @cache
    def run_of(i):
        values, _ = state.runs[i].arguments()
        return core.run(state.runs[i].optimizer, f, start=state.start, steps=state.steps, **values)

    return run_of


def _clock(run_state) -> float:
    return run_state.declaration.clock(run_state.resolved())


def _extent(trajectory) -> list[float] | None:
    """x0, x1, y0, y1 of a path, or None of one that leaves."""
    if trajectory.status == "diverged":
        return None
    return list(extent(trajectory.position))


@dataclass(frozen=True)
class _Part:
    """What one run, or its limit, brings to an answer: its description, arrays by name and index of the line, of a run
    the sentence about it and, where the objective's minimum is not known, its loss. All else of a run is let go: its
    memory is at hand for the next one."""

    described: dict
    arrays: dict[tuple[str, int | None], np.ndarray]
    sentence: str = ""
    loss: np.ndarray | None = None

    @property
    def held(self):
        """(x, y, status) of its lines: what an axis has to hold."""
        return [
            (self.arrays["curve_x", j], self.arrays["curve_y", j], self.described["status"])
            for j in range(len(self.described["lines"]))
        ]

    @property
    def nbytes(self):
        return sum(array.nbytes for array in self.arrays.values()) + (0 if self.loss is None else self.loss.nbytes)


_parts = Recent(64 << 20)


def _part_of(kind, state: State, i, canvas, compute) -> _Part:
    """Computed, or taken up again: nothing in it depends on the other runs."""
    run = state.runs[i]
    question = runs_question(state, canvas) | {
        "kind": kind, "runs": [[run.optimizer, run.arguments()[0]]], "edit": 0, "variant": run.variant,
    }  # fmt: skip
    return _parts.get(question, compute, lambda part: part.nbytes)


def _arrays(parts) -> dict[str, np.ndarray]:
    """All arrays under their names in the answer: "path 0", "curve_x 0.1"."""
    return {
        f"{name} {i}" if j is None else f"{name} {i}.{j}": array
        for i, part in enumerate(parts)
        for (name, j), array in part.arrays.items()
    }


def _lines(found, at, unit, curve, canvas) -> tuple[list[dict], dict]:
    """The lines of a run as the browser draws them: what it says of each, and their arrays by name and index.

    `at`: where on the axis the values stand;  `unit`: what one step is on the axis.
    """
    described, arrays = [], {}
    for j, line in enumerate(found):
        x, y = curves.line(at if line.at is None else line.at * unit, line.values, canvas, curve.small)
        described.append({"label": line.label, "kind": line.kind})
        arrays |= {("curve_x", j): x, ("curve_y", j): y}
    return described, arrays


@lru_cache(maxsize=4)
def _axis(rows, unit):
    """Where a run's iterates stand on the axis."""
    return np.arange(rows) * unit


def _run_part(state: State, i: int, f, canvas, run_of, found: RunLevel) -> _Part:
    run_state, curve = state.runs[i], CURVES[state.curve]
    _, notes = run_state.arguments()
    run = run_of(i)
    notes = [*notes, *run_state.idle_notes()]
    unit = _clock(run_state) if state.axis == "time" else 1.0
    at = _axis(len(run.loss), unit)
    try:
        drawn, said = curve.lines_of_run(run, found.level), curve.said_of_run(run, found.level)
        notes = [*notes, said] if said else notes
    except InputError as error:  # this method has no such curve: the others are drawn
        drawn, notes = [], [*notes, f"{error}."]
    lines, arrays = _lines(drawn, at, unit, curve, canvas)
    arrays["path", None], arrays["path_step", None] = curves.path_of(run.position, canvas)
    described = {
        "status": run.status,
        "regime": run.classified(state.thresholds),
        "steps": len(run.loss) - 1,
        "loss": float(run.loss[-1]),
        "end": [float(v) for v in run.position[-1]],
        "extent": _extent(run),
        "notes": notes,
        "lines": lines,
        "unit": unit,
    }
    if f.minimum is not None:
        described |= _nearness(run.loss, f.minimum, state.tolerance)
    sentence = narration.sentence(run, state.thresholds, run_state.declaration.title)
    return _Part(described, arrays, sentence, run.loss if f.minimum is None else None)


def _nearness(loss, least, tolerance):
    """How far above the least loss a run ends, and its first step within the tolerance."""
    reached = first_near(loss, least, tolerance)
    return {"gap": float(loss[-1] - least), "reached": reached if reached >= 0 else None}


def runs(state: State, canvas: curves.Canvas) -> bytes:
    """Paths of every run, the chosen curve of each, and what the page says about them."""
    f, curve = state.built(), CURVES[state.curve]
    run_of = runs_of(state, f)
    levels = levels_of(state, f, run_of)
    canvas = _canvas(state, canvas, levels)
    parts = [
        _part_of("run", state, i, canvas, partial(_run_part, state, i, f, canvas, run_of, levels[i]))
        for i in range(len(state.runs))
    ]
    described = [{"title": title} | part.described for title, part in zip(state.titles(), parts, strict=True)]
    if f.minimum is None:
        least = min(float(part.loss.min()) for part in parts)
        for part, description in zip(parts, described, strict=True):
            description |= _nearness(part.loss, least, state.tolerance)
    header = {
        "runs": described,
        "span": canvas.span,
        "axis": curves.axis_range([line for part in parts for line in part.held], canvas.scale),
        "scale": canvas.scale,
        "small": curve.small,
        "label": curve_label(curve, [found.level for found in levels]),
        "measured": measured(curve, state.titles(), [found.level for found in levels]),
        "sentence": parts[state.edit].sentence,
    }
    return pack(header, _arrays(parts))


def curve_label(curve, levels) -> str:
    """What is drawn, with what the loss is measured from."""
    if not curve.from_level:
        return curve.axis
    return curve.axis.format(level=_subtracted(levels))


def _alike(values) -> bool:
    """Whether the levels are one, to rounding: minima that mirror each other differ in their last digit."""
    return max(values) - min(values) <= 1e-12 * max(map(abs, values))


def _subtracted(levels) -> str:
    """What is subtracted from f(x), in words where it is not the known minimum: "" where it is 0."""
    values, kinds = [found.value for found in levels], {found.kind for found in levels}
    if not _alike(values):
        return " − each run's minimum"
    if kinds == {"minimum"}:
        return " − f*" if values[0] else ""
    value = values[0]
    if not value:
        return ""
    told = "least" if "seen" in kinds else "local"
    return f" {'+' if value < 0 else '−'} {abs(value):.4g} ({told})"


KINDS = {
    "minimum": "the least value of f",
    "local": "the minimum of f where it settled",
    "seen": "the least loss seen where it settled",
    "none": "since no least value is known",
}


def measured(curve, titles, levels) -> str:
    """The same at length, run by run: "" where nothing but the known minimum is subtracted."""
    if not curve.from_level or {found.kind for found in levels} <= {"minimum"}:
        return ""
    parts = [f"{title} from {f.value:.6g}, {KINDS[f.kind]}" for title, f in zip(titles, levels, strict=True)]
    return f"The loss is measured: {'; '.join(parts)}.".replace("-", "−")


def limits_cost(state: State, draft: bool = False) -> float:
    """Seconds of a processor that the limits took when they were last asked for, with other numbers; else infinite."""
    return sum(_took.get(_cost_key(state, i, draft), np.inf) for i in range(len(state.runs)))


def _cost_key(state, i, draft):
    return state.objective, state.curve, state.runs[i].optimizer, state.runs[i].variant, _tolerance(state, draft)


def _limit_part(state: State, i: int, f, canvas, rtol, level) -> _Part:
    run_state, curve = state.runs[i], CURVES[state.curve]
    integrate = partial(limits.integrated, state, run_state, f)
    try:
        flow = integrate(rtol=rtol, max_steps=FLOW_STEP_LIMIT if rtol == FINAL else DRAFT_STEP_LIMIT)
        if flow.status == "step_limit" and rtol != FINAL:
            flow = integrate(rtol=FINAL, max_steps=FLOW_STEP_LIMIT)
    except limits.NoLimit as reason:
        return _Part({"title": None, "status": reason.status, "lines": []}, {})
    limit, clock = run_state.limit(), limits.clock_of(state, run_state)
    question = dict(start=state.start, **run_state.arguments()[0])
    make_run = partial(core.run, run_state.optimizer, f, steps=state.steps, **question)
    try:
        found = curve.lines_of_limit(Limit(flow, clock, make_run), level)
    except InputError:  # which the run's own answer says
        found = []
    unit = 1.0 if state.axis == "steps" else _clock(run_state)
    lines, arrays = _lines(found, flow.time / clock * unit, unit, curve, canvas)
    arrays["path", None], _ = curves.path_of(flow.position, canvas)
    described = {
        "title": limit.title,
        "status": flow.status,
        "end_step": float(flow.time[-1] / clock),
        "extent": _extent(flow),
        "time": flow.time[-1],
        "lines": lines,
    }
    return _Part(described, arrays)


def flows(state: State, canvas: curves.Canvas, draft: bool = False) -> bytes:
    """Paths and curves of every run's ODE limit, where it has one, on the runs' own axes."""
    f, parts, rtol = state.built(), [], _tolerance(state, draft)
    levels = levels_of(state, f, runs_of(state, f))
    canvas = _canvas(state, canvas, levels)
    if len(_took) > MOST_TIMES:
        _took.clear()
    for i in range(len(state.runs)):
        began = time.thread_time()  # by the clock, what the browser takes of the processor would count too
        kind = "limit" if rtol == FINAL else "draft of the limit"
        limit = partial(_limit_part, state, i, f, canvas, rtol, levels[i].level)
        parts.append(_part_of(kind, state, i, canvas, limit))
        _took[_cost_key(state, i, draft)] = time.thread_time() - began
    axis = curves.axis_range([line for part in parts for line in part.held], canvas.scale)
    return pack({"flows": [part.described for part in parts], "span": canvas.span, "axis": axis}, _arrays(parts))


def landscape_body(state: State, x_range, y_range) -> bytes:
    """Shading, contours, minimizers."""
    f = state.built()
    header, arrays = landscape.landscape(f, x_range, y_range)
    header["minimizers"] = f.minimizers.tolist()
    header["domain"] = f.domain
    return pack(header, arrays)


def surface(state: State, x_range, y_range) -> bytes:
    """Heights of the surface, and where its axis is labelled."""
    header, arrays = surface_of(state.built(), x_range, y_range)
    return pack(header, arrays)
