"""Curves: downsampling by pixel column, with every extreme kept."""

from __future__ import annotations

import numpy as np
from numba import njit

from dashboard.drawing.extremes import ends


def columns(x, y, x_range, width) -> tuple[np.ndarray, np.ndarray]:
    """
    Downsample a curve to the first, least, greatest and last point of every pixel column.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Finite, x increasing.
    x_range : (float, float)
        What the columns cover.
    width : int
        Columns.

    Returns
    -------
    x, y : ndarray
        The kept points in order, with one point beyond either end, so that lines run to the edge.
    """
    low = max(int(np.searchsorted(x, x_range[0], "left")) - 1, 0)
    high = min(int(np.searchsorted(x, x_range[1], "right")) + 1, len(x))
    x, y = x[low:high], y[low:high]
    if len(x) <= 4 * width:
        return x, y
    keep = np.empty(4 * (width + 3), dtype=np.int64)  # with the columns that reach out over the ends
    keep = keep[: _columns(x, y, float(x_range[0]), float(x_range[1]), width, keep)]
    return x[keep], y[keep]


@njit(nogil=True, cache=True)
def _columns(x, y, low, high, width, keep):
    """Fill `keep` with the increasing indices of the kept points, and return how many."""
    n, scale = x.size, width / (high - low)
    start = count = 0
    while start < n:
        column = np.floor((x[start] - low) * scale)
        end, after = start + 1, n  # binary search for the column's last point: x increases
        while end < after:
            middle = (end + after) // 2
            if np.floor((x[middle] - low) * scale) == column:
                end = middle + 1
            else:
                after = middle
        least = greatest = start
        if end - start > 2:
            low0, high0, low1, high1 = ends(y[start:end])
            least_y, greatest_y = min(low0, low1), max(high0, high1)
            while least < end - 1 and y[least] != least_y:
                least += 1
            while greatest < end - 1 and y[greatest] != greatest_y:
                greatest += 1
        last = -1
        for i in (start, min(least, greatest), max(least, greatest), end - 1):
            if i > last:
                keep[count] = last = i
                count += 1
        start = end
    return count
