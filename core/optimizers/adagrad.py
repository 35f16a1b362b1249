"""AdaGrad (Duchi, Hazan & Singer 2011): each coordinate divided by the root of all its past gradients squared.

Clock: with step delta and X = delta G, Euler's method on the flow is the rule with eta = sqrt(delta), so
t_k = k eta^2 and epsilon becomes eta epsilon. From an empty accumulator x = x0 - 2 sign(g) sqrt(t) + O(t).
Invariant of the flow for any f and epsilon = 0: f + 2 sum_i sqrt(X_i) (Chakrabarti & Chopra, eq. 8, c = 1/2).
"""

from core.formulas.expression import absolute, less, log, safe_ratio, sign, sqrt, where
from core.optimizers.base import VECTOR, Flow, Optimizer, Sharpness, accumulated, denominator, scaled, tempered
from core.parameters import EPSILON_INSIDE_ROOT, epsilon, learning_rate


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    total = state.sum_of_squares + g * g
    return x - scaled(p.learning_rate * g, total, p), {"sum_of_squares": total}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    return -scaled(g, state.sum_of_squares, p), {"sum_of_squares": g * g}


def empty_start(g, epsilon, u, rate=1):
    """x(t) - x0 while g is constant and v = rate g^2 t: the integral of -g/(|g| u + epsilon), u = sqrt(rate t)."""
    size = absolute(g)
    relative = safe_ratio(epsilon, size)
    delay = where(less(0, relative), relative * log(1 + safe_ratio(u, relative)), 0)
    return where(less(0, size), (-2 / rate) * sign(g) * (u - delay), 0)


def start(problem, x0, p, t0):
    g = problem.gradient(x0)
    return x0 + empty_start(g, p.epsilon, sqrt(t0)), {"sum_of_squares": g * g * t0}


def coefficients(values):
    eta, inside = values["learning_rate"], values["epsilon_inside_root"]
    return tempered(values["epsilon"] * (eta * eta if inside else eta), inside)


ADAGRAD_FLOW = Flow(
    name="adagrad",
    title="AdaGrad flow",
    equation=r"\dot X = \nabla f(x)^2,\qquad \dot x = -\frac{\nabla f(x)}{\sqrt X + \eta\epsilon}",
    source="Belotto da Silva & Gazeau, case 3 (q = 0); Chakrabarti & Chopra, eqs (2)-(3) with c = 1/2",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state={"sum_of_squares": VECTOR},
    initial=r"x(0) = x_0,\ X(0) = 0",
    squared=("sum_of_squares",),
    start_time=1e-14,
    recorded=accumulated,
)

OPTIMIZER = Optimizer(
    name="adagrad",
    title="AdaGrad",
    family="Adaptive rates",
    year=2011,
    rule=r"G_{k+1} = G_k + \nabla f(x_k)^2,\qquad x_{k+1} = x_k - \eta\,\frac{\nabla f(x_k)}{\sqrt{G_{k+1}}+\epsilon}",
    source="Duchi, Hazan & Singer 2011; torch.optim.Adagrad; Tanner, lecture 8",
    parameters=(learning_rate(1e-2), epsilon(1e-10), EPSILON_INSIDE_ROOT),
    step=step,
    clock=lambda v: v["learning_rate"] * v["learning_rate"],
    clock_rule=r"t_k = k\,\eta^2",
    state={"sum_of_squares": VECTOR},
    flows=(ADAGRAD_FLOW,),
    sharpness=Sharpness(lambda state, p, k: denominator(state.sum_of_squares, p)),
    epsilon_bounds_denominators=True,
)
