"""The runs step by step, in tiles of a pyramid: every 2^level-th iterate, exact, a fixed number of them in each tile.

The playhead shows an iterate that a tile holds, so what stands on the page is never between two steps. A tile of the
top level spans the run; one of level 0 has every step.
"""

from __future__ import annotations

import numpy as np

import core
from core import InputError, analyses
from core.optimizers.declarations import gradient_itself
from dashboard.catalogue.curves import CURVES
from dashboard.questions import limits
from dashboard.questions.packing import pack
from dashboard.questions.results import FLOW_STEP_LIMIT, curve_label, level_of
from dashboard.state import State

TILE = 512  # iterates


def top_level(steps: int) -> int:
    """The level at which one tile spans iterates 0 to `steps`."""
    return max(0, (steps // TILE).bit_length())


def question(state: State, level: int, tile: int) -> dict:
    """What a tile depends on: the key of the cache. InputError for a tile that the run does not have."""
    if not 0 <= level <= top_level(state.steps):
        raise InputError(f"level = {level}: must be 0 to {top_level(state.steps)}")
    last = state.steps // (TILE << level)
    if not 0 <= tile <= last:
        raise InputError(f"tile = {tile}: must be 0 to {last} at level {level}")
    return {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "runs": [[run.optimizer, run.arguments()[0], run.variant] for run in state.runs],
        "edit": state.edit,
        "flow": state.flow,
        "curve": state.curve,
        "level": state.level,
        "tile": [level, tile],
    }


def tile(state: State, level: int, number: int) -> bytes:
    """Every run's and flow's iterates in a tile, and all that the edited run's steps are made of.

    Past a run's end its last iterate stands. A position is (n, 2) float64, a value of the chosen curve's line (n,); a
    flow's position is NaN where it has ended or there is none.
    """
    f, curve, arrays, described = state.built(), CURVES[state.curve], {}, {}
    first = number * (TILE << level)
    k = np.arange(first, min(state.steps, first + (TILE << level) - 1) + 1, 1 << level)
    for i, run_state in enumerate(state.runs):
        values, _ = run_state.arguments()
        run = core.run(run_state.optimizer, f, start=state.start, steps=state.steps, **values)
        found = level_of(state, i, f, lambda run=run: run).level
        held = np.minimum(k, len(run.loss) - 1)
        arrays[f"position {i}"] = run.position[held]
        arrays |= {f"value {i}.{j}": line[held] for j, line in _lines(curve, run, found)}
        if state.flow:
            arrays[f"limit {i}"] = _limit(run_state, f, state, k).astype(np.float32)
        if i == state.edit:
            described, parts = _parts(run, held)
            described["label"] = curve_label(CURVES["loss"], [found])
            arrays |= parts | {"gap": run.loss[held] - found.value}
    return pack({"first": first} | described, arrays)


def _lines(curve, run, level):
    """(number, values) of the curve's lines that have one at every iterate and are the run's own."""
    try:
        found = curve.lines_of_run(run, level)
    except InputError:  # which the runs' own answer says
        return []
    return [(j, line.values) for j, line in enumerate(found) if line.at is None and line.kind != "reference"]


def _limit(run_state, f, state, k):
    """Where the ODE limit is at the times of steps k: (n, 2)."""
    try:
        flow = limits.integrated(state, run_state, f, max_steps=FLOW_STEP_LIMIT)
    except limits.NoLimit:
        return np.full((len(k), 2), np.nan)
    return flow(flow.duration * (k / state.steps))


def _parts(run, k):
    """The inspector's quantities: a description in the header's terms, and arrays by the names in it."""
    seen, declaration = analyses.steps(run, k), core.OPTIMIZERS[run.optimizer]
    missed = np.abs(seen.next_position - seen.lowest)
    known = np.isfinite(missed)
    moved = np.abs(seen.next_position - seen.position)
    arrays = {f"state {name}": values for name, values in seen.state.items()} | {
        "gradient": seen.gradient,
        "direction": seen.direction,
        "preconditioner": seen.preconditioner,
        "effective rate": seen.effective_rate,
        "learning rate": seen.learning_rate,
        "lowest": seen.lowest,
        "next": seen.next_position,
    }
    described = {
        "states": list(seen.state),
        "momentum": declaration.direction is not gradient_itself,
        "preconditioned": bool(declaration.sharpness and declaration.sharpness.preconditioner),
        "quadratic": declaration.sharpness is not None,
        # to rounding: iterates are of the position's size, their differences of the step's
        "further_terms": bool(np.any(missed[known] > 1e-6 * moved[known] + 1e-12 * np.abs(seen.position[known]))),
    }
    return described, arrays
