"""The sentence about a run: clauses, each with the fact that must hold before it is said.

A clause is a row of HEADS or CAUSES: its name, a predicate on core.analyses.facts.Facts, and a text made from the same
facts. The first head that holds is said, and after it every cause that holds; so a clause cannot be said of a run
of which it is not so. To add one is to add a row, and a reading of it in tests/dashboard/test_narration.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from core.analyses import Facts
from core.regimes import SETTLED, Thresholds, line

T = TypeVar("T")
ALIKE = 1.25  # ratio up to which a and b are called alike
SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Clause:
    """One row: holds(facts) -> whether it may be said;  text(facts, title) -> what is said then."""

    name: str
    holds: Callable[[Facts], bool]
    text: Callable[[Facts, str], str]


@dataclass(frozen=True)
class Said:
    """A clause that holds of a run, and its text."""

    name: str
    text: str


# ---- numbers in prose ----


def number(value: float, digits: int = 3) -> str:
    """A number for prose: plain in the middle of the range, a power of ten outside it; rounded to 2 or more digits."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "infinity" if value > 0 else "−infinity" if value < 0 else "not a number"
    sign, size = "−" if value < 0 else "", abs(value)
    rounded = float(f"{size:.{digits}g}")
    if 1e-3 <= rounded < 1e6:
        return sign + (f"{rounded:,.0f}" if rounded >= 10 ** (digits - 1) else f"{rounded:.{digits}g}")
    mantissa, exponent = f"{size:.{digits - 2}e}".split("e")  # a digit less than of plain numbers
    power = f"10{str(int(exponent)).translate(SUPERSCRIPT)}"
    return sign + (power if float(mantissa) == 1 else f"{float(mantissa):g} × {power}")


def bound(value: float) -> str:
    """The next number of two digits above a positive one."""
    exponent = math.floor(math.log10(value)) - 1
    above = float(f"{math.floor(value / 10.0**exponent) + 1}e{exponent}")
    return number(above, 2 if 1e-3 <= above < 1e6 else 3)


def loss_number(value: float) -> str:
    """A loss, which may lie far from 0: four digits."""
    return number(value, 4)


def power_of_ten(value: float) -> str:
    """The nearest power of ten, as 10⁻⁹, of a number that is not negative; two digits for moderate ones."""
    if value == 0:
        return "0"
    if 0.05 <= value < 1000:
        return number(value, 2)
    return f"10{str(round(math.log10(value))).translate(SUPERSCRIPT)}"


def rounded(value: float) -> int:
    """A whole number to two digits."""
    return int(float(f"{value:.2g}"))


def count(n: int, noun: str) -> str:
    """1 step, 2,000 steps."""
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


# ---- heads: what the run does ----


def _above(f: Facts, excess: float) -> str:
    """An excess loss and what it is measured from: "10⁻⁹", or "10⁻⁹ above 4.975"."""
    if f.level.kind != "none" and f.reference == 0:
        return power_of_ten(excess)
    return f"{power_of_ten(excess)} above {loss_number(f.reference)}" if excess else loss_number(f.reference)


def _swing(f: Facts) -> str:
    unit = "the learning rate" if f.swing_in_learning_rates else "its mean step"
    return f"{number(f.swing, 2)} {'of' if f.swing < 1 else 'times'} {unit}"


def _left(f, title):
    k = f.steps
    return (
        f"{title} leaves: after step {k:,} the numbers are no longer finite, and the curves end at the last that is."
        if k
        else f"{title} leaves with its first step: its numbers are not finite."
    )


def _grows(f, title):
    each = "at every step" if f.rises_throughout else "all along"
    return (
        f"{title} grows: in the last quarter the loss rises {each}, from {loss_number(f.window_loss[0])} to "
        f"{loss_number(f.end)}, above the {loss_number(f.start)} where it began."
    )


def _flees(f, title):
    return (
        f"{title} leaves: the loss falls without bound, from {loss_number(f.start)} to {loss_number(f.end)}, and the "
        f"iterate is {number(f.way)} away from its start."
    )


