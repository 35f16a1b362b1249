r"""NAdam, as torch.optim.NAdam: Adam with Nesterov's momentum.

.. math::

    m_{k} &= \beta_1 m_{k-1} + (1-\beta_1)\, g, \qquad v_{k} = \beta_2 v_{k-1} + (1-\beta_2)\, g^2 \\
    \mu_k &= \beta_1 \bigl(1 - \tfrac12\, 0.96^{\psi k}\bigr), \qquad \Pi_k = \mu_k \Pi_{k-1} \\
    x_{k} &= x_{k-1} - \frac{\eta}{\sqrt{v_k/(1-\beta_2^k)} + \epsilon}
    \left(\frac{1-\mu_k}{1-\Pi_k}\, g + \frac{\mu_{k+1}}{1-\Pi_k \mu_{k+1}}\, m_k\right)

Without bias correction the quotients have no denominators, and v is not divided.

ODE limit (derived) for :math:`\beta_1 = 1 - b\eta` and a warm-up of rate :math:`\psi/\eta` in time: :math:`\mu(t) = 1
- 0.96^{\psi t/\eta}/2`. Since :math:`\mu_k` starts near 1/2, the running product :math:`\Pi` is 0 at any t > 0. So m
is no longer corrected, and :math:`\dot x = -((1-\mu) g + \mu m)/(\sqrt{\hat v} + \epsilon)` starts at half of Adam's
speed. For a fixed :math:`\psi` the warm-up takes no time in the limit, and what remains is Adam's flow without the
correction of m.

References
----------
T. Dozat: Incorporating Nesterov momentum into Adam. ICLR workshop 2016.
"""

from math import log
from types import SimpleNamespace

import numpy as np

from ..parameters import Idle, Parameter
from . import moments
from .declarations import SCALAR, ODELimit, Optimizer, Sharpness, learning_rate_clock, scaled

WARM_UP = log(0.96)
NEGLIGIBLE = 1e-18  # a product below it no longer changes 1 - product; going on would end in denormals

MOMENTUM_DECAY = Parameter(
    "momentum_decay", r"\psi", "Decay ψ", 4e-3, 0.0, slider=(1e-5, 1.0), scale="log",
    meaning="how fast the momentum warms up, from half of β₁ to β₁",
    idle=(Idle((("beta1", (0.0,)),), "with β₁ = 0 there is no momentum"),),
)  # fmt: skip


def momentum(p, k):
    """mu_k."""
    return p.beta1 * (1 - 0.5 * np.exp(WARM_UP * p.momentum_decay * k))


def direction(gradient, state, p, k):
    """The weighted sum of gradient and first moment, with the state as step k leaves it."""
    now, ahead = momentum(p, k), momentum(p, k + 1)
    of_g, of_m = 1 - now, ahead
    if p.bias_correction:
        of_g, of_m = of_g / (1 - state.momentum_product), of_m / (1 - state.momentum_product * ahead)
    return of_g * gradient + of_m * state.first_moment


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, g * g)
    product = state.momentum_product * momentum(p, k)
    product = np.where(product < NEGLIGIBLE, 0, product)
    _, v_hat = moments.corrected(m, v, p, k)
    after = {"first_moment": m, "second_moment": v, "momentum_product": product}
    ahead = direction(g, SimpleNamespace(**after), p, k)
    return x - scaled(p.learning_rate * ahead, v_hat, p), after


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    v_hat = v / -np.expm1(-p.a * t) if p.bias_correction else v
    half = 0.5 * np.exp(-p.warm_up * t)
    velocity = -scaled(half * g + (1 - half) * m, v_hat, p)
    return velocity, {"first_moment": p.b * (g - m), "second_moment": p.a * (g * g - v)}


def coefficients(values):
    return moments.coefficients(values) | {"warm_up": -WARM_UP * values["momentum_decay"] / values["learning_rate"]}


def start(problem, x0, p, t0):
    """To first order in t0: m is small, so the gradient's half moves x alone."""
    g = problem.gradient(x0)
    m, v = -np.expm1(-p.b * t0) * g, -np.expm1(-p.a * t0) * g * g
    # the mean over [0, t0] of 1/sqrt(t/t0) is 2
    x = x0 - scaled(g, g * g, p) * (t0 / 2) if p.bias_correction else x0 - scaled(g, v, p) * t0
    return x, {"first_moment": m, "second_moment": v}


NADAM_FLOW = ODELimit(
    name="nadam",
    title="NAdam flow",
    source="derived as Ma, Wu & E's eq. (8) is, with psi/eta held",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state=moments.MOMENTS,
    initial=r"x(0) = x_0,\ m(0) = v(0) = 0",
    squared=("second_moment",),
    start_time=1e-8,
    recorded=lambda state, values, clock: state | {"momentum_product": np.zeros(len(state["first_moment"]))},
)


def threshold(p, k):
    """Where the recursion with the next step's momentum mu, both corrections over, has the root -1.

    z^2 - (1 + beta1 - (1 - mu beta1) sigma) z + beta1 (1 - (1 - mu) sigma) = 0.
    """
    mu = momentum(p, k + 1)
    return 2 * (1 + p.beta1) / ((1 + p.beta1 - 2 * mu * p.beta1) * p.learning_rate)


OPTIMIZER = Optimizer(
    name="nadam",
    title="NAdam",
    family="Adam and its kin",
    year=2016,
    source="Dozat 2016; torch.optim.NAdam",
    parameters=(*moments.parameters(rate=2e-3), MOMENTUM_DECAY),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS | {"momentum_product": SCALAR},
    initial={"momentum_product": 1.0},
    limits=(NADAM_FLOW,),
    direction=direction,
    sharpness=Sharpness(moments.preconditioner, threshold),
    second_moment_fades=True,
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
