r"""AdaBound: Adam with step sizes clipped to bounds that converge to a final rate.

.. math::

    x_{k} = x_{k-1} - \operatorname{clip}\!\left(\frac{\eta\,\sqrt{1-\beta_2^k}}{(1-\beta_1^k)(\sqrt{v_k}+\epsilon)},\
    \eta_*\Bigl(1 - \frac{1}{\gamma k+1}\Bigr),\ \eta_*\Bigl(1 + \frac{1}{\gamma k}\Bigr)\right) m_k

with Adam's moments. As in the authors' code: bias corrections inside the clipped factor, epsilon added to the root of
the uncorrected v, no further :math:`1/\sqrt k`. There is no ODE limit: the factor tends to :math:`\eta_*` whatever the
learning rate is, so that the steps do not become small with it.

References
----------
L. Luo, Y. Xiong, Y. Liu, X. Sun: Adaptive gradient methods with dynamic bound of learning rate. ICLR 2019.
"""

import numpy as np

from ..parameters import Parameter, beta1, beta2, epsilon, learning_rate
from . import moments
from .declarations import Optimizer, Sharpness, denominator, learning_rate_clock

FINAL = Parameter(
    "final_learning_rate", r"\eta_*", "Final rate", 0.1, 0.0, open_low=True, slider=(1e-5, 1.0), scale="log",
    meaning="step size that both bounds tend to",
)  # fmt: skip
GAMMA = Parameter(
    "gamma", r"\gamma", "γ", 1e-3, 0.0, open_low=True, slider=(1e-5, 1.0), scale="log",
    meaning="how fast the bounds close in",
)  # fmt: skip


def bounds(p, k):
    """The least and the greatest factor of step k."""
    return p.final_learning_rate * (1 - 1 / (p.gamma * k + 1)), p.final_learning_rate * (1 + 1 / (p.gamma * k))


def clipped(second_moment, p, k):
    """Adam's step size per coordinate within the bounds of step k."""
    size = p.learning_rate * np.sqrt(1 - p.beta2**k) / (1 - p.beta1**k) / denominator(second_moment, p)
    return np.clip(size, *bounds(p, k))


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    m = moments.average(p.beta1, state.first_moment, g)
    v = moments.average(p.beta2, state.second_moment, g * g)
    return x - clipped(v, p, k) * m, {"first_moment": m, "second_moment": v}


def preconditioner(state, p, k):
    return p.learning_rate / clipped(state.second_moment, p, k)


OPTIMIZER = Optimizer(
    name="adabound",
    title="AdaBound",
    family="Adam and its kin",
    year=2019,
    source="Luo, Xiong, Liu & Sun 2019, Algorithm 2 as in the authors' code",
    parameters=(learning_rate(1e-3), beta1(0.9), beta2(0.999), epsilon(1e-8), FINAL, GAMMA),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=moments.MOMENTS,
    direction=lambda gradient, state, p, k: state.first_moment,
    sharpness=Sharpness(preconditioner, moments.threshold),
)
