"""The least and greatest values of long arrays: bounding boxes, first values near a level, downsampled tables."""

from __future__ import annotations

import numpy as np
from numba import njit


def extent(points) -> tuple[float, float, float, float]:
    """
    Bounding box of points, in one pass: NumPy is slow along an axis of two.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Finite, n > 0.

    Returns
    -------
    x0, x1, y0, y1 : float
    """
    return ends(np.ascontiguousarray(points).ravel())


@njit(nogil=True, cache=True)
def ends(values):
    """
    Minimum and maximum of the values with even index, then of those with odd index.

    Unrolled by four: independent comparisons overlap.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Finite, n > 1.

    Returns
    -------
    low_even, high_even, low_odd, high_odd : float
    """
    low0 = high0 = low2 = high2 = values[0]
    low1 = high1 = low3 = high3 = values[1]
    whole = values.size // 4 * 4
    for i in range(0, whole, 4):
        v0, v1, v2, v3 = values[i], values[i + 1], values[i + 2], values[i + 3]
        low0, high0 = v0 if v0 < low0 else low0, v0 if v0 > high0 else high0
        low1, high1 = v1 if v1 < low1 else low1, v1 if v1 > high1 else high1
        low2, high2 = v2 if v2 < low2 else low2, v2 if v2 > high2 else high2
        low3, high3 = v3 if v3 < low3 else low3, v3 if v3 > high3 else high3
    for i in range(whole, values.size):
        if i % 2:
            low1, high1 = min(low1, values[i]), max(high1, values[i])
        else:
            low0, high0 = min(low0, values[i]), max(high0, values[i])
    return min(low0, low2), max(high0, high2), min(low1, low3), max(high1, high3)


@njit(nogil=True, cache=True)
def first_near(values, level, tolerance):
    """
    Find the first value that exceeds a level by a tolerance at most.

    Parameters
    ----------
    values : ndarray, shape (n,)
    level, tolerance : float

    Returns
    -------
    int
        Its index, or -1 where there is none.
    """
    for i in range(values.size):
        if values[i] - level <= tolerance:
            return i
    return -1


def with_extremes(table, most) -> np.ndarray:
    """
    Downsample a table: of equal blocks of rows keep the first row, and the rows with the extremes of every column.

    Parameters
    ----------
    table : ndarray, shape (n, d)
        NaN is no extreme.
    most : int
        About how many rows are kept.

    Returns
    -------
    ndarray, shape (m, d)
        In order.
    """
    n, d = table.shape
    if n <= most:
        return table
    edges = np.linspace(0, n, most // (2 * d + 1) + 1).astype(int)[:-1]
    kept = [edges, np.array([n - 1])]
    for values in table.T:
        for fill, reduce in ((np.inf, np.minimum), (-np.inf, np.maximum)):
            filled = np.where(np.isnan(values), fill, values)
            extreme = reduce.reduceat(filled, edges)
            hits = np.flatnonzero(filled == np.repeat(extreme, np.diff(np.append(edges, n))))
            block = np.searchsorted(edges, hits, "right")
            kept.append(hits[np.unique(block, return_index=True)[1]])
    return table[np.unique(np.concatenate(kept))]
