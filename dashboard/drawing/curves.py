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
    """
    Values in the units of an axis.

    Parameters
    ----------
    values : ndarray
    scale : str
        "log" for log10, "linear" for the value itself, "symlog" for sign(v) log10(1 + |v|/small).
    small : float
        Where a symmetric log axis turns linear.

    Returns
    -------
    ndarray
    """
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
    """
    The arrays of one line, downsampled to the canvas.

    Parameters
    ----------
    at : ndarray, shape (n,)
        The (possibly fractional) steps, or times, of the values.
    values : ndarray, shape (n,)
        Those that are not finite are left out.
    canvas : Canvas
        With a span.
    small : float
        Where a symmetric log axis turns linear.

    Returns
    -------
    x : ndarray of float32, shape (m,)
        In units of the span.
    y : ndarray of float64, shape (m,)
        In the axis's units.
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
    """
    A path, downsampled to the canvas.

    Parameters
    ----------
    position : ndarray, shape (n, 2)
    canvas : Canvas

    Returns
    -------
    points : ndarray of float32, shape (m, 2)
        In units of the view, NaN where the path is far outside.
    index : ndarray of uint32, shape (m,)
        Of each point in `position`.
    """
    points = path(position, canvas.x_range, canvas.y_range, canvas.width, canvas.height)
    return points[:, :2].astype(np.float32), points[:, 2].astype(np.uint32)


def whole_span(steps: int, window: str) -> tuple[float, float]:
    """The first and last step that the curves show without a zoom: all, or the last TAIL of them."""
    return (float(max(0, steps - TAIL)), float(steps)) if window == "tail" else (0.0, float(steps))


LEAVING_DECADES = 6  # how far above its start a run that diverges is followed by the axis: its end hides the rest


def axis_range(lines, scale) -> list[float]:
    """
    The range of an axis that holds every line.

    It is whole decades on a log scale, so that it stays put while values move; there, lines of diverged runs are cut
    LEAVING_DECADES above their start.

    Parameters
    ----------
    lines : iterable of (ndarray, ndarray, str)
        x in units of the span, y in the axis's units, and the status of the run.
    scale : str
        "log", "linear" or "symlog".

    Returns
    -------
    list of float
        Low and high, in the axis's units.
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
