"""Phase-space coordinates of a run or of its ODE limit: position, direction, preconditioner (Ma, Wu & E, figure 7).

There, for Adam, it is (x, m, sqrt v). Here m is the direction that the method declares, corrected as the method
corrects it, or the gradient itself; and sqrt v is the declared preconditioner, sqrt(v_hat) + epsilon for Adam.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from ..errors import InputError
from ..integrate.ode_limit import Solution
from ..optimizers import OPTIMIZERS
from ..optimizers.declarations import gradient_itself
from ..parameters import RATES, checked, mapping, wrong
from .sharpness import columns, parameters_at, recorded


@dataclass(frozen=True)
class Phase:
    """Points in phase space.

    Attributes
    ----------
    k : ndarray, shape (n,)
        Steps taken before each point; fractional on an ODE limit.
    position, direction : ndarray, shape (n, 2)
        The direction is in units of the gradient.
    preconditioner : ndarray, shape (n, 2), or None
        None for a method without a preconditioner.
    averaged : bool
        Whether the direction is the method's moving average, not the gradient itself.
    """

    k: np.ndarray
    position: np.ndarray
    direction: np.ndarray
    preconditioner: np.ndarray | None
    averaged: bool


def _solution(name, value):
    if not isinstance(value, Solution):
        raise wrong(name, value, "a solution, as from core.flow")
    return value


@checked(run=recorded)
def phase_of_run(run) -> Phase:
    """
    The phase at iterates 1 to K, with the state that the step to each has left.

    Parameters
    ----------
    run : core.Run

    Returns
    -------
    Phase
    """
    k = np.arange(1.0, len(run.position))[:, None]
    state = {name: values[1:] for name, values in run.state.items()}
    return _phase(run.optimizer, k, run.position[1:], run.objective.gradient(*run.position[:-1].T), state, run)


@checked(flow=_solution, values=mapping)
def phase_of_flow(flow, values) -> Phase:
    """
    The phase along an ODE limit.

    Parameters
    ----------
    flow : core.Solution
    values : dict
        The method's complete values, as from `core.resolved`.

    Returns
    -------
    Phase

    Raises
    ------
    InputError
        Where this limit does not keep what the method does.
    """
    method = OPTIMIZERS[flow.optimizer]
    limit = method.limit(values, flow.variant)
    if limit is None or limit.recorded is None or limit.clock is None:
        raise InputError(f"variant = {flow.variant!r}: must keep a state that {method.title}'s own tends to")
    clock = limit.clock(values)
    # what fades as e^-bt does so as beta^k, k = t / eta, with this beta
    fading = {decay: np.exp(-values[rate] * values["learning_rate"]) for rate, decay in RATES.items() if rate in values}
    # the start itself has nothing recorded yet
    later = flow.time > 0
    position = flow.position[later]
    state = limit.recorded({name: part[later] for name, part in flow.state.items()}, values, clock)
    steps = SimpleNamespace(parameters=values | fading, steps=flow.duration / clock)
    gradient = flow.objective.gradient(*position.T)
    return _phase(flow.optimizer, flow.time[later, None] / clock, position, gradient, state, steps)


def _phase(optimizer, k, position, gradient, state, run):
    method, state, p = OPTIMIZERS[optimizer], columns(state), parameters_at(run, k)
    divide = method.sharpness and method.sharpness.preconditioner
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        direction = method.direction(gradient, state, p, k)
        preconditioner = divide(state, p, k) * np.ones_like(position) if divide else None
    return Phase(k[:, 0], position, direction, preconditioner, method.direction is not gradient_itself)
