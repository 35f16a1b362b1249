"""AdaDelta (Zeiler 2012), as torch.optim.Adadelta: steps in units of past steps, so that no learning rate is needed.

PyTorch's factor eta is 1 by default; epsilon is inside both roots. No flow: the steps' own size, from
sqrt(epsilon) on, is found by the method, and no factor makes them small together; the clock counts steps.
"""

from dataclasses import replace

import numpy as np

from core.optimizers import moments
from core.optimizers.declarations import VECTOR, Optimizer, Sharpness
from core.parameters import LEARNING_RATE_SCHEDULE, Idle, epsilon, learning_rate, rho
from core.symbolic.expression import safe_ratio

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
