"""The rule that names a regime, on 2-D functions.

Ma, Wu & E (2021) describe spike, oscillation and divergence in words and draw their map by eye; the numbers here
were found on labelled runs of smooth 2-D functions. All losses are taken above the window's least value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

from core.regimes.names import CONVERGING, DIVERGENCE, OSCILLATION, SPIKE, UNDECIDED
from core.regimes.statistics import BLOCKS, Statistics


@dataclass(frozen=True)
class Thresholds:
    """The rule's numbers: one place for all."""

    floor: float = 1e-25  # a window whose peak stays below is at rest at the floating-point floor
    rises: float = 0.005  # share of rising steps below which the loss is still falling
    fall_decades: float = 0.5  # what "falling all along" must fall by, from first block to last
    crest: float = 10.0  # peak over mean, in both halves of the window: a spike train
    narrow: float = 0.5  # swing up to which a ripple is an oscillation, in steps
    wide: float = 2.0  # swing from which it is a divergence, in steps
    constant: float = 1e-9  # relative range of the loss below which it is constant (a 2-cycle)
    reversing: float = 0.5  # share of steps against the one before that makes a 2-cycle


THRESHOLDS = Thresholds()
NAMES = (
    "tail_loss",
    "peak",
    "crest_factor",
    "swing",
    "rise_fraction",
    "reversal_fraction",
    "mean_step",
    "fall_decades",
    "falling",
)  # of the layers below


def layers(statistics: Statistics, step_size) -> dict[str, np.ndarray]:
    """The numbers that the rule looks at.

    tail_loss: mean loss of the window;  peak: greatest loss above the window's least;  crest_factor: peak/mean,
    the smaller of the two halves;  swing: half the iterate's range in units of `step_size`, median over the
    blocks;  rise_fraction, reversal_fraction, mean_step: as in Statistics;  fall_decades: decades by which the
    greatest loss falls from the first block to the last;  falling: 1 where no block's greatest loss is above that
    of the block before, else 0. NaN where the window is empty.
    """
    found = _summarised(statistics)
    with np.errstate(all="ignore"):
        swing = found["median"] / step_size
        fall = np.log10(found["first peak"] / found["last peak"])
    return {
        "tail_loss": found["mean"],
        "peak": found["peak"],
        "crest_factor": np.minimum(found["early crest"], found["late crest"]),
        "swing": swing,
        "rise_fraction": statistics.rise_fraction,
        "reversal_fraction": statistics.reversal_fraction,
        "mean_step": statistics.mean_step,
        "fall_decades": fall,
        "falling": found["falling"],
    }


def crest_factors(statistics: Statistics) -> np.ndarray:
    """Peak over mean of the loss above the window's least, in each half of the window: (2, ...)."""
    found = _summarised(statistics)
    return np.stack([found["early crest"], found["late crest"]])


_SUMMARY = ("mean", "peak", "early crest", "late crest", "median", "first peak", "last peak", "falling")


def _summarised(statistics):
    """name -> (...), from the block arrays (BLOCKS, ...)."""
    s = statistics
    blocks = [np.reshape(b, (BLOCKS, -1)) for b in (s.block_max, s.block_min, s.block_mean, s.half_range)]
    out = np.empty((len(_SUMMARY), blocks[0].shape[1]))
    _summarise(*blocks, np.empty(BLOCKS), out)
    return dict(zip(_SUMMARY, out.reshape(len(_SUMMARY), *np.shape(s.block_max)[1:]), strict=True))


# Compare and exchange these pairs in turn, and eight numbers are in order (Batcher's odd-even merge sort)
_EXCHANGES = np.array(
    [(0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6), (0, 4), (1, 5), (2, 6), (3, 7),
     (2, 4), (3, 5), (1, 2), (3, 4), (5, 6)]
)  # fmt: skip


@njit(nogil=True, cache=True, error_model="numpy")
def _summarise(block_max, block_min, block_mean, half_range, ranges, out):
    """A row of `out` for each name of _SUMMARY: one pass, where NumPy would go over the cells fifty times and
    fetch the interpreter's lock each time. A cell whose blocks are not numbers gets NaN, and is not falling.
    ranges: (BLOCKS,) to work in."""
    half = BLOCKS // 2
    for i in range(block_max.shape[1]):
        least, total, check = block_min[0, i], 0.0, 0.0
        for b in range(BLOCKS):
            check += block_max[b, i]
            if block_min[b, i] < least:
                least = block_min[b, i]
            total += block_mean[b, i]
            ranges[b] = half_range[b, i]
        if check != check:
            for row in range(out.shape[0]):
                out[row, i] = np.nan
            out[7, i] = 0.0
            continue
        falling, before, greatest = 1.0, block_max[0, i], 0.0
        for part in range(2):
            peak, mean = 0.0, 0.0
            for b in range(part * half, (part + 1) * half):
                high = block_max[b, i]
                if high - least > peak:
                    peak = high - least
                if high > before:
                    falling = 0.0
                before = high
                mean += block_mean[b, i] - least
            out[2 + part, i] = peak / (mean / half)
            if peak > greatest:
                greatest = peak
        for e in range(_EXCHANGES.shape[0]):
            first, second = _EXCHANGES[e, 0], _EXCHANGES[e, 1]
            if ranges[second] < ranges[first]:
                ranges[first], ranges[second] = ranges[second], ranges[first]
        out[0, i], out[1, i] = total / BLOCKS, greatest
        out[4, i] = (ranges[half - 1] + ranges[half]) / 2
        out[5, i], out[6, i], out[7, i] = block_max[0, i] - least, block_max[BLOCKS - 1, i] - least, falling


def questions(found: dict, finite=True, thresholds: Thresholds = THRESHOLDS) -> dict[str, tuple]:
    """The rule as a chain: name -> (whether it holds, the regime if it is the first that does).

    found: from :func:`layers`;  finite: whether no iterate, loss or state of the whole run was non-finite.
    """
    t = thresholds
    two_cycle = (
        (found["peak"] <= t.constant * np.abs(found["tail_loss"]))
        & (found["reversal_fraction"] >= t.reversing)
        & (found["mean_step"] > 0)
    )
    falling = (found["falling"] > 0) & (found["fall_decades"] > t.fall_decades)
    return {
        "not finite": (np.logical_not(finite), DIVERGENCE),
        "two-cycle": (two_cycle, OSCILLATION),
        "at the floor": (found["peak"] < t.floor, CONVERGING),
        "hardly rises": (found["rise_fraction"] < t.rises, CONVERGING),
        "falling": (falling, CONVERGING),
        "crest": (found["crest_factor"] >= t.crest, SPIKE),
        "narrow": (found["swing"] <= t.narrow, OSCILLATION),
        "wide": (found["swing"] >= t.wide, DIVERGENCE),
    }


def classify(found: dict, finite=True, thresholds: Thresholds = THRESHOLDS) -> np.ndarray:
    """The regime of each run as int8, an index into REGIMES: that of the first of the :func:`questions` that holds."""
    conditions, regimes = zip(*questions(found, finite, thresholds).values(), strict=True)
    return np.select(conditions, regimes, default=UNDECIDED).astype(np.int8)
