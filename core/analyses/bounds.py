"""Guarantees to draw beside what happens."""

from __future__ import annotations

import math

import numpy as np

from core.errors import InputError


def sign_flow_bound(t, gap: float, mu: float) -> np.ndarray:
    """Greatest f(x(t)) - f* along the sign flow where |grad f|^2 >= mu (f - f*): (sqrt(gap) - sqrt(mu) t/2)^2, then 0.

    Ma, Wu & E 2021, proposition 4. On lambda x^2/2 it is an equality with mu = 2 lambda (no factor 1/2 in this
    constant); their example after the proposition, f = eps x^2, forgets eps in f(x0) and so calls it loose.
    """
    return np.maximum(math.sqrt(gap) - math.sqrt(mu) * np.asarray(t, dtype=float) / 2, 0.0) ** 2


def adagrad_norm_iterations(tolerance: float, loss: float, lipschitz: float, b0: float) -> int:
    """Iterations after which min |grad|^2 <= tolerance for AdaGrad-Norm with eta = 1, L >= 0, L* = 0.

    Ward, Wu & Bottou 2019, in Tanner's lecture 8: for b0 >= Lip, 1 + ceil(2 L0 (b0 + 2 L0)/eps); below it,
    1 + ceil((Lip^2 - b0^2 + 4 (L0 + (3/4 + log(Lip/b0)) Lip)^2)/eps).
    """
    try:
        if b0 >= lipschitz:
            work = 2 * loss * (b0 + 2 * loss)
        else:
            work = lipschitz**2 - b0**2 + 4 * (loss + (0.75 + math.log(lipschitz / b0)) * lipschitz) ** 2
        return 1 + math.ceil(work / tolerance)
    except (OverflowError, ZeroDivisionError):
        raise InputError(f"loss = {loss:g}, lipschitz = {lipschitz:g}: this bound leaves float64") from None


def linear_rates(kappa: float) -> dict[str, float]:
    """Factor per step of the iterates on a quadratic of condition number kappa, each method at its best step.

    gd: (kappa-1)/(kappa+1);  heavy_ball (Polyak): (sqrt kappa - 1)/(sqrt kappa + 1);  nesterov with alpha = 1/L and
    beta = (sqrt kappa - 1)/(sqrt kappa + 1): 1 - 1/sqrt(kappa), a double root. Tanner's lecture prints its square
    root, which is the bound on function values carried over to iterates.
    """
    root = math.sqrt(kappa)
    return {"gd": (kappa - 1) / (kappa + 1), "heavy_ball": (root - 1) / (root + 1), "nesterov": 1 - 1 / root}


def asymptotic_factor(method: str, step: float, momentum: float) -> float:
    """Factor per step of the iterate's distance to the minimizer, in the long run, on lambda x^2/2.

    The spectral radius of the step's linear recursion. It is a rate and no bound: a double root, or roots that are not
    orthogonal, let the distance grow first.

    Parameters
    ----------
    method : str
        "heavy_ball": z^2 - (1 + momentum - step) z + momentum = 0;  "nesterov" with constant momentum:
        z^2 - (1 + momentum) (1 - step) z + momentum (1 - step) = 0.
    step : float
        learning_rate * lambda.
    momentum : float

    Returns
    -------
    float
    """
    if method == "heavy_ball":
        half, product = (1 + momentum - step) / 2, momentum
    else:
        half, product = (1 + momentum) * (1 - step) / 2, momentum * (1 - step)
    discriminant = half * half - product
    return math.sqrt(product) if discriminant < 0 else abs(half) + math.sqrt(discriminant)


def update_bound(beta1: float, beta2: float) -> float:
    """Greatest |x_(k+1) - x_k|/eta of Adam without bias correction and with epsilon = 0, whatever the gradients.

    |m|/sqrt(v) <= (1 - beta1)/sqrt((1 - beta2) (1 - beta1^2/beta2)) by Cauchy and Schwarz, and no less will do: 7.27 at
    the defaults. Where beta1 >= sqrt(beta2), about a >= 2b, v forgets faster than m and there is no bound: infinity.
    """
    if beta1**2 >= beta2:
        return math.inf
    return (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
