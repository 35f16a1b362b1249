"""Lion (Chen et al. 2023, "Symbolic discovery of optimization algorithms"): the sign of a momentum that looks ahead.

The direction is taken with beta1, the momentum kept with beta2. Weight decay is 0 unless given, as in the authors'
code. No flow here: with the betas fixed the limit is sign descent's; with b = (1 - beta1)/eta held it is
x' = -sign(m), m' = a(g - m), whose right-hand side jumps at m = 0 (Chen et al. 2024 study it), which the
integrator of smooth flows does not follow and the one of sign flows does not know.
"""

from dataclasses import replace

import numpy as np

from core.optimizers import moments
from core.optimizers.declarations import VECTOR, Optimizer
from core.parameters import Idle, beta1, beta2, learning_rate, weight_decay

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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR},
    direction=lambda gradient, state, p, k: state.first_moment,
    steps_of_size_eta=True,
)
