r"""RMSprop, as torch.optim.RMSprop: no bias correction, epsilon outside the root.

.. math::

    v_{k+1} = \beta_2 v_k + (1-\beta_2)\, g_k^2, \qquad x_{k+1} = x_k - \eta\, \frac{g_k}{\sqrt{v_{k+1}} + \epsilon}

From v = 0 the first step is :math:`\eta/\sqrt{1-\beta_2}` times the gradient's sign. On :math:`\lambda x^2/2` it ends
on the 2-cycle :math:`\pm(\eta/2 - \epsilon/\lambda)`. ODE limit: :math:`\dot v = a(g^2 - v)`, :math:`\dot x =
-g/(\sqrt v + \epsilon)`.

References
----------
T. Tieleman, G. Hinton: Lecture 6.5, RMSProp. Coursera, 2012.
C. Ma, L. Wu, W. E: A qualitative study of the dynamic behavior of adaptive gradient algorithms. MSML 2021, eq. (7).
"""

from dataclasses import replace

import numpy as np

from ..parameters import BIAS_CORRECTION, EPSILON_INSIDE_ROOT, beta2, epsilon, learning_rate
from ..symbolic.expression import safe_ratio
from .declarations import (
    VECTOR,
    ODELimit,
    Optimizer,
    Sharpness,
    denominator,
    learning_rate_clock,
    scaled,
    tempered,
    the_same,
)
from .sign_gd import fixed_memory_flow


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    v = p.beta2 * state.second_moment + (1 - p.beta2) * (g * g)
    v_hat = v / (1 - p.beta2**k) if p.bias_correction else v
    return x - scaled(p.learning_rate * g, v_hat, p), {"second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    v = state.second_moment
    v_hat = v / -np.expm1(-p.a * t) if p.bias_correction else v
    return -scaled(g, v_hat, p), {"second_moment": p.a * (g * g - v)}


def empty_start(g, epsilon, u, rate):
    """x(t) - x0 while g is constant and v = rate g^2 t: the integral of -g/(|g| u + epsilon), u = sqrt(rate t)."""
    size = np.abs(g)
    relative = safe_ratio(epsilon, size)
    delay = np.where(relative > 0, relative * np.log(1 + safe_ratio(u, relative)), 0)
    return np.where(size > 0, (-2 / rate) * np.sign(g) * (u - delay), 0)


def start(problem, x0, p, t0):
    g = problem.gradient(x0)
    early = {"second_moment": p.a * t0 * (g * g)}
    if p.bias_correction:
        return x0 - t0 * scaled(g, g * g, p), early
    return x0 + empty_start(g, p.epsilon, np.sqrt(p.a * t0), p.a), early


def coefficients(values):
    shared = {"a": values["a"], "bias_correction": values["bias_correction"]}
    return shared | tempered(values["epsilon"], values["epsilon_inside_root"])


RMSPROP_FLOW = ODELimit(
    name="rmsprop",
    title="RMSprop flow",
    source="Ma, Wu & E 2021, eq. (7); Belotto da Silva & Gazeau, case 3",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state={"second_moment": VECTOR},
    initial=r"x(0) = x_0,\ v(0) = 0",
    squared=("second_moment",),
    start_time=1e-14,
    recorded=the_same,
)


def preconditioner(state, p, k):
    v = state.second_moment
    return denominator(v / (1 - p.beta2**k) if p.bias_correction else v, p)


OPTIMIZER = Optimizer(
    name="rmsprop",
    title="RMSprop",
    family="Adaptive rates",
    year=2012,
    source="Tieleman & Hinton 2012; torch.optim.RMSprop; Ma, Wu & E 2021, eq. (2)",
    parameters=(
        learning_rate(1e-2),
        beta2(0.99),
        epsilon(1e-8),
        replace(BIAS_CORRECTION, default=False),
        EPSILON_INSIDE_ROOT,
    ),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state={"second_moment": VECTOR},
    limits=lambda values: (RMSPROP_FLOW, fixed_memory_flow(values)),
    sharpness=Sharpness(preconditioner),
    second_moment_fades=True,
    steps_of_size_eta=True,
    epsilon_bounds_denominators=True,
)
