r"""AMSGrad: Adam divided by the greatest second moment so far.

.. math::

    m_{k+1} &= \beta_1 m_k + (1-\beta_1)\, g_k, \qquad v_{k+1} = \beta_2 v_k + (1-\beta_2)\, g_k^2 \\
    w_{k+1} &= \max(w_k, v_{k+1}) \\
    x_{k+1} &= x_k - \eta\, \frac{m_{k+1}/(1-\beta_1^{k+1})}{\sqrt{w_{k+1}/(1-\beta_2^{k+1})} + \epsilon}

PyTorch takes the maximum before the bias correction, so that the corrected maximum may fall; the paper's method has no
bias correction. The average v is not replaced by its maximum: that would be AdamAL. ODE limit (derived): v as in Adam,
and its supremum over the past. As an ODE, the supremum w rises with v where v has reached it. The step divides by
max(v, w), so that a w that the integrator left slightly below v has no effect.

References
----------
S. J. Reddi, S. Kale, S. Kumar: On the convergence of Adam and beyond. ICLR 2018.
"""

import numpy as np

from . import moments
from .declarations import (
    VECTOR,
    ODELimit,
    Optimizer,
    Sharpness,
    denominator,
    learning_rate_clock,
    rising,
    scaled,
    the_same,
)

STATE = moments.MOMENTS | {"second_moment_maximum": VECTOR}


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, g * g)
    greatest = np.maximum(state.second_moment_maximum, v)
    m_hat, v_hat = moments.corrected(m, greatest, p, k)
    after = {"first_moment": m, "second_moment": v, "second_moment_maximum": greatest}
    return x - scaled(p.learning_rate * m_hat, v_hat, p), after


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v, greatest = state.first_moment, state.second_moment, state.second_moment_maximum
    m_hat, v_hat = moments.corrected_at(t, m, np.maximum(v, greatest), p)
    rate = p.a * (g * g - v)
    return -scaled(m_hat, v_hat, p), {
        "first_moment": p.b * (g - m),
        "second_moment": rate,
        "second_moment_maximum": rising(v, greatest, rate),
    }


def start(problem, x0, p, t0):
    x, state = moments.start(problem, x0, p, t0)
    return x, state | {"second_moment_maximum": state["second_moment"]}


AMSGRAD_FLOW = ODELimit(
    name="amsgrad",
    title="AMSGrad flow",
    source="derived as Ma, Wu & E's eq. (8) is",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=moments.coefficients,
    state=STATE,
    initial=r"x(0) = x_0,\ m(0) = v(0) = 0",
    squared=("second_moment", "second_moment_maximum"),
    maxima={"second_moment_maximum": "second_moment"},
    start_time=1e-6,
    recorded=the_same,
)


def preconditioner(state, p, k):
    _, v_hat = moments.corrected(state.first_moment, state.second_moment_maximum, p, k)
    return denominator(v_hat, p)


OPTIMIZER = Optimizer(
    name="amsgrad",
    title="AMSGrad",
    family="Adam and its kin",
    year=2018,
    source="Reddi, Kale & Kumar 2018 (without bias correction); torch.optim.Adam(amsgrad=True)",
    parameters=moments.parameters(),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=STATE,
    limits=(AMSGRAD_FLOW,),
    direction=moments.direction,
    sharpness=Sharpness(preconditioner, moments.threshold),
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
