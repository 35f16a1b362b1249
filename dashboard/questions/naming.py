"""How the edited run's regime is found: the window of its loss, the statistics on it, and the chain of questions."""

from __future__ import annotations

import numpy as np

import core
from core.regimes.course import STATISTICS, crest_factors
from core.regimes.rule import questions
from core.regimes.statistics import BLOCKS, Statistics, window_length
from dashboard.drawing.curves import SHOWN_DECADES, shown
from dashboard.drawing.reduction import columns
from dashboard.questions.packing import pack
from dashboard.state import State


def question(state: State, width: int) -> dict:
    """What the picture depends on: the key of the cache."""
    run = state.edited
    return {
        "objective": [state.objective, state.objective_parameters],
        "start": state.start,
        "steps": state.steps,
        "run": [run.optimizer, run.arguments()[0]],
        "rule": vars(state.thresholds),
        "width": width,
    }


def naming(state: State, width: int) -> bytes:
    """The window's loss in `width` columns, x in units of the window, y as its axis has it; what the rule sees in it;
    and its questions in order, the deciding one by its number, None where none holds.

    Without a window, of a run that left or is too short, `window` is None and there are no arrays.
    """
    edited, f = state.edited, state.built()
    run = core.run(edited.optimizer, f, start=state.start, steps=state.steps, **edited.arguments()[0])
    found = run.statistics or dict.fromkeys(STATISTICS, np.nan)
    asked = questions(found, run.status != "diverged", state.thresholds)
    holds = [bool(condition) for condition, _ in asked.values()]
    header = {
        "regime": run.classified(state.thresholds),
        "status": run.status,
        "questions": [{"name": name, "regime": core.REGIMES[regime]} for name, (_, regime) in asked.items()],
        "decides": holds.index(True) if any(holds) else None,
        "statistics": {name: value if np.isfinite(value) else None for name, value in found.items()},
        "thresholds": vars(state.thresholds),
        "window": None,
    }
    if not run.statistics:
        return pack(header, {})
    window, arrays = _window(run, f.minimum or 0.0, width)
    return pack(header | {"window": window}, arrays)


def _window(run: core.Run, minimum: float, width: int) -> tuple[dict, dict[str, np.ndarray]]:
    """The curve over the window, and the levels that the crest factors are made of, on the same axis."""
    length = window_length(len(run.loss) - 1)
    statistics = Statistics.of_trajectory(run.position, run.loss, length)
    loss = run.loss[-length:] - minimum
    scale = "linear" if loss.min() < 0 else "log"
    k, level = columns(np.arange(length, dtype=float), shown(loss, scale, 1.0), (0.0, float(length)), width)
    high = float(level.max())
    low = max(float(level.min()), high - SHOWN_DECADES) if scale == "log" else float(level.min())
    halves = statistics.block_mean.reshape(2, -1).mean(axis=1), statistics.block_max.reshape(2, -1).max(axis=1)
    means, peaks = (shown(values - minimum, scale, 1.0).tolist() for values in halves)
    least = float(shown(statistics.block_min.min() - minimum, scale, 1.0))
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
