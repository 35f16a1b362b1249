"""Paths in the plane: downsampling by distance in pixels, clipping, deduplication of segments."""

from __future__ import annotations

import numpy as np
from numba import njit

NEAR = 0.6  # pixels: points nearer than this to the last one drawn are dropped
MOST = 4000  # points or segments of one path; more cost the browser frames
BOX = 8.0  # a path is clipped this many views out, within which canvas coordinates are exact


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
        of every part outside the view are kept; rows of NaN, NaN, index stand where the path is outside BOX.
    """
    low = (float(x_range[0]), float(y_range[0]))
    extent = (float(x_range[1] - x_range[0]), float(y_range[1] - y_range[0]))
    points = np.ascontiguousarray(points)  # one compiled version of the kernel serves all
    out = np.empty((2 * len(points) + 2, 3))
    out = out[: _path(points, low, extent, float(width), float(height), NEAR, BOX, out)]
    return out if len(out) <= MOST else _deduplicated(out, width, height)


def _deduplicated(out, width, height):
    """Deduplicate the segments of a path with too many points, by their end pixels; of more than MOST left in the view
    keep an even sample and those that reach farthest in eight directions."""
    table = np.full(1 << (2 * len(out)).bit_length(), -1, dtype=np.int32)
    segments = np.empty(len(out), dtype=np.int64)
    segments = segments[: _unique_segments(out, float(width), float(height), BOX, table, segments)]
    if len(segments) > MOST:  # those in view first: a zoom brings back what is dropped here
        segments = segments[: _in_view(out, segments)]
    if len(segments) > MOST:
        x, y, _ = out[segments + 1].T
        farthest = [np.argmax(sign * v) for v in (x, y, x + y, x - y) for sign in (1, -1)]
        even = np.linspace(0, len(segments) - 1, MOST).astype(int)
        segments = segments[np.unique(np.concatenate([even, farthest]))]
    drawn = np.full((len(segments), 3, 3), np.nan)
    drawn[:, 0], drawn[:, 1], drawn[:, 2, 2] = out[segments], out[segments + 1], out[segments + 1, 2]
    return drawn.reshape(-1, 3)


_PIXELS = 1 << 18  # twice what a box of BOX views of the largest canvas, 8192 pixels, has on either side of 0


@njit(nogil=True, cache=True)
def _pixel(x, y, width, height, box):
    column = np.int64(np.floor(min(max(x, -box), box + 1.0) * width)) + _PIXELS // 2
    return column * _PIXELS + np.int64(np.floor(min(max(y, -box), box + 1.0) * height)) + _PIXELS // 2


@njit(nogil=True, cache=True)
def _unique_segments(out, width, height, box, table, segments):
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
            segments[count] = i
            count += 1
    return count


@njit(nogil=True, cache=True)
def _in_view(out, segments):
    """Move the segments that may cross the view to the front, and return how many."""
    count = 0
    for i in segments:
        seen = True
        for axis in range(2):
            one, two = out[i, axis], out[i + 1, axis]
            if (one < 0 and two < 0) or (one > 1 and two > 1):
                seen = False
        if seen:
            segments[count] = i
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
