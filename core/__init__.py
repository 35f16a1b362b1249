"""Adamoscope's core: adaptive optimizers, their ODE limits and their regimes on functions of the plane.

No Dash, no Plotly: what the page shows, a notebook computes with the same calls.
"""

from core.flow import Flow, flow
from core.objectives import NAMES as _OBJECTIVE_NAMES
from core.objectives import Objective, objective
from core.optimizers import NAMES as _OPTIMIZER_NAMES
from core.optimizers import OPTIMIZERS
from core.optimizers.base import Optimizer
from core.parameters import RATES, known, real, resolve, whole
from core.regimes.classifier import THRESHOLDS, Thresholds
from core.regimes.map import Cancelled, RegimeMap
from core.regimes.names import REGIMES
from core.run import MAXIMUM_STEPS, Run, checked_start, run


def optimizers() -> tuple[str, ...]:
    """Every optimizer's name."""
    return _OPTIMIZER_NAMES


def objectives() -> tuple[str, ...]:
    """Every built-in objective's name."""
    return _OBJECTIVE_NAMES


def regime_map(
    objective,
    *,
    x,
    y,
    start=None,
    steps=None,
    duration=None,
    optimizer="adam",
    layers=(),
    tolerance=1e-6,
    thresholds=THRESHOLDS,
    should_stop=None,
    threads=None,
    **parameters,
) -> RegimeMap:
    """Classify one run per cell of a plane.

    x, y: (name, values) for the two axes: any numeric parameter, a or b, or the start's "x0", "y0";
    steps, or duration in the time of the optimizer's clock: learning_rate * steps for most (40,000 steps if neither
    is given);  start and parameters as in :func:`run`, constant over the map;  layers: names of further
    layers (core.regimes.extras), one of which counts the steps until f - f* <= tolerance;  thresholds: the rule's
    numbers, core.Thresholds;  should_stop: asked every few hundred
    steps of a pack of cells, core.Cancelled when true;  threads: 1 for this thread only.
    ValueError names the parameter, the value and what is allowed; cells whose own values are invalid are -1.
    """
    from core.regimes.map import regime_map as compute

    method = OPTIMIZERS[known("optimizer", optimizer, _OPTIMIZER_NAMES)]
    f = _objective_of(objective)
    if steps is not None and duration is not None:
        raise ValueError(f"steps = {steps!r}, duration = {duration!r}: give one of them, not both")
    if duration is not None:
        duration = real("duration", duration)
        if duration <= 0:
            raise ValueError(f"duration = {duration!r}: must be a finite number above 0")
    else:
        steps = whole("steps", 40_000 if steps is None else steps, 1, MAXIMUM_STEPS)
    tolerance = real("tolerance", tolerance)
    x0 = checked_start(f, start)
    return compute(
        method, f, x0, steps, duration, x, y, parameters, should_stop, threads, layers, tolerance, thresholds
    )


def resolved(optimizer: str, parameters: dict) -> dict:
    """The complete values by name that :func:`run` would use, rates turned into decay factors, and both in the
    result; ValueError as there."""
    method = OPTIMIZERS[known("optimizer", optimizer, _OPTIMIZER_NAMES)]
    values = resolve(optimizer, method.parameters, parameters)
    eta = values["learning_rate"]
    rates = {rate: (1.0 - values[decay]) / eta for rate, decay in RATES.items() if decay in values}
    return values | rates


_objective_of = objective

__all__ = [
    "OPTIMIZERS",
    "REGIMES",
    "Cancelled",
    "Flow",
    "Objective",
    "Optimizer",
    "RegimeMap",
    "Run",
    "Thresholds",
    "flow",
    "objective",
    "objectives",
    "optimizers",
    "regime_map",
    "resolved",
    "run",
]
