"""How the edited run's regime is found: the window of its loss, the statistics on it, and the chain of questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

import core
from core.regimes import BLOCKS, STATISTICS, Statistics, crest_factors, questions, window_length
from dashboard.drawing.columns import columns
from dashboard.drawing.curves import SHOWN_DECADES, in_axis_units
from dashboard.questions.fields import Fields
from dashboard.questions.packing import pack
from dashboard.questions.question import Ask, Question
from dashboard.questions.solutions import Setting, run_of
from dashboard.state import RunState


@dataclass(frozen=True)
class Naming(Question):
    """
    The loss in the rule's window, and what the rule reads from it.

    Attributes
    ----------
    setting : Setting
    run : RunState
    thresholds : Thresholds
    width : int
        Of the curve, in pixels.
    """

    setting: Setting
    run: RunState
    thresholds: core.Thresholds
    width: int

    @classmethod
    def read(cls, fields: Fields) -> Self:
        state = fields.state
        return cls(Setting.of(state), state.edited, state.thresholds, fields.pixels("width"))

    def answer(self, ask: Ask) -> bytes:
        """
        Apply the rule.

        Returns
        -------
        bytes
            Packed: x in units of the window, y in the axis's units, and the rule's questions in order. In the header
            `decides` is the number of the question that decides, None where none holds; `window` is None for a run
            that diverged or is too short, and then there are no arrays.
        """
        run = run_of(self.setting, self.run)
        found = run.statistics or dict.fromkeys(STATISTICS, np.nan)
        asked = questions(found, run.status != "diverged", self.thresholds)
        holds = [bool(condition) for condition, _ in asked.values()]
        header = {
            "regime": run.classified(self.thresholds),
            "status": run.status,
            "questions": [{"name": name, "regime": core.REGIMES[regime]} for name, (_, regime) in asked.items()],
            "decides": holds.index(True) if any(holds) else None,
            "statistics": {name: value if np.isfinite(value) else None for name, value in found.items()},
            "thresholds": vars(self.thresholds),
            "window": None,
        }
        if not run.statistics:
            return pack(header, {})
        window, arrays = _window(run, self.setting.f.minimum or 0.0, self.width)
        return pack(header | {"window": window}, arrays)


def _window(run: core.Run, minimum: float, width: int) -> tuple[dict, dict[str, np.ndarray]]:
    """The curve over the window, and the levels that the crest factors are made of, on the same axis."""
    length = window_length(len(run.loss) - 1)
    statistics = Statistics.of_trajectory(run.position, run.loss, length)
    loss = run.loss[-length:] - minimum
    scale = "linear" if loss.min() < 0 else "log"
    k, level = columns(np.arange(length, dtype=float), in_axis_units(loss, scale, 1.0), (0.0, float(length)), width)
    high = float(level.max())
    low = max(float(level.min()), high - SHOWN_DECADES) if scale == "log" else float(level.min())
    halves = statistics.block_mean.reshape(2, -1).mean(axis=1), statistics.block_max.reshape(2, -1).max(axis=1)
    means, peaks = (in_axis_units(values - minimum, scale, 1.0).tolist() for values in halves)
    least = float(in_axis_units(statistics.block_min.min() - minimum, scale, 1.0))
    crests = [float(value) if np.isfinite(value) else None for value in crest_factors(statistics)]
    window = {
        "first": len(run.loss) - length,
        "last": len(run.loss) - 1,
        "blocks": BLOCKS,
        "scale": scale,
        "low": low,
        "high": high,
        "least": least,
        "halves": [
            {"mean": mean, "peak": peak, "crest": crest} for mean, peak, crest in zip(means, peaks, crests, strict=True)
        ],
    }
    return window, {"x": (k / length).astype(np.float32), "y": level.astype(np.float64)}


QUESTION = Naming
