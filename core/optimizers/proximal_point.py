"""The proximal point method (Martinet 1970, Rockafellar 1976): each step minimizes f plus a quadratic leash.

It is implicit Euler's method on the gradient flow, x_{k+1} = x_k - eta grad f(x_{k+1}): gradient descent with the
gradient taken where the step ends. On a quadratic x_{k+1} = (I + eta H)^-1 x_k, stable for every eta.

The inner minimum is solved to rounding, by descent from x_k (engine.proximal). Where eta times f's negative
curvature reaches 1 there may be none: then the step does not exist and the run is "diverged". At a critical point
of f descent rests, and so does the method.
"""

from core.optimizers.declarations import Optimizer
from core.optimizers.gd import GRADIENT_FLOW
from core.parameters import learning_rate


def step(problem, x, state, p, k):
    return problem.proximal(x, p.learning_rate), {}


OPTIMIZER = Optimizer(
    name="proximal_point",
    title="Proximal point",
    family="Descent",
    year=1970,
    source="Martinet 1970; Rockafellar 1976; Belotto da Silva & Gazeau, poster, table of equations",
    parameters=(learning_rate(1e-2),),
    step=step,
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    limits=(GRADIENT_FLOW,),
)
