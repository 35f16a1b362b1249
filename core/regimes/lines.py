"""Lines that theory draws over the plane of a = (1 - beta2)/eta and b = (1 - beta1)/eta: to add one is to add a row.

A line claims that some regimes lie on one side of it, for the methods, functions and values that it was derived or
measured for: its conditions. It is stated, drawn and scored there only. :meth:`Line.applies` tells of one run whether
a line says anything of it, :meth:`Line.holds` of every cell of a plane; :func:`core.separation` compares the claim
with a map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..parameters import rate_of
from .conditions import (
    ADAMS_STEPS,
    AT_A_MINIMUM,
    AT_A_POWER,
    CONSTANT_RATE,
    HAS_A_MINIMUM,
    NONSINGULAR,
    POWER,
    SMALL_EPSILON_AT_A_STEP,
    SMALL_EPSILON_AT_THE_RIPPLE,
    THE_NETWORK,
    Claim,
    Condition,
    Conditional,
    b_eta_within,
)
from .names import CONVERGING, DIVERGENCE, OSCILLATION, SPIKE

PROVED, DERIVED, MEASURED = "proved", "derived and checked", "measured"


@dataclass(frozen=True)
class Line(Conditional):
    """A curve in the plane of a and b, and the regimes that should lie on one side of it.

    Parameters
    ----------
    name : str
    relation : str
        The curve as text, such as "a = 4b".
    meaning : str
        What it separates, in words.
    source : str
    status : str
        What stands behind the claim: `PROVED`, `DERIVED` or `MEASURED`.
    a : callable
        ``a(b, eta, n)``: the curve, with the learning rate eta and the exponent n of a power |x|^n; elementwise.
    conditions : tuple of Condition
        The methods, functions and values that it holds for.
    regimes : tuple of int, optional
        Indices into REGIMES: those that belong on its side of larger a. Without any the line has no score.
    others : tuple of int, optional
        Those that belong on the other side, all by default; cells of regimes in neither are not counted.
    below : bool, optional
        Whether `regimes` belong on the side of smaller a instead.
    from_a : float, optional
        `regimes` lie at this a and above only.
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
        """
        Where its regimes should be.

        Parameters
        ----------
        a, b, eta, n : float or ndarray
            The rates, the learning rate and the exponent of a power |x|^n; they broadcast.

        Returns
        -------
        ndarray of bool
        """
        beyond = (a > self.a(b, eta, n)) & (a >= self.from_a)
        return ~beyond if self.below else beyond


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
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_A_STEP, b_eta_within(0.0, 0.01, "b eta <= 0.01")), (DIVERGENCE,),
    ),
    Line(
        "ripple edge", "end of the ripple",
        "where a = 8b is no longer exact: for larger a the swing at the end is wider than eta/2 to either side",
        "measured on x^2/2: 7.98b at b eta = 0.01, 6.25b at 0.1, 2.79b at 0.3", MEASURED, ripple_edge,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_A_STEP, b_eta_within(0.01, 0.3, "0.01 < b eta <= 0.3")), (DIVERGENCE,),
    ),
    Line(
        "locking", "a = 0.8b",
        "for smaller a, v cannot follow the gradient down: on its way the loss first dips far below its later ripple",
        "derived by averaging, on a quadratic", DERIVED,
        lambda b, eta, n: 0.8 * b,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_THE_RIPPLE, b_eta_within(0.0, 0.1, "b eta <= 0.1")),
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
        (*AT_A_POWER, b_eta_within(0.0, 0.5 * (1 - 1e-6), "beta1 > 1/2")), (CONVERGING,), (OSCILLATION, SPIKE),
        below=True,
    ),
    Line(
        "wedge, quick edge", "a = 12(n-2)/(3n-4) b", "for larger a/b a power |x|^n oscillates in small, short periods",
        "Tang, Chen & Liu 2026, measured", MEASURED,
        lambda b, eta, n: 12 * (n - 2) / (3 * n - 4) * b,
        (*AT_A_POWER, b_eta_within(0.0, 0.01, "b eta <= 0.01")), (OSCILLATION,), (CONVERGING, SPIKE),
    ),
    Line(
        "quadratic spikes", "a = 13.2 b^3 eta^2", "for smaller a the loss at a minimum comes in spikes",
        "measured on x^2/2, 13.0 to 13.5; the cube is derived; Tang, Chen & Liu 2026 fit 15.6 (1 - beta1)^3.07",
        MEASURED, lambda b, eta, n: 13.2 * b**3 * eta**2,
        (*AT_A_MINIMUM, SMALL_EPSILON_AT_THE_RIPPLE, b_eta_within(0.03 * (1 - 1e-6), 0.1, "0.03 <= b eta <= 0.1")),
        (SPIKE,), (OSCILLATION, DIVERGENCE), below=True,
    ),
)  # fmt: skip


# Where the steps end in the ripple of core.analyses.ripple: between the trains of spikes and a = 8b
RIPPLE = Claim(
    "ripple",
    (
        *AT_A_MINIMUM,
        SMALL_EPSILON_AT_THE_RIPPLE,
        b_eta_within(0.0, 0.1, "b eta <= 0.1"),
        Condition(
            "a above the spikes' edge",
            # from b eta = 0.03 on trains end between 13 and 14, below it later: at 16 for 0.02, at 25 for 0.01
            lambda case: case.a * case.eta > np.where(case.b_eta < 0.03, 25.0, 14.0) * case.b_eta**3,
            lambda case: "the loss comes in spikes here, or may",
        ),
        Condition("a < 8b", lambda case: case.a < 8 * case.b, lambda case: "there is no ripple from a = 8b on"),
    ),
)


def line(name: str) -> Line:
    """
    Find a line by its name.

    Parameters
    ----------
    name : str

    Returns
    -------
    Line

    Raises
    ------
    InputError
        For an unknown name; it lists them all.
    """
    for one in LINES:
        if one.name == name:
            return one
    raise InputError(f"line = {name!r}: must be one of {', '.join(one.name for one in LINES)}")
