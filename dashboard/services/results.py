"""Questions of the page about its runs, answered with the core: state and canvas in, bytes out."""

from __future__ import annotations

import numpy as np

import core
from dashboard.figures import curves, landscape, narration
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
        "canvas": vars(canvas),
    }


def _canvas(state: State, canvas):
    span = canvas.span or curves.whole_span(state.steps, state.window)
    scale = "linear" if state.window == "tail" else canvas.scale
    return curves.Canvas(**(vars(canvas) | {"span": span, "scale": scale}))


def runs(state: State, canvas: curves.Canvas) -> bytes:
    """Paths and losses of every run, with what the page says about them."""
    canvas, f = _canvas(state, canvas), state.built()
    described, arrays, parts, results = [], {}, [], []
    for i, run_state in enumerate(state.runs):
        values, notes = run_state.arguments()
        run = core.run(run_state.optimizer, f, start=state.start, steps=state.steps, **values)
        part = curves.drawn(run.position, run.loss, np.arange(len(run.loss), dtype=float), canvas, f.minimum)
        arrays |= {f"{name} {i}": array for name, array in part.items()}
        parts.append(part)
        results.append(run)
        described.append(
            {
                "title": run_state.declaration.title,
                "status": run.status,
                "regime": run.regime,
                "steps": len(run.loss) - 1,
                "loss": float(run.loss[-1]),
                "end": [float(v) for v in run.position[-1]],
                "notes": notes,
            }
        )
    edited = state.edited
    header = {
        "runs": described,
        "span": canvas.span,
        "axis": curves.axis_range(
            parts, canvas.scale, [i for i, run in enumerate(results) if run.status == "diverged"]
        ),
        "scale": canvas.scale,
        "label": loss_label(f),
        "sentence": narration.sentence(
            results[state.edit], edited.declaration.title, edited.rates(), edited.declaration.second_moment_fades
        ),
    }
    return pack(header, arrays)


def loss_label(f) -> str:
    return "f(x) − f*" if f.minimum else "f(x)"


def flows(state: State, canvas: curves.Canvas) -> bytes:
    """Paths and losses of every run's ODE limit, where it has one, on the runs' own axes."""
    canvas, f = _canvas(state, canvas), state.built()
    described, arrays = [], {}
    for i, run_state in enumerate(state.runs):
        values, _ = run_state.arguments()
        declaration = run_state.declaration
        complete = core.resolved(run_state.optimizer, values)
        limit = declaration.flow(complete)
        clock = declaration.clock(complete)
        if limit is None or not 0 < state.steps * clock < np.inf:  # or its time is beyond float64
            described.append({"title": None, "status": "none"})
            continue
        flow = core.flow(
            run_state.optimizer,
            f,
            start=state.start,
            duration=state.steps * clock,
            max_steps=FLOW_STEP_LIMIT,
            **values,
        )
        part = curves.drawn(flow.position, flow.loss, flow.time / clock, canvas, f.minimum)
        arrays |= {f"{name} {i}": array for name, array in part.items()}
        described.append(
            {
                "title": limit.title,
                "status": flow.status,
                "end_step": float(flow.time[-1] / clock),
                "time": flow.time[-1],
            }
        )
    return pack({"flows": described, "span": canvas.span}, arrays)


def landscape_body(state: State, x_range, y_range) -> bytes:
    """Shading, contours, minimizers."""
    f = state.built()
    header, arrays = landscape.landscape(f, x_range, y_range)
    header["minimizers"] = f.minimizers.tolist()
    header["domain"] = f.domain
    return pack(header, arrays)
