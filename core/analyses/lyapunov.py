"""The energy that the proof of convergence rests on (Belotto da Silva & Gazeau 2020).

E = f - f* + sum_i m_i^2 / (2 b sqrt(v_i)), along Adam's flow without bias correction and with epsilon = 0:
E' = -sum_i [ (1 - a/(4b)) m_i^2/sqrt(v_i) + (a/(4b)) g_i^2 m_i^2 / v_i^(3/2) ]. For a <= 4b it cannot grow.
"""

from __future__ import annotations

import numpy as np

from ..errors import InputError
from ..objectives import Objective
from ..parameters import checked, positive, real, wrong


def _terms(m, v):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(m == 0, 0.0, m**2 / np.sqrt(v))


def _objective(name, value):
    if not isinstance(value, Objective):
        raise wrong(name, value, "an objective, as from core.objective")
    return value


def _level(name, value):
    return None if value is None else real(name, value)


def _trajectory(name, value):
    if not all(hasattr(value, part) for part in ("loss", "position", "state")):
        raise wrong(name, value, "a run or a solution, as from core.run and core.flow")
    return value


def _moments(trajectory):
    if not {"first_moment", "second_moment"} <= trajectory.state.keys():
        raise InputError("trajectory: the energy is made of both moments, which this limit does not keep")
    return trajectory.state["first_moment"], trajectory.state["second_moment"]


@checked(trajectory=_trajectory, objective=_objective, b=positive, level=_level)
def energy(trajectory, objective, b: float, level: float | None = None) -> np.ndarray:
    """Compute E along a trajectory of Adam.

    Parameters
    ----------
    trajectory : core.Run or core.Solution
    objective : core.Objective
    b : float
        (1 - beta1)/eta.
    level : float, optional
        The loss that f is measured from in place of f*; by default the known minimum, or 0.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        Where the trajectory does not hold both moments.
    """
    m, v = _moments(trajectory)
    level = (objective.minimum or 0.0) if level is None else level
    return trajectory.loss - level + _terms(m, v).sum(axis=1) / (2 * b)


@checked(trajectory=_trajectory, objective=_objective, a=positive, b=positive)
def energy_slope(trajectory, objective, a: float, b: float) -> np.ndarray:
    """
    Compute E' along a trajectory of Adam's flow by the identity above.

    Parameters
    ----------
    trajectory : core.Run or core.Solution
    objective : core.Objective
    a, b : float
        Rates of the second and the first moment.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InputError
        Where the trajectory does not hold both moments.
    """
    m, v = _moments(trajectory)
    g = objective.gradient(trajectory.position[:, 0], trajectory.position[:, 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        pulled = np.where(m == 0, 0.0, g**2 * m**2 / v**1.5)
    return -((1 - a / (4 * b)) * _terms(m, v) + a / (4 * b) * pulled).sum(axis=1)
