r"""Adam, as torch.optim.Adam computes it: bias correction on, epsilon outside the root.

.. math::

    m_{k+1} &= \beta_1 m_k + (1-\beta_1)\, g_k, \qquad g_k = \nabla f(x_k) \\
    v_{k+1} &= \beta_2 v_k + (1-\beta_2)\, g_k^2 \\
    x_{k+1} &= x_k - \eta\, \frac{m_{k+1}/(1-\beta_1^{k+1})}{\sqrt{v_{k+1}/(1-\beta_2^{k+1})} + \epsilon}

ODE limit: Ma, Wu & E's system (8) for :math:`\beta_2 = 1 - a\eta`, :math:`\beta_1 = 1 - b\eta`. At t = 0 it has 0/0
with a finite limit (the corrected moments tend to g and g^2), so that the integrator starts from a series at a small t.
Adam's other limits are in :mod:`.adam_flows`.

References
----------
D. P. Kingma, J. Ba: Adam: a method for stochastic optimization. ICLR 2015.
C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021.
"""

from . import adam_flows, moments
from .declarations import ODELimit, Optimizer, learning_rate_clock, scaled, the_same


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, g * g)
    m_hat, v_hat = moments.corrected(m, v, p, k)
    return x - scaled(p.learning_rate * m_hat, v_hat, p), {"first_moment": m, "second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    m_hat, v_hat = moments.corrected_at(t, m, v, p)
    return -scaled(m_hat, v_hat, p), {"first_moment": p.b * (g - m), "second_moment": p.a * (g * g - v)}


ADAM_FLOW = ODELimit(
    name="adam",
    title="Adam flow",
    source="Ma, Wu & E 2021, eq. (8)",
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
    name="adam",
    title="Adam",
    family="Adam and its kin",
    year=2015,
    source="Kingma & Ba 2015; torch.optim.Adam",
    parameters=moments.parameters(),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS,
    limits=lambda values: (ADAM_FLOW, *adam_flows.others(values)),
    direction=moments.direction,
    sharpness=moments.SHARPNESS,
    second_moment_fades=True,
    steps_as_adam=True,
    ends_as_adam=True,
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
