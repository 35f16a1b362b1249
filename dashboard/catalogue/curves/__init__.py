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
    """One line of a run: its value at every iterate (K+1,), or at every time of a flow.

    label: on the line itself; the run's title where empty.  kind: "main", "second" for the other coordinate, or
    "reference" for a threshold, a bound, a slope.  at: the steps it is known at, where not at every one.
    """

    values: np.ndarray
    label: str = ""
    kind: str = "main"
    at: np.ndarray | None = None


@dataclass(frozen=True)
class Limit:
    """A run's flow as a curve sees it: `clock` is the flow's time of one step, `make_run()` the discrete run."""

    solution: core.Solution
    clock: float
    make_run: Callable

    @cached_property
    def run(self) -> core.Run:
        return self.make_run()


@dataclass(frozen=True)
class Curve:
    """title: in the chooser;  axis: beside it, what is drawn;  look: a sentence, what to look for.

    of_run(run) -> lines, and of_limit(limit) -> lines, where there are any; an InputError says why there are none.
    says(run) -> what holds of this run's curve, with its hypotheses, or "": shown under the sentence.
    from_level: the loss is measured from a level (core.regimes.levels), the second argument of of_run, of_limit and
    says; in `axis` {level} stands for it.
    scale: the one it is best seen on;  small: where a symmetric log axis turns linear;  fine: it tells of differences
    from the limit that are finer than the limit's draft.
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
        """The lines of a run whose loss is measured from the level."""
        return self.of_run(run, level.value) if self.from_level else self.of_run(run)

    def said_of_run(self, run, level) -> str:
        """What holds of the curve of a run whose loss is measured from the level."""
        return self.says(run, level.value) if self.from_level else self.says(run)

    def lines_of_limit(self, limit, level) -> list[Series]:
        """The lines of a limit, on the level of its run."""
        if self.of_limit is None:
            return []
        return self.of_limit(limit, level.value) if self.from_level else self.of_limit(limit)


CURVES: dict[str, Curve] = dict(sorted(declared(__name__, __path__, "CURVE").items(), key=lambda item: item[1].order))
