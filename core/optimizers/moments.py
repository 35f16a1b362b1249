r"""What the methods with two moments share: averages, bias correction, parameters, and the start of their ODE limits.

.. math::

    m_{k+1} = \beta_1 m_k + (1-\beta_1)\, g_k, \qquad v_{k+1} = \beta_2 v_k + (1-\beta_2)\, g_k^2, \qquad
    \hat m_k = \frac{m_k}{1-\beta_1^k}, \qquad \hat v_k = \frac{v_k}{1-\beta_2^k}
"""

from dataclasses import replace

import numpy as np

from ..parameters import BIAS_CORRECTION, EPSILON_INSIDE_ROOT, beta1, beta2, epsilon, learning_rate
from .declarations import VECTOR, Sharpness, denominator, scaled, tempered

MOMENTS = {"first_moment": VECTOR, "second_moment": VECTOR}


def parameters(rate=1e-3, small=1e-8, correction=True):
    """Adam's parameters with other defaults."""
    corrected_or_not = replace(BIAS_CORRECTION, default=correction)
    return (learning_rate(rate), beta1(0.9), beta2(0.999), epsilon(small), corrected_or_not, EPSILON_INSIDE_ROOT)


def average(beta, before, new):
    """One step of an exponential moving average."""
    return beta * before + (1 - beta) * new


def corrected(m, v, p, k):
    """The moments divided by the weight their k gradients have."""
    return (m / (1 - p.beta1**k), v / (1 - p.beta2**k)) if p.bias_correction else (m, v)


def corrected_at(t, m, v, p):
    """The same in a flow: weights 1 - e^(-bt) and 1 - e^(-at)."""
    return (m / -np.expm1(-p.b * t), v / -np.expm1(-p.a * t)) if p.bias_correction else (m, v)


def start(problem, x0, p, t0):
    """Series at t0: g(t) = g0 + t d with d = H x'(0), averaged over the memory of m and v."""
    g = problem.gradient(x0)
    memory_of_m, memory_of_v = -np.expm1(-p.b * t0), -np.expm1(-p.a * t0)
    if not p.bias_correction:
        m, v = memory_of_m * g, memory_of_v * g * g
        return x0 - scaled(m, v, p) * (t0 * (2 / 3)), {"first_moment": m, "second_moment": v}
    velocity = -scaled(g, g * g, p)
    d = problem.hessian_times(x0, velocity)
    m_hat = g + d * (t0 / 2)
    v_hat = g * g + g * d * t0 + d * d * (t0 * t0 / 3)
    # the mean of the velocity at both ends: the trapezoidal rule, exact to the same order as the series
    x = x0 + (velocity - scaled(m_hat, v_hat, p)) * (t0 / 2)
    return x, {"first_moment": memory_of_m * m_hat, "second_moment": memory_of_v * v_hat}


def coefficients(values):
    shared = {name: values[name] for name in ("a", "b", "bias_correction")}
    return shared | tempered(values["epsilon"], values["epsilon_inside_root"])


def direction(gradient, state, p, k):
    m_hat, _ = corrected(state.first_moment, 0, p, k)
    return m_hat


def preconditioner(state, p, k):
    _, v_hat = corrected(state.first_moment, state.second_moment, p, k)
    return denominator(v_hat, p)


def threshold(p, k):
    """Where z^2 - (1 + beta1 - (1 - beta1) sigma) z + beta1 = 0 has the root -1 (Cohen et al. 2022)."""
    return 2 * (1 + p.beta1) / ((1 - p.beta1) * p.learning_rate)


SHARPNESS = Sharpness(preconditioner, threshold)
