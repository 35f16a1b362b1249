"""From a link to the nearest valid state."""

from __future__ import annotations

from dataclasses import replace

import core
from core.parameters import Parameter
from dashboard.catalogue import planes
from dashboard.state.kinds import WHOLE
from dashboard.state.link.entries import entries_of
from dashboard.state.link.objective import objective_of, start_of
from dashboard.state.link.runs import runs_of
from dashboard.state.link.vocabulary import SINGLE
from dashboard.state.notes import Notes
from dashboard.state.phrases import quoted
from dashboard.state.query import MAXIMUM_LINK
from dashboard.state.state import DEFAULT_STEPS, LINKED, MAXIMUM_RUNS, STEPS, State

VERSION = 1
MOST_DECADES = 1000.0  # of a zoom of the curves on a logarithmic axis: wider than float64 by far
FARTHEST_DECADE = 300.0  # of a map's box on a logarithmic axis: beyond it a value leaves float64


def decode(query: str) -> tuple[State, list[str]]:
    """The nearest valid state to a link, and a sentence for everything that was changed.

    Parameters
    ----------
    query : str
        Any text: a query string as `encode` writes it, or what has become of one on its way.

    Returns
    -------
    state : State
        Valid, whatever the text is.
    notes : list of str
        What was left out, corrected, or read in another way than it stands there.
    """
    notes = Notes()
    entries = entries_of(_bounded(query or "", notes), notes)
    given, runs = entries.fields, entries.runs
    version = given.pop("v", str(VERSION))
    if version != str(VERSION):
        notes.append(f"The link is of version {quoted(version)}; this page reads version {VERSION}.")
    objective, parameters, built = objective_of(entries, notes)
    start = start_of(given, built, notes)
    if start is None:
        notes.append(f"{built.name} is finite nowhere near its start. Rosenbrock's function is shown instead.")
        objective, parameters, built = "rosenbrock", {}, core.objective("rosenbrock")
        start = built.start
    steps = notes.number(STEPS, given["steps"], DEFAULT_STEPS) if "steps" in given else DEFAULT_STEPS
    if len(runs) > MAXIMUM_RUNS:
        notes.append(f"{len(runs)} runs are given; the first {MAXIMUM_RUNS} are kept.")
    decoded = runs_of(runs[:MAXIMUM_RUNS], entries.loose, notes)
    edit = 0
    if "edit" in given:
        index = Parameter("edit", "", SINGLE["edit"], 0, 0, len(decoded) - 1, slider=(0, len(decoded) - 1))
        edit = notes.number(index, given["edit"], 0)
    state = State(
        objective=objective,
        objective_parameters=parameters,
        start=start,
        steps=steps,
        runs=decoded,
        edit=edit,
        **{name: kind.read(kind.label, given[name], notes) for name, kind in LINKED.items() if name in given},
    )
    return _with_possible_span(_with_possible_box(state, notes), notes), notes.finished()


def _bounded(query, notes):
    if len(query) <= MAXIMUM_LINK:
        return query
    notes.append(f"The link has {len(query):,} characters; only {MAXIMUM_LINK:,} are read, and the rest is left out.")
    return _cut(query)


def _cut(query):
    """The beginning of a link that is too long, up to its last whole field."""
    start = query[:MAXIMUM_LINK]
    return start[: start.rfind("&")] if "&" in start else start


def _with_possible_box(state, notes):
    """The state without a box of the map that leaves float64: on a logarithmic axis its ends are decades."""
    if state.box is None:
        return state
    run = state.edited
    plane = planes.drawn_plane(state.plane, run.optimizer, run.held, run.resolved(), state.objective)
    scales = [planes.scale(name) for name in plane.split(",")]
    ends = (state.box[:2], state.box[2:])
    if any(s != "linear" and max(map(abs, e)) > FARTHEST_DECADE for s, e in zip(scales, ends, strict=True)):
        notes.append(f"{SINGLE['box']}: 10 to the power of {max(map(abs, state.box)):g} is no number here. {WHOLE}")
        return replace(state, box=None)
    return state


def _with_possible_span(state, notes):
    """The state without a zoom of the curves that no loss reaches: on a logarithmic axis its heights are decades."""
    linear = state.scale == "linear" or (state.scale == "log" and state.window == "tail")
    if state.span is None or linear or max(map(abs, state.span[2:])) <= MOST_DECADES:
        return state
    notes.append(f"{SINGLE['span']}: 10 to the power of {max(map(abs, state.span[2:])):g} is no number here. {WHOLE}")
    return replace(state, span=None)
