"""The landscape: shading and contour lines of an objective over a view."""

from __future__ import annotations

import numpy as np
from contourpy import LineType, contour_generator

SAMPLES = 220  # along the longer side
LEVELS = 14
SMALLEST = 1e-12  # relative gap that bounds the logarithm from below at a minimizer
PARTS = 65_534  # quantisation of the view's width and height: uint16, half the bytes of float32
BETWEEN = PARTS + 1  # separates two lines
SEEN_SHARE = 0.01  # of the samples: contour lines start above the lowest ones
FLOOR_SHARE = 0.1  # lowest share of the view, where the symmetric log scale is linear


def landscape(f, x_range, y_range) -> tuple[dict, dict[str, np.ndarray]]:
    """
    Shade and contour lines of an objective over a view.

    Parameters
    ----------
    f : Objective
    x_range, y_range : (float, float)

    Returns
    -------
    header : dict
        levels : the contour levels; columns, rows : of the shade; parts : the quantisation of the lines.
    arrays : dict of str to ndarray
        shade : (rows, columns) uint8, 0 lowest to 254 highest by rank of log gap, 255 where f is not finite; the first
        row is at y_range[0].
        lines : (m, 2) uint16 in units of 1/PARTS of the view, rows of BETWEEN between two lines.
        starts : (levels + 1,) uint32, where each level's lines begin.
    """
    values = sampled(f, x_range, y_range, SAMPLES)
    rows, columns = values.shape
    x, y = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    finite = np.isfinite(values)
    if not finite.any():
        shade = np.full(values.shape, 255, np.uint8)
        return {"levels": []}, {
            "shade": shade, "lines": np.empty((0, 2), np.uint16), "starts": np.zeros(1, np.uint32),
        }  # fmt: skip
    gap = _log_gap(values, finite, f.minimum)
    # the bottom of a narrow valley, hit by few samples, would be drawn as isolated dots
    low, high = np.quantile(gap[finite], SEEN_SHARE), gap[finite].max()
    # levels halfway between quantiles and equal decades: lines in every basin, walls not black
    shares = np.linspace(0, 1, LEVELS + 2)[1:-1]
    levels = 0.5 * np.quantile(gap[finite], shares) + 0.5 * (low + (high - low) * shares)
    generator = contour_generator(
        x, y, np.ma.masked_array(gap, ~finite), line_type=LineType.SeparateCode, corner_mask=True
    )
    chunks: list[np.ndarray] = []
    starts = [0]
    for level in levels:
        for line in generator.lines(level)[0] or ():  # no chunks: one list of lines
            chunks += [np.asarray(line), np.full((1, 2), np.nan)]
        starts.append(sum(len(chunk) for chunk in chunks))
    edges = np.concatenate([[gap[finite].min()], levels, [high]])
    shade = np.interp(gap, edges, np.linspace(0, 254, len(edges)))
    shade = np.where(finite, np.nan_to_num(shade), 255).astype(np.uint8)
    lines = np.concatenate(chunks) if chunks else np.empty((0, 2))
    header = {"levels": [float(v) for v in levels], "columns": columns, "rows": rows, "parts": PARTS}
    return header, {
        "shade": shade,
        "lines": np.where(np.isnan(lines), BETWEEN, np.rint(lines * PARTS)).astype(np.uint16),
        "starts": np.array(starts, np.uint32),
    }


def sampled(f, x_range, y_range, samples) -> np.ndarray:
    """
    Values of an objective on a grid over a view.

    Parameters
    ----------
    f : Objective
    x_range, y_range : (float, float)
    samples : int
        Along the longer side.

    Returns
    -------
    ndarray, shape (rows, columns)
    """
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    columns = max(int(samples * min(1.0, width / height)), 60)
    rows = max(int(samples * min(1.0, height / width)), 60)
    x, y = np.linspace(0, 1, columns), np.linspace(0, 1, rows)
    with np.errstate(all="ignore"):
        return f.value(x_range[0] + x[None, :] * width, y_range[0] + y[:, None] * height)


def least_value(values, finite, minimum) -> float:
    """
    The minimum, where it is known, or the least value seen.

    Parameters
    ----------
    values : ndarray
    finite : ndarray of bool
        Where they are finite.
    minimum : float or None

    Returns
    -------
    float
    """
    return float(values[finite].min()) if minimum is None else minimum


def floor_of(gap) -> float:
    """The height below which the lowest FLOOR_SHARE of a view lies; above 0 where anything is."""
    return float(np.quantile(gap, FLOOR_SHARE)) or float(gap.max()) or 1.0


def _log_gap(values, finite, minimum):
    """log10 of the height above the minimum, bounded below; where no minimum is known, the least value seen is no
    basin to draw lines down into, and heights count from the view's floor."""
    gap = np.maximum(values - least_value(values, finite, minimum), 0)
    spread = max(gap[finite].max(), 1e-300)
    bound = SMALLEST if minimum is not None else floor_of(gap[finite]) / spread
    with np.errstate(all="ignore"):
        return np.log10(gap / spread + bound) + np.log10(spread)
