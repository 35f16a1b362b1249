"""The runs step by step, in tiles of a pyramid: every 2^level-th iterate, exact, a fixed number of them in each tile.

The playhead shows an iterate that a tile holds, so what stands on the page is never between two steps. A tile of the
top level spans the run; one of level 0 has every step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

import core
from core import InputError, analyses
from core.optimizers import gradient_itself
from dashboard.catalogue.curves import CURVES
from dashboard.questions.fields import Fields
from dashboard.questions.levels import curve_label, level_of
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Question
from dashboard.questions.solutions import NoLimit, Setting, limit_of, run_of
from dashboard.state import RunState

TILE = 512  # iterates


def top_level(steps: int) -> int:
    """The level at which one tile spans iterates 0 to `steps`."""
    return max(0, (steps // TILE).bit_length())


@dataclass(frozen=True)
class Steps(Question):
    """One tile: every run's and limit's iterates, and all that the steps of the run in hand are made of.

    Attributes
    ----------
    edit : int
        Which run is in hand.
    limits : bool
        Whether the limits are drawn.
    curve, measured_from : str
        The curve whose values at the iterates are wanted, and the choice of its level.
    level, tile : int
        Which tile.
    """

    live = True

    setting: Setting
    runs: tuple[RunState, ...]
    edit: int
    limits: bool
    curve: str
    measured_from: str
    level: int
    tile: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state, level, tile = fields.state, fields.whole("level"), fields.whole("tile")
        if not 0 <= level <= top_level(state.steps):
            raise InputError(f"level = {level}: must be 0 to {top_level(state.steps)}")
        last = state.steps // (TILE << level)
        if not 0 <= tile <= last:
            raise InputError(f"tile = {tile}: must be 0 to {last} at level {level}")
        shown = state.edit, state.flow, state.curve, state.level
        return cls(Setting.of(state), state.runs, *shown, level, tile)

    def answer(self, ask: Ask) -> bytes:
        """
        Look up one tile of every run.

        Returns
        -------
        bytes
            Packed: positions (n, 2) float64, and values of the chosen curve's lines (n,). After a run's end its last
            iterate is repeated. A limit's position is NaN after its end, or where there is none.
        """
        steps, curve, arrays, described = self.setting.steps, CURVES[self.curve], {}, {}
        first = self.tile * (TILE << self.level)
        k = np.arange(first, min(steps, first + (TILE << self.level) - 1) + 1, 1 << self.level)
        for i, run_state in enumerate(self.runs):
            run = run_of(self.setting, run_state)
            level = level_of(self.setting, run_state, self.measured_from).level
            rows = np.minimum(k, len(run.loss) - 1)
            arrays[f"position {i}"] = run.position[rows]
            arrays |= {f"value {i}.{j}": line[rows] for j, line in _lines(curve, run, level)}
            if self.limits:
                arrays[f"limit {i}"] = self._limit(run_state, k).astype(np.float32)
            if i == self.edit:
                described, parts = _parts(run, rows)
                described["label"] = curve_label(CURVES["loss"], [level])
                arrays |= parts | {"gap": run.loss[rows] - level.value}
        return pack({"first": first} | described, arrays)

    def _limit(self, run: RunState, k: np.ndarray) -> np.ndarray:
        """Where the ODE limit is at the times of steps k: (n, 2)."""
        try:
            limit = limit_of(self.setting, run)
        except NoLimit:
            return np.full((len(k), 2), np.nan)
        return limit(limit.duration * (k / self.setting.steps))


def _lines(curve, run, level):
    """(number, values) of the curve's lines that have a value at every iterate and are the run's own."""
    try:
        found = curve.lines_of_run(run, level)
    except InputError:  # the answer about the runs says so
        return []
    return [(j, line.values) for j, line in enumerate(found) if line.at is None and line.kind != "reference"]


def _parts(run, k):
    """The inspector's quantities: a description in the header's terms, and arrays by the names in it."""
    seen, declaration = analyses.steps(run, k), core.OPTIMIZERS[run.optimizer]
    missed = np.abs(seen.next_position - seen.lowest)
    known = np.isfinite(missed)
    moved = np.abs(seen.next_position - seen.position)
    arrays = {f"state {name}": values for name, values in seen.state.items()} | {
        "gradient": seen.gradient,
        "direction": seen.direction,
        "preconditioner": seen.preconditioner,
        "effective rate": seen.effective_rate,
        "learning rate": seen.learning_rate,
        "lowest": seen.lowest,
        "next": seen.next_position,
    }
    described = {
        "states": list(seen.state),
        "momentum": declaration.direction is not gradient_itself,
        "preconditioned": bool(declaration.sharpness and declaration.sharpness.preconditioner),
        "quadratic": declaration.sharpness is not None,
        # up to rounding: an iterate's is relative to the position, a difference's to the step
        "further_terms": bool(np.any(missed[known] > 1e-6 * moved[known] + 1e-12 * np.abs(seen.position[known]))),
    }
    return described, arrays


QUESTION = Steps
