"""AdamAL ("A new perspective in understanding of Adam-type algorithms and beyond"): a second moment that never falls.

Line 7 of its Algorithm 1 prints beta1 in the average of v; the text derives v_t - v_(t-1) = (1-beta2)(g^2 - v_(t-1))
and eq. (18) has beta2, which is used here. (18) also squares what is a square already and leaves the square of g out.
With beta2, and only with it, v is AMSGrad's with the maximum fed back into the average, the paper's own (16):
beta2 v + (1-beta2) max(g^2, v) = max(v, beta2 v + (1-beta2) g^2). No bias correction, no epsilon unless given.
ODE limit [derived]: v' = a max(g^2 - v, 0).
"""

import numpy as np

from core.optimizers import moments
from core.optimizers.declarations import ODELimit, Optimizer, scaled, the_same


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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS,
    limits=(ADAMAL_FLOW,),
    direction=moments.direction,
    sharpness=moments.SHARPNESS,
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
