"""The public functions: checked arguments in, results out. `import core` has them all."""

from .compile.webassembly import CompiledStep, webassembly_step
from .errors import InputError
from .integrate.ode_limit import MAXIMUM_STEPS as MAXIMUM_FLOW_STEPS
from .integrate.ode_limit import checked_tolerance, flow
from .objectives import BUILT_IN, checked_start, objective
from .optimizers import OPTIMIZERS, optimizer_named
from .parameters import callback, complete, mapping, not_negative, positive, shown, whole, wrong
from .regimes.extras import checked_layers
from .regimes.flow_map import flow_map as _flow_map
from .regimes.map import RegimeMap, checked_threads
from .regimes.map import regime_map as _regime_map
from .regimes.plane import cells_of, checked_axis
from .regimes.rule import THRESHOLDS, checked_thresholds
from .runs import MAXIMUM_STEPS, run
from .schedules import with_horizon

_built = objective


def optimizers() -> tuple[str, ...]:
    """
    List the optimizers.

    Returns
    -------
    tuple of str
        Every optimizer's name.
    """
    return tuple(OPTIMIZERS)


def objectives() -> tuple[str, ...]:
    """
    List the built-in objectives.

    Returns
    -------
    tuple of str
        Every built-in objective's name; any other text is a formula in x and y.
    """
    return tuple(BUILT_IN)


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
    """
    Classify one run per cell of a plane.

    Parameters
    ----------
    objective : str or Objective
        A name, a formula in x and y, or an objective.
    x, y : tuple of (str, array-like)
        The axes: the name of any numeric parameter of the method or the objective, a or b, or the start's "x0" or
        "y0", and its values. What is an axis may not be given as well, neither here nor to the objective.
    start : (float, float), optional
        The objective's own by default.
    steps : int, optional
        Steps of every cell; 40,000 if neither steps nor duration is given.
    duration : float, optional
        In place of steps: the time of the optimizer's clock, learning_rate * steps for most methods.
    optimizer : str
    layers : sequence of str
        Further layers (core.regimes.extras).
    tolerance : float
        For the layer steps_to_tolerance: the steps until f - f* is at most this.
    thresholds : Thresholds
        The rule's numbers.
    should_stop : callable, optional
        Polled every few hundred steps of a pack of cells; True cancels the map.
    threads : int, optional
        1 to stay on the calling thread; all processors by default.
    **parameters
        As for :func:`run`, constant over the map.

    Returns
    -------
    RegimeMap
        Its arrays have the shape (len(y values), len(x values)); cells whose own values are invalid are -1.

    Raises
    ------
    InputError
        For a wrong name, type or range: it names the parameter, the value and what is allowed.
    Cancelled
        When should_stop returns True.

    References
    ----------
    C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021.
    """
    method, f, x0, steps, duration = _asked(optimizer, objective, start, steps, duration)
    return _regime_map(
        method,
        f,
        x0,
        steps,
        duration,
        x,
        y,
        parameters,
        should_stop=callback("should_stop", should_stop),
        threads=checked_threads(threads),
        extras=layers,
        tolerance=not_negative("tolerance", tolerance),
        thresholds=checked_thresholds(thresholds),
    )


def _asked(optimizer, objective, start, steps, duration):
    """Check the arguments of a map of steps; of the steps and duration returned one is None."""
    method, f = optimizer_named(optimizer), _built(objective)
    if steps is not None and duration is not None:
        raise InputError(f"steps = {shown(steps)}, duration = {shown(duration)}: give one of them, not both")
    if duration is not None:
        duration = positive("duration", duration)
    else:
        steps = whole("steps", 40_000 if steps is None else steps, 1, MAXIMUM_STEPS)
    return method, f, checked_start(f, start), steps, duration


def check_map(
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
    **parameters,
) -> None:
    """
    Check the arguments of a map, computing nothing.

    Parameters
    ----------
    objective, x, y, start, steps, duration, optimizer, layers, tolerance, **parameters
        As for :func:`regime_map`.

    Raises
    ------
    InputError
        As :func:`regime_map`.
    """
    method, f, x0, _, _ = _asked(optimizer, objective, start, steps, duration)
    (x_name, xs), (y_name, ys) = checked_axis("x", x), checked_axis("y", y)
    cells_of(method, f, x0, (x_name, xs[:1]), (y_name, ys[:1]), parameters)
    checked_layers(layers, method)
    not_negative("tolerance", tolerance)


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
    """
    Classify one ODE limit per cell of a plane, sampled on the clock of the steps.

    Its arrays can be compared elementwise with those of :func:`regime_map` for the same question and duration.

    Parameters
    ----------
    objective, x, y, start, optimizer, thresholds, should_stop, threads, **parameters
        As for :func:`regime_map`.
    duration : float
        In the time of the limit's clock.
    variant : str, optional
        The ODE limit's name, where the method has several.
    rtol : float
        Relative tolerance of a step of the integrator.
    max_steps : int
        Of the integrator, for one cell. A cell that needs more has 1 in the layer step_limit, is undecided, and NaN
        in the other layers.

    Returns
    -------
    RegimeMap

    Raises
    ------
    InputError, Cancelled
        As for :func:`regime_map`.
    """
    method, f = optimizer_named(optimizer), _built(objective)
    return _flow_map(
        method,
        f,
        checked_start(f, start),
        positive("duration", duration),
        x,
        y,
        parameters,
        variant=variant,
        rtol=checked_tolerance(rtol),
        max_steps=whole("max_steps", max_steps, 1, MAXIMUM_FLOW_STEPS),
        should_stop=callback("should_stop", should_stop),
        threads=checked_threads(threads),
        thresholds=checked_thresholds(thresholds),
    )


def resolved(optimizer: str, parameters: dict) -> dict:
    """
    The complete parameters that :func:`run` would use.

    Parameters
    ----------
    optimizer : str
    parameters : dict
        The given ones, by name.

    Returns
    -------
    dict
        Every parameter by name, and of the rates a, b and the decay factors beta2, beta1 both forms.

    Raises
    ------
    InputError
        As for :func:`run`.
    """
    found = complete(optimizer_named(optimizer), mapping("parameters", parameters))
    return found.values | found.rates


def compiled_step(optimizer: str, objective, *, relaxed: bool = False, **parameters) -> CompiledStep:
    """
    Compile an optimizer's step for a browser: it runs there as :func:`run` does here, to the last bit.

    Parameters
    ----------
    optimizer : str
    objective : str or Objective
    relaxed : bool
        Whether WebAssembly's relaxed SIMD may be used, which makes elementary functions some five times as quick, where
        the browser has it and the module's ``exact`` says that it is right there. The result says whether it is used.
    **parameters
        As for :func:`run`. Choices make the module; numbers, the objective's too, are given when it runs.

    Returns
    -------
    CompiledStep

    Raises
    ------
    InputError
        As :func:`run`, and where the step has no module: proximal points are found by a descent of their own.
    """
    method = optimizer_named(optimizer)
    f = _built(objective)
    if not isinstance(relaxed, bool):
        raise wrong("relaxed", relaxed, "True or False")
    values = complete(method, parameters).values
    return webassembly_step(method, f, with_horizon(values, values, 1), relaxed)


__all__ = [
    "compiled_step",
    "flow",
    "flow_map",
    "objective",
    "objectives",
    "optimizers",
    "regime_map",
    "resolved",
    "run",
]
