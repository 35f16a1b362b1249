r"""AdamAL: a second moment that never falls, since the larger of g^2 and v is averaged into it.

.. math::

    m_{k+1} &= \beta_1 m_k + (1-\beta_1)\, g_k \\
    v_{k+1} &= \beta_2 v_k + (1-\beta_2)\, \max(g_k^2, v_k) \\
    x_{k+1} &= x_k - \eta\, \frac{m_{k+1}}{\sqrt{v_{k+1}} + \epsilon}

No bias correction, and epsilon is 0, unless given. Line 7 of the paper's algorithm is read with :math:`\beta_2`. ODE
limit (derived): :math:`\dot v = a \max(g^2 - v, 0)`.

References
----------
A new perspective in understanding of Adam-type algorithms and beyond. 2021, Algorithm 1.
"""

import numpy as np

from . import moments
from .declarations import ODELimit, Optimizer, learning_rate_clock, scaled, the_same


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, np.maximum(g * g, state.second_moment))
    m_hat, v_hat = moments.corrected(m, v, p, k)
    return x - scaled(p.learning_rate * m_hat, v_hat, p), {"first_moment": m, "second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    m_hat, v_hat = moments.corrected_at(t, m, v, p)
    rising = p.a * np.maximum(g * g - v, 0)
    return -scaled(m_hat, v_hat, p), {"first_moment": p.b * (g - m), "second_moment": rising}


ADAMAL_FLOW = ODELimit(
    name="adamal",
    title="AdamAL flow",
    source="derived as Ma, Wu & E's eq. (8) is",
    right_hand_side=right_hand_side,
    start=moments.start,
    coefficients=moments.coefficients,
    state=moments.MOMENTS,
    initial=r"x(0) = x_0,\ m(0) = v(0) = 0",
    squared=("second_moment",),
    start_time=1e-6,
    recorded=the_same,
)

OPTIMIZER = Optimizer(
    name="adamal",
    title="AdamAL",
    family="Adam and its kin",
    year=2021,
    source="A new perspective in understanding of Adam-type algorithms and beyond, Algorithm 1 with beta2 in line 7",
    parameters=moments.parameters(small=0.0, correction=False),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS,
    limits=(ADAMAL_FLOW,),
    direction=moments.direction,
    sharpness=moments.SHARPNESS,
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
