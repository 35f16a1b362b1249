"""Runs compared fairly: from a lattice of start points, and each at its best learning rate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

import core
from dashboard.questions.fields import Fields, Range
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Priority, Question
from dashboard.questions.solutions import Setting
from dashboard.state import RunState

LATTICE = 24
LEARNING_RATES = np.geomspace(1e-5, 10.0, 61)  # ten to a decade
RULE = "the rate whose run has the least mean loss over its last quarter, the smaller of equals"


@dataclass(frozen=True)
class Comparison(Question):
    """
    For every run: the share of starts in the view that converge, and its learning rate sweep.

    Attributes
    ----------
    setting : Setting
    runs : tuple of RunState
    tolerance : float
        A run has converged when its tail's mean loss is within this of the least value.
    x_range, y_range : (float, float)
        The view.
    """

    priority = Priority.SLOW
    queue = "comparison"

    setting: Setting
    runs: tuple[RunState, ...]
    tolerance: float
    x_range: Range
    y_range: Range

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state = fields.state
        runs = tuple(replace(run, variant=None) for run in state.runs)  # which limit is meant changes no run
        return cls(Setting.of(state), runs, state.tolerance, *fields.view())

    def answer(self, ask: Ask) -> bytes:
        """
        Run every start and every learning rate.

        Returns
        -------
        bytes
            Packed: ``final i`` (LATTICE, LATTICE), log10 of the gap over the view, NaN where the run diverged;
            ``sweep i`` (LEARNING_RATES,), log10 of the gap at each rate, NaN where it diverged or is invalid.
        """
        f, found = self.setting.f, []
        xs, ys = (
            low + (high - low) * (np.arange(LATTICE) + 0.5) / LATTICE for low, high in (self.x_range, self.y_range)
        )
        for run in self.runs:
            start, values = self.setting.start, run.arguments()[0]
            common = dict(optimizer=run.optimizer, start=start, steps=self.setting.steps, should_stop=ask.should_stop)
            starts = core.regime_map(f, x=("x0", xs), y=("y0", ys), **common, **values)
            # the held pair stays the same at every rate
            values = {name: value for name, value in run.values.items() if name != "learning_rate"}
            swept = core.regime_map(f, x=("learning_rate", LEARNING_RATES), y=("x0", [start[0]]), **common, **values)
            found.append((_tail(starts), _tail(swept)[0]))
        known = np.concatenate([np.append(*pair) for pair in found])
        least = f.minimum
        if least is None:
            least = float(np.nanmin(known)) if np.isfinite(known).any() else 0.0
        described, arrays = [], {}
        for i, (tail, sweep) in enumerate(found):
            gap, swept_gap = tail - least, sweep - least
            best = None if np.isnan(sweep).all() else int(np.nanargmin(sweep))
            described.append(
                {
                    "share": float(np.mean(gap <= self.tolerance)),
                    "best": None if best is None else float(f"{LEARNING_RATES[best]:.3g}"),
                    "loss": None if best is None else float(swept_gap[best]),
                }
            )
            arrays[f"final {i}"] = _decades(gap)
            arrays[f"sweep {i}"] = _decades(swept_gap)
        rates = [float(LEARNING_RATES[0]), float(LEARNING_RATES[-1])]
        return pack({"runs": described, "rates": rates, "floor": least}, arrays)


def _tail(grid) -> np.ndarray:
    """The tail's mean loss by cell, NaN where there is none: a map without a valid cell has no layers."""
    tail = grid.layers.get("tail_loss", np.full(grid.regime.shape, np.nan))
    return np.where(np.isfinite(tail), tail, np.nan)


def _decades(gap) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.log10(np.maximum(gap, 1e-300)).astype(np.float32)


QUESTION = Comparison
