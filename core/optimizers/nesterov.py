r"""Nesterov's accelerated gradient, textbook iterates: the gradient is taken at a look-ahead point.

.. math::

    y_k = x_k + \beta_k (x_k - x_{k-1}), \qquad x_{k+1} = y_k - \eta\, \nabla f(y_k)

Schedule "convex": :math:`\beta_k = k/(k+3)`, k from 0; "constant": the momentum, implied where one is given. PyTorch
stores the look-ahead point :math:`y_k` in place of :math:`x_k`. ODE limit: friction 3/t, or constant friction. Its
start is singular in form only: :math:`\dot X(t_0) = -t_0 \nabla f(x_0)/4`. On :math:`\lambda x^2/2`, :math:`X = 2 x_0
J_1(t\sqrt\lambda)/(t\sqrt\lambda)`.

High-resolution flows: Taylor's series as in :mod:`.heavy_ball`, where the gradient at the look-ahead point adds
:math:`\sqrt\eta\, \nabla^2 f\, \dot X`. In the convex schedule :math:`1-\beta_k` and :math:`(1+\beta_k)/2` are
:math:`3/(k+3)` and :math:`(k+3/2)/(k+3)`, so that :math:`(k+3/2)\sqrt\eta` is the time; here t counts from the start,
:math:`3\sqrt\eta/2` later. The source writes the method for the look-ahead point: to this order its equations are the
same.

References
----------
Y. Nesterov: A method of solving a convex programming problem with convergence rate O(1/k^2). 1983.
W. Su, S. Boyd, E. J. Candès: A differential equation for modeling Nesterov's accelerated gradient method. JMLR 17(153),
2016.
B. Shi, S. S. Du, M. I. Jordan, W. J. Su: Understanding the acceleration phenomenon via high-resolution differential
equations. Mathematical Programming 195, 2022.
"""

from dataclasses import replace
from math import sqrt

from ..parameters import Choice, Idle, learning_rate, momentum
from .declarations import VECTOR, ODELimit, Optimizer, Sharpness
from .heavy_ball import (
    FIXED_MOMENTUM_FLOW,
    FRICTION_FLOW,
    HIGH_RESOLUTION_FLOW,
    high_resolution,
)

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


def step_of_velocity(state, values, clock):
    """x_{k+1} - x_k is what the velocity covers in one step of the clock."""
    return {"velocity": clock * state["velocity"]}


SU_BOYD_CANDES = ODELimit(
    name="su_boyd_candes",
    title="Su-Boyd-Candès flow",
    source="Su, Boyd & Candes, JMLR 17(153), 2016; Belotto da Silva & Gazeau, case 2: r(t) = r/t",
    right_hand_side=right_hand_side,
    start=start,
    state={"velocity": VECTOR},
    initial=r"X(0) = x_0,\ \dot X(0) = 0",
    start_time=1e-5,
    rate_scales="gradient",
    recorded=step_of_velocity,
)
CONSTANT_FRICTION = replace(FRICTION_FLOW, rate_scales="gradient", recorded=step_of_velocity)


def convex_high_resolution(problem, t, x, state, p):
    since = t + 1.5 * p.root_of_rate
    push = (1 + 1.5 * p.root_of_rate / since) * problem.gradient(x) + p.root_of_rate * problem.hessian_times(
        x, state.velocity
    )
    return state.velocity, {"velocity": -(FRICTION / since) * state.velocity - push}


def whole_step(problem, x0, p, t0):
    return x0, {"velocity": -p.root_of_rate * problem.gradient(x0)}


CONVEX_HIGH_RESOLUTION_FLOW = ODELimit(
    name="high_resolution",
    title="high-resolution flow",
    source="Shi, Du, Jordan & Su 2022, NAG-C, in their time s",
    right_hand_side=convex_high_resolution,
    start=whole_step,
    coefficients=lambda values: {"root_of_rate": sqrt(values["learning_rate"])},
    state={"velocity": VECTOR},
    initial=r"X(0) = x_0,\ \dot X(0) = -\sqrt\eta\,\nabla f(x_0)",
    rate_scales="gradient",
    recorded=step_of_velocity,
)


def constant_high_resolution(problem, t, x, state, p):
    velocity, rates = high_resolution(problem, t, x, state, p)
    corrected = p.root_of_rate * problem.hessian_times(x, state.velocity)
    return velocity, {"velocity": rates["velocity"] - corrected}


CONSTANT_HIGH_RESOLUTION_FLOW = replace(
    HIGH_RESOLUTION_FLOW,
    right_hand_side=constant_high_resolution,
    rate_scales="gradient",
    recorded=step_of_velocity,
)


def flows(values):
    if values["schedule"] == "convex":
        return (SU_BOYD_CANDES, CONVEX_HIGH_RESOLUTION_FLOW)
    return (CONSTANT_FRICTION, CONSTANT_HIGH_RESOLUTION_FLOW, FIXED_MOMENTUM_FLOW)


def threshold(p, k):
    """Where z^2 - (1 + beta) (1 - sigma) z + beta (1 - sigma) = 0 has the root -1, with the beta of the next step."""
    beta = k / (k + 3) if p.schedule == "convex" else p.momentum
    return (2 + 2 * beta) / ((1 + 2 * beta) * p.learning_rate)


OPTIMIZER = Optimizer(
    name="nesterov",
    title="Nesterov",
    family="Momentum",
    year=1983,
    source="Nesterov 1983; Tanner, lecture 8; torch.optim.SGD(nesterov=True) up to the stored point",
    parameters=(
        learning_rate(1e-3),
        replace(momentum(0.9), idle=(Idle((("schedule", ("convex",)),), "the convex schedule sets it, k/(k+3)"),)),
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
    limits=flows,
    direction=lambda gradient, state, p, k: -state.velocity / p.learning_rate,
    sharpness=Sharpness(threshold=threshold),
)