def _departs(f, title):
    return (
        f"{title} falls along a way on which f has no least value: from {loss_number(f.start)} to "
        f"{loss_number(f.end)} so far."
    )


def _hops(f, title):
    low, high = sorted(float(v) for v in f.window_loss[-2:])
    same = high - low <= 1e-6 * abs(high)
    loss = f"stays at {loss_number(high)}" if same else f"is {loss_number(low)} and {loss_number(high)} in turn"
    widest = float(f.hop.max())
    eta = f.late_learning_rate
    if f.swing_in_learning_rates and abs(widest - eta) <= 0.01 * eta:
        apart = "one learning rate apart, η/2 to either side"
    else:
        apart = f"{number(float(np.hypot(*f.hop)))} apart"
    return f"{title} hops between two points, {apart}: a 2-cycle. Every step turns back, and the loss {loss}."


def _rests(f, title):
    local = ", that of a local minimum" if f.local else ""
    return (
        f"{title} has come to rest: since step {f.rests_since:,} no bit of x has changed, and the loss is "
        f"{loss_number(f.end)}{local}."
    )


def _underflows(f, title):
    return (
        f"{title} has brought the loss below the smallest number of floating point, and it is told as 0. The iterate "
        f"still moves, by {number(f.mean_step, 2)} a step."
    )


def _floor(f, title):
    change = f.greatest - f.least
    changes = f"it changes by {number(change, 2)}" if change else "not a bit of it changes"
    return f"{title} has brought the loss to {loss_number(f.end)} within rounding: over the last quarter {changes}."


def _above_start(f, title):
    came = f", coming down from {loss_number(f.window_start)} in the last quarter" if _falls(f) else ""
    return (
        f"{title} ends higher than it began: the loss was {loss_number(f.start)} at the start and is "
        f"{loss_number(f.end)} after {count(f.steps, 'step')}{came}."
    )


def _falls(f):
    """Whether the window's last eighth is below its first, and to be told from it."""
    return f.late < f.window_start and loss_number(f.end) != loss_number(f.window_start) and f.end < f.window_start


def _rises(f, title):
    return (
        f"{title} is not settled: over the last quarter the loss rises, from {loss_number(f.window_start)} to "
        f"{loss_number(f.late)}, below the {loss_number(f.start)} where it began."
    )


def _converges(f, title):
    after = f"after {count(f.steps, 'step')}"
    if f.from_minimum:
        above = f" above the least value {loss_number(f.reference)}" if f.reference else ""
        return f"{title} converges: {after} the loss is {power_of_ten(f.end - f.reference)}{above}."
    return f"{title} converges to a local minimum: {after} the loss is {loss_number(f.end)}."


def _comes_down(f, title):
    if _falls(f):
        lately = f"from {loss_number(f.window_start)} in the last quarter alone"
    elif loss_number(f.least) == loss_number(f.greatest):
        lately = "hardly changes in the last quarter"
    else:
        lately = f"in the last quarter it lies between {loss_number(f.least)} and {loss_number(f.greatest)}"
    return (
        f"{title} is still on its way: the loss has come down from {loss_number(f.start)} to {loss_number(f.end)} in "
        f"{count(f.steps, 'step')}, and {lately}."
    )


def _hovers(f, title):
    return (
        f"{title} has come no lower yet: the loss was {loss_number(f.start)} at the start, and in the last quarter it "
        f"lies between {loss_number(f.least)} and {loss_number(f.greatest)}."
    )


def _spikes(f, title):
    b, window = f.bursts, len(f.window_loss)
    top = float(np.median(f.excess[b.tops - f.window.start]))
    rest = float(np.median(f.excess))
    often = (
        f"every {rounded(f.burst_period):,} or so, {count(len(b.tops), 'time')} in the last {window:,}"
        if f.burst_period
        else f"once in the last {window:,}"
    )
    return (
        f"{title} spikes: the loss rests near {_above(f, rest)}, jumps to {_above(f, top)} within about "
        f"{count(rounded(f.burst_rise), 'step')} and falls again, {often}."
    )


