r"""Adamax, as torch.optim.Adamax: a decaying maximum in place of the second moment.

.. math::

    m_{k+1} &= \beta_1 m_k + (1-\beta_1)\, g_k \\
    u_{k+1} &= \max(\beta_2 u_k,\ |g_k| + \epsilon) \\
    x_{k+1} &= x_k - \frac{\eta}{1-\beta_1^{k+1}}\, \frac{m_{k+1}}{u_{k+1}}

There is no ODE limit: for :math:`\beta_2 = 1 - a\eta` the maximum becomes
:math:`u(t) = \sup_s e^{-a(t-s)} |g(s)|`, which solves no ODE: where it follows :math:`|g|`, its rate is that of
:math:`|g|` itself.

References
----------
D. P. Kingma, J. Ba: Adam: a method for stochastic optimization. ICLR 2015, section 7.1.
"""

import numpy as np

from ..parameters import beta1, beta2, epsilon, learning_rate
from ..symbolic.expression import safe_ratio
from . import moments
from .declarations import VECTOR, Optimizer, Sharpness, learning_rate_clock


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    u = np.maximum(p.beta2 * state.infinity_norm, np.abs(g) + p.epsilon)
    return x - safe_ratio(p.learning_rate * m / (1 - p.beta1**k), u), {"first_moment": m, "infinity_norm": u}


OPTIMIZER = Optimizer(
    name="adamax",
    title="Adamax",
    family="Adam and its kin",
    year=2015,
    source="Kingma & Ba 2015, Algorithm 2; torch.optim.Adamax",
    parameters=(learning_rate(2e-3), beta1(0.9), beta2(0.999), epsilon(1e-8)),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR, "infinity_norm": VECTOR},
    direction=lambda gradient, state, p, k: state.first_moment / (1 - p.beta1**k),
    sharpness=Sharpness(lambda state, p, k: state.infinity_norm, moments.threshold),
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
