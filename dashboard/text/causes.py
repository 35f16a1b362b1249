"""Causes: clauses that say why a run does what it does, and what may come. Every one that holds is said."""

from __future__ import annotations

from typing import TypeVar

from core.regimes import SETTLED, line
from dashboard.text.clause import Clause
from dashboard.text.numbers import bound, number

ALIKE = 1.25  # ratio up to which a and b are called alike
T = TypeVar("T")


def _known(fact: T | None) -> T:
    """A fact that is not None where the clause's predicate holds."""
    assert fact is not None
    return fact


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
