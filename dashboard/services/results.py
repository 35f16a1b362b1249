"""Questions of the page about its runs, answered with the core: state and canvas in, bytes out."""

from __future__ import annotations

from functools import partial

import numpy as np

import core
from dashboard.curves import CURVES, Limit
from dashboard.figures import curves, landscape, narration
from dashboard.figures.reduction import extent
from dashboard.figures.surface import surface as surface_of
from dashboard.services.packing import pack
from dashboard.state import State

# Integrator steps for a flow on the page: past it the flow ends where it got to, and says so
FLOW_STEP_LIMIT = 60_000


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
        "canvas": vars(canvas),
    }


def flows_question(state: State, canvas: curves.Canvas) -> dict:
    """What the flows' picture depends on."""
    return runs_question(state, canvas) | {"flows": [run.variant for run in state.runs]}


def _canvas(state: State, canvas):
    clock = max(map(_clock, state.runs)) if state.axis == "time" else 1.0
    span = canvas.span or tuple(k * clock for k in curves.whole_span(state.steps, state.window))
    scale = "linear" if state.window == "tail" and canvas.scale == "log" else canvas.scale
    return curves.Canvas(**(vars(canvas) | {"span": span, "scale": scale}))


def _clock(run_state) -> float:
    return run_state.declaration.clock(run_state.resolved())


def _extent(trajectory) -> list[float] | None:
    """x0, x1, y0, y1 of a path, or None of one that leaves."""
    if trajectory.status == "diverged":
        return None
    return list(extent(trajectory.position))


def _lines(found, i, at, unit, curve, canvas) -> tuple[list[dict], dict]:
    """The lines of run i as the browser draws them: what it says of each, and their arrays by name.

    `at`: where on the axis the values stand;  `unit`: what one step is on the axis.
    """
    described, arrays = [], {}
    for j, line in enumerate(found):
        x, y = curves.line(at if line.at is None else line.at * unit, line.values, canvas, curve.small)
        described.append({"label": line.label, "kind": line.kind})
        arrays |= {f"curve_x {i}.{j}": x, f"curve_y {i}.{j}": y}
    return described, arrays


def runs(state: State, canvas: curves.Canvas) -> bytes:
    """Paths of every run, the chosen curve of each, and what the page says about them."""
    canvas, f, curve = _canvas(state, canvas), state.built(), CURVES[state.curve]
    described, arrays, held, results = [], {}, [], []
    for i, (run_state, title) in enumerate(zip(state.runs, state.titles(), strict=True)):
        values, notes = run_state.arguments()
        run = core.run(run_state.optimizer, f, start=state.start, steps=state.steps, **values)
        unit = _clock(run_state) if state.axis == "time" else 1.0
        at = np.arange(len(run.loss)) * unit
        try:
            found = curve.of_run(run)
        except ValueError as error:  # this method has no such curve: the others are drawn
            found, notes = [], [*notes, f"{error}."]
        lines, drawn = _lines(found, i, at, unit, curve, canvas)
        arrays |= drawn
        arrays[f"path {i}"], arrays[f"path_step {i}"] = curves.path_of(run.position, canvas)
        held += [(drawn[f"curve_x {i}.{j}"], drawn[f"curve_y {i}.{j}"], run.status) for j in range(len(lines))]
        results.append(run)
        described.append(
            {
                "title": title,
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
        )
    least = f.minimum if f.minimum is not None else min(float(run.loss.min()) for run in results)
    for run, description in zip(results, described, strict=True):
        near = run.loss - least <= state.tolerance
        description |= {"gap": float(run.loss[-1] - least), "reached": int(near.argmax()) if near.any() else None}
    edited = state.edited
    header = {
        "runs": described,
        "span": canvas.span,
        "axis": curves.axis_range(held, canvas.scale),
        "scale": canvas.scale,
        "small": curve.small,
        "label": loss_label(f) if state.curve == "loss" else curve.axis,
        "sentence": narration.sentence(
            results[state.edit],
            described[state.edit]["regime"],
            edited.declaration.title,
            edited.rates(),
            edited.declaration.trait("second_moment_fades", edited.values),
        ),
    }
    return pack(header, arrays)


def loss_label(f) -> str:
    return "f(x) − f*" if f.minimum else "f(x)"


def flows(state: State, canvas: curves.Canvas) -> bytes:
    """Paths and curves of every run's ODE limit, where it has one, on the runs' own axes."""
    canvas, f, curve = _canvas(state, canvas), state.built(), CURVES[state.curve]
    described, arrays, held = [], {}, []
    for i, run_state in enumerate(state.runs):
        limit = run_state.flow()
        clock = limit.clock(run_state.resolved()) if limit else 0.0
        if not 0 < state.steps * clock < np.inf:  # or its time is beyond float64
            described.append({"title": None, "status": "none", "lines": []})
            continue
        question = dict(start=state.start, **run_state.arguments()[0])
        flow = core.flow(
            run_state.optimizer,
            f,
            duration=state.steps * clock,
            max_steps=FLOW_STEP_LIMIT,
            variant=limit.name,
            **question,
        )
        make_run = partial(core.run, run_state.optimizer, f, steps=state.steps, **question)
        try:
            found = curve.of_limit(Limit(flow, clock, make_run)) if curve.of_limit else []
        except ValueError:  # which the run's own answer says
            found = []
        unit = 1.0 if state.axis == "steps" else _clock(run_state)
        lines, drawn = _lines(found, i, flow.time / clock * unit, unit, curve, canvas)
        arrays |= drawn
        arrays[f"path {i}"], _ = curves.path_of(flow.position, canvas)
        held += [(drawn[f"curve_x {i}.{j}"], drawn[f"curve_y {i}.{j}"], flow.status) for j in range(len(lines))]
        described.append(
            {
                "title": limit.title,
                "status": flow.status,
                "end_step": float(flow.time[-1] / clock),
                "extent": _extent(flow),
                "time": flow.time[-1],
                "lines": lines,
            }
        )
    return pack({"flows": described, "span": canvas.span, "axis": curves.axis_range(held, canvas.scale)}, arrays)


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
