"""The public functions: checked arguments in, results out. `import core` has them all."""

from core.integrate.ode_limit import flow
from core.objectives import NAMES as _OBJECTIVE_NAMES
from core.objectives import checked_start, objective
from core.optimizers import NAMES as _OPTIMIZER_NAMES
from core.optimizers import OPTIMIZERS
from core.parameters import RATES, known, real, resolve, whole
from core.regimes.flow_map import flow_map as _flow_map
from core.regimes.map import RegimeMap
from core.regimes.map import regime_map as _regime_map
from core.regimes.rule import THRESHOLDS
from core.runs import MAXIMUM_STEPS, run

_built = objective


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
    method = OPTIMIZERS[known("optimizer", optimizer, _OPTIMIZER_NAMES)]
    f = _built(objective)
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
    return _regime_map(
        method, f, x0, steps, duration, x, y, parameters, should_stop, threads, layers, tolerance, thresholds
    )


def flow_map(
    objective,
    *,
    x,
    y,
    start=None,
    duration=10.0,
    optimizer="adam",
    variant=None,
    rtol=1e-6,
    max_steps=100_000,
    thresholds=THRESHOLDS,
    should_stop=None,
    threads=None,
    **parameters,
) -> RegimeMap:
    """Classify one ODE limit per cell of a plane, sampled on the clock of the steps, t_k = k learning_rate for most.

    So the difference to :func:`regime_map` with the same question and duration is one of arrays. duration, variant,
    rtol as in :func:`flow`;  max_steps: of the integrator, for one cell: one that needs more has 1 in the layer
    step_limit, is undecided, and NaN otherwise;  the rest as in :func:`regime_map`.
    """
    method = OPTIMIZERS[known("optimizer", optimizer, _OPTIMIZER_NAMES)]
    f = _built(objective)
    duration, rtol = real("duration", duration), real("rtol", rtol)
    if duration <= 0:
        raise ValueError(f"duration = {duration!r}: must be a finite number above 0")
    x0, most = checked_start(f, start), whole("max_steps", max_steps, 1, MAXIMUM_STEPS)
    return _flow_map(method, f, x0, duration, x, y, parameters, variant, rtol, most, should_stop, threads, thresholds)


def resolved(optimizer: str, parameters: dict) -> dict:
    """The complete values by name that :func:`run` would use, rates turned into decay factors, and both in the
    result; ValueError as there."""
    method = OPTIMIZERS[known("optimizer", optimizer, _OPTIMIZER_NAMES)]
    values = resolve(optimizer, method.parameters, parameters)
    eta = values["learning_rate"]
    rates = {rate: (1.0 - values[decay]) / eta for rate, decay in RATES.items() if decay in values}
    return values | rates


__all__ = ["flow", "flow_map", "objective", "objectives", "optimizers", "regime_map", "resolved", "run"]
