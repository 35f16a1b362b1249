"""Runs and ODE limits as the browser draws them: paths in units of the view, curves per pixel column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.drawing.columns import columns
from dashboard.drawing.paths import path

TAIL = 200  # steps in the tail view
DEEPEST = 1e-300  # smaller losses, 0 included, are drawn here on a log axis
SHOWN_DECADES = 40  # a log axis starts no deeper than this below its top


@dataclass(frozen=True)
class Canvas:
    """
    What is drawn on.

    Attributes
    ----------
    x_range, y_range : (float, float)
        The landscape's view, in data units.
    width, height : int
        Of the landscape, in pixels.
    curve_width : int
        Of the curves, in pixels.
    span : (float, float) or None
        Steps that the curves show; None for the whole run.
    scale : str
        "log", "linear" or "symlog".
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: int
    height: int
    curve_width: int
    span: tuple[float, float] | None
    scale: str


def in_axis_units(values, scale, small):
    """Values in the axis's own units: log10, the value itself, or symmetric log: sign(v) log10(1 + |v|/small)."""
    if scale == "log":
        return np.log10(np.maximum(values, DEEPEST))
    if scale != "symlog":
        return values
    size = np.abs(values)
    # from 1e100 on the 1 no longer counts, and size/small could leave float64
    level = np.where(size < 1e100, np.log10(1 + np.minimum(size, 1e100) / small), 0.0)
    far = size >= 1e100
    level[far] = np.log10(size[far]) - np.log10(small)
    return np.sign(values) * level


def line(at, values, canvas: Canvas, small) -> tuple[np.ndarray, np.ndarray]:
    """One line's arrays: (n,) float32 in units of the span, (n,) float64 in the axis's units.

    `at` are the (possibly fractional) steps, or times, of the values; those that are not finite are left out.
    """
    finite = np.isfinite(values)
    if not finite.all():
        at, values = at[finite], values[finite]
    if canvas.span is None:
        raise TypeError("canvas.span must be known where a line is drawn")
    x, y = columns(at, values, canvas.span, canvas.curve_width)  # the axis's units rise with the values
    low, high = canvas.span
    return ((x - low) / (high - low)).astype(np.float32), in_axis_units(y, canvas.scale, small).astype(np.float64)


def path_of(position, canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """The path as (m, 2) float32 in units of the view, NaN where it is far outside; the index of each point (m,)."""
    points = path(position, canvas.x_range, canvas.y_range, canvas.width, canvas.height)
    return points[:, :2].astype(np.float32), points[:, 2].astype(np.uint32)


def whole_span(steps: int, window: str) -> tuple[float, float]:
    return (float(max(0, steps - TAIL)), float(steps)) if window == "tail" else (0.0, float(steps))


LEAVING_DECADES = 6  # how far above its start a run that diverges is followed by the axis: its end hides the rest


def axis_range(lines, scale) -> list[float]:
    """An axis that holds every line (x in units of the span, y, status of its run): whole decades on a log scale,
    so that it stays put while values move. On a log axis runs that leave go out through the top.
    """
    parts = []
    for x, y, status in lines:
        y = y[(x >= 0) & (x <= 1) & np.isfinite(y)]
        if status == "diverged" and scale == "log" and y.size:
            y = np.minimum(y, y[0] + LEAVING_DECADES)
        parts.append(y)
    values = np.concatenate(parts) if parts else np.zeros(0)
    if not values.size:
        return [0.0, 1.0]
    low, high = float(values.min()), float(values.max())
    if scale == "log":
        above = values[values > np.log10(DEEPEST)]
        low = float(above.min()) if above.size else high - 1
        top = np.ceil(high + 1e-9)
        return [float(max(np.floor(low), top - SHOWN_DECADES)), float(max(top, np.floor(low) + 1))]
    if scale == "symlog":
        return [float(np.floor(low)), float(max(np.ceil(high), np.floor(low) + 1))]
    margin = 0.06 * (high - low) or max(abs(high), 1e-12) * 0.5
    return [low - margin, high + margin]
