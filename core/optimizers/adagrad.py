"""AdaGrad (Duchi, Hazan & Singer 2011): each coordinate divided by the root of all its past gradients squared.

The sum starts at G_0, 0 unless given (torch.optim.Adagrad's initial_accumulator_value). Clock: with step delta and
X = delta G, Euler's method on the flow is the rule with eta = sqrt(delta), so t_k = k eta^2, X(0) = eta^2 G_0, and
epsilon becomes eta epsilon. From an empty accumulator x = x0 - 2 sign(g) sqrt(t) + O(t): see accumulators.py.
Invariant of the flow for any f and epsilon = 0: f + 2 sum_i sqrt(X_i) (Chakrabarti & Chopra, eq. 8, c = 1/2).
"""

from core.optimizers.accumulators import INITIAL_ACCUMULATOR_VALUE, regular, rooted
from core.optimizers.declarations import (
    VECTOR,
    ODELimit,
    Optimizer,
    Sharpness,
    accumulated,
    denominator,
    scaled,
    tempered,
)
from core.parameters import EPSILON_INSIDE_ROOT, epsilon, learning_rate
from core.symbolic.expression import ZERO


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
