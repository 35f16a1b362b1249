r"""AdaShift: the second moment is that of gradients n steps old, and so independent of the newest one.

.. math::

    m_{k+1} &= \sum_{i<n} \beta_1^i\, g_{k-i} \Big/ \sum_{i<n} \beta_1^i \\
    v_{k+1} &= \beta_2 v_k + (1-\beta_2)\, g_{k-n}^2 \\
    x_{k+1} &= x_k - \eta\, \frac{m_{k+1}}{\sqrt{v_{k+1}/(1-\beta_2^{k+1-n})} + \epsilon}, \qquad k \ge n

n = 10 as in the paper; its function :math:`\phi` over a block is the identity here (no maximum over coordinates).
Until there is a gradient n steps old x stays at rest. The weight :math:`1-\beta_2^{k+1-n}` is a state. ODE limit
(derived): the delay :math:`n\eta` and the memory of m vanish with the learning rate, and RMSprop's limit with bias
correction remains.

References
----------
Z. Zhou et al.: AdaShift: decorrelation and convergence of adaptive learning rate methods. ICLR 2019.
"""

from dataclasses import replace

import numpy as np

from ..parameters import EPSILON_INSIDE_ROOT, beta1, beta2, epsilon, learning_rate
from ..symbolic.expression import safe_ratio
from . import moments, rmsprop
from .declarations import SCALAR, VECTOR, Optimizer, Sharpness, denominator, learning_rate_clock, scaled

DELAY = 10
PRECISION = 1e-13  # relative, of the bisection
PAST = [f"gradient_{age}" for age in range(1, DELAY + 1)]


def average(gradients, p):
    """The mean of gradients, the newest first, with weights beta1^i; by Horner's rule in beta1."""
    *newer, m = gradients
    weight = 1
    for gradient in reversed(newer):
        m, weight = gradient + p.beta1 * m, 1 + p.beta1 * weight
    return m / weight


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    gradients = [g, *(getattr(state, name) for name in PAST)]
    *recent, oldest = gradients
    waiting = k < DELAY + 0.5
    v = moments.average(p.beta2, state.second_moment, oldest * oldest)
    of_v = np.where(waiting, 0, moments.average(p.beta2, state.second_moment_weight, 1))
    move = scaled(p.learning_rate * average(recent, p), safe_ratio(v, of_v), p)
    after = dict(zip(PAST, gradients, strict=False))
    return x - np.where(waiting, 0, move), after | {"second_moment": v, "second_moment_weight": of_v}


def coefficients(values):
    return rmsprop.coefficients(values | {"bias_correction": True})


ADASHIFT_FLOW = replace(
    rmsprop.RMSPROP_FLOW,
    name="adashift",
    title="corrected RMSprop flow",
    source="derived: the delay vanishes with the learning rate",
    coefficients=coefficients,
    recorded=None,
)


def direction(gradient, state, p, k):
    return average([getattr(state, name) for name in PAST], p)


def preconditioner(state, p, k):
    return denominator(state.second_moment / state.second_moment_weight, p)


def critical(beta1):
    """The least sigma at which z^n - z^(n-1) + sigma sum_i w_i z^(n-1-i) has a root on the unit circle.

    w_i are the weights of the average. There is no closed form: well below Adam's threshold, where the root is -1 (n
    being even), the cut memory lets a pair of complex roots out. It is found by bisection with the test of Schur and
    Cohn: all roots lie inside exactly where each of the polynomials a(z) - (a_0/a_n) z^n a(1/z), divided by z, has
    |a_0| < |a_n|.

    Parameters
    ----------
    beta1 : float or ndarray

    Returns
    -------
    ndarray, of the same shape
    """
    beta1 = np.asarray(beta1, dtype=float)
    weights = beta1[..., None] ** np.arange(DELAY)
    weights = weights / weights.sum(axis=-1, keepdims=True)
    recursion = np.zeros((*beta1.shape, DELAY + 1))
    recursion[..., 0], recursion[..., 1] = 1.0, -1.0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        stable, unstable = np.zeros(beta1.shape), 2 * (1 + beta1) / (1 - beta1)
        while np.any(unstable - stable > PRECISION * unstable):
            sigma = (stable + unstable) / 2
            a = recursion.copy()
            a[..., 1:] += sigma[..., None] * weights
            inside = np.ones(beta1.shape, dtype=bool)
            for _ in range(DELAY):
                share = a[..., -1:] / a[..., :1]
                inside &= np.abs(share[..., 0]) < 1
                a = (a - share * a[..., ::-1])[..., :-1]
            stable, unstable = np.where(inside, sigma, stable), np.where(inside, unstable, sigma)
    return stable


def threshold(p, k):
    return p.critical / p.learning_rate


def rule(values, rate):
    """The sum over past gradients, which the step takes by Horner's rule."""
    weighted, epsilon = r"v_{k+1}/(1-\beta_2^{k+1-n})", r" + \epsilon" if values["epsilon"] else ""
    root = rf"\sqrt{{{weighted}{epsilon}}}" if values["epsilon_inside_root"] else rf"\sqrt{{{weighted}}}{epsilon}"
    return [
        ("m_{k+1}", r"\textstyle\sum_{i<n}\beta_1^i\,\nabla f(x_{k-i})\big/\sum_{i<n}\beta_1^i"),
        ("v_{k+1}", r"\beta_2\,v_k + (1-\beta_2)\,\nabla f(x_{k-n})^2"),
        ("x_{k+1}", rf"x_k - {rate}\,\frac{{m_{{k+1}}}}{{{root}}}\ \text{{for}}\ k \ge n, \quad n = {DELAY}"),
    ]


OPTIMIZER = Optimizer(
    name="adashift",
    title="AdaShift",
    family="Adam and its kin",
    year=2019,
    source="Zhou et al. 2019, Algorithm 3 with phi the identity",
    parameters=(learning_rate(1e-3), beta1(0.9), beta2(0.999), epsilon(1e-8), EPSILON_INSIDE_ROOT),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=dict.fromkeys(PAST, VECTOR) | {"second_moment": VECTOR, "second_moment_weight": SCALAR},
    limits=(ADASHIFT_FLOW,),
    direction=direction,
    rule=rule,
    sharpness=Sharpness(preconditioner, threshold, lambda values: {"critical": critical(values["beta1"])}),
    steps_of_size_eta=True,
)
