r"""RAdam, as torch.optim.RAdam: Adam's step times a rectification, plain momentum before that exists.

.. math::

    \rho_k &= \rho_\infty - \frac{2 k \beta_2^k}{1-\beta_2^k}, \qquad \rho_\infty = \frac{2}{1-\beta_2} - 1, \qquad
    r_k^2 = \frac{(\rho_k-4)(\rho_k-2)\,\rho_\infty}{(\rho_\infty-4)(\rho_\infty-2)\,\rho_k} \\
    x_k &= x_{k-1} - \eta\, \hat m_k\, r_k\, \frac{\sqrt{1-\beta_2^k}}{\sqrt{v_k} + \epsilon} \quad (\rho_k > 5), \qquad
    x_k = x_{k-1} - \eta\, \hat m_k \quad \text{else}

:math:`\rho_k` is the length of the simple average whose variance is that of v. PyTorch adds epsilon to the root of the
uncorrected v. ODE limit (derived) for :math:`\beta_2 = 1 - a\eta`, :math:`\beta_1 = 1 - b\eta`: :math:`\rho_k` grows
like :math:`1/\eta`, so that :math:`r^2 \to \rho(t)/\rho_\infty = 1 - at/(e^{at}-1)`, near at/2 at first; the steps
without rectification are a fixed number and take no time in the limit.

References
----------
L. Liu et al.: On the variance of the adaptive learning rate and beyond. ICLR 2020.
"""

from dataclasses import replace

import numpy as np

from ..parameters import Idle, UpTo, beta1, beta2, epsilon, learning_rate
from . import moments
from .declarations import (
    ODELimit,
    Optimizer,
    Sharpness,
    denominator,
    learning_rate_clock,
    scaled,
    tempered,
    the_same,
)

TRACTABLE = 5.0  # PyTorch's and the paper's code's; the paper's text has 4
# 2/(1 - beta2) - 1, which no length of the average exceeds, is at most TRACTABLE
NEVER_RECTIFIED = (Idle((("beta2", UpTo(1 - 2 / (1 + TRACTABLE))),), "with β₂ up to 2/3 nothing is divided"),)


def rectification(p, k):
    """rho_k and r_k^2."""
    longest = 2 / (1 - p.beta2) - 1
    length = longest - 2 * k * p.beta2**k / (1 - p.beta2**k)
    return length, (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, g * g)
    m_hat, of_v = m / (1 - p.beta1**k), 1 - p.beta2**k
    length, under_root = rectification(p, k)
    rectified = np.sqrt(np.maximum(under_root, 0)) * np.sqrt(of_v) * scaled(m_hat, v, p)
    # the branch not taken may hold 0/0 or an infinity
    move = np.where(length > TRACTABLE, rectified, m_hat)
    return x - p.learning_rate * move, {"first_moment": m, "second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    of_v = -np.expm1(-p.a * t)
    # 1 - at/(e^(at) - 1), written so that it does not overflow
    rectification = np.sqrt(np.maximum(1 - p.a * t * (1 - of_v) / of_v, 0))
    velocity = -(rectification * np.sqrt(of_v)) * scaled(m / -np.expm1(-p.b * t), v, p)
    return velocity, {"first_moment": p.b * (g - m), "second_moment": p.a * (g * g - v)}


def start(problem, x0, p, t0):
    """x' begins as -sqrt(at/2) sign g, which is small: to first order x rests."""
    g = problem.gradient(x0)
    m, v = -np.expm1(-p.b * t0) * g, -np.expm1(-p.a * t0) * g * g
    return x0, {"first_moment": m, "second_moment": v}


def coefficients(values):
    return {name: values[name] for name in ("a", "b")} | tempered(values["epsilon"], False)


RADAM_FLOW = ODELimit(
    name="radam",
    title="RAdam flow",
    source="derived as Ma, Wu & E's eq. (8) is",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state=moments.MOMENTS,
    initial=r"x(0) = x_0,\ m(0) = v(0) = 0",
    squared=("second_moment",),
    start_time=1e-8,
    recorded=the_same,
)


def preconditioner(state, p, k):
    """1 while the step is plain momentum's."""
    length, under_root = rectification(p, k)
    factor = np.sqrt(np.maximum(under_root, 0) * (1 - p.beta2**k))
    with np.errstate(divide="ignore"):
        rectified = denominator(state.second_moment, p) / factor
    return np.where(length > TRACTABLE, rectified, 1.0)


OPTIMIZER = Optimizer(
    name="radam",
    title="RAdam",
    family="Adam and its kin",
    year=2020,
    source="Liu et al. 2020; torch.optim.RAdam",
    parameters=(learning_rate(1e-3), beta1(0.9), beta2(0.999), replace(epsilon(1e-8), idle=NEVER_RECTIFIED)),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS,
    limits=(RADAM_FLOW,),
    direction=lambda gradient, state, p, k: state.first_moment / (1 - p.beta1**k),
    sharpness=Sharpness(preconditioner, moments.threshold),
    second_moment_fades=True,
    ends_as_adam=lambda values: 2 / (1 - values["beta2"]) - 1 > TRACTABLE,  # otherwise all steps are plain momentum
    steps_of_size_eta=True,
)
