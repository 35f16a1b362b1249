"""Streaming statistics of a run's last quarter, on which its regime is decided.

The window is the last quarter of the iterates, in eight equal blocks. Two ways to the same numbers: `observed`,
traced and compiled into the lanes behind the map, and `of_trajectory`, for a run whose iterates are
kept. Losses are summed with Kahan's compensation, so that a large offset or a long decrease loses no accuracy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from ..symbolic.expression import Vector, dot, less, sqrt, variable, where

BLOCKS = 8

# Per block, with the value that a block starts from
BLOCK_ROWS = {
    "loss max": -np.inf,
    "loss min": np.inf,
    "loss sum": 0.0,
    "loss carry": 0.0,
    "x min": np.inf,
    "x max": -np.inf,
    "y min": np.inf,
    "y max": -np.inf,
}
LOSS_MAX, LOSS_MIN, LOSS_SUM, LOSS_CARRY, X_MIN, X_MAX, Y_MIN, Y_MAX = range(len(BLOCK_ROWS))
KEPT = 6  # rows that `folded` leaves of a block: loss max, loss min, loss mean, half range, middle of x, middle of y
# Over the whole window
WINDOW_ROWS = ("rises", "turns", "reversals", "path", "loss step", "step x", "step y")


def window_length(steps: int) -> int:
    """
    Number of iterates in the window: a quarter of the steps, a whole number per block.

    Parameters
    ----------
    steps : int

    Returns
    -------
    int
        0 where it would be less than two per block.
    """
    length = steps // 4 // BLOCKS
    return length * BLOCKS if length > 1 else 0


def larger(a, b):
    """The larger of two numbers in one instruction. Ignores NaN; the taint row flags non-finite cells."""
    return where(less(a, b), b, a)


def smaller(a, b):
    """The smaller of two numbers; see :func:`larger`."""
    return where(less(b, a), b, a)


def observed(traced):
    """The rows of a traced step's statistics, those of a block last: name -> expression of its next value."""
    loss, x, y, row = traced.loss, variable("x"), variable("y"), variable
    term = loss - row("loss carry")
    total = row("loss sum") + term
    step = traced.position - Vector(x, y)
    before = Vector(row("step x"), row("step y"))
    change, last_change = loss - row("loss"), row("loss step")
    return {
        "rises": row("rises") + where(less(row("loss"), loss), 1.0, 0.0),
        "turns": row("turns") + where(less(change * last_change, 0.0), 1.0, 0.0),
        "reversals": row("reversals") + where(less(dot(step, before), 0.0), 1.0, 0.0),
        "path": row("path") + sqrt(dot(before, before)),  # the steps within the window, as a run has them
        "loss step": where(less(0.0, change * change), change, last_change),
        "step x": step.x,
        "step y": step.y,
        "loss max": larger(row("loss max"), loss),
        "loss min": smaller(row("loss min"), loss),
        "loss sum": total,
        "loss carry": (total - row("loss sum")) - term,
        "x min": smaller(row("x min"), x),
        "x max": larger(row("x max"), x),
        "y min": smaller(row("y min"), y),
        "y max": larger(row("y max"), y),
    }


@njit(nogil=True, cache=True, error_model="numpy")
def folded(rows, steps):
    """From a block's rows (len(BLOCK_ROWS), n), in their place, what is kept of them, (KEPT, n): the loss's greatest
    and least value and its mean, half the larger extent of the iterate, and the middle of its extents."""
    mean, half_range = rows[LOSS_SUM], rows[LOSS_CARRY]
    for i in range(rows.shape[1]):
        mean[i] /= steps
        x0, x1, y0, y1 = rows[X_MIN, i], rows[X_MAX, i], rows[Y_MIN, i], rows[Y_MAX, i]
        half_range[i] = max(x1 - x0, y1 - y0) / 2
        rows[X_MIN, i], rows[X_MAX, i] = (x0 + x1) / 2, (y0 + y1) / 2
    return rows[:KEPT]


