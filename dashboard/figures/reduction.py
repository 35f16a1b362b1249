"""Tens of thousands of points to what a screen can show, losing no spike and no extreme."""

from __future__ import annotations

import numpy as np
from numba import njit

NEAR = 0.6  # pixels: a point nearer than this to the last one drawn adds nothing to see
MOST = 4000  # points or strokes of one path: more than that is a scribble, and costs the browser frames
BOX = 8.0  # a path is cut where it leaves this many views: canvas coordinates stay exact inside


def columns(x, y, x_range, width) -> tuple[np.ndarray, np.ndarray]:
    """A curve over increasing x as first, least, greatest and last point of every pixel column in x_range.

    x, y: (n,) finite;  x_range: (low, high);  width: columns. Returns the kept x, y in order, with one point
    beyond either end so that lines run to the edge.
    """
    low = max(int(np.searchsorted(x, x_range[0], "left")) - 1, 0)
    high = min(int(np.searchsorted(x, x_range[1], "right")) + 1, len(x))
    x, y = x[low:high], y[low:high]
    if len(x) <= 4 * width:
        return x, y
    keep = np.empty(len(x), dtype=np.bool_)
    _columns(x, y, float(x_range[0]), float(x_range[1]), width, keep)
    return x[keep], y[keep]


@njit(nogil=True, cache=True)
def _columns(x, y, low, high, width, keep):
    keep[:] = False
    n, scale = x.size, width / (high - low)
    start = 0
    while start < n:
        column = np.floor((x[start] - low) * scale)
        least = greatest = start
        end = start
        while end < n and np.floor((x[end] - low) * scale) == column:
            if y[end] < y[least]:
                least = end
            if y[end] > y[greatest]:
                greatest = end
            end += 1
        keep[start] = keep[least] = keep[greatest] = keep[end - 1] = True
        start = end


def path(points, x_range, y_range, width, height) -> np.ndarray:
    """A path as (m, 3): x, y in units of the view (0..1 from x_range[0] and y_range[0]), and the point's index.

    points: (n, 2) finite. Kept is every point that is NEAR pixels or more from the last one kept, the last one,
    and the ends of every stretch outside the view; rows of NaN, NaN, index stand where the path is far outside.
    The indices never fall.
    """
    origin = np.array([x_range[0], y_range[0]])
    extent = np.array([x_range[1] - x_range[0], y_range[1] - y_range[0]])
    with np.errstate(over="ignore"):
        unit = (points - origin) / extent
    out = np.empty((2 * len(unit) + 2, 3))
    out = out[: _path(unit, float(width), float(height), NEAR, BOX, out)]
    return out if len(out) <= MOST else _scribble(out, width, height)


def _scribble(out, width, height):
    """A path that jumps to and fro more often than a screen can show: each stroke from pixel to pixel drawn once,
    and of more than MOST such strokes in the view an even share, with those that reach farthest in eight directions."""
    strokes = np.flatnonzero(np.isfinite(out[:-1, 0]) & np.isfinite(out[1:, 0]))
    pixels = np.floor(np.clip(out[:, :2], -BOX, BOX + 1) * [width, height])
    with np.errstate(invalid="ignore"):
        cells = np.nan_to_num(pixels[:, 0] * 65536 + pixels[:, 1])
    ends = np.sort(np.stack([cells[strokes], cells[strokes + 1]]), axis=0)
    _, first = np.unique(ends[0] + 1j * ends[1], return_index=True)
    strokes = strokes[np.sort(first)]
    if len(strokes) > MOST:  # in view first: a zoom brings back what the whole has no room for
        ends = np.stack([out[strokes, :2], out[strokes + 1, :2]])
        strokes = strokes[~((ends < 0).all(axis=0) | (ends > 1).all(axis=0)).any(axis=1)]
    if len(strokes) > MOST:
        x, y, _ = out[strokes + 1].T
        farthest = [np.argmax(sign * v) for v in (x, y, x + y, x - y) for sign in (1, -1)]
        even = np.linspace(0, len(strokes) - 1, MOST).astype(int)
        strokes = strokes[np.unique(np.concatenate([even, farthest]))]
    drawn = np.full((len(strokes), 3, 3), np.nan)
    drawn[:, 0], drawn[:, 1], drawn[:, 2, 2] = out[strokes], out[strokes + 1], out[strokes + 1, 2]
    return drawn.reshape(-1, 3)


@njit(nogil=True, cache=True)
def _path(unit, width, height, near, box, out):
    count, n = 0, unit.shape[0]
    last_x = last_y = np.inf
    broken = False
    for i in range(n):
        x, y = unit[i, 0], unit[i, 1]
        inside = -box < x < box + 1 and -box < y < box + 1
        if not inside:
            if not broken and count:
                # the line towards the far point, cut at the box: drawn as far as anyone can look
                previous_x, previous_y = unit[i - 1, 0], unit[i - 1, 1]
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
            t = _leaving(x, y, unit[i - 1, 0], unit[i - 1, 1], box)
            out[count, 0], out[count, 1] = x + t * (unit[i - 1, 0] - x), y + t * (unit[i - 1, 1] - y)
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


def with_extremes(table, most) -> np.ndarray:
    """At most about `most` rows of a table (n, d) in order: of equal stretches of rows the first, and the row with
    the least and the greatest value of every column; NaN is neither."""
    n, d = table.shape
    if n <= most:
        return table
    edges = np.linspace(0, n, most // (2 * d + 1) + 1).astype(int)[:-1]
    kept = [edges, [n - 1]]
    for values in table.T:
        for fill, reduce in ((np.inf, np.minimum), (-np.inf, np.maximum)):
            filled = np.where(np.isnan(values), fill, values)
            extreme = reduce.reduceat(filled, edges)
            hits = np.flatnonzero(filled == np.repeat(extreme, np.diff(np.append(edges, n))))
            stretch = np.searchsorted(edges, hits, "right")
            kept.append(hits[np.unique(stretch, return_index=True)[1]])
    return table[np.unique(np.concatenate(kept))]
