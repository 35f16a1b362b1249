"""The conditions under which a line says anything: on the method, its values, the objective and the minimum reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..objectives import Objective
from ..objectives import objective as objective_of
from ..objectives.minima import Minimum, local_minima
from ..optimizers import Optimizer, optimizer_named
from ..parameters import rate_of
from ..schedules import NAME as SCHEDULE

NETWORK = "a network on FashionMNIST"  # in place of an objective: what the published map was measured on
NEGLIGIBLE = 0.01  # the largest epsilon/sqrt(v) that counts as small: a line moves by about this share


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
        The one that the run ends in, if known; otherwise the conditions must hold at every minimum of f.
    """

    method: Optimizer
    values: dict
    objective: Objective | str
    minimum: Minimum | None = None

    @property
    def eta(self):
        """The learning rate."""
        return np.asarray(self.values["learning_rate"])

    @cached_property
    def a(self):
        """The rate of the second moment, (1 - beta2)/eta."""
        return rate_of(np.asarray(self.values["beta2"]), self.eta)

    @cached_property
    def b(self):
        """The rate of the first moment, (1 - beta1)/eta."""
        return rate_of(np.asarray(self.values["beta1"]), self.eta)

    @property
    def b_eta(self):
        """b eta = 1 - beta1, the share of m that a step replaces."""
        return 1 - np.asarray(self.values["beta1"])

    @property
    def epsilon(self):
        """The least that the step divides by: epsilon, or its root where it is inside."""
        epsilon = np.asarray(self.values["epsilon"])
        return np.sqrt(epsilon) if self.method.trait("epsilon_is_inside", self.values) else epsilon

    @cached_property
    def minima(self) -> tuple[Minimum, ...]:
        """The minimum that the run ends in, if known; else all that are found."""
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
    A condition under which a line applies.

    Attributes
    ----------
    label : str
        What the line holds for, a few words.
    holds : callable
        Case -> bool, or an array of them where the case's values are arrays.
    reason : callable
        Case -> why it does not hold, a clause.
    """

    label: str
    holds: Callable
    reason: Callable


def case_of(method, values, objective, minimum=None) -> Case:
    """
    Make the case that a line's conditions are asked about.

    Parameters
    ----------
    method : core.Optimizer or str
    values : dict
        Complete values by name.
    objective : core.Objective or str
        A name, a formula, or `NETWORK`.
    minimum : Minimum, optional
        The one that the run ends in, where it is known.

    Returns
    -------
    Case
    """
    if isinstance(method, str):
        method = optimizer_named(method)
    if isinstance(objective, str) and objective != NETWORK:
        objective = objective_of(objective)
    return Case(method, values, objective, minimum)


def _no_minimum(case):
    if isinstance(case.objective, str):
        return f"nothing is known of the minima of {case.objective}"
    return "no minimum of f was found"


def b_eta_within(low, high, label):
    """b eta above `low` and up to `high`, to rounding."""
    return Condition(
        label,
        lambda case: (case.b_eta > low * (1 + 1e-9)) & (case.b_eta <= high * (1 + 1e-9)),
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
    lambda case: case.epsilon <= NEGLIGIBLE * case.curvature * case.eta / 2 / np.sqrt(2),
    lambda case: "epsilon is more than 1 % of sqrt(v) where x swings by half a step",
)
SMALL_EPSILON_AT_THE_RIPPLE = Condition(
    "epsilon at most 1 % of sqrt(v) in the ripple",
    lambda case: case.epsilon <= NEGLIGIBLE * case.curvature * case.eta * case.b_eta / (2 * (2 - case.b_eta)),
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
    """A statement that holds under `conditions` only."""

    conditions: tuple[Condition, ...]

    @property
    def scope(self) -> str:
        """What it holds for, in words."""
        return "; ".join(condition.label for condition in self.conditions)

    def applies(self, method, values: dict, objective, minimum: Minimum | None = None) -> str | None:
        """
        Whether it applies to one run.

        Parameters
        ----------
        method : core.Optimizer or str
        values : dict
            Complete values by name, as from `core.resolved`; numbers.
        objective : core.Objective or str
            Or a name, a formula, or `NETWORK`.
        minimum : Minimum, optional
            The one that the run ends in (`core.objectives.minima.minimum_near`); by default the conditions must hold
            at every minimum of f.

        Returns
        -------
        str or None
            None if it does, else why not, as a clause.
        """
        case = case_of(method, values, objective, minimum)
        for condition in self.conditions:
            if not np.all(condition.holds(case)):
                return condition.reason(case)
        return None

    def holds(self, method, values: dict, objective) -> np.ndarray:
        """
        Where on a plane it applies.

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
        """Why it applies nowhere on a plane, None if it applies somewhere; arguments as for :meth:`holds`."""
        case = case_of(method, values, objective)
        found = np.asarray(True)
        with np.errstate(all="ignore"):
            for condition in self.conditions:
                found = found & np.asarray(condition.holds(case))
                if not np.any(found):
                    return condition.reason(case)
        return None


@dataclass(frozen=True)
class Claim(Conditional):
    """A result other than a line, with the conditions that it was derived or measured under."""

    name: str
    conditions: tuple[Condition, ...]
