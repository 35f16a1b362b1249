"""A map's question and its cells, as a picture for print."""

from __future__ import annotations

import core
from dashboard.catalogue import planes
from dashboard.drawing.layers import LAYERS, measured
from dashboard.drawing.print_map import Panel, PrintedAxis, Scale, svg
from dashboard.drawing.theory_lines import LINES, polylines, readable
from dashboard.questions.maps import Question


def panel(question: Question, regime, notes=None, layer="regime", values=None) -> Panel:
    """regime: (size, size) int8, as core.regime_map has it;  notes: below the title, by default the parameters;
    values: (size, size), of the layer that colours the cells where it is not their regime."""
    lines, scale = [], None
    if values is not None:
        declared = LAYERS[layer]
        bar, shown = measured(values, declared, question.f.minimum)
        scale = Scale(", ".join(filter(None, (declared.title, declared.unit))), shown, **bar)
    if question.declaration.has_rates:
        drawn = polylines(question.window, question.declaration, question.values_at, question.f)
        lines = [(readable(LINES[name].relation), drawn[name]) for name in question.state.lines if name in drawn]
    x, y = (
        PrintedAxis(planes.TITLES.get(axis.name) or planes.symbol(axis.name), *ends, axis.scale != "linear")
        for axis, ends in zip(question.axes, (question.window[:2], question.window[2:]), strict=True)
    )
    title = f"{question.declaration.title} on {question.f.title}"
    return Panel(title, x, y, regime, core.REGIMES, lines, _notes(question) if notes is None else notes, scale)


def of_question(question: Question, regime, layer="regime", values=None) -> str:
    """The SVG of one map, fit for print."""
    return svg([panel(question, regime, layer=layer, values=values)], side=640)


def _notes(question):
    symbols = {p.name: p.symbol for p in question.declaration.numeric}
    labels = {p.name: p.label for p in question.declaration.numeric} | {"learning_rate": "η", "epsilon": "ε"}
    axes = {axis.name for axis in question.axes}
    fixed = [f"{labels[n]} = {v:.6g}" for n, v in question.values.items() if n in symbols and n not in axes]
    start = question.state.start
    where = [] if axes & set(planes.START) else [f"start ({start[0]:g}, {start[1]:g})"]
    length = [f"{question.length['steps']:,} steps"] if "steps" in question.length else [f"time {question.duration:g}"]
    return ", ".join([*fixed, *length, *where]), f"{question.size} × {question.size} runs".replace("-", "−")
