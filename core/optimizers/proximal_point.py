r"""Proximal point method: gradient descent with the gradient at the new point.

.. math::

    x_{k+1} = \operatorname*{arg\,min}_z\ f(z) + \frac{\|z - x_k\|^2}{2\eta} = x_k - \eta\, \nabla f(x_{k+1})

On a quadratic :math:`x_{k+1} = (I + \eta H)^{-1} x_k`, stable for every :math:`\eta`. The inner minimum is solved to
rounding, by descent from :math:`x_k` (core.compile.proximal). Where :math:`\eta` times the negative curvature of f
reaches 1 there may be none: then the step does not exist and the run is "diverged". At a critical point of f descent
stops, and so does the method.

References
----------
B. Martinet: Régularisation d'inéquations variationnelles par approximations successives. 1970.
R. T. Rockafellar: Monotone operators and the proximal point algorithm. SIAM J. Control Optim. 14, 1976.
"""

from ..parameters import learning_rate
from .declarations import Optimizer, learning_rate_clock
from .gd import GRADIENT_FLOW


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
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    limits=(GRADIENT_FLOW,),
)
