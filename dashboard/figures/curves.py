"""Runs and flows as the browser draws them: paths in units of the view, losses per pixel column."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.figures.reduction import columns, path

TAIL = 200  # steps in the tail view
DEEPEST = 1e-300  # losses at or below are drawn here on a log axis: log 0 has no place
SHOWN_DECADES = 40  # a log axis starts no deeper than this below its top


@dataclass(frozen=True)
class Canvas:
    """What is being drawn on: ranges in data units, sizes in pixels. `span` is None for the whole run."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    width: int
    height: int
    curve_width: int
    span: tuple[float, float] | None
    scale: str


def gap(loss, minimum):
    """Loss above the known minimum, else the loss itself."""
    return loss if not minimum else loss - minimum


def shown_loss(loss, minimum, scale):
    """The loss in the axis's own units: log10 of the gap, or the gap."""
    above = gap(loss, minimum)
    return np.log10(np.maximum(above, DEEPEST)) if scale == "log" else above


def drawn(position, loss, steps_at, canvas: Canvas, minimum) -> dict[str, np.ndarray]:
    """One run's or flow's arrays.

    path: (m, 2) float32 in units of the view, NaN where it is far outside;  path_step: (m,) float32 the step of each
    point;  curve_x: (n,) float32 in units of the
    span;  curve_y: (n,) float64 in the axis's units;  `steps_at` are the (possibly fractional) step numbers.
    """
    span = canvas.span
    y = shown_loss(loss, minimum, canvas.scale)
    x, y = columns(steps_at, y, span, canvas.curve_width)
    points = path(position, canvas.x_range, canvas.y_range, canvas.width, canvas.height)
    return {
        "path": points[:, :2].astype(np.float32),
        "path_step": np.asarray(steps_at)[points[:, 2].astype(int)].astype(np.float32),
        "curve_x": ((x - span[0]) / (span[1] - span[0])).astype(np.float32),
        "curve_y": y.astype(np.float64),
    }


def whole_span(steps: int, window: str) -> tuple[float, float]:
    return (float(max(0, steps - TAIL)), float(steps)) if window == "tail" else (0.0, float(steps))


LEAVING_DECADES = 6  # how far above its start a run that diverges is followed by the axis: its end hides the rest


def axis_range(curves, scale, diverged=()) -> list[float]:
    """An axis that holds every curve: whole decades on a log scale, so that it stays put while values move.

    `diverged` are the indices of runs that leave: on a log axis they go out through the top.
    """
    held = [i not in diverged for i in range(len(curves))] if scale == "log" else [True] * len(curves)
    shown, capped = [], []
    for curve, whole in zip(curves, held, strict=True):
        y = curve["curve_y"][(curve["curve_x"] >= 0) & (curve["curve_x"] <= 1)]
        y = y[np.isfinite(y)]
        if whole:
            shown.append(y)
        elif y.size:
            capped.append(np.minimum(y, y[0] + LEAVING_DECADES))
    values = np.concatenate(shown + capped) if shown or capped else np.zeros(0)
    if not values.size:
        return [0.0, 1.0]
    low, high = float(values.min()), float(values.max())
    if scale == "log":
        above = values[values > np.log10(DEEPEST)]
        low = float(above.min()) if above.size else high - 1
        top = np.ceil(high + 1e-9)
        return [float(max(np.floor(low), top - SHOWN_DECADES)), float(max(top, np.floor(low) + 1))]
    margin = 0.06 * (high - low) or max(abs(high), 1e-12) * 0.5
    return [low - margin, high + margin]
