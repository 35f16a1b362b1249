"""Runs compared fairly: from a lattice of start points, and each at its best learning rate."""

from __future__ import annotations

import numpy as np

import core
from dashboard.questions.packing import pack
from dashboard.state import RunState, State

LATTICE = 24
LEARNING_RATES = np.geomspace(1e-5, 10.0, 61)  # ten to a decade
RULE = "the rate whose run has the least mean loss over its last quarter, the smaller of equals"


def question(state: State, view) -> dict:
    """What the comparison depends on: the key of the cache."""
    return {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "runs": [[run.optimizer, run.values] for run in state.runs],
        "tolerance": state.tolerance,
        "view": view,
    }


def comparison(state: State, view, should_stop) -> bytes:
    """For every run: the share of starts that converge, and its learning rate sweep.

    Arrays: ``final i`` (LATTICE, LATTICE) log10 of the gap over the view, NaN where it left; ``sweep i``
    (LEARNING_RATES,) log10 of the gap at each rate, NaN where it left or the rate is invalid.
    """
    f, found = state.built(), []
    x0, x1, y0, y1 = view
    xs, ys = (low + (high - low) * (np.arange(LATTICE) + 0.5) / LATTICE for low, high in ((x0, x1), (y0, y1)))
    for run in state.runs:
        values, _ = run.arguments()
        common = dict(optimizer=run.optimizer, steps=state.steps, should_stop=should_stop)
        starts = core.regime_map(f, x=("x0", xs), y=("y0", ys), start=state.start, **common, **values)
        found.append((_tail(starts), _swept(f, state, run, common)))
    known = np.concatenate([np.append(*pair) for pair in found])
    least = f.minimum if f.minimum is not None else float(np.nanmin(known)) if np.isfinite(known).any() else 0.0
    header, arrays = {"runs": [], "rates": [float(LEARNING_RATES[0]), float(LEARNING_RATES[-1])], "floor": least}, {}
    for i, (tail, sweep) in enumerate(found):
        gap, swept = tail - least, sweep - least
        best = None if np.isnan(sweep).all() else int(np.nanargmin(sweep))
        header["runs"].append(
            {
                "share": float(np.mean(gap <= state.tolerance)),
                "best": None if best is None else float(f"{LEARNING_RATES[best]:.3g}"),
                "loss": None if best is None else float(swept[best]),
            }
        )
        arrays[f"final {i}"] = _decades(gap)
        arrays[f"sweep {i}"] = _decades(swept)
    return pack(header, arrays)


def _swept(f, state: State, run: RunState, common) -> np.ndarray:
    """The tail's mean loss at every rate, the held pair held; NaN where it left or has no valid beta."""
    values = {name: value for name, value in run.values.items() if name != "learning_rate"}
    grid = core.regime_map(
        f, x=("learning_rate", LEARNING_RATES), y=("x0", [state.start[0]]), start=state.start, **common, **values
    )
    return _tail(grid)[0]


def _tail(grid) -> np.ndarray:
    """The tail's mean loss by cell, NaN where there is none: a map without a valid cell has no layers."""
    tail = grid.layers.get("tail_loss", np.full(grid.regime.shape, np.nan))
    return np.where(np.isfinite(tail), tail, np.nan)


def _decades(gap) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.log10(np.maximum(gap, 1e-300)).astype(np.float32)
