"""How well a line tells its regimes from the others on a map."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from ..errors import InputError
from ..parameters import not_negative, positive, wrong
from .conditions import case_of
from .lines import LINES, Line, line
from .map import RegimeMap
from .names import REGIMES

SETTLED = 10.0  # eta * steps * min(a, b) from which a run is long enough to show its regime
REACH = 0.25  # of the domain's width: a run that ends within this distance of a minimum counts as having reached it


def counted(grid: RegimeMap, one: Line | str, shortest: float = 0.0) -> np.ndarray:
    """
    The cells of a map that a line's claim is compared with.

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
    return Scoring(grid, shortest).counted(_line_of(one))


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
    one, n = _line_of(one), None if n is None else positive("n", n)
    return Scoring(grid, shortest).separation(one, n)


def _line_of(one) -> Line:
    if isinstance(one, Line):
        return one
    if not isinstance(one, str):
        raise wrong("one", one, f"a line, or one of {', '.join(known.name for known in LINES)}")
    return line(one)


class Scoring:
    """
    Compares lines with a map: :func:`counted` and :func:`separation`, with the work common to all lines done once.

    Parameters
    ----------
    grid : RegimeMap
        Of a method with beta1 and beta2.
    shortest : float, optional
        As for :func:`counted`.

    Raises
    ------
    InputError
        As :func:`counted`.
    """

    def __init__(self, grid: RegimeMap, shortest: float = 0.0):
        if not isinstance(grid, RegimeMap):
            raise wrong("grid", grid, "a core.RegimeMap")
        if not {"beta1", "beta2"} <= set(grid.parameters):
            raise InputError("grid: must be of a method with beta1 and beta2")
        if not grid.optimizer or grid.objective is None:
            raise InputError("grid: must say its optimizer and its objective")
        self.grid, self.shortest = grid, not_negative("shortest", shortest)
        self.case = case_of(grid.optimizer, grid.parameters, grid.objective)

    def counted(self, one: Line) -> np.ndarray:
        """
        The cells that a line's claim is compared with.

        Parameters
        ----------
        one : Line

        Returns
        -------
        ndarray of bool
            Of the map's shape; see :func:`counted`.
        """
        counts = self._among((*one.regimes, *one.others)) & self._long_enough
        if self._objective_varies:
            return np.zeros_like(counts)
        counts &= one.holds(self.grid.optimizer, self.grid.parameters, self.grid.objective)
        return counts & self._at_a_minimum if one.is_local and counts.any() else counts

    def separation(self, one: Line, n: float | None = None, counts: np.ndarray | None = None) -> float:
        """
        Balanced accuracy over the cells that count.

        Parameters
        ----------
        one : Line
        n : float, optional
            The exponent of a power |x|^n, by default that of the objective.
        counts : ndarray of bool, optional
            The cells that count, where they are known already.

        Returns
        -------
        float
            See :func:`separation`.
        """
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
        if isinstance(self.case.objective, str):  # no function is known
            return np.ones(self.grid.regime.shape, dtype=bool)
        (x0, x1), (y0, y1) = self.case.objective.domain
        reach, (x, y) = REACH * max(x1 - x0, y1 - y0), (self.grid.layers[name] for name in ("final_x", "final_y"))
        near = np.zeros(self.grid.regime.shape, dtype=bool)
        with np.errstate(all="ignore"):
            for one in self.case.minima:
                near |= (x - one.position[0]) ** 2 + (y - one.position[1]) ** 2 <= reach**2
                if near.all():
                    break
        return near
