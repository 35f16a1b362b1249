r"""Lion: the sign of a momentum that weights the newest gradient more than the stored one does.

.. math::

    x_{k+1} &= x_k - \eta\, \bigl(\operatorname{sign}(\beta_1 m_k + (1-\beta_1)\, g_k) + \lambda x_k\bigr) \\
    m_{k+1} &= \beta_2 m_k + (1-\beta_2)\, g_k

Weight decay is 0 unless given, as in the authors' code. There is no ODE limit here: with fixed betas it is that of
sign descent; with b = (1 - beta1)/eta held it is :math:`\dot x = -\operatorname{sign} m,\ \dot m = a(g - m)`, whose
right-hand side jumps at m = 0. The integrator of smooth flows cannot follow that, and the one of sign flows knows only
jumps of :math:`\nabla f`.

References
----------
X. Chen et al.: Symbolic discovery of optimization algorithms. NeurIPS 2023.
L. Chen, B. Liu, K. Liang, Q. Liu: Lion secretly solves constrained optimization: as Lyapunov predicts. ICLR 2024.
"""

from dataclasses import replace

import numpy as np

from ..parameters import Idle, beta1, beta2, learning_rate, weight_decay
from . import moments
from .declarations import VECTOR, Optimizer, learning_rate_clock

FORGOTTEN = (Idle((("beta1", (0.0,)),), "with β₁ = 0 the past has no part in a step"),)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    direction = np.sign(moments.average(p.beta1, state.first_moment, g))
    after = {"first_moment": moments.average(p.beta2, state.first_moment, g)}
    return x - p.learning_rate * (direction + p.weight_decay * x), after


OPTIMIZER = Optimizer(
    name="lion",
    title="Lion",
    family="Sign",
    year=2023,
    source="Chen et al. 2023, Algorithm 2",
    parameters=(learning_rate(1e-4), beta1(0.9), replace(beta2(0.99), idle=FORGOTTEN), weight_decay(0.0)),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR},
    direction=lambda gradient, state, p, k: state.first_moment,
    steps_of_size_eta=True,
)
