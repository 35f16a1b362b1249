"""Downsampling: from tens of thousands of points to what a screen can show, with every extreme kept."""

from __future__ import annotations

import numpy as np
from numba import njit

NEAR = 0.6  # pixels: points nearer than this to the last one drawn are dropped
MOST = 4000  # points or segments of one path; more cost the browser frames
BOX = 8.0  # a path is clipped this many views out, within which canvas coordinates are exact


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
def _ends(values):
    """Minimum and maximum of the values with even index, then of those with odd index; two or more finite values.

    Unrolled by four: independent comparisons overlap.
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
            low0, high0, low1, high1 = _ends(y[start:end])
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


def path(points, x_range, y_range, width, height) -> np.ndarray:
    """
    Downsample a path to points that are at least NEAR pixels apart.

    Parameters
    ----------
    points : ndarray, shape (n, 2)
        Finite.
    x_range, y_range : (float, float)
        The view.
    width, height : float
        The view in pixels.

    Returns
    -------
    ndarray, shape (m, 3)
        x, y in units of the view (0 to 1), and the point's index, which never decreases. The last point and the ends
        of every stretch outside the view are kept; rows of NaN, NaN, index stand where the path is outside BOX.
    """
    low = (float(x_range[0]), float(y_range[0]))
    extent = (float(x_range[1] - x_range[0]), float(y_range[1] - y_range[0]))
    points = np.ascontiguousarray(points)  # one compiled version of the kernel serves all
    out = np.empty((2 * len(points) + 2, 3))
    out = out[: _path(points, low, extent, float(width), float(height), NEAR, BOX, out)]
    return out if len(out) <= MOST else _scribble(out, width, height)


def _scribble(out, width, height):
    """Deduplicate the segments of a path with too many points, by their end pixels; of more than MOST left in the view
    keep an even sample and those that reach farthest in eight directions."""
    slots = 1 << (2 * len(out)).bit_length()
    strokes = np.empty(len(out), dtype=np.int64)
    strokes = strokes[: _strokes(out, float(width), float(height), BOX, np.full(slots, -1, dtype=np.int32), strokes)]
    if len(strokes) > MOST:  # those in view first: a zoom brings back what is dropped here
        strokes = strokes[: _in_view(out, strokes)]
    if len(strokes) > MOST:
        x, y, _ = out[strokes + 1].T
        farthest = [np.argmax(sign * v) for v in (x, y, x + y, x - y) for sign in (1, -1)]
        even = np.linspace(0, len(strokes) - 1, MOST).astype(int)
        strokes = strokes[np.unique(np.concatenate([even, farthest]))]
    drawn = np.full((len(strokes), 3, 3), np.nan)
    drawn[:, 0], drawn[:, 1], drawn[:, 2, 2] = out[strokes], out[strokes + 1], out[strokes + 1, 2]
    return drawn.reshape(-1, 3)


_PIXELS = 1 << 18  # twice what a box of BOX views of the largest canvas, 8192 pixels, has on either side of 0


@njit(nogil=True, cache=True)
def _pixel(x, y, width, height, box):
    column = np.int64(np.floor(min(max(x, -box), box + 1.0) * width)) + _PIXELS // 2
    return column * _PIXELS + np.int64(np.floor(min(max(y, -box), box + 1.0) * height)) + _PIXELS // 2


@njit(nogil=True, cache=True)
def _strokes(out, width, height, box, table, strokes):
    """The first segment between each pair of pixels, by its index; `table`: hash table of -1s, of size 2^k."""
    count, mask = 0, table.size - 1
    for i in range(out.shape[0] - 1):
        if not (np.isfinite(out[i, 0]) and np.isfinite(out[i + 1, 0])):
            continue
        one = _pixel(out[i, 0], out[i, 1], width, height, box)
        two = _pixel(out[i + 1, 0], out[i + 1, 1], width, height, box)
        low, high = min(one, two), max(one, two)
        slot = (low * 1000003 + high * 998244353) >> 7 & mask
        while table[slot] >= 0:
            j = table[slot]
            first = _pixel(out[j, 0], out[j, 1], width, height, box)
            second = _pixel(out[j + 1, 0], out[j + 1, 1], width, height, box)
            if min(first, second) == low and max(first, second) == high:
                break
            slot = (slot + 1) & mask
        if table[slot] < 0:
            table[slot] = i
            strokes[count] = i
            count += 1
    return count


@njit(nogil=True, cache=True)
def _in_view(out, strokes):
    """Move the segments that may cross the view to the front, and return how many."""
    count = 0
    for i in strokes:
        seen = True
        for axis in range(2):
            one, two = out[i, axis], out[i + 1, axis]
            if (one < 0 and two < 0) or (one > 1 and two > 1):
                seen = False
        if seen:
            strokes[count] = i
            count += 1
    return count


@njit(nogil=True, cache=True)
def _path(points, low, extent, width, height, near, box, out):
    count, n = 0, points.shape[0]
    last_x = last_y = np.inf
    x = y = 0.0
    broken = False
    for i in range(n):
        previous_x, previous_y = x, y
        x, y = (points[i, 0] - low[0]) / extent[0], (points[i, 1] - low[1]) / extent[1]
        inside = -box < x < box + 1 and -box < y < box + 1
        if not inside:
            if not broken and count:
                # clip the segment that leaves the box
                t = _leaving(previous_x, previous_y, x, y, box)
                out[count, 0], out[count, 1], out[count, 2] = (
                    previous_x + t * (x - previous_x),
                    previous_y + t * (y - previous_y),
                    i,
                )
                count += 1
                out[count, 0] = out[count, 1] = np.nan
                out[count, 2] = i
                count += 1
            broken = True
            continue
        if broken and i > 0:
            t = _leaving(x, y, previous_x, previous_y, box)
            out[count, 0], out[count, 1] = x + t * (previous_x - x), y + t * (previous_y - y)
            out[count, 2] = i
            count += 1
            last_x = np.inf
        broken = False
        far = abs(x - last_x) * width >= near or abs(y - last_y) * height >= near
        if far or i == n - 1:
            out[count, 0], out[count, 1], out[count, 2] = x, y, i
            count += 1
            last_x, last_y = x, y
    return count


@njit(nogil=True, cache=True)
def _leaving(x0, y0, x1, y1, box):
    """The largest t in [0, 1] for which (x0, y0) + t (x1 - x0, y1 - y0) is inside the box; (x0, y0) is."""
    t = 1.0
    for start, end in ((x0, x1), (y0, y1)):
        move = end - start
        if move > 0 and start + move > box + 1:
            t = min(t, (box + 1 - start) / move)
        elif move < 0 and start + move < -box:
            t = min(t, (-box - start) / move)
    return t


def extent(points):
    """Bounding box x0, x1, y0, y1 of finite points (n, 2), n > 0, in one pass: NumPy is slow along an axis of two."""
    return _ends(np.ascontiguousarray(points).ravel())


@njit(nogil=True, cache=True)
def first_near(values, level, tolerance):
    """Index of the first value that exceeds the level by the tolerance at most, or -1."""
    for i in range(values.size):
        if values[i] - level <= tolerance:
            return i
    return -1


def with_extremes(table, most) -> np.ndarray:
    """
    Downsample a table: of equal stretches of rows the first, and the rows with the extremes of every column.

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
            stretch = np.searchsorted(edges, hits, "right")
            kept.append(hits[np.unique(stretch, return_index=True)[1]])
    return table[np.unique(np.concatenate(kept))]
