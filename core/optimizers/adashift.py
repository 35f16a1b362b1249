"""AdaShift (Zhou et al. 2019): the second moment is of gradients n steps old, so that it does not know the newest.

n = 10, the paper's own; its map phi over a block is the identity here (no maximum over coordinates). The first moment
averages the last n gradients with weights beta1^i. Until there is a gradient n steps old x rests. The average of
squares is divided by its weight, 1 - beta2^(k-n), which is a state.
ODE limit [derived]: the delay n eta and the memory of m vanish with the learning rate; RMSprop's, corrected, remains.
"""

from dataclasses import replace

import numpy as np

from core.optimizers import moments, rmsprop
from core.optimizers.declarations import SCALAR, VECTOR, Optimizer, Sharpness, denominator, scaled
from core.parameters import EPSILON_INSIDE_ROOT, beta1, beta2, epsilon, learning_rate
from core.symbolic.expression import less, safe_ratio, where

DELAY = 10
PAST = [f"gradient_{age}" for age in range(1, DELAY + 1)]


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    gradients = [g, *(getattr(state, name) for name in PAST)]
    m, weight = gradients[DELAY - 1], 1
    for gradient in gradients[DELAY - 2 :: -1]:  # Horner's rule in beta1
        m, weight = gradient + p.beta1 * m, 1 + p.beta1 * weight
    oldest = gradients[DELAY]
    waiting = less(k, DELAY + 0.5)
    v = moments.average(p.beta2, state.second_moment, oldest * oldest)
    of_v = where(waiting, 0, moments.average(p.beta2, state.second_moment_weight, 1))
    move = scaled(p.learning_rate * (m / weight), safe_ratio(v, of_v), p)
    after = dict(zip(PAST, gradients, strict=False))
    return x - where(waiting, 0, move), after | {"second_moment": v, "second_moment_weight": of_v}


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
    weights = p.beta1 ** np.arange(DELAY)
    recent = np.stack([getattr(state, name) for name in PAST])
    return np.tensordot(weights / weights.sum(), recent, 1)


def preconditioner(state, p, k):
    return denominator(state.second_moment / state.second_moment_weight[:, None], p)


def threshold(p, k):
    """Where z^n - z^(n-1) + sigma sum_i w_i z^(n-1-i), w_i the weights of the average, meets the unit circle.

    It has no closed form: long before Adam's threshold, where the root is -1 (n being even), the cut memory lets a pair
    of complex roots out. Found by bisection.
    """
    weights = p.beta1 ** np.arange(DELAY)
    weights /= weights.sum()
    recursion = np.zeros(DELAY + 1)
    recursion[:2] = 1, -1
    stable, unstable = 0.0, 2 * (1 + p.beta1) / (1 - p.beta1)
    while unstable - stable > 1e-12 * unstable:
        sigma = (stable + unstable) / 2
        if np.abs(np.roots(recursion + np.append(0, sigma * weights))).max() < 1:
            stable = sigma
        else:
            unstable = sigma
    return stable / p.learning_rate


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
    clock=lambda v: v["learning_rate"],
    clock_rule=r"t_k = k\,\eta",
    state=dict.fromkeys(PAST, VECTOR) | {"second_moment": VECTOR, "second_moment_weight": SCALAR},
    limits=(ADASHIFT_FLOW,),
    direction=direction,
    rule=rule,
    sharpness=Sharpness(preconditioner, threshold),
    steps_of_size_eta=True,
)
