"""Optional layers of the map, which cost time and are computed on request only.

- steps_to_tolerance: the first k with f(x_k) - f* <= tolerance; NaN where there is none.
- least_loss: the least loss of the whole run.
- spikes: how often f - f* rises, in the window, by two decades or more, from its least value since it last fell by as
  much. Values below 1e-25 count as 1e-25: there losses are rounding errors.
- spike_height: decades of the highest of these rises; NaN where there is none.
- sharpness_ratio: the greatest preconditioned sharpness in the window over its threshold (core.analyses.sharpness);
  above 1 the step's linear recursion with a frozen preconditioner grows.

f* is the objective's minimum where that is known, and else the least loss of all cells of the map.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from ..compile.problem import Problem
from ..errors import InputError
from ..optimizers.declarations import largest_eigenvalue
from ..parameters import wrong
from ..symbolic.expression import STEP, Vector, less, maximum, variable, where
from .statistics import larger, observed, smaller

RISE = 100.0  # two decades
ROUNDING = 1e-25  # of a loss: the rule's floor


@dataclass(frozen=True)
class ExtraLayer:
    """A layer that is computed on request.

    Parameters
    ----------
    rows : callable
        ``rows(step)`` -> the rows that it adds to a traced step: name -> next value (see compile.program).
    result : callable
        ``result(rows)`` -> the layer, from the rows after the run by name, (cells,) each.
    start : dict, optional
        First values of the rows by name, where they are not 0; "floor" stands for f*, "goal" for f* + tolerance.
    throughout : bool, optional
        Whether it is about the whole run, not the window alone.
    parameters : callable, optional
        ``parameters(optimizer, values)`` -> further parameters of the step that its rows need, by name.
    """

    rows: Callable
    result: Callable
    start: dict = field(default_factory=dict)
    throughout: bool = False
    parameters: Callable = lambda optimizer, values: {}

    @property
    def needs_floor(self) -> bool:
        """Whether it is measured from f*."""
        return bool({"floor", "goal"} & set(self.start.values()))


def _reached(step):
    goal, reached = variable("goal"), variable("reached")
    return {"goal": goal, "reached": where(less(goal, step.loss), reached, smaller(reached, STEP - 1))}


def _least(step):
    return {"least": smaller(variable("least"), step.loss)}


def _spikes(step):
    floor, up, high, height = (variable(name) for name in ("floor", "up", "high", "height"))
    excess = larger(step.loss - floor, ROUNDING)
    was_up = less(0.5, up)
    low = where(was_up, variable("low"), smaller(variable("low"), excess))
    starts = where(less(RISE * low, excess), 1.0, 0.0)
    now_up = where(was_up, 1.0, starts)
    high = where(was_up, larger(high, excess), excess)
    falls = less(RISE * excess, high)  # only while up
    return {
        "floor": floor,
        "up": where(falls, 0.0, now_up),
        "low": where(falls, excess, low),
        "high": high,
        "height": larger(height, where(less(0.5, now_up), high / low, 0.0)),
        "spikes": variable("spikes") + where(was_up, 0.0, starts),
    }


def _sharpness(step):
    """The largest eigenvalue of P^-1 H over the threshold."""
    declared, divisor = step.optimizer.sharpness, (1.0, 1.0)
    if declared.preconditioner is not None:
        divisor = Vector(1, 1) * declared.preconditioner(step.state, step.p, STEP)
    largest = largest_eigenvalue(Problem.hessian(step.position), divisor)
    return {"sharpness ratio": maximum(variable("sharpness ratio"), largest / declared.threshold(step.p, STEP))}


EXTRA_LAYERS = {
    "steps_to_tolerance": ExtraLayer(
        _reached, lambda rows: np.where(np.isfinite(rows["reached"]), rows["reached"], np.nan),
        {"goal": "goal", "reached": np.inf}, throughout=True,
    ),
    "least_loss": ExtraLayer(_least, lambda rows: rows["least"], {"least": np.inf}, throughout=True),
    "spikes": ExtraLayer(_spikes, lambda rows: rows["spikes"], {"floor": "floor", "low": np.inf}),
    "spike_height": ExtraLayer(
        _spikes, lambda rows: np.log10(np.where(rows["spikes"] > 0, rows["height"], np.nan)),
        {"floor": "floor", "low": np.inf},
    ),
    "sharpness_ratio": ExtraLayer(
        _sharpness, lambda rows: rows["sharpness ratio"], {"sharpness ratio": -np.inf},
        parameters=lambda optimizer, values: optimizer.sharpness.coefficients(values),
    ),
}  # fmt: skip


def checked_layers(names, optimizer) -> tuple[str, ...]:
    """The names, in order; InputError for one that is unknown, or that this optimizer cannot have."""
    try:
        names = (names,) if isinstance(names, str) else tuple(names)
    except TypeError:
        raise wrong("layers", names, f"names among {', '.join(EXTRA_LAYERS)}") from None
    for name in names:
        if not isinstance(name, str) or name not in EXTRA_LAYERS:
            raise wrong("layers", names, f"names among {', '.join(EXTRA_LAYERS)}")
    if "sharpness_ratio" in names and not has_sharpness(optimizer):
        raise InputError(f"layers = {names!r}: {optimizer.name} has no sharpness that a step could follow")
    return tuple(sorted(set(names)))


def has_sharpness(optimizer) -> bool:
    """
    Whether a method declares what the layer "sharpness_ratio" follows.

    Parameters
    ----------
    optimizer : core.Optimizer

    Returns
    -------
    bool
    """
    return optimizer.sharpness is not None


@lru_cache(maxsize=64)
def recorders(names: tuple[str, ...]) -> tuple[Callable | None, Callable]:
    """What the plain step records for these layers, and what the observing one does."""

    def throughout(step):
        rows: dict = {}
        for name in names:
            if EXTRA_LAYERS[name].throughout:
                rows |= EXTRA_LAYERS[name].rows(step)
        return rows

    def window(step):
        rows = throughout(step)
        for name in names:
            if not EXTRA_LAYERS[name].throughout:
                rows |= EXTRA_LAYERS[name].rows(step)
        return rows | observed(step)

    return (throughout if any(EXTRA_LAYERS[name].throughout for name in names) else None), window


def first_values(names, floor, tolerance) -> dict[str, float]:
    """Row -> the value that it starts the run from, for the rows that do not start from 0."""
    told = {"floor": floor, "goal": None if floor is None else floor + tolerance}
    return {
        row: told[value] if isinstance(value, str) else value
        for name in names
        for row, value in EXTRA_LAYERS[name].start.items()
    }
