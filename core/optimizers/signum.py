"""Signum (Bernstein et al. 2018): the sign of an averaged gradient.

On lambda x^2/2 it ends on one of a family of 2-cycles {u, u - eta}, beta1 eta/(1 + beta1) < u < eta/(1 + beta1). No
flow here: with beta1 fixed the limit is sign descent's; with b = (1 - beta1)/eta held it is m' = b(g - m),
x' = -sign(m), whose right-hand side jumps where m does, not where g does.
"""

import numpy as np

from core.optimizers import moments
from core.optimizers.declarations import VECTOR, Optimizer
from core.parameters import beta1, learning_rate


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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR},
    direction=lambda gradient, state, p, k: state.first_moment,
    steps_of_size_eta=True,
)
