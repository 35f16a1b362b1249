"""The phase of the edited run and of its ODE limit, one coordinate of it: figure 7 of Ma, Wu & E."""

from __future__ import annotations

import numpy as np

import core
from core import analyses
from dashboard.drawing.curves import whole_span
from dashboard.drawing.reduction import with_extremes
from dashboard.questions import limits
from dashboard.questions.packing import pack
from dashboard.questions.results import FLOW_STEP_LIMIT
from dashboard.state import State

POINTS = 4000


def question(state: State, span) -> dict:
    """What the phase depends on: the key of the cache."""
    run = state.edited
    return {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "run": [run.optimizer, run.arguments()[0], run.variant],
        "flow": state.flow,
        "coordinate": state.coordinate,
        "span": _steps_shown(state, span),
    }


def _steps_shown(state, span):
    """The steps that the curves show, so that a zoom into a spike there is one here; `span` in their axis's units."""
    if span is None:
        return whole_span(state.steps, state.window)
    clock = state.edited.declaration.clock(state.edited.resolved()) if state.axis == "time" else 1.0
    return tuple(end / clock for end in span)


def phase(state: State, span) -> bytes:
    """Points of the run and of its limit: axis by axis, (n,) float64, NaN where an axis has no place for a value.

    Header: axes, each with title and type ("log" or "linear"), three of them, or two where nothing divides the
    step;  note: what cannot be drawn, in words.
    """
    f, run_state, letter = state.built(), state.edited, state.coordinate
    i, shown = list("xy").index(letter), _steps_shown(state, span)
    values, _ = run_state.arguments()
    run = core.run(run_state.optimizer, f, start=state.start, steps=state.steps, **values)
    minimizer = _nearest(f.minimizers, run.position[-1])
    found = {"run": analyses.phase_of_run(run)}
    note = _add_limit(found, state, f) if state.flow else ""
    seen = found["run"]
    axes = [
        {"title": f"|{letter} − {letter}*|", "type": "log"} if minimizer is not None else _linear(letter),
        {"title": "|m|, averaged gradient" if seen.averaged else f"|∂f/∂{letter}|", "type": "log"},
    ]
    if seen.preconditioner is not None:
        axes.append({"title": "√v, divides the step", "type": "log"})
    arrays = {}
    for name, part in found.items():
        place = part.position[:, i] - (0.0 if minimizer is None else minimizer[i])
        columns = [place, part.direction[:, i]] + ([] if part.preconditioner is None else [part.preconditioner[:, i]])
        table = np.stack(columns, axis=1)[(part.k >= shown[0]) & (part.k <= shown[1])]
        for j, axis in enumerate(axes):
            if axis["type"] == "log":
                table[:, j] = np.abs(table[:, j])
                table[table[:, j] == 0] = np.nan  # a point needs a place on every axis
        table = with_extremes(table, POINTS)
        arrays |= {f"{name} {j}": table[:, j] for j in range(len(axes))}
    return pack({"axes": axes, "note": note}, arrays)


def _linear(letter):
    return {"title": letter, "type": "linear"}


def _nearest(minimizers, point):
    """The minimizer that the run ends nearest to, or None where none is known."""
    if not len(minimizers) or not np.isfinite(point).all():
        return None
    return minimizers[np.argmin(np.hypot(*(minimizers - point).T))]


def _add_limit(found, state, f) -> str:
    """Adds the limit's phase to `found`, or says why there is none."""
    run_state = state.edited
    limit = run_state.limit()
    if limit is not None and limit.recorded is None:
        return f"The {limit.title} keeps no such state: the run stands alone."
    try:
        flow = limits.integrated(state, run_state, f, max_steps=FLOW_STEP_LIMIT)
    except limits.NoLimit as reason:
        return str(reason)
    found["flow"] = analyses.phase_of_flow(flow, run_state.resolved())
    return ""
