"""G-AdaGrad (Chakrabarti & Chopra 2021): AdaGrad with any exponent c of the sum, c = 1/2 being AdaGrad's root.

No epsilon; the sum starts empty, as AdaGrad's does, and includes the current gradient (their own start is positive).
Clock: with step delta and X = delta G, Euler's method on the flow is the rule with eta = delta^(1-c), so that
t_k = k eta^(1/(1-c)) for c < 1. For c >= 1 a step in time has no limit: no flow, and the clock is k eta.
From the empty sum x = x0 - g |g|^(-2c) t^(1-c)/(1-c) + ...
Invariant of the flow for any f: f + sum_i X_i^(1-c)/(1-c) (their eq. 8).
"""

from math import exp, log

from core.formulas.expression import maximum, safe_ratio
from core.optimizers.base import VECTOR, Flow, Optimizer, Sharpness, accumulated
from core.parameters import Parameter, learning_rate

EMPTY = 1e-30  # the flow's sum is held at least at this: the slope of X^c at 0 is no number

EXPONENT = Parameter(
    "exponent", "c", "Exponent c", 0.5, 0.0, slider=(0.0, 1.0), meaning="power of the sum that divides the gradient"
)


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    total = state.sum_of_squares + g * g
    return x - safe_ratio(p.learning_rate * g, total**p.exponent), {"sum_of_squares": total}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    return -g / maximum(state.sum_of_squares, EMPTY) ** p.exponent, {"sum_of_squares": g * g}


def start(problem, x0, p, t0):
    g = problem.gradient(x0)
    early = g * g * t0
    return x0 - safe_ratio(g * t0, early**p.exponent) / (1 - p.exponent), {"sum_of_squares": early}


G_ADAGRAD_FLOW = Flow(
    name="g_adagrad",
    title="G-AdaGrad flow",
    equation=r"\dot X = \nabla f(x)^2,\qquad \dot x = -\frac{\nabla f(x)}{X^c}",
    source="Chakrabarti & Chopra 2021, eqs (2)-(3)",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=lambda values: {"exponent": values["exponent"]},
    state={"sum_of_squares": VECTOR},
    initial=r"x(0) = x_0,\ X(0) = 0",
    squared=("sum_of_squares",),
    start_time=1e-14,
    recorded=accumulated,
)


def clock(values):
    eta, c = values["learning_rate"], values["exponent"]
    return exp(min(log(eta) / (1 - c), 709.0)) if c < 1 else eta


OPTIMIZER = Optimizer(
    name="g_adagrad",
    title="G-AdaGrad",
    family="Adaptive rates",
    year=2021,
    rule=r"G_{k+1} = G_k + \nabla f(x_k)^2,\qquad x_{k+1} = x_k - \eta\,\frac{\nabla f(x_k)}{G_{k+1}^c}",
    source="Chakrabarti & Chopra 2021",
    parameters=(learning_rate(1e-2), EXPONENT),
    step=step,
    clock=clock,
    clock_rule=r"t_k = k\,\eta^{1/(1-c)}",
    state={"sum_of_squares": VECTOR},
    flows=lambda values: (G_ADAGRAD_FLOW,) if values["exponent"] < 1 else (),
    sharpness=Sharpness(lambda state, p, k: state.sum_of_squares**p.exponent),
)
