"""The computable parts of theorem 1 of Belotto da Silva & Gazeau (2020)."""

from __future__ import annotations

import math

from ..parameters import checked, decay, positive, real


@checked(beta1=real, beta2=real)
def proof_condition(beta1: float, beta2: float) -> float:
    """
    3 + beta2 - 4 beta1: the proof holds where it is positive. In rates it is eta (4b - a): the line a = 4b.

    Parameters
    ----------
    beta1, beta2 : float

    Returns
    -------
    float
    """
    return 3 + beta2 - 4 * beta1


@checked(beta1=decay, beta2=decay, eta=positive)
def proof_neighbourhood(beta1: float, beta2: float, eta: float) -> float:
    """
    ln(1/beta1) (1 - beta2)/(eta (1 - beta1)): for convex f the limiting gap is below K times this.

    Parameters
    ----------
    beta1, beta2 : float
    eta : float
        Learning rate.

    Returns
    -------
    float
        The constant K depends on f and the start and is not known: what can be compared are ratios of this number.
    """
    if beta1 == 0:
        return math.inf
    return math.log(1 / beta1) * (1 - beta2) / (eta * (1 - beta1))
