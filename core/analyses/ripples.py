"""The ripple that Adam's steps end in at a minimum: closed forms by harmonic balance.

On lambda x^2/2 with epsilon = 0, put x_k = A cos(theta k) into the step. Then v = (lambda A)^2/2 (1 + Re[h e^(2i theta
k)]), h = (1 - beta2)/(1 - beta2 e^(-2i theta)), and the terms at e^(i theta k) balance where

    (1 - beta1) sin theta + Im[h (e^(-i theta) - 1)(1 - beta1 e^(-i theta))]/4 = 0.

For small 1 - beta1 and 1 - beta2 this is cos^2(theta/2) = a/(8b) and the forms below. They do not know lambda: in the
plane every coordinate that takes part swings by the same A, since v_i is the square of its own gradient. Derived for
this project and checked against runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..parameters import checked, decay, positive


@dataclass(frozen=True)
class Ripple:
    """
    A steady oscillation of the steps about a minimum.

    Attributes
    ----------
    gauge : float
        Preconditioned sharpness over its threshold, on average.
    half_width : float
        A: how far a coordinate swings to either side.
    angle : float
        theta: by how much the oscillation turns in a step, in radians; pi is a change of sign at every step.
    """

    gauge: float
    half_width: float
    angle: float

    @property
    def period(self) -> float:
        """Steps of one turn."""
        return 2 * math.pi / self.angle

    def mean_loss(self, hessian) -> float:
        """
        Mean of f - f* for the Hessian at the minimum.

        Parameters
        ----------
        hessian : (2, 2) array-like

        Returns
        -------
        float
            (A^2/4) (H11 + 2 |H12| + H22): both coordinates swing in step. Where each swings for itself, as for a
            Hessian near to diagonal, the mixed term is small and the mean is the same.
        """
        h = np.asarray(hessian, dtype=float)
        return float(self.half_width**2 / 4 * (h[0, 0] + 2 * abs(h[0, 1]) + h[1, 1]))


@checked(beta1=decay, beta2=decay, eta=positive)
def ripple(beta1: float, beta2: float, eta: float) -> Ripple:
    """
    The ripple of Adam's steps at a minimum with a nonsingular Hessian, epsilon small beside sqrt(v).

    The gauge is 1 - a/(8b), with a/b = (1 - beta2)/(1 - beta1); the half width is
    (eta/sqrt 2) (1 - beta1)/(1 + beta1)/(1 - a/(8b)); and cos^2(theta/2) = a/(8b). For b eta = 1 - beta1 up to 0.1 the
    gauge is right to 0.015 up to a = 5b, and the half width to 1 % up to 3b, to 5 % up to 5b. Whether it is what a run
    ends in, and not a train of spikes, is told by `core.regimes.lines.RIPPLE`.

    Parameters
    ----------
    beta1, beta2, eta : float

    Returns
    -------
    Ripple
        All NaN from a = 8b on, where there is none.
    """
    share = (1 - beta2) / (8 * (1 - beta1))
    if share >= 1:
        return Ripple(math.nan, math.nan, math.nan)
    gauge = 1 - share
    half_width = eta / math.sqrt(2) * (1 - beta1) / (1 + beta1) / gauge
    return Ripple(gauge, half_width, 2 * math.acos(math.sqrt(share)))
