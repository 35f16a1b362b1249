r"""Gradient descent (torch.optim.SGD without momentum).

.. math::

    x_{k+1} = x_k - \eta\, \nabla f(x_k)

Closed forms on :math:`\lambda x^2/2`: :math:`x_k = (1-\eta\lambda)^k x_0`; the gradient flow is
:math:`x_0 e^{-\lambda t}`, the modified flow :math:`x_0 e^{-(\lambda + \eta\lambda^2/2) t}`, one order of
:math:`\eta` closer.

References
----------
A.-L. Cauchy: Méthode générale pour la résolution des systèmes d'équations simultanées. 1847.
D. G. T. Barrett, B. Dherin: Implicit gradient regularization. ICLR 2021.
"""

from ..parameters import learning_rate
from .declarations import ODELimit, Optimizer, Sharpness, learning_rate_clock, the_same


def step(problem, x, state, p, k):
    return x - p.learning_rate * problem.gradient(x), {}


def right_hand_side(problem, t, x, state, p):
    return -problem.gradient(x), {}


GRADIENT_FLOW = ODELimit(
    name="gradient_flow",
    title="gradient flow",
    source="Belotto da Silva & Gazeau, poster, table of equations; Cauchy 1847",
    right_hand_side=right_hand_side,
    recorded=the_same,
)


def modified(problem, t, x, state, p):
    """Taylor's x(t + eta) = x + eta x' + eta^2 x''/2 is the step to O(eta^3) where x' = -g - (eta/2) H g."""
    g = problem.gradient(x)
    return -g - (p.learning_rate / 2) * problem.hessian_times(x, g), {}


MODIFIED_FLOW = ODELimit(
    name="modified",
    title="modified flow",
    source="Barrett & Dherin 2021: the gradient flow of f + (eta/4)|grad f|^2; derived again here",
    right_hand_side=modified,
    coefficients=lambda values: {"learning_rate": values["learning_rate"]},
    recorded=the_same,
)

OPTIMIZER = Optimizer(
    name="gd",
    title="Gradient descent",
    family="Descent",
    year=1847,
    source="torch.optim.SGD; Tanner, Theories of Deep Learning, lecture 8",
    parameters=(learning_rate(1e-3),),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    limits=(GRADIENT_FLOW, MODIFIED_FLOW),
    sharpness=Sharpness(),
)
