"""Input of the rule that names regimes: numbers computed from the window's statistics, and the course of the run.

The course is the coarse behaviour, decided before crest factor and swing: at rest, growing, falling without bound, a
2-cycle, coming down. Its thresholds are relative to the run's own scale, so that no label contradicts the loss.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numba import njit

from .statistics import BLOCKS, Statistics

# What the course of a run is decided on, in the kernel below
ROUNDING = 8 * np.finfo(float).eps  # of the iterate's size: a step that floating point cannot tell from rest
RESOLUTION = 64 * np.finfo(float).eps  # of the loss: a difference within its rounding error
EQUAL = 1e-9  # relative difference below which two losses count as equal
SHORTEST_BLOCK = 4  # iterates whose extent is a swing
GROWTH = 10**0.5  # factor from the first block's peak to the last one's that counts as growth, or as a fall
LEAP = 10.0  # factor between two neighbouring blocks' peaks: a loss that seldom rises, but by so much, does not fall
DRIFT = 2 / 3  # share of the window's range that a trend of the block means must cover
NOT_SUMMABLE = 0.77  # last block's fall over the first one's from which it decays no faster than 1/k over this window
FAR = 2.0  # distance from the start, in units of 1 + its size, from which a run that falls without bound has left
CYCLE = 0.52  # half range over mean step: 1/2 for a 2-cycle along an axis, less along a diagonal, more for all else
CYCLE_TURNING = 0.9  # share of steps against the one before, in a 2-cycle
CYCLE_STEADY = 0.02  # relative change of the half range over the window, of a cycle
TRAVEL = 0.8  # net way over the sum of the blocks' extents, from which the iterate travels rather than swings
BOUNCE = 0.8  # second half's peak over the first one's, below which a method without steps of size eta comes down
COLLAPSE = 0.3  # the same for every method
FAR_DOWN = 0.1  # peak over the run's scale, below which a short run of such a method has come down

COURSES = (
    "mixed",
    "at rest",
    "growing",
    "rising",
    "leaving",
    "departing",
    "two-cycle",
    "coming down",
    "bounded",
)
MIXED, AT_REST, GROWING, RISING, LEAVING, DEPARTING, TWO_CYCLE, COMING_DOWN, BOUNDED = range(len(COURSES))


@dataclass(frozen=True)
class Whole:
    """What the rule needs of a run besides its window: numbers, or arrays over the cells.

    Attributes
    ----------
    start_loss : ndarray, shape (...)
        f at the start.
    start, end : tuple of ndarray
        The first and the last x and y, each of shape (...).
    steps_of_size_eta : bool
        Whether the method's steps are of the learning rate's size, so that a swing is measured in it.
    falls_forever : callable
        (x, y), each (cells,) -> whether f falls without bound from there (Objective.falls_forever). Runs that do not
        fall are NaN in x.
    """

    start_loss: np.ndarray
    start: tuple[np.ndarray, np.ndarray]
    end: tuple[np.ndarray, np.ndarray]
    steps_of_size_eta: bool
    falls_forever: Callable[[np.ndarray, np.ndarray], np.ndarray]


STATISTICS = (
    "tail_loss",
    "peak",
    "start_loss",
    "late_loss",
    "crest_factor",
    "swing",
    "rise_fraction",
    "turns",
    "reversal_fraction",
    "mean_step",
    "fall_decades",
    "falling",
    "course",
)  # of the layers below


def layers(statistics: Statistics, step_size, whole: Whole) -> dict[str, np.ndarray]:
    """The numbers that the rule looks at.

    Parameters
    ----------
    statistics : Statistics
        Of the window, the last quarter of the iterates: blocks (8, ...), the rest (...).
    step_size : float or ndarray, shape (...)
        Unit of the swing.
    whole : Whole
        The run beside its window.

    Returns
    -------
    dict of str to ndarray, shape (...)
        tail_loss : mean loss of the window.
        peak : greatest loss above the window's least.
        start_loss, late_loss : the loss at the start, and its mean over the last block.
        crest_factor : peak/mean, the smaller of the two halves.
        swing : half the iterate's range in units of `step_size`, median over the blocks; NaN for blocks of fewer than
        four iterates.
        rise_fraction, turns, reversal_fraction, mean_step : as in Statistics.
        fall_decades : decades by which the greatest loss falls from the first block to the last.
        falling : 2 where the blocks' means fall by more than two thirds of the window's range, else 1 where no block's
        greatest loss is above that of the block before, -1 where one is ten times as high above the window's least,
        else 0.
        course : an index into COURSES.
        NaN where the window is empty.
    """
    found = _summarised(statistics, whole)
    with np.errstate(all="ignore"):
        swing = found["median"] / step_size if statistics.block_length >= SHORTEST_BLOCK else found["median"] * np.nan
        fall = np.log10(found["first peak"] / found["last peak"])
    return {
        "tail_loss": found["mean"],
        "peak": found["peak"],
        "start_loss": np.broadcast_to(whole.start_loss, np.shape(found["mean"])),
        "late_loss": found["late mean"],
        "crest_factor": np.minimum(found["early crest"], found["late crest"]),
        "swing": swing,
        "rise_fraction": statistics.rise_fraction,
        "turns": statistics.turns,
        "reversal_fraction": statistics.reversal_fraction,
        "mean_step": statistics.mean_step,
        "fall_decades": fall,
        "falling": found["falling"],
        "course": found["course"],
    }


def crest_factors(statistics: Statistics) -> np.ndarray:
    """
    Peak over mean of the loss above the window's least, in each half of the window.

    Parameters
    ----------
    statistics : Statistics

    Returns
    -------
    ndarray, shape (2, ...)
    """
    nowhere = np.zeros(np.shape(statistics.mean_step))
    found = _summarised(
        statistics,
        Whole(nowhere, (nowhere, nowhere), (nowhere, nowhere), True, lambda x, y: np.zeros(len(x), dtype=bool)),
    )
    return np.stack([found["early crest"], found["late crest"]])


_SUMMARY = (
    "mean",
    "peak",
    "early crest",
    "late crest",
    "median",
    "first peak",
    "last peak",
    "falling",
    "course",
    "late mean",
)


def _summarised(statistics, whole):
    """name -> (...), from the block arrays (BLOCKS, ...)."""
    s = statistics
    blocks = [np.reshape(b, (BLOCKS, -1)) for b in (s.block_max, s.block_min, s.block_mean, s.half_range)]
    cells = blocks[0].shape[1]
    x0, y0, x, y, start_loss, mean_step, reversal, turns = (
        np.ascontiguousarray(np.broadcast_to(np.asarray(a, dtype=float).ravel(), cells))
        for a in (*whole.start, *whole.end, whole.start_loss, s.mean_step, s.reversal_fraction, s.turns)
    )
    falls = np.all(blocks[0][1:] <= blocks[0][:-1], axis=0)
    forever = np.zeros(cells, dtype=bool)
    if falls.any():
        forever = falls & whole.falls_forever(np.where(falls, x, np.nan), y)
    with np.errstate(invalid="ignore"):
        size = np.maximum(np.abs(x), np.abs(y))
        left = np.hypot(x - x0, y - y0) > FAR * (1 + np.hypot(x0, y0))
        travels = _travels(*(np.reshape(m, (BLOCKS, -1)) for m in (s.middle_x, s.middle_y, s.half_range)))
    if cells == 1:  # not contiguous, as the blocks of a map: both use the same compiled version
        blocks = [np.repeat(b, 2, axis=1)[:, :1] for b in blocks]
    out = np.empty((len(_SUMMARY), cells))
    each = (start_loss, size, mean_step, reversal, turns, forever, left, travels)
    _summarise(*blocks, *each, s.block_length, whole.steps_of_size_eta, np.empty(BLOCKS), out)
    return dict(zip(_SUMMARY, out.reshape(len(_SUMMARY), *np.shape(s.block_max)[1:]), strict=True))


def _travels(x, y, half_range):
    """Whether the blocks' middles, (BLOCKS, cells), drift in one direction, rather than swing back and forth."""
    net_x, net_y = x[-1] - x[0], y[-1] - y[0]
    onward = np.all(np.diff(x, axis=0) * net_x + np.diff(y, axis=0) * net_y > 0, axis=0)
    return onward & (np.hypot(net_x, net_y) > TRAVEL * 2 * half_range[:-1].sum(axis=0))


