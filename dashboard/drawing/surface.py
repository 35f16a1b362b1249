"""The surface: an objective's heights over a view, on a scale that shows the valley and the walls at once."""

from __future__ import annotations

import numpy as np

from dashboard.drawing.landscape import floor_of, least_value, sampled

SAMPLES = 110  # along the longer side: what a browser without a graphics card still turns smoothly
LABELS = 6


def surface(f, x_range, y_range) -> tuple[dict, dict[str, np.ndarray]]:
    """
    Heights of an objective's surface on a symmetric log scale.

    Parameters
    ----------
    f : Objective
    x_range, y_range : (float, float)

    Returns
    -------
    header : dict
        floor : the gap at which the scale turns from linear to logarithmic, the upper edge of the view's lowest tenth;
        ticks : heights and the text of the gaps there.
    arrays : dict of str to ndarray
        height : (rows, columns) float32, log10(1 + gap/floor), the gap measured from the known minimum or from the
        least sample; NaN where f is not finite.
    """
    values = sampled(f, x_range, y_range, SAMPLES)
    finite = np.isfinite(values)
    if not finite.any():
        return {"floor": 1.0, "ticks": []}, {"height": np.full(values.shape, np.nan, np.float32)}
    with np.errstate(over="ignore", invalid="ignore"):
        gap = np.where(finite, np.maximum(values - least_value(values, finite, f.minimum), 0), np.nan)
        floor = floor_of(gap[finite])
        height = np.log10(1 + np.minimum(gap / floor, 1e300))
    return {"floor": floor, "ticks": _ticks(floor, float(np.nanmax(height)))}, {"height": height.astype(np.float32)}


def _ticks(floor, top):
    """Gaps of whole decades, from the one below the floor on, at most LABELS of them, and 0."""
    lowest, highest = np.floor(np.log10(floor)), np.floor(np.log10(floor) + top)
    every = max(1, int(np.ceil((highest - lowest + 1) / LABELS)))
    decades = np.arange(highest, lowest - 1, -every)[::-1]
    return [[0.0, "0"]] + [[float(np.log10(1 + 10.0**d / floor)), power(int(d))] for d in decades]


def power(decade: int) -> str:
    """10^decade as an axis says it."""
    if -2 <= decade <= 3:
        return f"{10.0**decade:g}"
    return f"10<sup>{str(decade).replace('-', '−')}</sup>"
