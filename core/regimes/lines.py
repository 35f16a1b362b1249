"""Lines that theory draws over the plane of a = (1 - beta2)/eta and b = (1 - beta1)/eta, and how well each one does.

A line claims that some regimes lie on the one side of it. :func:`separation` holds the claim against a map.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources

import numpy as np

from core.regimes.map import RegimeMap
from core.regimes.names import CONVERGING, DIVERGENCE, INVALID, OSCILLATION, REGIMES, SPIKE, UNDECIDED

PROVED, DERIVED, MEASURED = "proved", "derived and checked", "measured"


@dataclass(frozen=True)
class Line:
    """a as a function of b: `a(b, eta, n)`, with the learning rate eta and the exponent n of a power |x|^n.

    regimes: those that belong on its side of larger a (or, with `below`, of smaller), `others` those that do not:
    regimes beside both are not its business;  from_a: it is drawn, and claims anything, from this a on;
    status: proved, derived and checked, or measured: what stands behind the claim, in the setting of `source`.
    """

    name: str
    relation: str
    meaning: str
    source: str
    status: str
    a: Callable
    regimes: tuple[int, ...]
    others: tuple[int, ...] = (CONVERGING, OSCILLATION, SPIKE, DIVERGENCE)
    below: bool = False
    from_a: float = 0.0

    def side(self, a, b, eta, n=2.0):
        """Where its regimes should be: bool, elementwise over arrays of a and b."""
        beyond = (a > self.a(b, eta, n)) & (a >= self.from_a)
        return ~beyond if self.below else beyond


LINES = (
    Line(
        "proof", "a = 4b", "3 + beta2 = 4 beta1: for larger a the energy may grow, and the proof of convergence stops",
        "Belotto da Silva & Gazeau 2020, theorem 1", PROVED,
        lambda b, eta, n: 4 * b, (DIVERGENCE,),
    ),
    Line(
        "contraction", "a = 8b", "for larger a the flow on a quadratic no longer contracts: averaging over a period",
        "derived by averaging; measured between 7b and 10b on four objectives", DERIVED,
        lambda b, eta, n: 8 * b, (DIVERGENCE,),
    ),
    Line(
        "locking", "a = 0.8b", "for smaller a, v cannot follow the gradient down: the loss dips, then bursts",
        "derived by averaging, on a quadratic", DERIVED,
        lambda b, eta, n: 0.8 * b, (SPIKE,), below=True,
    ),
    Line(
        "published", "a = 3b, from a = 1.1", "edge of divergence on the published network's map",
        "read off Ma, Wu & E 2021, figure 8", MEASURED,
        lambda b, eta, n: 3 * b, (DIVERGENCE,), from_a=1.1,
    ),
    Line(
        "bounded update", "a = 2b - b^2 eta", "beta1 = sqrt(beta2): for larger a, m/sqrt(v) is no longer bounded",
        "Reddi, Kale & Kumar 2018", PROVED,
        lambda b, eta, n: 2 * b - b * b * eta, (DIVERGENCE,),
    ),
    Line(
        "balance", "a = b", "beta1 = beta2: smallest and calmest losses, spikes on its one side",
        "Ma, Wu & E 2021", MEASURED,
        lambda b, eta, n: b, (SPIKE,), (DIVERGENCE,), below=True,
    ),
    Line(
        "wedge, calm edge", "beta2 = beta1^(2(n-2)/n)", "for smaller a/b a power |x|^n falls without spikes",
        "Tang, Chen & Liu 2026, for n > 2: about a = 2(n-2)/n b", PROVED,
        lambda b, eta, n: (1 - (1 - b * eta) ** (2 * (n - 2) / n)) / eta, (CONVERGING,), (OSCILLATION, SPIKE),
        below=True,
    ),
    Line(
        "wedge, quick edge", "a = 12(n-2)/(3n-4) b", "for larger a/b a power |x|^n oscillates in small, short periods",
        "Tang, Chen & Liu 2026, for n > 2", MEASURED,
        lambda b, eta, n: 12 * (n - 2) / (3 * n - 4) * b, (OSCILLATION,), (CONVERGING, SPIKE),
    ),
    Line(
        "quadratic spikes", "1 - beta2 = 15.6 (1 - beta1)^3.07", "for smaller a a quadratic's loss comes in spikes",
        "Tang, Chen & Liu 2026, fitted at eta = 0.1 and 0.01", MEASURED,
        lambda b, eta, n: 15.6 * (b * eta) ** 3.07 / eta, (SPIKE,), below=True,
    ),
)  # fmt: skip


def line(name: str) -> Line:
    """The line of this name; ValueError listing them all."""
    for one in LINES:
        if one.name == name:
            return one
    raise ValueError(f"line = {name!r}: must be one of {', '.join(one.name for one in LINES)}")


def separation(grid: RegimeMap, one: Line | str, n: float = 2.0) -> float:
    """How well a line tells its regimes from the others on a map, from 0 to 1: balanced accuracy.

    The mean of two shares: of its regimes' cells that lie on its side, and of the others' that lie on the other. A
    line that says the same of every cell gets 0.5; NaN where the map has cells of one kind only. Cells that are
    undecided, invalid or not the line's business do not count.
    grid: of any method and axes, as long as the method has beta1 and beta2;  n: the exponent of a power |x|^n.
    """
    one = line(one) if isinstance(one, str) else one
    if not {"beta1", "beta2"} <= set(grid.parameters):
        raise ValueError("grid: must be of a method with beta1 and beta2")
    eta = grid.parameters["learning_rate"]
    a, b = (1 - grid.parameters["beta2"]) / eta, (1 - grid.parameters["beta1"]) / eta
    with np.errstate(invalid="ignore", over="ignore"):
        side = np.broadcast_to(one.side(a, b, eta, n), grid.regime.shape)
    counts = ~np.isin(grid.regime, (UNDECIDED, INVALID))
    belongs = counts & np.isin(grid.regime, one.regimes)
    does_not = counts & ~belongs & np.isin(grid.regime, one.others)
    if not belongs.any() or not does_not.any():
        return float("nan")
    return float((side[belongs].mean() + (~side[does_not]).mean()) / 2)


def published_map() -> RegimeMap:
    """Ma, Wu & E's map of a network on FashionMNIST (MSML 2021, figure 8, right), 40 x 40 cells, eta = 1e-3.

    Read off the figure's bitmap; their rule is not published, and classifies by eye. No layers, and 0 steps: how
    many they took is not said either.
    """
    with resources.files("core.regimes").joinpath("published_regime_map.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    a, b = (np.unique([float(row[name]) for row in rows]) for name in "ab")
    regime = np.full((b.size, a.size), INVALID, dtype=np.int8)
    for row in rows:
        regime[np.searchsorted(b, float(row["b"])), np.searchsorted(a, float(row["a"]))] = REGIMES.index(row["regime"])
    eta, of = 1e-3, np.meshgrid(a, b)
    parameters = {"learning_rate": eta, "beta2": 1 - of[0] * eta, "beta1": 1 - of[1] * eta}
    return RegimeMap(("a", a), ("b", b), regime, {}, np.zeros(regime.shape, dtype=np.int64), parameters)
