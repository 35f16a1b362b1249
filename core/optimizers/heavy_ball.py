"""Heavy ball (Polyak 1964) in PyTorch's form: a buffer that sums past gradients.

PyTorch's default momentum is 0, plain gradient descent; here it is the customary 0.9.
Oracle on lambda x^2/2: z^2 - (1 + momentum - eta lambda) z + momentum = 0.
"""

from math import sqrt

from core.formulas.expression import Vector
from core.optimizers.base import VECTOR, Flow, Optimizer, Sharpness
from core.optimizers.gd import GRADIENT_FLOW
from core.parameters import learning_rate, momentum


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


FRICTION_FLOW = Flow(
    name="friction",
    title="heavy-ball flow",
    equation=r"\ddot X + \frac{1-\mu}{\sqrt\eta}\,\dot X + \nabla f(X) = 0",
    source="Polyak 1964; Belotto da Silva & Gazeau, case 1: h = 1, r = gamma, p = q = 0",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=friction,
    state={"velocity": VECTOR},
)


def threshold(p, k):
    """Where z^2 - (1 + momentum - sigma) z + momentum = 0 has the root -1: the buffer is a sum, not a mean."""
    return 2 * (1 + p.momentum) / p.learning_rate


OPTIMIZER = Optimizer(
    name="heavy_ball",
    title="Heavy ball",
    family="Momentum",
    year=1964,
    rule=r"u_{k+1} = \mu\,u_k + \nabla f(x_k),\qquad x_{k+1} = x_k - \eta\,u_{k+1}",
    source="Polyak 1964; torch.optim.SGD(momentum)",
    parameters=(learning_rate(1e-3), momentum(0.9)),
    step=step,
    clock=lambda v: sqrt(v["learning_rate"]),
    clock_rule=r"t_k = k\sqrt\eta",
    state={"momentum_buffer": VECTOR},
    flows=(FRICTION_FLOW, GRADIENT_FLOW),
    sharpness=Sharpness(threshold=threshold),
)
