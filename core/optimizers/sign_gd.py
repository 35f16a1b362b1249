r"""Sign descent: every coordinate moves by the learning rate, whatever the size of its derivative.

.. math::

    x_{k+1} = x_k - \eta\, \operatorname{sign} \nabla f(x_k)

It is the limit of RMSprop and Adam as :math:`\eta \to 0` with fixed betas. Its flow reaches a minimum in finite time:
on separable convex f, :math:`x_i(t) = \operatorname{sign}(x_{i0}) \max(|x_{i0}| - t, 0)`. Epsilon smooths it: on
:math:`\lambda x^2/2` with epsilon outside the root and :math:`x_0 > 0`, :math:`\lambda x(t) = \epsilon\,
W\bigl((\lambda x_0/\epsilon)\, e^{\lambda (x_0 - t)/\epsilon}\bigr)`, W being Lambert's function.

References
----------
J. Bernstein et al.: signSGD: compressed optimisation for non-convex problems. ICML 2018.
C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021,
proposition 1.
"""

from dataclasses import replace

import numpy as np

from ..parameters import learning_rate
from .declarations import ODELimit, Optimizer, learning_rate_clock, the_same


def step(problem, x, state, p, k):
    return x - p.learning_rate * np.sign(problem.gradient(x)), {}


SIGN_FLOW = ODELimit(
    name="sign_flow",
    title="sign flow",
    equation=r"\dot x = -\operatorname{sign}\nabla f(x)",
    source="Ma, Wu & E 2021, equation before proposition 1; solutions in Filippov's sense",
    kind="sign",
)


def smoothed_sign(problem, t, x, state, p):
    g = problem.gradient(x)
    return -g / (np.sqrt(g * g + p.epsilon) if p.epsilon_inside_root else np.abs(g) + p.epsilon), {}


SMOOTHED_SIGN_FLOW = ODELimit(
    name="sign_flow",
    title="sign flow, smoothed by ε",
    source="Ma, Wu & E 2021, proposition 1",
    right_hand_side=smoothed_sign,
    coefficients=lambda values: {name: values[name] for name in ("epsilon", "epsilon_inside_root")},
)

# The width in |grad f| from which epsilon smooths the sign: sliding in a layer much narrower than the integrator's
# tolerance takes more steps than the page allows, while the solution hardly differs from the sign flow's
RESOLVED = 1e-4


def fixed_memory_flow(values):
    """The limit of RMSprop and Adam with their decay factors fixed: smoothed by epsilon where that shows."""
    epsilon = values["epsilon"]
    width = epsilon**0.5 if values["epsilon_inside_root"] else epsilon
    return SMOOTHED_SIGN_FLOW if width > RESOLVED else SIGN_FLOW


OPTIMIZER = Optimizer(
    name="sign_gd",
    title="Sign descent",
    family="Sign",
    year=2018,
    source="Ma, Wu & E 2021, section 2",
    parameters=(learning_rate(1e-3),),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    limits=(replace(SIGN_FLOW, recorded=the_same),),
    steps_of_size_eta=True,
)