@dataclass
class Statistics:
    """The window of one run, or of many: block arrays are (BLOCKS, ...), the rest (...).

    Attributes
    ----------
    block_max, block_min, block_mean : ndarray
        Of the loss.
    half_range : ndarray
        Half the extent of the iterate, the larger of the two coordinates.
    middle_x, middle_y : ndarray
        The middle of that extent.
    rise_fraction : ndarray
        Share of steps on which the loss goes up.
    turns : ndarray
        How often the loss changes from rising to falling or back.
    reversal_fraction : ndarray
        Share of steps that point back against the one before.
    mean_step : ndarray
        Mean length of a step.
    block_length : int
        Iterates in a block.
    """

    block_max: np.ndarray
    block_min: np.ndarray
    block_mean: np.ndarray
    half_range: np.ndarray
    middle_x: np.ndarray
    middle_y: np.ndarray
    rise_fraction: np.ndarray | np.float64
    turns: np.ndarray | np.float64
    reversal_fraction: np.ndarray | np.float64
    mean_step: np.ndarray | np.float64
    block_length: int

    @classmethod
    def of_blocks(cls, blocks, window: dict, length: int):
        """
        Gather the statistics of many runs from their blocks.

        Parameters
        ----------
        blocks : ndarray, shape (BLOCKS, KEPT, n)
            What `folded` kept of each block.
        window : dict of str to ndarray, shape (n,)
            The window's rows by name.
        length : int
            Iterates in the window.

        Returns
        -------
        Statistics
        """
        block_max, block_min, block_mean, half_range, middle_x, middle_y = np.moveaxis(blocks, 1, 0)
        return cls(
            block_max=block_max,
            block_min=block_min,
            block_mean=block_mean,
            half_range=half_range,
            middle_x=middle_x,
            middle_y=middle_y,
            rise_fraction=window["rises"] / length,
            turns=window["turns"],
            reversal_fraction=window["reversals"] / length,
            mean_step=window["path"] / (length - 1),
            block_length=length // BLOCKS,
        )

    @classmethod
    def of_trajectory(cls, position, loss, length):
        """
        Compute the statistics of one finite run.

        Parameters
        ----------
        position : ndarray, shape (n, 2)
            The last iterates, n > length.
        loss : ndarray, shape (n,)
        length : int
            Iterates in the window, above 0.

        Returns
        -------
        Statistics
        """
        losses, points = loss[-length:].reshape(BLOCKS, -1), position[-length:]
        extent = np.empty((3, BLOCKS))
        reversals, path = _of_points(points, *extent)
        rises, turns = _of_losses(loss[-length - 1 :])
        with np.errstate(over="ignore", invalid="ignore"):
            return cls(
                block_max=losses.max(axis=1),
                block_min=losses.min(axis=1),
                block_mean=losses.mean(axis=1),
                half_range=extent[0] / 2,
                middle_x=extent[1],
                middle_y=extent[2],
                rise_fraction=np.float64(rises / length),
                turns=np.float64(turns),
                reversal_fraction=np.float64(reversals / length),
                mean_step=np.float64(path / (length - 1)),
                block_length=length // BLOCKS,
            )


@njit(nogil=True, cache=True, error_model="numpy")
def _of_losses(loss):
    """How many steps raise the loss, and how often it turns, from the iterate before the window on."""
    rises, turns, last_change = 0, 0, 0.0
    for i in range(1, loss.size):
        change = loss[i] - loss[i - 1]
        if change > 0.0:
            rises += 1
        if change * last_change < 0.0:
            turns += 1
        if change * change > 0.0:
            last_change = change
    return rises, turns


@njit(nogil=True, cache=True, error_model="numpy")
def _of_points(points, extent, middle_x, middle_y):
    """Fill the larger extent and the middle of each block of points (n, 2); returns the number of reversals and
    the length of the path."""
    n = points.shape[0]
    length = n // extent.size
    reversals, path = 0, 0.0
    back_x = back_y = 0.0  # the step before
    for block in range(extent.size):
        x0 = x1 = points[block * length, 0]
        y0 = y1 = points[block * length, 1]
        for i in range(block * length, (block + 1) * length):
            x, y = points[i, 0], points[i, 1]
            x0, x1, y0, y1 = min(x0, x), max(x1, x), min(y0, y), max(y1, y)
            if i > 0:
                step_x, step_y = x - points[i - 1, 0], y - points[i - 1, 1]
                path += np.hypot(step_x, step_y)
                if step_x * back_x + step_y * back_y < 0.0:
                    reversals += 1
                back_x, back_y = step_x, step_y
        extent[block] = max(x1 - x0, y1 - y0)
        middle_x[block], middle_y[block] = (x0 + x1) / 2, (y0 + y1) / 2
    return reversals, path
