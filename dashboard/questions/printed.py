"""A map as a picture for print."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

import core
from dashboard.catalogue import planes
from dashboard.catalogue.layers import LAYERS
from dashboard.catalogue.lines import LINES
from dashboard.drawing.layers import scaled_to_bar
from dashboard.drawing.print_map import Panel, PrintedAxis, Scale, svg
from dashboard.drawing.theory_lines import polylines, readable
from dashboard.questions.grid import Grid
from dashboard.state.numbers import chosen_text


def panel(
    grid: Grid,
    regime: np.ndarray,
    lines: Sequence[str],
    notes: tuple[str, ...] | None = None,
    layer: str = "regime",
    values: np.ndarray | None = None,
) -> Panel:
    """One map to print.

    Parameters
    ----------
    grid : Grid
    regime : (size, size) int8
        As `core.regime_map` has it.
    lines : sequence of str
        The names of the theory's lines to draw where they hold.
    notes : tuple of str, optional
        Below the title; the parameters by default.
    layer : str
        What colours the cells.
    values : (size, size) float64, optional
        Of the layer, where it is not the regime.
    """
    drawn, scale, plane = [], None, grid.plane
    if values is not None:
        declared = LAYERS[layer]
        bar, shown = scaled_to_bar(values, declared, grid.f.minimum)
        scale = Scale(", ".join(filter(None, (declared.title, declared.unit))), shown, **bar)
    if grid.declaration.has_rates and not grid.objective_axes:
        found = polylines(plane.box, grid.declaration, grid.values_at, grid.f)
        drawn = [(readable(LINES[name].relation), found[name]) for name in lines if name in found]
    x, y = (
        PrintedAxis(planes.TITLES.get(axis.name) or planes.symbol(axis.name), *ends, axis.scale != "linear")
        for axis, ends in zip(plane.axes, (plane.box[:2], plane.box[2:]), strict=True)
    )
    title = f"{grid.declaration.title} on {grid.f.title}"
    return Panel(title, x, y, regime, core.REGIMES, drawn, _notes(grid) if notes is None else notes, scale)


def picture(grid: Grid, regime, lines: Sequence[str], layer: str = "regime", values=None) -> str:
    """
    The SVG of one map.

    Parameters
    ----------
    grid, regime, lines, layer, values
        As for `panel`.

    Returns
    -------
    str
    """
    return svg([panel(grid, regime, lines, layer=layer, values=values)], side=640)


def _notes(grid: Grid) -> tuple[str, str]:
    symbols = {p.name: p.symbol for p in grid.declaration.numeric}
    labels = {p.name: p.label for p in grid.declaration.numeric} | {"learning_rate": "η", "epsilon": "ε"}
    fixed = [f"{labels[n]} {_equals(v)}" for n, v in grid.values.items() if n in symbols]
    where = (
        [] if grid.plane.names & set(planes.START) else [f"start ({', '.join(chosen_text(v, 6) for v in grid.start)})"]
    )
    steps, size = grid.budget.steps, grid.plane.size
    length = [f"time {chosen_text(grid.budget.duration or 0.0, 6)}" if steps is None else f"{steps:,} steps"]
    return ", ".join([*fixed, *length, *where]), f"{size} × {size} runs".replace("-", "−")


def _equals(value) -> str:
    """ "= 0.5", or "≈ 166.667" of a value that takes more digits."""
    text = chosen_text(value, 6)
    return text if text.startswith("≈") else f"= {text}"
