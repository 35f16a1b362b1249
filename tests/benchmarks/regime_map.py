"""The regime map's speed beside a plain one-cell-at-a-time numba loop and NumPy over all cells.

All keep the classifier's statistics over the last quarter. Rosenbrock from (-1.5, 2), eta 1e-3, epsilon 1e-8.
"""

from __future__ import annotations

import time

import numpy as np
from numba import njit, prange

import core

START, ETA, EPSILON, BLOCKS = (-1.5, 2.0), 1e-3, 1e-8, 8


@njit(nogil=True, error_model="numpy")
def one_cell(a, b, steps, out):
    """Adam on Rosenbrock as one would write it down, with the same statistics."""
    b1, b2 = 1 - b * ETA, 1 - a * ETA
    x, y, mx, my, vx, vy, p1, p2 = START[0], START[1], 0.0, 0.0, 0.0, 0.0, 1.0, 1.0
    before, sx, sy = np.inf, 0.0, 0.0
    window = steps // 4 // BLOCKS * BLOCKS
    for k in range(1, steps + 1):
        r, d = 1 - x, y - x * x
        loss = r * r + 100 * d * d
        gx, gy = -2 * r - 400 * x * d, 200 * d
        mx, my = b1 * mx + (1 - b1) * gx, b1 * my + (1 - b1) * gy
        vx, vy = b2 * vx + (1 - b2) * gx * gx, b2 * vy + (1 - b2) * gy * gy
        p1, p2 = p1 * b1, p2 * b2
        nx = x - ETA * (mx / (1 - p1)) / (np.sqrt(vx / (1 - p2)) + EPSILON)
        ny = y - ETA * (my / (1 - p1)) / (np.sqrt(vy / (1 - p2)) + EPSILON)
        if k > steps - window:
            block = (k - 1 - steps + window) * BLOCKS // window
            out[block, 0] = max(out[block, 0], loss)
            out[block, 1] = min(out[block, 1], loss)
            out[block, 2] += loss
            out[block, 3], out[block, 4] = min(out[block, 3], x), max(out[block, 4], x)
            out[block, 5], out[block, 6] = min(out[block, 5], y), max(out[block, 6], y)
            out[0, 7] += loss > before
            out[0, 8] += (nx - x) * sx + (ny - y) * sy < 0
            out[0, 9] += np.sqrt((nx - x) ** 2 + (ny - y) ** 2)
        sx, sy, x, y, before = nx - x, ny - y, nx, ny, loss


@njit(parallel=True, error_model="numpy")
def all_cells(a, b, steps, out):
    """Every cell with the plain loop, on all cores."""
    for i in prange(a.size):
        one_cell(a[i], b[i], steps, out[i])


def numpy_cells(a, b, steps):
    """All cells at once in NumPy."""
    b1, b2 = 1 - b * ETA, 1 - a * ETA
    x, y = (np.full_like(a, s) for s in START)
    mx, my, vx, vy, sx, sy = (np.zeros_like(a) for _ in range(6))
    p1 = p2 = 1.0
    before, stats = np.full_like(a, np.inf), np.zeros((10, a.size))
    window = steps // 4
    for k in range(1, steps + 1):
        r, d = 1 - x, y - x * x
        loss = r * r + 100 * d * d
        gx, gy = -2 * r - 400 * x * d, 200 * d
        mx, my = b1 * mx + (1 - b1) * gx, b1 * my + (1 - b1) * gy
        vx, vy = b2 * vx + (1 - b2) * gx * gx, b2 * vy + (1 - b2) * gy * gy
        p1, p2 = p1 * b1, p2 * b2
        nx = x - ETA * (mx / (1 - p1)) / (np.sqrt(vx / (1 - p2)) + EPSILON)
        ny = y - ETA * (my / (1 - p1)) / (np.sqrt(vy / (1 - p2)) + EPSILON)
        if k > steps - window:
            for row, value in enumerate((loss, -loss, x, -x, y, -y)):
                np.maximum(stats[row], value, out=stats[row])
            stats[6] += loss
            stats[7] += loss > before
            stats[8] += (nx - x) * sx + (ny - y) * sy < 0
            stats[9] += np.sqrt((nx - x) ** 2 + (ny - y) ** 2)
        sx, sy, x, y, before = nx - x, ny - y, nx, ny, loss
    return stats


def _seconds(run, repeats=3):
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return float(np.median(times))


def main(argv=()) -> int:
    """Print cell-steps per second and ratios; NumPy and the plain loop on fewer steps, being slower."""
    size, steps = 64, 40_000
    axis = np.geomspace(0.1, 100, size)
    a, b = (grid.ravel() for grid in np.meshgrid(axis, axis))

    def ours(threads=None):
        return core.regime_map(
            "rosenbrock", start=START, learning_rate=ETA, epsilon=EPSILON, steps=steps,
            x=("a", axis), y=("b", axis), threads=threads,
        )  # fmt: skip

    def plain(count):
        out = np.zeros((a.size, BLOCKS, 10))
        all_cells(a, b, count, out)

    ours(), plain(8)
    rows = [
        ("core.regime_map, all cores", steps, _seconds(ours)),
        ("core.regime_map, one thread", steps, _seconds(lambda: ours(1), 1)),
        ("numba, one cell at a time, all cores", steps // 4, _seconds(lambda: plain(steps // 4))),
        (
            "NumPy, all cells at once, one thread",
            steps // 20,
            _seconds(lambda: numpy_cells(a, b, steps // 20), 1),
        ),
    ]
    first = size * size * rows[0][1] / rows[0][2]
    print(f"Adam on Rosenbrock, {size} x {size} cells, statistics over the last quarter")
    print(f"{'':40}{'steps':>8}{'seconds':>10}{'M cell-steps/s':>16}{'ours/this':>11}")
    for name, count, seconds in rows:
        rate = size * size * count / seconds
        print(f"{name:40}{count:8}{seconds:10.2f}{rate / 1e6:16.0f}{first / rate:11.1f}")
    return 0