# Sorting network for eight numbers (Batcher's odd-even merge sort): pairs to compare and exchange
_EXCHANGES = np.array(
    [(0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6), (0, 4), (1, 5), (2, 6), (3, 7),
     (2, 4), (3, 5), (1, 2), (3, 4), (5, 6)]
)  # fmt: skip


@njit(nogil=True, cache=True, error_model="numpy")
def _summarise(
    block_max,
    block_min,
    block_mean,
    half_range,
    start_loss,
    size,
    mean_step,
    reversal,
    turns,
    forever,
    left,
    travels,
    block_length,
    of_size_eta,
    ranges,
    out,
):
    """A row of `out` for each name of _SUMMARY, in one pass over the cells.

    Compiled, because NumPy would pass over the cells a hundred times and hold the GIL each time. A cell
    whose blocks are not numbers gets NaN, is not falling, and its course is mixed. ranges: scratch buffer (BLOCKS,).
    """
    half = BLOCKS // 2
    for i in range(block_max.shape[1]):
        least, total, check, widest = block_min[0, i], 0.0, 0.0, 0.0
        for b in range(BLOCKS):
            check += block_max[b, i]
            if block_min[b, i] < least:
                least = block_min[b, i]
            total += block_mean[b, i]
            ranges[b] = half_range[b, i]
            if ranges[b] > widest:
                widest = ranges[b]
        if check != check:
            for row in range(out.shape[0]):
                out[row, i] = np.nan
            out[7, i], out[8, i] = 0.0, 0.0
            continue
        first_range, last_range = ranges[0], ranges[BLOCKS - 1]
        falls, grows, leaps, before, greatest = True, True, False, block_max[0, i], 0.0
        early_peak = 0.0
        for part in range(2):
            peak, mean = 0.0, 0.0
            for b in range(part * half, (part + 1) * half):
                high = block_max[b, i]
                if high - least > peak:
                    peak = high - least
                if high > before:
                    falls = False
                    leaps = leaps or high - least > LEAP * (before - least)
                if high < before:
                    grows = False
                before = high
                mean += block_mean[b, i] - least
            out[2 + part, i] = peak / (mean / half)
            if part == 0:
                early_peak = peak
            if peak > greatest:
                greatest = peak
        late_peak = peak
        for e in range(_EXCHANGES.shape[0]):
            first, second = _EXCHANGES[e, 0], _EXCHANGES[e, 1]
            if ranges[second] < ranges[first]:
                ranges[first], ranges[second] = ranges[second], ranges[first]
        median = (ranges[half - 1] + ranges[half]) / 2
        first_peak, last_peak = block_max[0, i] - least, block_max[BLOCKS - 1, i] - least
        level = total / BLOCKS
        out[0, i], out[1, i], out[4, i], out[5, i], out[6, i] = level, greatest, median, first_peak, last_peak
        drift = block_mean[0, i] - block_mean[BLOCKS - 1, i]  # positive where the loss falls
        changes = greatest > 0.0
        drifting = changes and drift > DRIFT * greatest
        out[7, i] = 2.0 if drifting else 1.0 if falls else -1.0 if leaps else 0.0

        late = block_mean[BLOCKS - 1, i]
        gain = late - start_loss[i]
        equal = EQUAL * (abs(late) + abs(start_loss[i]))
        few = not of_size_eta and 0.0 < turns[i] < 4.0 and greatest <= FAR_DOWN * (greatest - gain)
        course = MIXED
        if max(widest, mean_step[i]) <= ROUNDING * size[i]:
            course = AT_REST
        elif few:
            course = COMING_DOWN
        elif changes and (-drift > DRIFT * greatest or (grows and last_peak > GROWTH * first_peak)):
            course = GROWING if gain > equal else RISING
        elif forever[i] and drift > 0.1 * greatest:
            first_fall = block_mean[0, i] - block_mean[1, i]
            last_fall = block_mean[BLOCKS - 2, i] - block_mean[BLOCKS - 1, i]
            if last_fall >= NOT_SUMMABLE * first_fall:
                course = LEAVING if left[i] else DEPARTING
        elif (
            block_length > 1
            and reversal[i] >= CYCLE_TURNING
            and median <= CYCLE * mean_step[i]
            and abs(last_range - first_range) <= CYCLE_STEADY * first_range
        ):
            course = TWO_CYCLE
        if course == MIXED and not (gain > equal):
            towers = leaps and greatest > start_loss[i] - least  # a leap to above the start is no part of a fall
            down = (late_peak < COLLAPSE * early_peak and not towers) or (travels[i] and drift > 0.0)
            if not of_size_eta:
                down = down or late_peak < BOUNCE * early_peak
            if down:
                course = COMING_DOWN
            elif not of_size_eta:
                course = BOUNDED
        out[8, i], out[9, i] = course, late
