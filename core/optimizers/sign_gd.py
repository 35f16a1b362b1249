"""Sign descent: every coordinate moves by the learning rate, whatever the gradient's size.

The limit of RMSprop and Adam as eta -> 0 with the beta's fixed (Ma, Wu & E 2021, proposition 1). Its flow
reaches a minimum in finite time: on separable convex f, x_i(t) = sign(x_i0) max(|x_i0| - t, 0). Their epsilon
smooths it: on lambda x^2/2, epsilon outside the root, lambda x(t) = epsilon W((lambda x0/epsilon) e^(lambda (x0 -
t)/epsilon)) for x0 > 0, W being Lambert's function.
"""

from dataclasses import replace

import numpy as np

from core.optimizers.declarations import ODELimit, Optimizer, the_same
from core.parameters import learning_rate


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

# The |grad f| above which epsilon may smooth the sign: sliding in a layer that is much narrower than the
# integrator's tolerance takes it more steps than the page allows, while the solution is all but the sign flow's
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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    limits=(replace(SIGN_FLOW, recorded=the_same),),
    steps_of_size_eta=True,
)
