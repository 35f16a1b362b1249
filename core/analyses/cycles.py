"""The 2-cycles of RMSprop and Adam on lambda x^2/2: amplitude and linear stability."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..parameters import checked, decay, flag, not_negative, positive


@dataclass(frozen=True)
class Cycle:
    """A 2-cycle: x alternates between plus and minus `half_width`.

    Attributes
    ----------
    half_width : float
        NaN where there is no such cycle.
    multipliers : ndarray
        Floquet multipliers: eigenvalues of the sign-flipped step's linearization, independent of eta and lambda.
    stable : bool
        Whether all multipliers are inside the unit circle.
    """

    half_width: float
    multipliers: np.ndarray
    stable: bool


def _half_width(reach, curvature, epsilon, inside):
    """|x| where a step of length 2|x| lands on -x: `reach` is |x| for epsilon = 0."""
    if inside:
        square = reach**2 - epsilon / curvature**2
        return math.sqrt(square) if square > 0 else math.nan
    width = reach - epsilon / curvature
    return width if width > 0 else math.nan


def _cycle(width, polynomial):
    multipliers = np.roots(polynomial)
    return Cycle(width, multipliers, bool(np.all(np.abs(multipliers) < 1)))


@checked(eta=positive, beta2=decay, curvature=positive, epsilon=not_negative, epsilon_inside_root=flag)
def rmsprop_cycle(eta, beta2, curvature=1.0, epsilon=0.0, epsilon_inside_root=False) -> Cycle:
    """
    RMSprop's 2-cycle: |x| = eta/2 - epsilon/lambda.

    Its multipliers solve z^2 - (3 beta2 - 1) z + beta2 = 0: always stable, modulus sqrt(beta2) for beta2 > 1/9.

    Parameters
    ----------
    eta : float
        Learning rate.
    beta2 : float
    curvature : float, optional
        lambda of the objective lambda x^2/2.
    epsilon : float, optional
    epsilon_inside_root : bool, optional
        Whether epsilon is added to v under the root.

    Returns
    -------
    Cycle

    References
    ----------
    C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021 (for
    lambda = 1 and epsilon = 0).
    """
    width = _half_width(eta / 2, curvature, epsilon, epsilon_inside_root)
    return _cycle(width, [1, -(3 * beta2 - 1), beta2])


@checked(eta=positive, beta1=decay, beta2=decay, curvature=positive, epsilon=not_negative, epsilon_inside_root=flag)
def adam_cycle(eta, beta1, beta2, curvature=1.0, epsilon=0.0, epsilon_inside_root=False) -> Cycle:
    """
    Adam's 2-cycle: |x| = eta (1 - beta1)/(2 (1 + beta1)) - epsilon/lambda.

    Stable if and only if 1 + beta2 beta1^2 > 3 beta1 (1 + beta2): for the usual beta1 it exists but is unstable.

    Parameters
    ----------
    eta : float
        Learning rate.
    beta1, beta2 : float
    curvature : float, optional
        lambda of the objective lambda x^2/2.
    epsilon : float, optional
    epsilon_inside_root : bool, optional
        Whether epsilon is added to v under the root.

    Returns
    -------
    Cycle

    References
    ----------
    S. Bock, M. Weiss: Non-convergence and limit cycles in the Adam optimizer. ICANN 2019.
    """
    width = _half_width(eta * (1 - beta1) / (2 * (1 + beta1)), curvature, epsilon, epsilon_inside_root)
    return _cycle(width, [1, -(3 * beta2 + beta1 - 1), beta2 - beta1 * beta2 + 3 * beta1, -beta1 * beta2])
