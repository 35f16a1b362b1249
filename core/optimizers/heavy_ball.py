r"""Heavy ball in PyTorch's form: a buffer that sums past gradients.

.. math::

    u_{k+1} = \mu u_k + \nabla f(x_k), \qquad x_{k+1} = x_k - \eta\, u_{k+1}

PyTorch's default momentum is 0, plain gradient descent; here it is the customary 0.9. On :math:`\lambda x^2/2` the
characteristic polynomial is :math:`z^2 - (1 + \mu - \eta\lambda) z + \mu`.

There are three limits. With :math:`h = \sqrt\eta`, Taylor's series of X(t + h) and X(t - h) in the step gives
:math:`\frac{1+\mu}{2}\ddot X + \frac{1-\mu}{h}\dot X + \nabla f = O(h^2)`. For :math:`\mu = 1 - \text{friction}\cdot h`
the leading terms are the friction flow, approached with order h; all terms written are the high-resolution flow, of
order h^2. For a fixed :math:`\mu` it is the gradient flow in the time :math:`k\eta/(1-\mu)`.

References
----------
B. T. Polyak: Some methods of speeding up the convergence of iteration methods. 1964.
B. Shi, S. S. Du, M. I. Jordan, W. J. Su: Understanding the acceleration phenomenon via high-resolution differential
equations. Mathematical Programming 195, 2022.
"""

from dataclasses import replace
from math import sqrt

from ..parameters import learning_rate, momentum
from ..symbolic.expression import Vector
from .declarations import VECTOR, ODELimit, Optimizer, Sharpness
from .gd import GRADIENT_FLOW


def step(problem, x, state, p, k):
    buffer = p.momentum * state.momentum_buffer + problem.gradient(x)
    return x - p.learning_rate * buffer, {"momentum_buffer": buffer}


def right_hand_side(problem, t, x, state, p):
    return state.velocity, {"velocity": -p.friction * state.velocity - problem.gradient(x)}


def start(problem, x0, p, t0):
    return x0, {"velocity": Vector(0, 0)}


def friction(values):
    """The friction that makes momentum = 1 - friction sqrt(learning_rate)."""
    return {"friction": (1 - values["momentum"]) / sqrt(values["learning_rate"])}


def buffer(state, values, clock):
    """One step is -eta u, and the velocity times the clock."""
    return {"momentum_buffer": (-clock / values["learning_rate"]) * state["velocity"]}


FRICTION_FLOW = ODELimit(
    name="friction",
    title="heavy-ball flow",
    source="Polyak 1964; Belotto da Silva & Gazeau, case 1: h = 1, r = gamma, p = q = 0",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=friction,
    state={"velocity": VECTOR},
    initial=r"X(0) = x_0,\ \dot X(0) = 0",
    recorded=buffer,
)


def high_resolution(problem, t, x, state, p):
    force = p.friction * state.velocity + problem.gradient(x)
    return state.velocity, {"velocity": -(2 / (1 + p.momentum)) * force}


def half_a_step(problem, x0, p, t0):
    """X'(0) is the central difference (x_1 - x_{-1})/(2 sqrt(eta)), where x_{-1} = x_0 and x_1 = x_0 - eta g."""
    return x0, {"velocity": -(p.root_of_rate / 2) * problem.gradient(x0)}


def high_resolution_coefficients(values):
    return friction(values) | {"momentum": values["momentum"], "root_of_rate": sqrt(values["learning_rate"])}


HIGH_RESOLUTION_FLOW = ODELimit(
    name="high_resolution",
    title="high-resolution flow",
    source=(
        r"Shi, Du, Jordan & Su 2022, for $\mu = (1-\sqrt{m\eta})/(1+\sqrt{m\eta})$ with $m$ the strong convexity; "
        "the start is this method's, theirs takes a first step twice as long"
    ),
    right_hand_side=high_resolution,
    start=half_a_step,
    coefficients=high_resolution_coefficients,
    state={"velocity": VECTOR},
    initial=r"X(0) = x_0,\ \dot X(0) = -\tfrac12\sqrt\eta\,\nabla f(x_0)",
    recorded=buffer,
)

# The limit where the momentum stays fixed as the learning rate goes to 0
FIXED_MOMENTUM_FLOW = replace(
    GRADIENT_FLOW,
    clock=lambda v: v["learning_rate"] / (1 - v["momentum"]),
    clock_rule=r"t_k = k\,\eta/(1-\mu)",
    recorded=None,
)


def threshold(p, k):
    """Where z^2 - (1 + momentum - sigma) z + momentum = 0 has the root -1: the buffer is a sum, not a mean."""
    return 2 * (1 + p.momentum) / p.learning_rate


OPTIMIZER = Optimizer(
    name="heavy_ball",
    title="Heavy ball",
    family="Momentum",
    year=1964,
    source="Polyak 1964; torch.optim.SGD(momentum)",
    parameters=(learning_rate(1e-3), momentum(0.9)),
    step=step,
    clock=lambda v: sqrt(v["learning_rate"]),
    clock_rule=r"t_k = k\sqrt\eta",
    state={"momentum_buffer": VECTOR},
    limits=(FRICTION_FLOW, HIGH_RESOLUTION_FLOW, FIXED_MOMENTUM_FLOW),
    direction=lambda gradient, state, p, k: state.momentum_buffer,
    sharpness=Sharpness(threshold=threshold),
)
