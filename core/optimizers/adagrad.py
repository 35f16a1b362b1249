r"""AdaGrad: each coordinate is divided by the root of the sum of all its squared gradients.

.. math::

    G_{k+1} = G_k + g_k^2, \qquad x_{k+1} = x_k - \eta\, \frac{g_k}{\sqrt{G_{k+1}} + \epsilon}

The sum starts at :math:`G_0`, 0 unless given (initial_accumulator_value in torch.optim.Adagrad). Clock: with a step
:math:`\delta` and :math:`X = \delta G`, Euler's method on the ODE limit is the rule with :math:`\eta = \sqrt\delta`. So
:math:`t_k = k\eta^2`, :math:`X(0) = \eta^2 G_0`, and epsilon becomes :math:`\eta\epsilon`. From an empty sum
:math:`x = x_0 - 2 \operatorname{sign}(g)\sqrt t + O(t)`: see :mod:`.accumulators`. An invariant of the limit for any f
and :math:`\epsilon = 0` is :math:`f + 2 \sum_i \sqrt{X_i}`.

References
----------
J. Duchi, E. Hazan, Y. Singer: Adaptive subgradient methods for online learning and stochastic optimization. JMLR 12,
2011.
K. Chakrabarti, N. Chopra: Generalized AdaGrad and Adam: a state-space perspective. 2021, eq. (8) with c = 1/2.
"""

from ..parameters import EPSILON_INSIDE_ROOT, epsilon, learning_rate
from ..symbolic.expression import ZERO
from .accumulators import INITIAL_ACCUMULATOR_VALUE, regular, rooted
from .declarations import (
    VECTOR,
    ODELimit,
    Optimizer,
    Sharpness,
    accumulated,
    denominator,
    scaled,
    tempered,
)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    total = state.sum_of_squares + g * g
    return x - scaled(p.learning_rate * g, total, p), {"sum_of_squares": total}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    return -scaled(g, state.sum_of_squares, p), {"sum_of_squares": g * g}


def start(problem, x0, p, t0):
    return x0, {"sum_of_squares": p.first + ZERO * x0}


def coefficients(values):
    eta, inside = values["learning_rate"], values["epsilon_inside_root"]
    first = eta * eta * values["initial_accumulator_value"]
    own = {"exponent": 0.5, "rate": 1.0, "first": first}
    return own | tempered(values["epsilon"] * (eta * eta if inside else eta), inside)


ADAGRAD_FLOW = ODELimit(
    name="adagrad",
    title="AdaGrad flow",
    source="Belotto da Silva & Gazeau, case 3 (q = 0); Chakrabarti & Chopra, eqs (2)-(3) with c = 1/2",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state={"sum_of_squares": VECTOR},
    initial=r"x(0) = x_0,\ X(0) = \eta^2 G_0",
    squared=("sum_of_squares",),
    recorded=accumulated,
    regular=regular(rooted),
)

OPTIMIZER = Optimizer(
    name="adagrad",
    title="AdaGrad",
    family="Adaptive rates",
    year=2011,
    source="Duchi, Hazan & Singer 2011; torch.optim.Adagrad; Tanner, lecture 8",
    parameters=(learning_rate(1e-2), epsilon(1e-10), INITIAL_ACCUMULATOR_VALUE, EPSILON_INSIDE_ROOT),
    step=step,
    clock=lambda v: v["learning_rate"] * v["learning_rate"],
    clock_rule=r"t_k = k\,\eta^2",
    state={"sum_of_squares": VECTOR},
    initial={"sum_of_squares": "initial_accumulator_value"},
    limits=(ADAGRAD_FLOW,),
    sharpness=Sharpness(lambda state, p, k: denominator(state.sum_of_squares, p)),
    epsilon_bounds_denominators=True,
)
