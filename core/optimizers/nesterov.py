"""Nesterov's accelerated gradient, textbook iterates: a look-ahead point, and the gradient taken there.

Schedule "convex": beta_k = k/(k+3), k from 0; "constant": the momentum, implied where one is given. PyTorch stores
the look-ahead point y_k in place of x_k. Flow (Su, Boyd & Candes 2016): friction 3/t, or constant. Its start is
singular in form only: X'(t0) = -t0 grad f(x0)/4. On lambda x^2/2, X = 2 x0 J1(t sqrt(lambda))/(t sqrt(lambda)).
"""

from dataclasses import replace
from math import sqrt

from core.optimizers.base import VECTOR, Flow, Optimizer, Sharpness
from core.optimizers.heavy_ball import FRICTION_FLOW
from core.parameters import Choice, learning_rate, momentum

FRICTION = 3.0  # r of Su, Boyd & Candes for beta_k = k/(k+3)


def step(problem, x, state, p, k):
    beta = (k - 1) / (k + 2) if p.schedule == "convex" else p.momentum
    ahead = x + beta * state.velocity
    new = ahead - p.learning_rate * problem.gradient(ahead)
    return new, {"velocity": new - x}


def right_hand_side(problem, t, x, state, p):
    return state.velocity, {"velocity": -(FRICTION / t) * state.velocity - problem.gradient(x)}


def start(problem, x0, p, t0):
    g = problem.gradient(x0)
    return x0 - g * (t0 * t0 / (2 * (FRICTION + 1))), {"velocity": -g * (t0 / (FRICTION + 1))}


SU_BOYD_CANDES = Flow(
    name="su_boyd_candes",
    title="Su-Boyd-Candès flow",
    equation=r"\ddot X + \frac{3}{t}\,\dot X + \nabla f(X) = 0",
    source="Su, Boyd & Candes, JMLR 17(153), 2016; Belotto da Silva & Gazeau, case 2: r(t) = r/t",
    right_hand_side=right_hand_side,
    start=start,
    state={"velocity": VECTOR},
    start_time=1e-5,
    rate_scales="gradient",
)
CONSTANT_FRICTION = replace(FRICTION_FLOW, rate_scales="gradient")


def flows(values):
    ordered = (SU_BOYD_CANDES, CONSTANT_FRICTION)
    return ordered if values["schedule"] == "convex" else ordered[::-1]


def threshold(p, k):
    """Where z^2 - (1 + beta) (1 - sigma) z + beta (1 - sigma) = 0 has the root -1, with the beta of the next step."""
    beta = k / (k + 3) if p.schedule == "convex" else p.momentum
    return (2 + 2 * beta) / ((1 + 2 * beta) * p.learning_rate)


OPTIMIZER = Optimizer(
    name="nesterov",
    title="Nesterov",
    family="Momentum",
    year=1983,
    rule=r"y_k = x_k + \beta_k(x_k - x_{k-1}),\qquad x_{k+1} = y_k - \eta\,\nabla f(y_k)",
    source="Nesterov 1983; Tanner, lecture 8; torch.optim.SGD(nesterov=True) up to the stored point",
    parameters=(
        learning_rate(1e-3),
        momentum(0.9),
        Choice(
            "schedule",
            "Schedule",
            "convex",
            ("convex", "constant"),
            "k/(k+3), or the momentum",
            implied=(("momentum", "constant"),),
        ),
    ),
    step=step,
    clock=lambda v: sqrt(v["learning_rate"]),
    clock_rule=r"t_k = k\sqrt\eta",
    state={"velocity": VECTOR},
    flows=flows,
    sharpness=Sharpness(threshold=threshold),
)
