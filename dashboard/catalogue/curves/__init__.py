"""What the curves' slot can show of a run over its steps. To add one: write a file here that declares CURVE."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import core
from core.registry import declared


@dataclass(frozen=True)
class Series:
    """
    One line of a run or of its ODE limit.

    Attributes
    ----------
    values : ndarray, shape (n,)
        At every iterate, n = K + 1, or at every time of the limit; with `at`, at those steps.
    label : str
        On the line itself; the run's title where empty.
    kind : str
        "main", "second" for the other coordinate, or "reference" for a threshold, a bound, a slope.
    at : ndarray, shape (n,), optional
        The steps that the values are known at, where not at every one.
    """

    values: np.ndarray
    label: str = ""
    kind: str = "main"
    at: np.ndarray | None = None


@dataclass(frozen=True)
class Limit:
    """
    A run's ODE limit, for a curve of it.

    Attributes
    ----------
    solution : core.Solution
    clock : float
        The limit's time of one step.
    make_run : callable
        ``make_run() -> core.Run``: the steps that it is the limit of.
    """

    solution: core.Solution
    clock: float
    make_run: Callable

    @cached_property
    def run(self) -> core.Run:
        """The steps that it is the limit of, computed once."""
        return self.make_run()


@dataclass(frozen=True)
class Curve:
    """
    What the curves' slot can show.

    Attributes
    ----------
    title : str
        In the chooser.
    axis_label : str
        What is drawn; {level} in it stands for what the loss is measured from.
    look : str
        A sentence: what to look for.
    order : int
        The place in the chooser.
    of_run : callable
        ``of_run(run) -> list of Series``, or ``of_run(run, level)`` with `from_level`. An InputError says why there is
        none.
    of_limit : callable or None
        The same of a `Limit`; None where the ODE limit has no such curve.
    says : callable
        ``says(run) -> str``, or ``says(run, level)``: what holds of this run's curve, with its hypotheses, shown under
        the sentence; "" for nothing.
    scale : str
        The axis's scale at first: "log", "linear" or "symlog".
    small : float
        Where a symmetric log axis turns linear.
    fine : bool
        Whether it shows differences from the limit that are smaller than the error of the limit's draft.
    from_level : bool
        Whether the loss is measured from a level (core.regimes.levels).
    """

    title: str
    axis_label: str
    look: str
    order: int
    of_run: Callable = lambda run: []
    of_limit: Callable | None = None
    says: Callable = lambda *_: ""
    scale: str = "log"
    small: float = 1e-12
    fine: bool = False
    from_level: bool = False

    def lines_of_run(self, run, level) -> list[Series]:
        """The lines of a run, its loss measured from a level; InputError says why there are none."""
        return self.of_run(run, level.value) if self.from_level else self.of_run(run)

    def said_of_run(self, run, level) -> str:
        """What holds of a run's curve, its loss measured from a level."""
        return self.says(run, level.value) if self.from_level else self.says(run)

    def lines_of_limit(self, limit, level) -> list[Series]:
        """The lines of an ODE limit, its loss measured from the level of its run."""
        if self.of_limit is None:
            return []
        return self.of_limit(limit, level.value) if self.from_level else self.of_limit(limit)


CURVES: dict[str, Curve] = dict(sorted(declared(__name__, __path__, "CURVE").items(), key=lambda item: item[1].order))
