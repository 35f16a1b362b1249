r"""AdaDelta, as torch.optim.Adadelta: steps in units of past steps, so that no learning rate is needed.

.. math::

    v_{k+1} &= \rho v_k + (1-\rho)\, g_k^2 \\
    \Delta_k &= \frac{\sqrt{u_k + \epsilon}}{\sqrt{v_{k+1} + \epsilon}}\, g_k, \qquad x_{k+1} = x_k - \eta\, \Delta_k \\
    u_{k+1} &= \rho u_k + (1-\rho)\, \Delta_k^2

PyTorch's factor :math:`\eta` is 1 by default. There is no ODE limit: the method finds the size of its steps itself,
from :math:`\sqrt\epsilon` on, and no factor makes all of them small together. The clock counts steps.

References
----------
M. D. Zeiler: ADADELTA: an adaptive learning rate method. arXiv:1212.5701, 2012.
"""

from dataclasses import replace

import numpy as np

from ..parameters import LEARNING_RATE_SCHEDULE, Idle, epsilon, learning_rate, rho
from ..symbolic.expression import safe_ratio
from . import moments
from .declarations import VECTOR, Optimizer, Sharpness

STILL = (Idle((("epsilon", (0.0,)),), "with ε = 0 no step is ever taken"),)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    squares = moments.average(p.rho, state.squared_gradients, g * g)
    delta = safe_ratio(np.sqrt(state.squared_steps + p.epsilon) * g, np.sqrt(squares + p.epsilon))
    after = {"squared_gradients": squares, "squared_steps": moments.average(p.rho, state.squared_steps, delta * delta)}
    return x - p.learning_rate * delta, after


OPTIMIZER = Optimizer(
    name="adadelta",
    title="AdaDelta",
    family="Adaptive rates",
    year=2012,
    source="Zeiler 2012; torch.optim.Adadelta",
    parameters=(
        replace(learning_rate(1.0), idle=STILL),
        replace(rho(0.9), idle=STILL),
        epsilon(1e-6),
        replace(LEARNING_RATE_SCHEDULE, idle=STILL),
    ),
    step=step,
    clock=lambda v: 1.0,
    clock_rule=r"t_k = k",
    state={"squared_gradients": VECTOR, "squared_steps": VECTOR},
    sharpness=Sharpness(
        lambda state, p, k: ((state.squared_gradients + p.epsilon) / (state.squared_steps + p.epsilon)) ** 0.5
    ),
    epsilon_bounds_denominators=True,
)
