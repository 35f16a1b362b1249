"""What the loss of a run is measured from on the curves' axis, and how the page says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition

from cachetools import LRUCache, cached

from core.regimes import Level, known_level, level
from dashboard.catalogue.curves import Curve
from dashboard.questions.solutions import Setting, run_of, solution_key
from dashboard.state import RunState

KEPT = 4096  # levels of recent runs


@dataclass(frozen=True)
class RunLevel:
    """
    What a run's loss is measured from.

    Attributes
    ----------
    level : Level
    below : bool
        Whether some of its loss is below the level, so that it has no logarithm.
    """

    level: Level
    below: bool


@cached(LRUCache(KEPT), key=solution_key, condition=Condition())
def level_of(setting: Setting, run: RunState, choice: str) -> RunLevel:
    """
    The level of a run: its curve, its limit's and its single steps are measured from the same.

    Parameters
    ----------
    setting : Setting
    run : RunState
    choice : str
        One of ``state.LEVELS``: "settled" for the minimum where the run settled, "minimum" for the known least value.

    Returns
    -------
    RunLevel
    """
    solved = run_of(setting, run)
    found = level(solved) if choice == "settled" else known_level(setting.f)
    return RunLevel(found, found.kind == "none" and bool(solved.loss.min() < 0))


def levels_of(setting: Setting, runs: Sequence[RunState], choice: str, curve: Curve) -> list[RunLevel]:
    """
    The level of every run; where the curve does not depend on it, the known least value, and no run is solved.

    Parameters
    ----------
    setting : Setting
    runs : sequence of RunState
    choice : str
        As for `level_of`.
    curve : Curve

    Returns
    -------
    list of RunLevel
    """
    if not curve.from_level:
        return [RunLevel(known_level(setting.f), False) for _ in runs]
    return [level_of(setting, run, choice) for run in runs]


def curve_label(curve: Curve, levels: Sequence[Level]) -> str:
    """The axis's title, with what is subtracted from the loss."""
    if not curve.from_level:
        return curve.axis_label
    return curve.axis_label.format(level=_subtracted(levels))


def _equal(values) -> bool:
    """Whether levels are equal to rounding: minima that mirror each other differ in their last digit."""
    return max(values) - min(values) <= 1e-12 * max(map(abs, values))


def _subtracted(levels) -> str:
    """What is subtracted from f(x), in words where it is not the known minimum; "" where it is 0."""
    values, kinds = [found.value for found in levels], {found.kind for found in levels}
    if not _equal(values):
        return " − each run's minimum"
    if kinds == {"minimum"}:
        return " − f*" if values[0] else ""
    value = values[0]
    if not value:
        return ""
    kind = "least" if "seen" in kinds else "local"
    return f" {'+' if value < 0 else '−'} {abs(value):.4g} ({kind})"


KINDS = {
    "minimum": "the least value of f",
    "local": "the minimum of f where it settled",
    "seen": "the least loss seen where it settled",
    "none": "since no least value is known",
}


def level_sentence(curve: Curve, titles: Sequence[str], levels: Sequence[Level]) -> str:
    """
    What is subtracted from the loss of each run, as a sentence.

    Parameters
    ----------
    curve : Curve
    titles : sequence of str
        Of the runs.
    levels : sequence of Level
        Of the runs.

    Returns
    -------
    str
        "" where it is the known minimum for all.
    """
    if not curve.from_level or {found.kind for found in levels} <= {"minimum"}:
        return ""
    parts = [f"{title} from {f.value:.6g}, {KINDS[f.kind]}" for title, f in zip(titles, levels, strict=True)]
    return f"The loss is measured: {'; '.join(parts)}.".replace("-", "−")
