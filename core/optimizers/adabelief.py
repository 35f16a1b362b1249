r"""AdaBelief: the second moment is that of the gradient's deviation from its own average.

.. math::

    m_{k+1} &= \beta_1 m_k + (1-\beta_1)\, g_k \\
    s_{k+1} &= \beta_2 s_k + (1-\beta_2)\, (g_k - m_{k+1})^2 + \epsilon \\
    x_{k+1} &= x_k - \eta\, \frac{m_{k+1}/(1-\beta_1^{k+1})}{\sqrt{s_{k+1}/(1-\beta_2^{k+1})} + \epsilon}

As in the paper, epsilon is added to s in every step, where it accumulates to :math:`\epsilon/(1-\beta_2)`, and once
more to the root. The default 1e-16 is that of the authors' code and of optax; the paper's text has 1e-8. ODE limit
(derived) for :math:`\beta_2 = 1 - a\eta`, :math:`\beta_1 = 1 - b\eta`: the epsilon of each step becomes a rate
:math:`\epsilon/\eta`.

References
----------
J. Zhuang et al.: AdaBelief optimizer: adapting stepsizes by the belief in observed gradients. NeurIPS 2020.
"""

from dataclasses import replace

import numpy as np

from ..parameters import BIAS_CORRECTION, LEARNING_RATE_SCHEDULE, Idle, beta1, beta2, epsilon, learning_rate
from . import moments
from .declarations import (
    VECTOR,
    ODELimit,
    Optimizer,
    Sharpness,
    denominator,
    learning_rate_clock,
    scaled,
    the_same,
)

STATE = {"first_moment": VECTOR, "deviation_moment": VECTOR}


INFINITE = (Idle((("beta1", (0.0,)), ("epsilon", (0.0,))), "with β₁ = ε = 0 the first step is divided by 0"),)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    deviation = g - m
    s = moments.average(p.beta2, state.deviation_moment, deviation * deviation) + p.epsilon
    m_hat, s_hat = moments.corrected(m, s, p, k)
    return x - scaled(p.learning_rate * m_hat, s_hat, p), {"first_moment": m, "deviation_moment": s}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, s = state.first_moment, state.deviation_moment
    m_hat, s_hat = moments.corrected_at(t, m, s, p)
    deviation = g - m
    rates = {"first_moment": p.b * deviation, "deviation_moment": p.a * (deviation * deviation - s) + p.inflow}
    return -scaled(m_hat, s_hat, p), rates


def start(problem, x0, p, t0):
    """Series at t0: m is still small, so that g - m = g0 + t (d - b g0), with d = H x'(0) if m is corrected."""
    g = problem.gradient(x0)
    of_m, of_s = -np.expm1(-p.b * t0), -np.expm1(-p.a * t0)
    s_hat = g * g + p.inflow / p.a
    if not p.bias_correction:
        m, s = of_m * g, of_s * s_hat
        return x0 - scaled(m, s, p) * (t0 * (2 / 3)), {"first_moment": m, "deviation_moment": s}
    velocity = -scaled(g, s_hat, p)
    d = problem.hessian_times(x0, velocity)
    m, s = of_m * (g + d * (t0 / 2)), of_s * (s_hat + g * (d - p.b * g) * t0)
    return x0 + velocity * t0, {"first_moment": m, "deviation_moment": s}


def coefficients(values):
    eta, epsilon = values["learning_rate"], values["epsilon"]
    shared = {name: values[name] for name in ("a", "b", "bias_correction")}
    # the floor of the root, in the Jacobian alone: a hundredth of where epsilon's inflow brings it
    floor = max(0.01 * (epsilon / (values["a"] * eta)) ** 0.5, 1e-12)
    return shared | {"epsilon": epsilon, "inflow": epsilon / eta, "floor": floor}


ADABELIEF_FLOW = ODELimit(
    name="adabelief",
    title="AdaBelief flow",
    source="derived as Ma, Wu & E's eq. (8) is",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state=STATE,
    initial=r"x(0) = x_0,\ m(0) = s(0) = 0",
    squared=("deviation_moment",),
    start_time=1e-6,
    recorded=the_same,
)


def preconditioner(state, p, k):
    _, s_hat = moments.corrected(state.first_moment, state.deviation_moment, p, k)
    return denominator(s_hat, p)


OPTIMIZER = Optimizer(
    name="adabelief",
    title="AdaBelief",
    family="Adam and its kin",
    year=2020,
    source="Zhuang et al. 2020, Algorithm 2",
    parameters=(
        replace(learning_rate(1e-3), idle=INFINITE),
        beta1(0.9),
        replace(beta2(0.999), idle=INFINITE),
        epsilon(1e-16),
        replace(BIAS_CORRECTION, idle=(*INFINITE, *BIAS_CORRECTION.idle)),
        replace(LEARNING_RATE_SCHEDULE, idle=INFINITE),
    ),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=STATE,
    limits=(ADABELIEF_FLOW,),
    direction=moments.direction,
    sharpness=Sharpness(preconditioner, moments.threshold),
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
