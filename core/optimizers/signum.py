r"""Signum: the sign of an averaged gradient.

.. math::

    m_{k+1} = \beta_1 m_k + (1-\beta_1)\, g_k, \qquad x_{k+1} = x_k - \eta\, \operatorname{sign} m_{k+1}

On :math:`\lambda x^2/2` it ends on one of a family of 2-cycles :math:`\{u, u - \eta\}`,
:math:`\beta_1\eta/(1+\beta_1) < u < \eta/(1+\beta_1)`. There is no ODE limit here: with a fixed :math:`\beta_1` it is
that of sign descent; with b = (1 - beta1)/eta held it is :math:`\dot m = b(g - m),\ \dot x = -\operatorname{sign} m`,
whose right-hand side jumps where m changes sign, not where g does.

References
----------
J. Bernstein et al.: signSGD: compressed optimisation for non-convex problems. ICML 2018, Algorithm 2.
"""

import numpy as np

from ..parameters import beta1, learning_rate
from . import moments
from .declarations import VECTOR, Optimizer, learning_rate_clock


def step(problem, x, state, p, k):
    m = moments.average(p.beta1, state.first_moment, problem.gradient(x))
    return x - p.learning_rate * np.sign(m), {"first_moment": m}


OPTIMIZER = Optimizer(
    name="signum",
    title="Signum",
    family="Sign",
    year=2018,
    source="Bernstein et al. 2018, Algorithm 2",
    parameters=(learning_rate(1e-3), beta1(0.9)),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR},
    direction=lambda gradient, state, p, k: state.first_moment,
    steps_of_size_eta=True,
)
