"""The rule that names a regime: its questions in order, its thresholds, and what a regime is in words.

Ma, Wu & E (2021) describe spike, oscillation and divergence in words and publish no criterion; the numbers here were
found on labelled runs of smooth 2-D functions. Growth and rest, relative to the run's own scale, are decided before
crest factor and swing: a run whose loss ends above its start is never "converging", and one whose loss falls is never
"divergence" unless it falls without bound.

References
----------
C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..parameters import Parameter, in_range, wrong
from . import course
from .names import CONVERGING, DIVERGENCE, OSCILLATION, SPIKE, UNDECIDED


@dataclass(frozen=True)
class Thresholds:
    """The rule's numbers, which may be changed without running anything again.

    Attributes
    ----------
    floor : float
        A window whose peak is below this share of the run's own scale is at rest.
    rises : float
        Share of rising steps below which the loss counts as falling monotonically.
    fall_decades : float
        Decades that "falling all along" must fall by, from the first block to the last.
    crest : float
        Peak over mean, in both halves of the window, from which the loss is a spike train.
    narrow : float
        Swing up to which a ripple is an oscillation, in steps.
    wide : float
        Swing from which it is a divergence, in steps.
    turns : float
        Turning points of the loss below which the window holds less than two periods, and no swing is measured.
    """

    floor: float = 1e-25
    rises: float = 0.005
    fall_decades: float = 0.5
    crest: float = 10.0
    narrow: float = 0.5
    wide: float = 2.0
    turns: float = 4.0

    def __post_init__(self):
        for parameter in _RANGES:
            value = in_range(parameter, getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, value)


# The thresholds that a person may move, as controls and links take them
MOVABLE = {
    p.name: p
    for p in (
        Parameter(
            "rises", "", "Rising steps", Thresholds.rises, 0.0, 1.0, slider=(1e-4, 1.0), scale="log",
            meaning="with a smaller share of rising steps the loss is still falling",
        ),
        Parameter(
            "fall_decades", "", "Fall, decades", Thresholds.fall_decades, 0.0, slider=(0.0, 6.0),
            meaning="what the loss must fall by over the window to be falling all along",
        ),
        Parameter(
            "crest", "", "Crest factor", Thresholds.crest, 1.0, slider=(1.0, 1000.0), scale="log",
            meaning="peak over mean, in both halves, from which the loss is a spike train",
        ),
        Parameter(
            "narrow", "", "Narrow swing", Thresholds.narrow, 0.0, slider=(0.01, 100.0), scale="log",
            meaning="up to this swing, in steps, a ripple is an oscillation",
        ),
        Parameter(
            "wide", "", "Wide swing", Thresholds.wide, 0.0, slider=(0.01, 100.0), scale="log",
            meaning="from this swing, in steps, it is a divergence",
        ),
    )
}  # fmt: skip
_RANGES = (
    *MOVABLE.values(),
    Parameter("floor", "", "Floor", Thresholds.floor),
    Parameter("turns", "", "Turning points", Thresholds.turns),
)
THRESHOLDS = Thresholds()


def checked_thresholds(thresholds) -> Thresholds:
    """The argument `thresholds` of the public functions; InputError for what is none."""
    if not isinstance(thresholds, Thresholds):
        raise wrong("thresholds", thresholds, "core.Thresholds(...)")
    return thresholds


class Evidence:
    """What the questions ask about: the numbers of :func:`core.regimes.course.layers`, and what several of them share.

    Parameters
    ----------
    layers : dict of str to ndarray, shape (...)
    finite : bool or ndarray, shape (...)
        Whether no iterate, loss or state of the whole run was non-finite.
    thresholds : Thresholds
    """

    def __init__(self, layers: dict, finite, thresholds: Thresholds):
        self.layers, self.finite, self.thresholds = layers, finite, thresholds

    def __getitem__(self, name: str) -> np.ndarray:
        return self.layers[name]

    def takes_course(self, index: int) -> np.ndarray:
        """Whether the run takes this course, an index into COURSES."""
        return self["course"] == index

    @cached_property
    def at_rest(self) -> np.ndarray:
        """No step that floating point can tell from rest, or a loss that changes by rounding alone."""
        late, peak = self["late_loss"], self["peak"]
        with np.errstate(over="ignore", invalid="ignore"):
            scale = np.abs(self["start_loss"] - late) + peak
            unresolved = (peak <= course.RESOLUTION * (np.abs(late) + peak)) | (scale == 0)
            return self.takes_course(course.AT_REST) | (peak < self.thresholds.floor * scale) | unresolved

    @cached_property
    def above_start(self) -> np.ndarray:
        """Whether the loss ends above its start, beyond rounding."""
        start, late = self["start_loss"], self["late_loss"]
        with np.errstate(over="ignore", invalid="ignore"):
            return late - start > course.EQUAL * (np.abs(start) + np.abs(late))

    @cached_property
    def monotone(self) -> np.ndarray:
        """Whether the loss hardly ever rises, and never by much."""
        return (self["rise_fraction"] < self.thresholds.rises) & (self["falling"] >= 0)

    @cached_property
    def falling(self) -> np.ndarray:
        """Whether the loss falls from block to block."""
        by_decades = (self["falling"] > 0) & (self["fall_decades"] > self.thresholds.fall_decades)
        return by_decades | (self["falling"] == 2) | self.takes_course(course.COMING_DOWN)


@dataclass(frozen=True)
class Question:
    """One question of the rule.

    Attributes
    ----------
    name : str
    text : str
        As a reader meets it.
    regime : int
        The index into REGIMES that a yes names.
    holds : callable
        Evidence -> ndarray of bool.
    thresholds : tuple of str
        The names of the thresholds that it turns on.
    """

    name: str
    text: str
    regime: int
    holds: Callable[[Evidence], np.ndarray]
    thresholds: tuple[str, ...] = ()


def _course(index: int) -> Callable[[Evidence], np.ndarray]:
    return lambda e: e.takes_course(index)


# The first question answered with yes decides the regime
QUESTIONS = (
    Question("not finite", "Did any number leave the finite ones?", DIVERGENCE, lambda e: np.logical_not(e.finite)),
    Question("growing", "Does the loss rise all along, to above its start?", DIVERGENCE, _course(course.GROWING)),
    Question("leaving", "Does it fall without bound, far from its start?", DIVERGENCE, _course(course.LEAVING)),
    Question(
        "departing", "Does it fall along a way without bound, not yet far?", UNDECIDED, _course(course.DEPARTING),
    ),
    Question("two-cycle", "Does the iterate hop between two points?", OSCILLATION, _course(course.TWO_CYCLE)),
    Question(
        "above the start", "Does it fall or rest, but above where it began?", UNDECIDED,
        lambda e: (e.at_rest | e.monotone | e.falling) & e.above_start, ("rises", "fall_decades"),
    ),
    Question(
        "at rest", "Is it at rest, as far as floating point can tell?", CONVERGING, lambda e: e.at_rest, ("floor",),
    ),
    Question("rising", "Does it rise all along, below its start?", UNDECIDED, _course(course.RISING)),
    Question(
        "hardly rises", "Does the loss hardly ever rise, and never tenfold?", CONVERGING, lambda e: e.monotone,
        ("rises",),
    ),
    Question(
        "falling", "Does it fall all along, or come down in bounces?", CONVERGING, lambda e: e.falling,
        ("fall_decades",),
    ),
    Question(
        "crest", "Does a peak tower in both halves?", SPIKE, lambda e: e["crest_factor"] >= e.thresholds.crest,
        ("crest",),
    ),
    Question(
        "few turns", "Does the window hold less than two periods?", UNDECIDED,
        lambda e: e["turns"] < e.thresholds.turns, ("turns",),
    ),
    Question(
        "narrow", "Is the iterate's swing narrow?", OSCILLATION, lambda e: e["swing"] <= e.thresholds.narrow,
        ("narrow",),
    ),
    Question(
        # in mean steps, the unit of methods whose steps are not of size eta, a smooth swing is wide whatever it does
        "wide", "Is it wide?", DIVERGENCE,
        lambda e: (e["swing"] >= e.thresholds.wide) & ~e.takes_course(course.BOUNDED), ("wide",),
    ),
)  # fmt: skip

# What a reader is told of each regime that the rule names
DESCRIPTIONS = {
    "spike": "The loss rests low, jumps to ten times its mean or more, and falls again, in both halves of the last "
    "quarter. With Adam v fades while the gradient is small, and the effective step grows until it is unstable.",
    "oscillation": "A steady ripple, at most half a step to either side, or a 2-cycle: two points in turn.",
    "divergence": "The loss grows, or falls without bound, or the iterate swings two steps and more to either side and "
    f"the loss's peak comes down by less than {1 - course.COLLAPSE:.0%} from one half of the last quarter to the other,"
    " or leaps tenfold to above its start. With Adam near a minimum it is the last, and the loss stays finite.",
    "converging": "Still falling, or at rest as far as floating point can tell. With Adam a spike may come later: v "
    "has to fade first, and a short run does not show it.",
}


def questions(layers: dict, finite=True, thresholds: Thresholds = THRESHOLDS) -> dict[str, tuple]:
    """Ask every question of the rule.

    Parameters
    ----------
    layers : dict of str to ndarray, shape (...)
        From :func:`core.regimes.course.layers`.
    finite : bool or ndarray, shape (...)
        Whether no iterate, loss or state of the whole run was non-finite.
    thresholds : Thresholds

    Returns
    -------
    dict of str to tuple
        name -> (whether it holds, the regime that it names), in the order in which they decide.
    """
    evidence = Evidence(layers, finite, thresholds)
    return {question.name: (question.holds(evidence), question.regime) for question in QUESTIONS}


def classify(layers: dict, finite=True, thresholds: Thresholds = THRESHOLDS) -> np.ndarray:
    """Name the regime of each run.

    Parameters
    ----------
    layers, finite, thresholds
        As for :func:`questions`.

    Returns
    -------
    ndarray of int8, shape (...)
        Index into REGIMES: that of the first question that holds; undecided where none does.
    """
    conditions, regimes = zip(*questions(layers, finite, thresholds).values(), strict=True)
    return np.select(conditions, regimes, default=UNDECIDED).astype(np.int8)
