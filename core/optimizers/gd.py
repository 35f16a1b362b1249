"""Gradient descent (torch.optim.SGD without momentum).

Oracles: x_k = (1 - eta lambda)^k x_0 on lambda x^2/2; the flow is x_0 exp(-lambda t).
"""

from core.optimizers.base import Flow, Optimizer, Sharpness
from core.parameters import learning_rate


def step(problem, x, state, p, k):
    return x - p.learning_rate * problem.gradient(x), {}


def right_hand_side(problem, t, x, state, p):
    return -problem.gradient(x), {}


GRADIENT_FLOW = Flow(
    name="gradient_flow",
    title="gradient flow",
    equation=r"\dot x = -\nabla f(x)",
    source="Belotto da Silva & Gazeau, poster, table of equations; Cauchy 1847",
    right_hand_side=right_hand_side,
)

OPTIMIZER = Optimizer(
    name="gd",
    title="Gradient descent",
    family="Descent",
    year=1847,
    rule=r"x_{k+1} = x_k - \eta\,\nabla f(x_k)",
    source="torch.optim.SGD; Tanner, Theories of Deep Learning, lecture 8",
    parameters=(learning_rate(1e-3),),
    step=step,
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    flows=(GRADIENT_FLOW,),
    sharpness=Sharpness(),
)
