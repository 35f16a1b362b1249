r"""AdaGrad-Norm: one step size for all coordinates, from the norms of all past gradients.

.. math::

    b_{k+1}^2 = b_k^2 + \|g_k\|^2, \qquad x_{k+1} = x_k - \eta\, \frac{g_k}{b_{k+1}}

The state is the sum without :math:`b_0^2`. Clock, as for AdaGrad: :math:`t_k = k\eta^2`. An invariant of the ODE limit
for any f is :math:`f + 2 \sqrt{\eta^2 b_0^2 + X}`. (Tanner's slide prints the gradient at the new point, which would
make the rule implicit.)

References
----------
R. Ward, X. Wu, L. Bottou: AdaGrad stepsizes: sharp convergence over nonconvex landscapes. ICML 2019.
"""

import numpy as np

from ..parameters import Parameter, learning_rate
from ..symbolic.expression import ZERO, dot, safe_ratio
from .declarations import SCALAR, ODELimit, Optimizer, Sharpness, accumulated

B0 = Parameter(
    "b0", r"b_0", "b₀", 0.1, 0.0, open_low=True, slider=(1e-4, 1e4), scale="log",
    meaning="root of the sum before the first step",
)  # fmt: skip


def norm(sum_of_squares, p):
    """b_k."""
    return np.sqrt(p.b0 * p.b0 + sum_of_squares)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    total = state.sum_of_squares + dot(g, g)
    return x - safe_ratio(p.learning_rate * g, norm(total, p)), {"sum_of_squares": total}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    return -g / np.sqrt(p.first + state.sum_of_squares), {"sum_of_squares": dot(g, g)}


def start(problem, x0, p, t0):
    return x0, {"sum_of_squares": ZERO}


ADAGRAD_NORM_FLOW = ODELimit(
    name="adagrad_norm",
    title="AdaGrad-Norm flow",
    source="derived as AdaGrad's is: Chakrabarti & Chopra, eqs (2)-(3) with one X for all coordinates",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=lambda values: {"first": (values["learning_rate"] * values["b0"]) ** 2},
    state={"sum_of_squares": SCALAR},
    initial=r"x(0) = x_0,\ X(0) = 0",
    squared=("sum_of_squares",),
    recorded=accumulated,
)

OPTIMIZER = Optimizer(
    name="adagrad_norm",
    title="AdaGrad-Norm",
    family="Adaptive rates",
    year=2019,
    source="Ward, Wu & Bottou 2019, Algorithm 1; Tanner, lecture 8",
    parameters=(learning_rate(1.0), B0),
    step=step,
    clock=lambda v: v["learning_rate"] * v["learning_rate"],
    clock_rule=r"t_k = k\,\eta^2",
    state={"sum_of_squares": SCALAR},
    limits=(ADAGRAD_NORM_FLOW,),
    sharpness=Sharpness(lambda state, p, k: norm(state.sum_of_squares, p)),
)
