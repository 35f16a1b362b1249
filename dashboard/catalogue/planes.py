"""The planes a regime map is drawn on: those that a run offers, their axes, and their cells.

An axis has its own units: log10 of the value, log10 of 1 - value, or the value, by the parameter's scale. Boxes,
cells and dots are told in these units, here and in the browser. Where the learning rate is an axis, every cell runs
as long on its method's clock: for most, learning_rate * steps is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

import core
from core.objectives import BUILT_IN
from core.parameters import RATE_PARAMETERS, RATES

START = ("x0", "y0")
ETA = "learning_rate"
SYMBOLS = {
    "learning_rate": "η", "momentum": "μ", "exponent": "exponent c", "momentum_decay": "ψ",
    "final_learning_rate": "final rate η∗", "weight_decay": "weight decay λ", "x0": "start x", "y0": "start y",
    "kappa": "condition number κ", "angle": "angle φ", "n": "exponent n",
}  # fmt: skip
TITLES = {"a": "a = (1 − β₂)/η", "b": "b = (1 − β₁)/η"}
OWN = {name: {p.name: p for p in entry.parameters} for name, entry in BUILT_IN.items()}  # the objectives' parameters
PARAMETERS = RATE_PARAMETERS | {p.name: p for optimizer in core.OPTIMIZERS.values() for p in optimizer.numeric}
PARAMETERS |= {name: p for own in OWN.values() for name, p in own.items()}


@dataclass(frozen=True)
class Axis:
    """
    One axis of a plane.

    Attributes
    ----------
    name : str
        The parameter.
    scale : str
        "log", "complement" (the logarithm of 1 - value) or "linear".
    range : (float, float)
        The whole axis, in its own units.
    """

    name: str
    scale: str
    range: tuple[float, float]

    def values(self, units):
        """The parameter's values at places on the axis, which are in its own units."""
        units = np.asarray(units, dtype=float)
        if self.scale == "linear":
            return units
        return 10**units if self.scale == "log" else 1 - 10**units


def symbol(name: str) -> str:
    """What an axis measures, in plain text."""
    if name in START:
        return SYMBOLS[name]
    p = PARAMETERS[name]
    text = SYMBOLS.get(name) or p.label
    return f"1 − {text}" if p.scale == "complement" else text


def title(name: str) -> str:
    """An axis's title, for Plotly."""
    text = TITLES.get(name) or symbol(name)
    return "".join(f"<sub>{ord(c) - 0x2080}</sub>" if "₀" <= c <= "₉" else c for c in text)


def of_objective(objective: str) -> list[str]:
    """The planes along an objective's own parameters: each against the learning rate, then two by two.

    Parameters
    ----------
    objective : str
        A built-in's name; a formula has no parameters.
    """
    names = list(OWN.get(objective, {}))
    return [f"{ETA},{name}" for name in names] + [f"{x},{y}" for i, x in enumerate(names) for y in names[i + 1 :]]


def offered(optimizer: str, held: str, values: dict | None = None, objective: str = "") -> list[str]:
    """The planes of a run, the usual one first.

    Parameters
    ----------
    optimizer : str
    held : str
        The pair that the run holds, "rates" or "decays". The lists of the two go in step: what stands in the same
        place is the same plane, as far as may be.
    values : dict, optional
        The run's complete values: planes along a parameter that changes nothing with them are left out.
    objective : str, optional
        A built-in's name, for the planes along its parameters.

    Returns
    -------
    list of str
        "x name,y name" of each.
    """
    declaration = core.OPTIMIZERS[optimizer]
    names = [p.name for p in declaration.numeric]
    planes = ["a,b", "beta2,beta1"] if declaration.has_rates else []
    others = [name for name in names if name != ETA]
    others.sort(key=lambda name: name not in RATES.values())
    rate_of = {decay: rate for rate, decay in RATES.items()} if held == "rates" else {}
    planes += [f"{ETA},{rate_of.get(name, name)}" for name in others]
    planes += [*of_objective(objective), ",".join(START)]
    idle = declaration.idle(values) if values else {}
    return [plane for plane in planes if not any(RATES.get(name, name) in idle for name in plane.split(","))]


