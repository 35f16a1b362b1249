"""What a regime map can be coloured by, and the colours: from core's layers to numbers on one bar."""

from __future__ import annotations

import numpy as np

from dashboard.catalogue.layers import Layer

RARE = 0.01  # share of the cells beyond either end of the colour bar

# Ends and middle in OKLab (lightness, a, b): dark blue over grey-green to yellow. Lightness is even, and hue runs
# along the axis that red-green blindness leaves.
ENDS = np.array([[0.26, 0.0, -0.11], [0.59, -0.035, 0.0], [0.92, -0.03, 0.15]])


def colour_scale(count: int = 64) -> list[str]:
    """The bar's colours from low to high, as hexadecimal sRGB (OKLab: Ottosson 2020)."""
    lab = np.stack([np.interp(np.linspace(0, 2, count), range(3), end) for end in ENDS.T])
    cone = np.array(
        [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.2914855480]]
    )
    to_rgb = np.array([
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ])  # fmt: skip
    linear = np.clip(to_rgb @ (cone @ lab) ** 3, 0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.round(255 * coded).astype(int).T]


def scaled_to_bar(values: np.ndarray, layer: Layer, minimum: float | None) -> tuple[dict, np.ndarray]:
    """
    Scale a layer's values for its colour bar.

    Parameters
    ----------
    values : ndarray
        NaN where there is no number.
    layer : Layer
    minimum : float or None
        The objective's known least value, subtracted from losses.

    Returns
    -------
    bar : dict
        low, high : its ends, which leave out the share RARE of the numbers on either side; log : whether it is
        logarithmic; below, above : whether numbers lie beyond the ends.
    values : ndarray of float32
    """
    values = values - minimum if layer.loss and minimum else values
    finite = values[np.isfinite(values)]
    log = layer.log and bool((finite > 0).any()) and not (finite < 0).any()
    shown = finite[finite > 0] if log else finite
    least, most = (float(shown.min()), float(shown.max())) if shown.size else (0.0, 1.0)
    low, high = map(float, np.quantile(shown, [RARE, 1 - RARE], method="nearest")) if shown.size else (least, most)
    if low == high:
        low, high = least, most
    largest = np.finfo(np.float32).max
    bar = {"low": low, "high": high, "log": log, "below": least < low, "above": most > high}
    return bar, np.clip(values, -largest, largest).astype(np.float32)
