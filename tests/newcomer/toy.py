"""Signum (Bernstein et al. 2018) with an echo of the newest gradient: the one file that tests/test_newcomer.py adds."""

import numpy as np

from ..parameters import Idle, Parameter, beta1, learning_rate
from . import moments
from .declarations import VECTOR, Optimizer

ECHO = Parameter(
    "echo", r"\kappa", "Echo", 0.1, 0.0, 1.0, meaning="share of the newest gradient in the direction",
    idle=(Idle((("beta1", (0.0,)),), "without memory the average is the newest gradient"),),
)  # fmt: skip


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    return x - p.learning_rate * np.sign(moments.average(1 - p.echo, m, g)), {"first_moment": m}


OPTIMIZER = Optimizer(
    name="toy",
    title="Echoing Signum",
    family="Sign",
    year=2026,
    source="Bernstein et al. 2018, Algorithm 1, and an echo",
    parameters=(learning_rate(1e-3), beta1(0.9), ECHO),
    step=step,
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state={"first_moment": VECTOR},
    steps_of_size_eta=True,
)
