"""Slopes near a minimum with curvature, by averaging Adam's flow over its fast oscillation.

Near a minimum the flow reads x'' + (b + v'/(2v)) x' + b lambda x/sqrt(v) = 0 with v' = a(lambda^2 x^2 - v). The
oscillating parts of v'/(2v) and of the stiffness give and take damping: a/(16c) - a/(8c) on average, for
v = c lambda^2 A^2/2. Derived for this project and checked on quadratics; it holds while a/b is moderate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..errors import InputError
from ..parameters import checked, decay, decay_factor, positive, real

LOCKED = 0.8  # a/b above which v stays locked to the amplitude


@checked(a=positive, b=positive)
def local_rate(a: float, b: float) -> float:
    """
    Relative rate A'/A of the oscillation's amplitude A near a minimum; the loss changes at twice the rate.

    With v locked to the amplitude, for 0.8b <= a, it is -(4/9)(b - a/8); with v falling freely, for a <= 0.8b,
    -(b/2 - a/8). The two meet at -0.4b; the flow stops contracting at a = 8b.

    Parameters
    ----------
    a, b : float
        Rates of the second and the first moment, per unit of time.

    Returns
    -------
    float
        Per unit of time.
    """
    return -(4 / 9) * (b - a / 8) if a >= LOCKED * b else -(b / 2 - a / 8)


@checked(beta1=decay, eta=positive)
def oscillating_sharpness(beta1: float, eta: float) -> tuple[float, float]:
    """
    The range of the preconditioned sharpness in which Adam with v frozen turns round the minimum.

    z^2 - (1 + beta1 - (1 - beta1) sigma) z + beta1 = 0 has complex roots, of modulus sqrt(beta1), for sigma = eta times
    the sharpness between (1 - sqrt beta1)/(1 + sqrt beta1) and its inverse. Below, x falls without crossing 0; above,
    up to the threshold 2 (1 + beta1)/(1 - beta1), it crosses 0 at every step.

    Parameters
    ----------
    beta1 : float
    eta : float
        Learning rate.

    Returns
    -------
    low, high : float
    """
    ratio = (1 - math.sqrt(beta1)) / (1 + math.sqrt(beta1))
    return ratio / eta, 1 / (ratio * eta)


@dataclass(frozen=True)
class FirstSpike:
    """
    When the first spike comes.

    Attributes
    ----------
    time : float
        When the sharpness crosses its threshold.
    step : float
        That time in steps.
    """

    time: float
    step: float


@checked(descent_time=real, second_moment=positive, curvature=positive, a=positive, b=positive, eta=positive)
def first_spike(
    descent_time: float, second_moment: float, curvature: float, a: float, b: float, eta: float
) -> FirstSpike:
    """
    Predict Adam's first spike on lambda x^2/2, after a descent that leaves the second moment v_hat.

    v decays as exp(-a t), so the threshold 2 (1 + beta1)/((1 - beta1) eta) is met after
    (1/a) ln[v_hat (2 (1 + beta1)/((1 - beta1) eta lambda))^2].

    Parameters
    ----------
    descent_time : float
        When the descent ends.
    second_moment : float
        v_hat then.
    curvature : float
        lambda.
    a, b : float
        Rates of the second and the first moment.
    eta : float
        Learning rate.

    Returns
    -------
    FirstSpike
    """
    beta1 = decay_factor(b, eta)
    if not 0 <= beta1 < 1:
        raise InputError(f"b = {b!r}, eta = {eta!r}: must be 0 < b eta <= 1")
    threshold = 2 * (1 + beta1) / ((1 - beta1) * eta * curvature)
    time = descent_time + math.log(second_moment * threshold**2) / a
    return FirstSpike(time, time / eta)