def every() -> tuple[str, ...]:
    """All planes of all methods, the page's default first."""
    found = [p for name in ("adam", *core.optimizers()) for held in ("rates", "decays") for p in offered(name, held)]
    return tuple(dict.fromkeys([*found, *(plane for name in OWN for plane in of_objective(name))]))


def drawn_plane(plane: str, optimizer: str, held: str, values: dict | None = None, objective: str = "") -> str:
    """
    The plane that is drawn where one is asked for.

    Parameters
    ----------
    plane : str
        What is asked for, "x name,y name".
    optimizer, held, values, objective
        As for `offered`.

    Returns
    -------
    str
        The plane itself where it is offered; its twin along the pair held, such as "a,b" for "beta2,beta1"; else the
        usual one.
    """
    here = offered(optimizer, held, values, objective)
    there = offered(optimizer, "decays" if held == "rates" else "rates", values, objective)
    return plane if plane in here else here[there.index(plane)] if plane in there else here[0]


def scale(name: str) -> str:
    """The scale of an axis, that of its parameter's control: "log", "complement" or "linear"."""
    return "linear" if name in START else PARAMETERS[name].scale


def axes(plane: str, optimizer: str, domain, steps_at, most_steps: int) -> tuple[Axis, Axis]:
    """
    The two axes of a plane.

    Parameters
    ----------
    plane : str
        "x name,y name".
    optimizer : str
    domain : ((float, float), (float, float))
        The objective's, which the start's coordinates range over.
    steps_at : callable
        ``steps_at(learning_rate) -> float``: the steps of a cell.
    most_steps : int
        Learning rates at which a cell would take no step, or more than these, are left out.

    Returns
    -------
    x_axis, y_axis : Axis
    """
    known = PARAMETERS | {p.name: p for p in core.OPTIMIZERS[optimizer].numeric}
    found = []
    for name in plane.split(","):
        if name in START:
            scale, ends = "linear", domain[START.index(name)]
        else:
            scale, (low, high) = known[name].scale, known[name].slider
            if name == ETA:
                rates = np.geomspace(low, high, 301)
                counts = np.array([steps_at(rate) for rate in rates])
                rates = rates[(counts >= 1) & (counts <= most_steps)]
                low, high = (rates[0], rates[-1]) if len(rates) > 1 else (low, high)
            ends = {
                "log": lambda low, high: (np.log10(low), np.log10(high)),
                "complement": lambda low, high: (np.log10(1 - high), np.log10(1 - low)),
                "linear": lambda low, high: (low, high),
            }[scale](low, high)
        low, high = (round(float(end), 9) for end in ends)
        found.append(Axis(name, scale, (low, high)))
    x_axis, y_axis = found
    return x_axis, y_axis


@cache
def bending(optimizer: str) -> tuple[str, ...]:
    """The parameters that change the optimizer's clock, apart from the learning rate."""
    declaration, values = core.OPTIMIZERS[optimizer], core.resolved(optimizer, {})
    found = []
    for p in declaration.numeric:
        usual, other = (declaration.clock(values | {p.name: v}) for v in (p.default, np.mean([p.default, p.slider[0]])))
        if p.name != ETA and usual != other:
            found.append(p.name)
    return tuple(found)


def even_in_time(plane: str, optimizer: str) -> bool:
    """Whether all cells of a plane run for the same time on the clock, and not for the same number of steps.

    They do where the learning rate is an axis, unless the other axis changes the clock itself.
    """
    names = plane.split(",")
    return ETA in names and not set(names) & set(bending(optimizer))


def middles(low: float, high: float, count: int) -> np.ndarray:
    """
    The middles of equal cells between two places on an axis.

    Parameters
    ----------
    low, high : float
        In the axis's units.
    count : int

    Returns
    -------
    ndarray, shape (count,)
    """
    return low + (high - low) * (np.arange(count) + 0.5) / count


__all__ = [
    "ETA",
    "START",
    "Axis",
    "axes",
    "bending",
    "drawn_plane",
    "even_in_time",
    "every",
    "middles",
    "offered",
    "scale",
    "symbol",
    "title",
]
