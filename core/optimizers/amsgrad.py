"""AMSGrad (Reddi, Kale & Kumar 2018): Adam divided by the greatest second moment so far.

PyTorch takes the maximum before the bias correction, so that the corrected maximum may fall; Reddi's method is
the one without bias correction. The average v itself is never replaced by its maximum: fed back it would be
AdamAL's. ODE limit [derived]: v as in Adam, beside its supremum over the past. As an ODE the supremum w rises with v
where v has reached it; the step divides by max(v, w), so that a w which the integrator left a hair below v does
not show.
"""

import numpy as np

from core.optimizers import moments
from core.optimizers.declarations import VECTOR, ODELimit, Optimizer, Sharpness, denominator, scaled, the_same

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
    rising = np.where(v < greatest, 0, np.maximum(rate, 0))
    return -scaled(m_hat, v_hat, p), {
        "first_moment": p.b * (g - m),
        "second_moment": rate,
        "second_moment_maximum": rising,
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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state=STATE,
    limits=(AMSGRAD_FLOW,),
    direction=moments.direction,
    sharpness=Sharpness(preconditioner, moments.threshold),
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
