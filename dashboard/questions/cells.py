"""The cells of a map before the rule is applied: computed and cached once, whatever its thresholds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

import core
from core.regimes import INVALID, SETTLED, STATISTICS, UNDECIDED
from dashboard.catalogue.layers import LAYERS
from dashboard.drawing.theory_lines import polylines, published_outline
from dashboard.questions.grid import Grid
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Priority, Question

FLOW_STEPS = 20_000  # of the integrator, in a cell of the limit's map
WHERE = ("final_x", "final_y")  # the layers that say where a run ends
SHORT_HORIZON = SETTLED  # learning_rate * steps * min(a, b) below it: too short to tell


@dataclass(frozen=True)
class Cells(Question):
    """The map of the steps: every layer that the rule looks at or that colours the map, and the theory's lines.

    Attributes
    ----------
    extra : str, optional
        A layer that costs time.
    tolerance : float, optional
        For the extra layer.
    """

    priority = Priority.SLOW

    grid: Grid
    extra: str | None = None
    tolerance: float | None = None

    def answer(self, ask: Ask) -> bytes:
        more = {} if self.extra is None else {"layers": (self.extra,), "tolerance": self.tolerance}
        lengths, arguments = self.grid.budget.arguments(), self.grid.arguments()
        found = core.regime_map(self.grid.f, should_stop=ask.should_stop, **more, **lengths, **arguments)
        horizon = found.layers.get("horizon", np.full(found.regime.shape, np.nan))
        short = (horizon < SHORT_HORIZON).astype(np.uint8)
        return pack({}, _unclassified(found, (*LAYERS, *WHERE)) | {"short": short} | lines_of(self.grid))


@dataclass(frozen=True)
class LimitCells(Question):
    """
    The map of the ODE limit; cells where the integrator gave up have no regime.

    Attributes
    ----------
    grid : Grid
    variant : str
        The ODE limit's name.
    """

    priority = Priority.SLOW

    grid: Grid
    variant: str

    def answer(self, ask: Ask) -> bytes:
        found = core.flow_map(
            self.grid.f,
            duration=self.grid.budget.duration,
            variant=self.variant,
            max_steps=FLOW_STEPS,
            should_stop=ask.should_stop,
            **self.grid.arguments(),
        )
        gave_up = found.layers.get("step_limit", np.zeros(found.regime.shape)) > 0
        arrays = _unclassified(found)
        return pack({}, arrays | {"valid": arrays["valid"] * np.uint8(~gave_up)})


def _unclassified(found: core.RegimeMap, more=()) -> dict[str, np.ndarray]:
    """The layers that the rule looks at, and some more, for the wire."""
    names = dict.fromkeys((*STATISTICS, "finite", *more))
    layers = {name: found.layers[name].astype(np.float64) for name in names if name in found.layers}
    return {"valid": (found.regime != INVALID).astype(np.uint8)} | layers


def classified(grid: Grid, thresholds: core.Thresholds, arrays: dict[str, np.ndarray]) -> core.RegimeMap:
    """
    Apply the rule to cached layers: nothing runs again.

    Parameters
    ----------
    grid : Grid
    thresholds : Thresholds
    arrays : dict of str to ndarray
        The unpacked answer of `Cells` or `LimitCells`.

    Returns
    -------
    core.RegimeMap
    """
    regime = np.where(arrays["valid"], UNDECIDED, INVALID).astype(np.int8)
    layers = {name: arrays[name] for name in (*STATISTICS, "finite", *WHERE) if name in arrays}
    x, y = grid.plane.cells()
    return core.RegimeMap(x, y, regime, layers, np.zeros(regime.shape, dtype=np.int64), {}).classified(thresholds)


def lines_of(grid: Grid) -> dict[str, np.ndarray]:
    """The theory's lines on the grid's plane, "line <name>": see `theory_lines.polylines`."""
    if not grid.declaration.has_rates or grid.objective_axes:
        return {}
    lines = polylines(grid.plane.box, grid.declaration, grid.values_at, grid.f)
    if not without_outline(grid):
        lines |= published_outline()
    return {f"line {name}": points for name, points in lines.items()}


def without_outline(grid: Grid) -> str:
    """Why the published map's outline is not drawn over this one; "" where it is."""
    if grid.plane.name != "a,b":
        return "it is over a and b"
    if not grid.declaration.trait("steps_as_adam", grid.values):
        return f"it is Adam's, and {grid.declaration.title}'s step is not Adam's at these values"
    return ""