def _peaks(f, title):
    return (
        f"{title} spikes: in both halves of the last quarter the loss peaks at "
        f"{number(f.run.statistics['crest_factor'], 2)} times its mean or more, measured from its least, "
        f"{loss_number(f.least)}."
    )


def _ripples(f, title):
    mean = float(np.mean(f.excess))
    return (
        f"{title} ripples: the loss stays near {_above(f, mean)}, and the iterate swings by {_swing(f)} to either "
        "side, never at rest."
    )


def _stalls(f, title):
    return (
        f"{title} stalls: in the last quarter the loss goes up and down between {loss_number(f.least)} and "
        f"{loss_number(f.greatest)}, and the iterate swings by {_swing(f)} to either side."
    )


def _too_few_turns(f, title):
    turns = int(f.run.statistics["turns"])
    return (
        f"{title} is not settled: in the last quarter the loss, between {loss_number(f.least)} and "
        f"{loss_number(f.greatest)}, turns {count(turns, 'time')}, which is less than two periods."
    )


def _between(f, title):
    swing = f", and the iterate swings by {_swing(f)} to either side" if math.isfinite(f.swing) else ""
    return (
        f"{title} is between regimes: in the last quarter the loss goes up and down between {loss_number(f.least)} and "
        f"{loss_number(f.greatest)}{swing}."
    )


def _short(f, title):
    return (
        f"{title} after {count(f.steps, 'step')}: too short a run to name a regime. The loss went from "
        f"{loss_number(f.start)} to {loss_number(f.end)}."
    )


def _known(fact: T | None) -> T:
    """A fact that the clause's own predicate has asked for."""
    assert fact is not None
    return fact


def _decided(*names):
    return lambda f: f.decided_by in names


HEADS = (
    Clause("left", lambda f: f.run.status == "diverged", _left),
    Clause("short", lambda f: not f.run.statistics, _short),
    Clause("grows", _decided("growing"), _grows),
    Clause("flees", _decided("leaving"), _flees),
    Clause("departs", _decided("departing"), _departs),
    Clause("two-cycle", lambda f: f.decided_by == "two-cycle" and f.cycle_closes, _hops),
    Clause("ends above", _decided("above the start"), _above_start),
    Clause(
        "rests", lambda f: f.decided_by == "at rest" and f.rests_since is not None and f.rests_since <= f.window.start,
        _rests,
    ),
    Clause("underflows", lambda f: f.decided_by == "at rest" and f.greatest == f.least == 0, _underflows),
    Clause("rests within rounding", lambda f: f.decided_by == "at rest" and f.unresolved, _floor),
    Clause("rises", _decided("rising"), _rises),
    Clause("converges", lambda f: f.regime == "converging" and f.arrived, _converges),
    Clause("comes down", lambda f: f.regime == "converging" and f.late < f.start and f.end < f.start, _comes_down),
    Clause("hovers", lambda f: f.regime == "converging", _hovers),
    Clause("spikes", lambda f: f.regime == "spike" and len(f.bursts.tops) > 0, _spikes),
    Clause("peaks", lambda f: f.regime == "spike", _peaks),
    Clause("ripples", lambda f: f.regime == "oscillation", _ripples),
    Clause("stalls", lambda f: f.regime == "divergence", _stalls),
    Clause("too few turns", _decided("few turns"), _too_few_turns),
    Clause("between", lambda f: True, _between),
)  # fmt: skip


# ---- causes: why, and what may come ----


def _line(name):
    """Whether a theory's line says something of this run's method, parameters and objective."""
    return lambda f: line(name).applies(f.method, f.run.parameters, f.run.objective, f.settled) is None


def _memories(f, title):
    a, b = f.rates["a"], f.rates["b"]
    if max(a / b, b / a) <= ALIKE:
        return "Here a and b are alike: m and v remember equally long."
    if b > a:
        return f"Here b is {number(b / a)} times a: m forgets faster than v."
    return f"Here a is {number(a / b)} times b: v forgets faster than m."


