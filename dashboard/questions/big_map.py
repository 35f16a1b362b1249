"""A map of up to 2048 x 2048 cells: a job of the server."""

from __future__ import annotations

from dataclasses import replace

from core import InputError
from core.parameters import whole
from core.regimes import has_sharpness
from dashboard.catalogue.layers import LAYERS
from dashboard.questions.map import RegimeMap
from dashboard.state import State

SIZES = (256, 512, 1024, 2048)
SMALLEST, LARGEST = 16, SIZES[-1]  # cells along a side
MOST_STEPS = 200_000


def big_map(state: State, size: int, steps: int) -> RegimeMap:
    """The map of the steps on the present plane and box.

    Parameters
    ----------
    state : State
    size : int
        Cells along a side.
    steps : int
        Of the run in hand. A layer that costs time is computed where the state asks for it, and where tiles can have
        it.

    Raises
    ------
    InputError
        If there are too many cells or steps.
    """
    size, steps = whole("size", size, SMALLEST, LARGEST), whole("steps", steps, 1, MOST_STEPS)
    layer = state.layer if LAYERS[state.layer].extra and state.built().minimum is not None else "regime"
    if layer == "sharpness_ratio" and not has_sharpness(state.edited.declaration):
        layer = "regime"
    asked = RegimeMap.of(replace(state, steps=steps, horizon=None, dynamics="steps", layer=layer), size)
    mean = float(asked.grid.steps().mean())
    if not 1 <= mean <= MOST_STEPS:
        raise InputError(f"steps = {steps}: cells of this plane take {mean:,.0f} on average: must be 1 to {MOST_STEPS}")
    return asked
