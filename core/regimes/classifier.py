"""The rule that names a regime, on 2-D functions.

Ma, Wu & E (2021) describe spike, oscillation and divergence in words and draw their map by eye; the numbers here
were found on labelled runs of smooth 2-D functions. All losses are taken above the window's least value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

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
    s = statistics
    with np.errstate(all="ignore"):
        least = s.block_min.min(axis=0)
        peaks = s.block_max - least
        return {
            "tail_loss": s.block_mean.mean(axis=0),
            "peak": peaks.max(axis=0),
            "crest_factor": crest_factors(s).min(axis=0),
            "swing": _median(s.half_range) / step_size,
            "rise_fraction": s.rise_fraction,
            "reversal_fraction": s.reversal_fraction,
            "mean_step": s.mean_step,
            "fall_decades": np.log10(peaks[0] / peaks[-1]),
            "falling": np.all(np.diff(peaks, axis=0) <= 0, axis=0).astype(float),
        }


# Compare and exchange these pairs in turn, and eight numbers are in order (Batcher's odd-even merge sort)
_EXCHANGES = ((0, 1), (2, 3), (4, 5), (6, 7), (0, 2), (1, 3), (4, 6), (5, 7), (1, 2), (5, 6), (0, 4), (1, 5), (2, 6),
              (3, 7), (2, 4), (3, 5), (1, 2), (3, 4), (5, 6))  # fmt: skip


def _median(blocks):
    """Over the first axis, of BLOCKS; as np.median, which sorts cell by cell and so takes six times as long."""
    rows = list(blocks)
    for i, j in _EXCHANGES:
        rows[i], rows[j] = np.minimum(rows[i], rows[j]), np.maximum(rows[i], rows[j])
    return (rows[3] + rows[4]) / 2


def crest_factors(statistics: Statistics) -> np.ndarray:
    """Peak over mean of the loss above the window's least, in each half of the window: (2, ...)."""
    s, halves = statistics, (2, BLOCKS // 2, *statistics.block_max.shape[1:])
    with np.errstate(all="ignore"):
        least = s.block_min.min(axis=0)
        peaks, means = s.block_max - least, s.block_mean - least
        return peaks.reshape(halves).max(axis=1) / means.reshape(halves).mean(axis=1)


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