def _tells_memories(f):
    """Whether the run has a window, and the method divides by the root of a v that forgets as a says."""
    return bool(f.rates and f.run.statistics and f.fades and min(f.rates.values()) > 0)


def _unsettled(f):
    return f.regime in ("spike", "oscillation", "divergence", "undecided") and not _early(f)


def _past(name, factor):
    """Whether the run lies past a = factor b, and that line says something of it."""
    return lambda f: _tells_memories(f) and f.rates["a"] > factor * f.rates["b"] and _line(name)(f)


def _past_contraction(f):
    return f.decided_by == "wide" and _past("contraction", 8)(f)


def _has_come(f):
    """Whether nothing much is left to fall, so that a fading v is what remains to happen."""
    return f.regime == "converging" and (f.arrived or f.greatest == f.least == 0)


CAUSES = (
    Clause("memories", lambda f: _tells_memories(f) and _unsettled(f), _memories),
    Clause(
        "past contraction",
        _past_contraction,
        lambda f, title: "That is past a = 8b, where the flow at a minimum stops contracting.",
    ),
    Clause(
        "past the proof",
        lambda f: _unsettled(f) and not _past_contraction(f) and _past("proof", 4)(f),
        lambda f, title: "That is past a = 4b, where the proof of convergence stops.",
    ),
    Clause(
        "threshold",
        lambda f: f.decided_by == "growing" and f.above_threshold,
        lambda f, title: "All the while its sharpness is above the threshold of stability.",
    ),
    Clause(
        "burst",
        lambda f: f.regime == "spike" and f.burst_explained,
        lambda f, title: "Between bursts √v fades and the effective step grows, past the threshold of stability.",
    ),
    Clause(
        "calm",
        lambda f: _has_come(f) and f.flat_minimum and f.curvature_fades and f.window_gauge < 1,
        lambda f, title: "This minimum has no curvature: the curvature has faded together with √v, and in the last "
        f"quarter the sharpness stays below {bound(f.window_gauge)} of its threshold.",
    ),
    Clause(
        "early",
        lambda f: _tells_memories(f) and _early(f) and f.regime != "spike",
        lambda f, title: f"It is early: η K min(a, b) is {number(_known(f.horizon), 2)}, and Adam's regimes show from "
        f"about {SETTLED:g} on.",
    ),
    Clause(
        "may spike",
        # no train of spikes was measured for a from b on: there the ripple settles
        lambda f: _has_come(f) and not f.flat_minimum and _tells_memories(f)
        and _known(f.rates)["b"] > _known(f.rates)["a"] and f.spike_possible,
        lambda f, title: f"A spike may yet come: v fades, and the sharpness has climbed to "
        f"{number(_known(f.gauge_climbs)[1], 2)} of its threshold.",
    ),
    Clause(
        "epsilon rules out",
        lambda f: _has_come(f) and not f.flat_minimum and f.spike_ruled_out,
        lambda f, title: "Here ε alone keeps the effective step below the threshold of stability, so that no spike "
        "can come of a fading v.",
    ),
)  # fmt: skip


def _early(f):
    return f.horizon is not None and f.horizon < SETTLED


def narrate(facts: Facts, title: str) -> tuple[Said, ...]:
    """The clauses that are said of a run, the head first.

    Parameters
    ----------
    facts : Facts
    title : str
        What the run is called.
    """
    head = next(clause for clause in HEADS if clause.holds(facts))
    said = [Said(head.name, head.text(facts, title))]
    if facts.run.status != "diverged":
        said += [Said(clause.name, clause.text(facts, title)) for clause in CAUSES if clause.holds(facts)]
    return tuple(said)


def sentence(run, thresholds: Thresholds, title: str) -> str:
    """What the run does, and why, in one to three sentences."""
    return " ".join(said.text for said in narrate(Facts(run, thresholds), title))
