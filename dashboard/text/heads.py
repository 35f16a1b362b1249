"""Heads: clauses that say what a run does. The first that holds is said."""

from __future__ import annotations

import math

import numpy as np

from core.analyses import Facts
from dashboard.text.clause import Clause
from dashboard.text.numbers import count, loss_number, number, power_of_ten, rounded


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
    # the descent that finds the minimum starts where the run stands, which may stand still far above it
    there = f.local and loss_number(f.end) == loss_number(f.level.value)
    local = ", that of a local minimum" if there else ""
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
    begins = loss_number(f.window_start)
    return f.late < f.window_start and f.end < f.window_start and begins not in map(loss_number, (f.late, f.end))


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
