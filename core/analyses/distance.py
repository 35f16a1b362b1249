"""Distance between the iterates and their ODE limit, and its observed order of convergence in the learning rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..errors import InputError
from ..integrate.ode_limit import flow, flow_values
from ..optimizers import optimizer_named
from ..parameters import real, whole
from ..runs import run


@dataclass(frozen=True)
class Distances:
    """Distances at successively halved learning rates.

    Attributes
    ----------
    learning_rates : ndarray, shape (n,)
        Each half the one before.
    distances : ndarray, shape (n,)
        Supremum over time of the Euclidean distance.
    orders : ndarray, shape (n-1,)
        Observed order of convergence, log2 of the ratio of two successive distances.
    """

    learning_rates: np.ndarray
    distances: np.ndarray
    orders: np.ndarray


def distance_to_flow(
    optimizer: str,
    objective,
    *,
    learning_rate: float,
    duration: float,
    halvings: int = 3,
    start=None,
    variant: str | None = None,
    **parameters,
) -> Distances:
    """
    Measure how far the iterates are from their ODE limit as the learning rate halves, all else fixed.

    Parameters
    ----------
    optimizer : str
    objective : str or Objective
    learning_rate : float
        The greatest one.
    duration : float
        In the time of the limit's clock.
    halvings : int, optional
        1 to 20.
    start : (float, float), optional
        The objective's own by default.
    variant : str, optional
        The name of an ODE limit where the method has several.
    **parameters
        As for :func:`core.run`.

    Returns
    -------
    Distances
        The supremum over [0, duration] of |x_k - X(t_k)|; of order 1 where the limit is approached linearly in the
        learning rate.

    Raises
    ------
    InputError
        Names the parameter, the value and what is allowed; also where the method has no ODE limit.
    """
    method = optimizer_named(optimizer)
    halvings = whole("halvings", halvings, 1, 20)
    learning_rate, duration = real("learning_rate", learning_rate), real("duration", duration)
    if duration <= 0:
        raise InputError(f"duration = {duration!r}: must be a finite number above 0")
    rates = learning_rate / 2.0 ** np.arange(halvings + 1)
    found = []
    for eta in rates:
        given = {"learning_rate": float(eta), **parameters}
        values = flow_values(method, given)
        declared = method.limit(values, variant)
        if declared is None or declared.clock is None:
            raise InputError(f"optimizer = {optimizer!r}: {method.no_limit(values)}")
        clock = declared.clock(values)
        discrete = run(optimizer, objective, start=start, steps=max(1, round(duration / clock)), **given)
        time = clock * np.arange(len(discrete.position))
        limit = flow(optimizer, objective, start=start, duration=float(time[-1]), rtol=1e-9, variant=variant, **given)
        found.append(np.hypot(*(discrete.position - limit(time)).T).max())
    distances = np.array(found)
    return Distances(rates, distances, np.log2(distances[:-1] / distances[1:]))
