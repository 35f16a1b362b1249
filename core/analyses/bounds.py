"""Convergence rates and worst-case bounds from the literature, to draw beside a run."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from ..errors import InputError
from ..parameters import checked, decay, known, many, not_negative, positive, real


@checked(t=many, gap=not_negative, mu=not_negative)
def sign_flow_bound(t, gap: float, mu: float) -> np.ndarray:
    """Upper bound on f(x(t)) - f* along the sign flow, under the condition |grad f|^2 >= mu (f - f*).

    Parameters
    ----------
    t : array_like, shape (n,)
        Time of the flow.
    gap : float
        f(x(0)) - f*.
    mu : float
        The constant of the condition, without a factor 1/2.

    Returns
    -------
    ndarray, shape (n,)
        (sqrt(gap) - sqrt(mu) t/2)^2, and 0 once the square's base is negative. On lambda x^2/2 the bound is attained,
        with mu = 2 lambda.

    References
    ----------
    Ma, Wu & E 2021, proposition 4. Their example after it, f = eps x^2, omits eps in f(x0) and calls the bound loose.
    """
    return np.maximum(math.sqrt(gap) - math.sqrt(mu) * np.asarray(t, dtype=float) / 2, 0.0) ** 2


@checked(tolerance=positive, loss=not_negative, lipschitz=not_negative, b0=not_negative)
def adagrad_norm_iterations(tolerance: float, loss: float, lipschitz: float, b0: float) -> int:
    """Iterations after which AdaGrad-Norm with eta = 1 has met min |grad|^2 <= tolerance, for a loss with infimum 0.

    Parameters
    ----------
    tolerance : float
        Bound on the squared gradient norm.
    loss : float
        L0, the loss at the start.
    lipschitz : float
        Lip, the Lipschitz constant of the gradient.
    b0 : float
        The initial divisor.

    Returns
    -------
    int
        1 + ceil(2 L0 (b0 + 2 L0)/tolerance) for b0 >= Lip, else
        1 + ceil((Lip^2 - b0^2 + 4 (L0 + (3/4 + log(Lip/b0)) Lip)^2)/tolerance).

    Raises
    ------
    InputError
        Where the bound overflows.

    References
    ----------
    Ward, Wu & Bottou 2019, as in Tanner, Theories of Deep Learning, lecture 8.
    """
    try:
        if b0 >= lipschitz:
            work = 2 * loss * (b0 + 2 * loss)
        else:
            work = lipschitz**2 - b0**2 + 4 * (loss + (0.75 + math.log(lipschitz / b0)) * lipschitz) ** 2
        return 1 + math.ceil(work / tolerance)
    except (OverflowError, ZeroDivisionError):
        given = f"loss = {loss:g}, lipschitz = {lipschitz:g}, b0 = {b0:g}, tolerance = {tolerance:g}"
        raise InputError(f"{given}: must give a bound that float64 can hold") from None


def linear_rates(kappa: float) -> dict[str, float]:
    """Linear convergence factors per step on a quadratic, each method with its optimal step.

    Parameters
    ----------
    kappa : float
        Condition number of the Hessian.

    Returns
    -------
    dict of str to float
        gd: (kappa - 1)/(kappa + 1);  heavy_ball (Polyak): (sqrt(kappa) - 1)/(sqrt(kappa) + 1);  nesterov with
        alpha = 1/L and beta = (sqrt(kappa) - 1)/(sqrt(kappa) + 1): 1 - 1/sqrt(kappa), a double root. Tanner's lecture
        prints the square root of the last, which is the bound on function values carried over to iterates.
    """
    kappa = real("kappa", kappa)
    if kappa < 1:
        raise InputError(f"kappa = {kappa!r}: a condition number must be at least 1")
    root = math.sqrt(kappa)
    return {"gd": (kappa - 1) / (kappa + 1), "heavy_ball": (root - 1) / (root + 1), "nesterov": 1 - 1 / root}


@checked(method=partial(known, names=("heavy_ball", "nesterov")), step=real, momentum=decay)
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


@checked(beta1=decay, beta2=decay)
def update_bound(beta1: float, beta2: float) -> float:
    """Sharp upper bound on Adam's step length over eta, without bias correction and with epsilon = 0.

    Parameters
    ----------
    beta1, beta2 : float
        Decay factors of the two moments.

    Returns
    -------
    float
        (1 - beta1)/sqrt((1 - beta2) (1 - beta1^2/beta2)), by the Cauchy-Schwarz inequality over all gradient
        sequences: 7.27 at the defaults. Infinity where beta1 >= sqrt(beta2), about a >= 2b: there v forgets faster
        than m, and the step is unbounded.
    """
    if beta1**2 >= beta2:
        return math.inf
    return (1 - beta1) / math.sqrt((1 - beta2) * (1 - beta1**2 / beta2))
