"""Lines that theory draws over the plane of a = (1 - beta2)/eta and b = (1 - beta1)/eta, and how well each one does.

A line claims that some regimes lie on the one side of it, for the methods, functions and values that it was derived
or measured for: its conditions. It is said, drawn and scored there only. :meth:`Line.applies` tells of one run whether
a line says anything of it, :meth:`Line.holds` of every cell of a plane; :func:`separation` holds the claim against a
map.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np

from ..errors import InputError
from ..objectives import objective as objective_of
from ..objectives.minima import Minimum, local_minima
from ..optimizers import OPTIMIZERS
from ..parameters import decay_factor, known, rate_of
from ..schedules import NAME as SCHEDULE
from .map import RegimeMap
from .names import CONVERGING, DIVERGENCE, INVALID, OSCILLATION, REGIMES, SPIKE

PROVED, DERIVED, MEASURED = "proved", "derived and checked", "measured"
NETWORK = "a network on FashionMNIST"  # in place of an objective: what the published map was measured on
SETTLED = 10.0  # eta * steps * min(a, b) from which a run is long enough to show its regime
REACH = 0.25  # of the domain's width: a run that ends nearer to a minimum has come to it
HARMLESS = 0.01  # share of sqrt(v) that epsilon may have beside it: it moves a line by about as much


@dataclass(frozen=True)
class Case:
    """
    What a line's conditions are asked about.

    Attributes
    ----------
    method : core.Optimizer
    values : dict
        Complete values by name, as from `core.resolved`; numbers may be arrays that broadcast with each other.
    objective : core.Objective or str
        Or `NETWORK`.
    minimum : Minimum or None
        The one that the run ends in, where it is known: otherwise all of f's must be fit.
    """

    method: object
    values: dict
    objective: object
    minimum: Minimum | None = None

    @property
    def eta(self):
        return np.asarray(self.values["learning_rate"])

    @cached_property
    def a(self):
        return rate_of(np.asarray(self.values["beta2"]), self.eta)

    @cached_property
    def b(self):
        return rate_of(np.asarray(self.values["beta1"]), self.eta)

    @property
    def forgotten(self):
        """b eta = 1 - beta1, the share of m that a step replaces."""
        return 1 - np.asarray(self.values["beta1"])

    @property
    def epsilon(self):
        """The least that the step divides by: epsilon, or its root where it is inside."""
        epsilon = np.asarray(self.values["epsilon"])
        return np.sqrt(epsilon) if self.method.trait("epsilon_is_inside", self.values) else epsilon

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:
        if isinstance(self.objective, str):
            return ()
        return local_minima(self.objective) if self.minimum is None else (self.minimum,)

    @property
    def exponent(self) -> float:
        """n where f is |x|^n along both axes around all its minima, NaN otherwise."""
        found = {one.exponent for one in self.minima}
        exponent = next(iter(found)) if len(found) == 1 else None
        return float("nan") if exponent is None else float(exponent)

    @property
    def curvature(self) -> float:
        """The least second derivative along an axis at a minimum."""
        return min((one.least_curvature for one in self.minima), default=float("nan"))


@dataclass(frozen=True)
class Condition:
    """
    Something that must be so for a line to say anything.

    Attributes
    ----------
    label : str
        What the line holds for, a few words.
    holds : callable
        Case -> bool, or an array of them where the case's values are arrays.
    wanting : callable
        Case -> why it does not hold, a clause.
    """

    label: str
    holds: Callable
    wanting: Callable


def _no_minimum(case):
    if isinstance(case.objective, str):
        return f"nothing is known of the minima of {case.objective}"
    return "no minimum of f was found"


def _forgets(low, high, label):
    """b eta above `low` and up to `high`, to rounding."""
    return Condition(
        label,
        lambda case: (case.forgotten > low * (1 + 1e-9)) & (case.forgotten <= high * (1 + 1e-9)),
        lambda case: f"it holds for {label} only",
    )


ADAMS_STEPS = Condition(
    "Adam's step",
    lambda case: case.method.trait("steps_as_adam", case.values),
    lambda case: f"{case.method.title}'s step is not Adam's at these values",
)
ADAMS_STEPS_IN_THE_END = Condition(
    "Adam's step",
    lambda case: case.method.trait("ends_as_adam", case.values),
    lambda case: f"{case.method.title}'s step is not Adam's at these values",
)
CONSTANT_RATE = Condition(
    "constant eta",
    lambda case: case.values[SCHEDULE] == "constant",
    lambda case: "the learning rate is not constant",
)
HAS_A_MINIMUM = Condition("a function with a minimum", lambda case: len(case.minima) > 0, _no_minimum)
NONSINGULAR = Condition(
    "minima with a nonsingular Hessian",
    lambda case: len(case.minima) > 0 and all(one.nonsingular for one in case.minima),
    lambda case: "f's Hessian is singular at a minimum" if case.minima else _no_minimum(case),
)
POWER = Condition(
    "|x|^n along both axes, n > 2",
    lambda case: case.exponent > 2,
    lambda case: "f is no power |x|^n along its axes, n > 2, at its minimum",
)
SMALL_EPSILON_AT_A_STEP = Condition(
    "epsilon at most 1 % of sqrt(v) where x swings by half a step",
    lambda case: case.epsilon <= HARMLESS * case.curvature * case.eta / 2 / np.sqrt(2),
    lambda case: "epsilon is more than 1 % of sqrt(v) where x swings by half a step",
)
SMALL_EPSILON_AT_THE_RIPPLE = Condition(
    "epsilon at most 1 % of sqrt(v) in the ripple",
    lambda case: case.epsilon <= HARMLESS * case.curvature * case.eta * case.forgotten / (2 * (2 - case.forgotten)),
    lambda case: "epsilon is more than 1 % of sqrt(v) in the ripple",
)
TINY_EPSILON = Condition(
    "epsilon at most 1e-30",
    lambda case: case.epsilon <= 1e-30,
    lambda case: "epsilon must be at most 1e-30: the loss comes to rest where sqrt(v) is as small as epsilon",
)
THE_NETWORK = Condition(
    NETWORK,
    lambda case: case.objective == NETWORK,
    lambda case: f"it was read off the map of {NETWORK}",
)
AT_A_MINIMUM = (ADAMS_STEPS_IN_THE_END, CONSTANT_RATE, NONSINGULAR)
AT_A_POWER = (ADAMS_STEPS_IN_THE_END, CONSTANT_RATE, POWER, TINY_EPSILON)


class Conditional:
    """What holds under `conditions` only."""

    conditions: tuple[Condition, ...]

    @property
    def scope(self) -> str:
        """What it holds for, in words."""
        return "; ".join(condition.label for condition in self.conditions)

    def applies(self, method, values: dict, objective, minimum: Minimum | None = None) -> str | None:
        """
        Whether it says anything of one run.

        Parameters
        ----------
        method : core.Optimizer or str
        values : dict
            Complete values by name, as from `core.resolved`; numbers.
        objective : core.Objective or str
            Or a name, a formula, or `NETWORK`.
        minimum : Minimum, optional
            That in which the run ends (`core.objectives.minima.minimum_near`); without it it must hold at every
            minimum of f.

        Returns
        -------
        str or None
            None if it does, else why not, as a clause.
        """
        case = case_of(method, values, objective, minimum)
        for condition in self.conditions:
            if not np.all(condition.holds(case)):
                return condition.wanting(case)
        return None

    def holds(self, method, values: dict, objective) -> np.ndarray:
        """
        Where on a plane it says anything.

        Parameters
        ----------
        method, objective
            As for :meth:`applies`.
        values : dict
            Complete values by name; numbers may be arrays that broadcast with each other.

        Returns
        -------
        bool array
            Of the shape that all arrays among the values broadcast to.
        """
        case = case_of(method, values, objective)
        numbers = [value for value in values.values() if isinstance(value, np.ndarray)]
        found = np.ones(np.broadcast_shapes(*(value.shape for value in numbers)), dtype=bool)
        with np.errstate(all="ignore"):  # places without a valid beta
            for condition in self.conditions:
                found &= condition.holds(case)
                if not found.any():
                    break
        return found

    def refusal(self, method, values: dict, objective) -> str | None:
        """Why it says nothing anywhere on a plane, None if it does somewhere; arguments as for :meth:`holds`."""
        case = case_of(method, values, objective)
        found = np.asarray(True)
        with np.errstate(all="ignore"):
            for condition in self.conditions:
                found = found & np.asarray(condition.holds(case))
                if not np.any(found):
                    return condition.wanting(case)
        return None


@dataclass(frozen=True)
class Claim(Conditional):
    """A result that is no line, for the methods, functions and values that it was derived or measured for."""

    name: str
    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class Line(Conditional):
    """a as a function of b: `a(b, eta, n)`, with the learning rate eta and the exponent n of a power |x|^n.

    regimes: those that belong on its side of larger a (or, with `below`, of smaller), `others` those that do not:
    regimes beside both are not its business, and a line without regimes has no score;
    conditions: the methods, functions and values that it holds for;  from_a: its regimes are beyond this a, too;
    status: proved, derived and checked, or measured: what stands behind the claim.
    """

    name: str
    relation: str
    meaning: str
    source: str
    status: str
    a: Callable
    conditions: tuple[Condition, ...]
    regimes: tuple[int, ...] = ()
    others: tuple[int, ...] = (CONVERGING, OSCILLATION, SPIKE, DIVERGENCE)
    below: bool = False
    from_a: float = 0.0

    @property
    def is_local(self) -> bool:
        """Whether it is about what runs do at a minimum."""
        return NONSINGULAR in self.conditions or POWER in self.conditions

    def side(self, a, b, eta, n=2.0):
        """Where its regimes should be: bool, elementwise over arrays of a and b."""
        beyond = (a > self.a(b, eta, n)) & (a >= self.from_a)
        return ~beyond if self.below else beyond


def case_of(method, values, objective, minimum=None) -> Case:
    """A case from an optimizer or its name and an objective, its name or its formula."""
    if isinstance(method, str):
        method = OPTIMIZERS[known("optimizer", method, tuple(OPTIMIZERS))]
    if isinstance(objective, str) and objective != NETWORK:
        objective = objective_of(objective)
    return Case(method, values, objective, minimum)


# The a/b at which half the range of x at the end passes eta/2 on x^2/2 with epsilon 0, by b eta
RIPPLE_EDGE = {
    0.01: 7.98, 0.015: 7.96, 0.02: 7.95, 0.03: 7.89, 0.05: 7.69, 0.07: 7.29, 0.085: 6.84,
    0.1: 6.25, 0.12: 5.77, 0.135: 5.19, 0.15: 4.66, 0.17: 4.39, 0.2: 3.93, 0.22: 3.43, 0.25: 3.17, 0.3: 2.79,
}  # fmt: skip


def ripple_edge(b, eta, n=2.0):
    """a where the measured ripple is half a step wide, between the measured points on the logarithm of b eta."""
    points = np.log(list(RIPPLE_EDGE))
    return b * np.interp(np.log(b * eta), points, list(RIPPLE_EDGE.values()))


LINES = (
    Line(
        "proof", "a = 4b",
        "3 + beta2 = 4 beta1: for smaller a the energy of the flow cannot grow; for larger a it may, and the proof of "
        "convergence stops",
        "Belotto da Silva & Gazeau 2020, theorem 1, epsilon inside the root; outside it the energy is derived here",
        PROVED, lambda b, eta, n: 4 * b,
        (ADAMS_STEPS, CONSTANT_RATE, HAS_A_MINIMUM), (DIVERGENCE,),
    ),
    Line(
        "contraction", "a = 8b", "for larger a the flow at a minimum no longer contracts: a wide swing stays",
        "derived by averaging; measured from 7.98b to 8.00b", DERIVED,
        lambda b, eta, n: 8 * b,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_A_STEP, _forgets(0.0, 0.01, "b eta <= 0.01")), (DIVERGENCE,),
    ),
    Line(
        "ripple edge", "end of the ripple",
        "where a = 8b is no longer exact: for larger a the swing at the end is wider than eta/2 to either side",
        "measured on x^2/2: 7.98b at b eta = 0.01, 6.25b at 0.1, 2.79b at 0.3", MEASURED, ripple_edge,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_A_STEP, _forgets(0.01, 0.3, "0.01 < b eta <= 0.3")), (DIVERGENCE,),
    ),
    Line(
        "locking", "a = 0.8b",
        "for smaller a, v cannot follow the gradient down: on its way the loss first dips far below its later ripple",
        "derived by averaging, on a quadratic", DERIVED,
        lambda b, eta, n: 0.8 * b,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_THE_RIPPLE, _forgets(0.0, 0.1, "b eta <= 0.1")),
    ),
    Line(
        "published", "a = 3b, from a = 1.1", "edge of divergence on the published network's map",
        "read off Ma, Wu & E 2021, figure 8", MEASURED,
        lambda b, eta, n: 3 * b, (THE_NETWORK,), (DIVERGENCE,), from_a=1.1,
    ),
    Line(
        "bounded update", "a = 2b - b^2 eta",
        "beta1 = sqrt(beta2): for smaller a, m/sqrt(v) has a bound, whatever the gradients were; for larger a, none",
        "worst case over gradient sequences, by Cauchy & Schwarz, derived here; Reddi, Kale & Kumar 2018 prove that on "
        "the bounded side Adam fails on some convex online problem", DERIVED,
        lambda b, eta, n: 2 * b - b * b * eta, (ADAMS_STEPS,),
    ),
    Line(
        "balance", "a = b",
        "beta1 = beta2: the longest step that any gradients can bring about is eta, and longer for every other a; "
        "spikes where b is well above a, divergence where a is well above b",
        "worst case: Cauchy & Schwarz, derived here; regimes: Ma, Wu & E 2021, in words", DERIVED,
        lambda b, eta, n: b, (ADAMS_STEPS,), (SPIKE,), (DIVERGENCE,), below=True,
    ),
    Line(
        "wedge, calm edge", "beta2 = beta1^(2(n-2)/n)", "for smaller a/b a power |x|^n falls without spikes",
        "Tang, Chen & Liu 2026, for the quiet phase: about a = 2(n-2)/n b", PROVED,
        lambda b, eta, n: rate_of((1 - b * eta) ** (2 * (n - 2) / n), eta),
        (*AT_A_POWER, _forgets(0.0, 0.5 * (1 - 1e-6), "beta1 > 1/2")), (CONVERGING,), (OSCILLATION, SPIKE),
        below=True,
    ),
    Line(
        "wedge, quick edge", "a = 12(n-2)/(3n-4) b", "for larger a/b a power |x|^n oscillates in small, short periods",
        "Tang, Chen & Liu 2026, measured", MEASURED,
        lambda b, eta, n: 12 * (n - 2) / (3 * n - 4) * b,
        (*AT_A_POWER, _forgets(0.0, 0.01, "b eta <= 0.01")), (OSCILLATION,), (CONVERGING, SPIKE),
    ),
    Line(
        "quadratic spikes", "a = 13.2 b^3 eta^2", "for smaller a the loss at a minimum comes in spikes",
        "measured on x^2/2, 13.0 to 13.5; the cube is derived; Tang, Chen & Liu 2026 fit 15.6 (1 - beta1)^3.07",
        MEASURED, lambda b, eta, n: 13.2 * b**3 * eta**2,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_THE_RIPPLE, _forgets(0.03 * (1 - 1e-6), 0.1, "0.03 <= b eta <= 0.1")),
        (SPIKE,), (OSCILLATION, DIVERGENCE), below=True,
    ),
)  # fmt: skip


# Where the steps end in the ripple of core.analyses.ripple: between the trains of spikes and a = 8b
RIPPLE = Claim(
    "ripple",
    (
        *AT_A_MINIMUM,
        SMALL_EPSILON_AT_THE_RIPPLE,
        _forgets(0.0, 0.1, "b eta <= 0.1"),
        Condition(
            "a above the spikes' edge",
            # from b eta = 0.03 on trains end between 13 and 14, below it later: at 16 for 0.02, at 25 for 0.01
            lambda case: case.a * case.eta > np.where(case.forgotten < 0.03, 25.0, 14.0) * case.forgotten**3,
            lambda case: "the loss comes in spikes here, or may",
        ),
        Condition("a < 8b", lambda case: case.a < 8 * case.b, lambda case: "there is no ripple from a = 8b on"),
    ),
)


def line(name: str) -> Line:
    """The line of this name; InputError listing them all."""
    for one in LINES:
        if one.name == name:
            return one
    raise InputError(f"line = {name!r}: must be one of {', '.join(one.name for one in LINES)}")


def counted(grid: RegimeMap, one: Line | str, shortest: float = 0.0) -> np.ndarray:
    """
    The cells of a map that are held against a line's claim.

    Parameters
    ----------
    grid : RegimeMap
        Of a method with beta1 and beta2.
    one : Line or str
    shortest : float, optional
        Runs count from this eta * steps * min(a, b) on, where their steps are known: at less than `SETTLED` many do
        not show their regime yet.

    Returns
    -------
    bool array
        True where the line holds, the run is long enough, it ends near a minimum if the line is about those, and the
        regime is one that the line is about.

    Raises
    ------
    InputError
        If the map has no a and b, or does not say what it is of.
    """
    return Scoring(grid, shortest).counted(line(one) if isinstance(one, str) else one)


def separation(grid: RegimeMap, one: Line | str, n: float | None = None, shortest: float = 0.0) -> float:
    """
    How well a line tells its regimes from the others on a map, from 0 to 1: balanced accuracy.

    The mean of two shares: of its regimes' cells that lie on its side, and of the others' that lie on the other. A
    line that says the same of every cell gets 0.5. Only the cells of :func:`counted` count.

    Parameters
    ----------
    grid : RegimeMap
        Of any method with beta1 and beta2, over any axes.
    one : Line or str
    n : float, optional
        The exponent of a power |x|^n, by default that of the objective.
    shortest : float, optional
        As for :func:`counted`.

    Returns
    -------
    float
        NaN where the line does not hold, claims no regime, or has cells of one kind only.

    Raises
    ------
    InputError
        As :func:`counted`.
    """
    one = line(one) if isinstance(one, str) else one
    return Scoring(grid, shortest).separation(one, n)


class Scoring:
    """A map held against lines: what :func:`counted` and :func:`separation` say, the work for all lines done once."""

    def __init__(self, grid: RegimeMap, shortest: float = 0.0):
        if not {"beta1", "beta2"} <= set(grid.parameters):
            raise InputError("grid: must be of a method with beta1 and beta2")
        if not grid.optimizer or grid.objective is None:
            raise InputError("grid: must say its optimizer and its objective")
        self.grid, self.shortest = grid, shortest
        self.case = case_of(grid.optimizer, grid.parameters, grid.objective)

    def counted(self, one: Line) -> np.ndarray:
        """The cells that are held against the line's claim."""
        counts = self._among((*one.regimes, *one.others)) & self._long_enough
        if self._objective_varies:
            return np.zeros_like(counts)
        counts &= one.holds(self.grid.optimizer, self.grid.parameters, self.grid.objective)
        return counts & self._at_a_minimum if one.is_local and counts.any() else counts

    def separation(self, one: Line, n: float | None = None, counts: np.ndarray | None = None) -> float:
        """Balanced accuracy over the cells that count."""
        counts = self.counted(one) if counts is None else counts
        belongs = counts & self._among(one.regimes)
        does_not = counts & ~belongs
        if not belongs.any() or not does_not.any():
            return float("nan")
        with np.errstate(all="ignore"):
            side = one.side(self.case.a, self.case.b, self.case.eta, self.case.exponent if n is None else n)
        side = np.broadcast_to(side, self.grid.regime.shape)
        return float((side[belongs].mean() + (~side[does_not]).mean()) / 2)

    @property
    def _objective_varies(self):
        """Whether an axis is a parameter of the objective: a line's conditions are asked of one objective only."""
        return bool({self.grid.x[0], self.grid.y[0]} & set(getattr(self.grid.objective, "parameters", ())))

    def _among(self, regimes):
        chosen = np.zeros(len(REGIMES) + 1, dtype=bool)  # the last for invalid cells, which are -1
        chosen[list(regimes)] = True
        return chosen[self.grid.regime]

    @cached_property
    def _long_enough(self):
        steps = self.grid.steps
        if not self.shortest:
            return np.ones(self.grid.regime.shape, dtype=bool)
        with np.errstate(all="ignore"):
            return (steps == 0) | (self.case.eta * steps * np.minimum(self.case.a, self.case.b) >= self.shortest)

    @cached_property
    def _at_a_minimum(self):
        """Cells whose run ends near a minimum; all, where that is not known."""
        if not {"final_x", "final_y"} <= set(self.grid.layers):
            return np.ones(self.grid.regime.shape, dtype=bool)
        (x0, x1), (y0, y1) = self.grid.objective.domain
        reach, (x, y) = REACH * max(x1 - x0, y1 - y0), (self.grid.layers[name] for name in ("final_x", "final_y"))
        near = np.zeros(self.grid.regime.shape, dtype=bool)
        with np.errstate(all="ignore"):
            for one in self.case.minima:
                near |= (x - one.position[0]) ** 2 + (y - one.position[1]) ** 2 <= reach**2
                if near.all():
                    break
        return near


def published_map() -> RegimeMap:
    """Ma, Wu & E's map of a network on FashionMNIST (MSML 2021, figure 8, right), 40 x 40 cells, eta = 1e-3.

    Read off the figure's bitmap; their rule is not published. No layers, and 0 steps: how
    many they took is not said either.
    """
    with resources.files(__package__).joinpath("published_regime_map.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    a, b = (np.unique([float(row[name]) for row in rows]) for name in "ab")
    regime = np.full((b.size, a.size), INVALID, dtype=np.int8)
    for row in rows:
        regime[np.searchsorted(b, float(row["b"])), np.searchsorted(a, float(row["a"]))] = REGIMES.index(row["regime"])
    eta, of = 1e-3, np.meshgrid(a, b)
    decays = {"beta2": decay_factor(of[0], eta), "beta1": decay_factor(of[1], eta)}
    parameters = {"learning_rate": eta, **decays, SCHEDULE: "constant"}
    steps = np.zeros(regime.shape, dtype=np.int64)
    return RegimeMap(("a", a), ("b", b), regime, {}, steps, parameters, "adam", NETWORK)
