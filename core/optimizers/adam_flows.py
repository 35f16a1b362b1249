r"""Other ODE limits of Adam than Ma, Wu & E's system.

They differ in what is held fixed as the learning rate falls, and in where they start. A decay factor is written
:math:`\beta = 1 - \text{rate}\,\eta` throughout, the rate being a for v and b for m. All clocks are :math:`k\eta`.

References
----------
A. Belotto da Silva, M. Gazeau: A general system of differential equations to model first-order adaptive algorithms.
JMLR 21(129), 2020.
K. Chakrabarti, N. Chopra: Generalized AdaGrad and Adam: a state-space perspective. 2021.
M. D. Cattaneo, J. M. Klusowski, B. Shigida: On the implicit bias of Adam. ICML 2024.
"""

from math import log
from sys import float_info

import numpy as np

from ..parameters import RATES, no_decay_factor
from . import moments
from .declarations import ODELimit, scaled, tempered
from .sign_gd import fixed_memory_flow


def forgetting(values):
    """-ln(beta)/eta by the rate's name with ``_decay``: beta^k = exp(-decay t_k); the least float for a beta of 0.

    InputError for a rate that has no beta at this learning rate.
    """
    eta, decays = values["learning_rate"], {}
    for rate, decay in RATES.items():
        if decay not in values:  # the learning rate is the default, which the rate was not given for
            raise no_decay_factor(rate, values[rate], eta)
        decays[f"{rate}_decay"] = -log(max(values[decay], float_info.min)) / eta
    return decays


# Belotto da Silva & Gazeau: the state is the corrected moments themselves


def belotto_gazeau(problem, t, x, state, p):
    """h = r = g_1, p = q = g_2 of their system, where g_i(t) = (1 - e^(-lambda/alpha_i))/(lambda (1 - e^(-t/alpha_i))).

    With lambda = eta and beta_i = e^(-lambda/alpha_i) the numerators over lambda are b and a exactly, and 1/alpha_i
    is -ln(beta_i)/eta. As eta -> 0 with a and b fixed it is the (a, b) system written in m_hat and v_hat.
    """
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    of_m, of_v = p.b / -np.expm1(-p.b_decay * t), p.a / -np.expm1(-p.a_decay * t)
    return -scaled(m, v, p), {"first_moment": of_m * (g - m), "second_moment": of_v * (g * g - v)}


def belotto_gazeau_start(problem, x0, p, t0):
    """The bounded solution at the pole: m(0) = g, v(0) = g^2, as in their discrete system."""
    g = problem.gradient(x0)
    return x0 - t0 * scaled(g, g * g, p), {"first_moment": g, "second_moment": g * g}


def belotto_gazeau_coefficients(values):
    rates = {rate: values[rate] for rate in RATES}
    return rates | forgetting(values) | tempered(values["epsilon"], True)


BELOTTO_GAZEAU_FLOW = ODELimit(
    name="belotto_gazeau",
    title="Belotto-Gazeau flow, √(v+ε)",
    source="Belotto da Silva & Gazeau 2020, eq. (2) with their coefficients for Adam",
    right_hand_side=belotto_gazeau,
    start=belotto_gazeau_start,
    coefficients=belotto_gazeau_coefficients,
    state=moments.MOMENTS,
    initial=r"x(0) = x_0,\ m(0) = \nabla f(x_0),\ v(0) = \nabla f(x_0)^2",
    squared=("second_moment",),
    start_time=1e-6,
)


# Chakrabarti & Chopra: a second moment that starts above 0, so that nothing is singular


def chakrabarti_chopra(problem, t, x, state, p):
    """x' = -(1/alpha(t)) mu/sqrt(nu), alpha(t) = (1 - beta_1^(1 + t/eta))/sqrt(1 - beta_2^(1 + t/eta)).

    Reconstructed: the formulas (12)-(19) are missing in the available text. Its proof fixes the form,
    mu' = b (g - mu) and nu' = a (g^2 - nu). The bases 1 - b_i and the exponent t + 1 of alpha belong to time in steps,
    where 1 - b_i is beta_i; they have not been checked against the paper. In the time k eta they are those above:
    Adam's own correction at every step. The paper has no epsilon; here it is used as in Adam, beside the root of the
    corrected nu.
    """
    g = problem.gradient(x)
    m, v, since = state.first_moment, state.second_moment, t + p.learning_rate
    m_hat, v_hat = m / -np.expm1(-p.b_decay * since), v / -np.expm1(-p.a_decay * since)
    return -scaled(m_hat, v_hat, p), {"first_moment": p.b * (g - m), "second_moment": p.a * (g * g - v)}


def chakrabarti_chopra_start(problem, x0, p, t0):
    """Adam's moments after its first update, so that x' begins as -sign(g): nu(0) > 0 is all that the paper asks."""
    g = problem.gradient(x0)
    return x0, {"first_moment": p.b * p.learning_rate * g, "second_moment": p.a * p.learning_rate * (g * g)}


def chakrabarti_chopra_coefficients(values):
    rates = {name: values[name] for name in ("learning_rate", *RATES)}
    return rates | forgetting(values) | tempered(values["epsilon"], values["epsilon_inside_root"])


CHAKRABARTI_CHOPRA_FLOW = ODELimit(
    name="chakrabarti_chopra",
    title="state-space flow",
    source="Chakrabarti & Chopra 2021, eqs (12)-(15), reconstructed; ε, which they leave out, is added as in Adam",
    right_hand_side=chakrabarti_chopra,
    start=chakrabarti_chopra_start,
    coefficients=chakrabarti_chopra_coefficients,
    state=moments.MOMENTS,
    initial=r"x(0) = x_0,\ \mu(0) = (1-\beta_1)\nabla f(x_0),\ \nu(0) = (1-\beta_2)\nabla f(x_0)^2",
    squared=("second_moment",),
)


# Cattaneo, Klusowski & Shigida: the decay factors fixed, to the next order in eta


def modified(problem, t, x, state, p):
    """x' = -(g + eta B)/D, D = sqrt(g^2 + epsilon), or |g| + epsilon where epsilon stands outside the root.

    After the initial transient the averages lag by their memory times: m = g - (1/b - eta) H x' + O(eta^2) and
    v = g^2 - 2 (1/a - eta) g H x' + O(eta^2). Put into the step, with Taylor's series of x(t + eta) and x' = -g/D in
    them, that leaves eta B = [1/b - 1/a + (1/a - eta/2) s] H g/D with s = epsilon/(g^2 + epsilon), or
    epsilon/(|g| + epsilon). With the betas it is the paper's
    (eta/2)[(1 + beta_1)/(1 - beta_1) - (1 + beta_2)/(1 - beta_2) (1 - s)] grad |g|_(1, epsilon).
    It holds where both memory times, 1/a and 1/b, are short beside the time in which g changes. Without bias correction
    the first steps, which have another size, leave a shift of order eta.
    """
    g = problem.gradient(x)
    under = g * g + p.epsilon if p.epsilon_inside_root else np.abs(g) + p.epsilon
    below = np.sqrt(under) if p.epsilon_inside_root else under
    share = p.epsilon / under
    slope_of_norm = problem.hessian_times(x, g / below)
    memory = 1 / p.b - 1 / p.a + (1 / p.a - p.learning_rate / 2) * share
    return -(g + memory * slope_of_norm) / below, {}


MODIFIED_FLOW = ODELimit(
    name="modified",
    title="modified flow, β fixed",
    source=(
        "Cattaneo, Klusowski & Shigida 2024; where ε stands outside the root, the same with |∇f| + ε in place of the "
        "root, derived here"
    ),
    right_hand_side=modified,
    coefficients=lambda values: {
        name: values[name] for name in ("learning_rate", "a", "b", "epsilon", "epsilon_inside_root")
    },
)


def others(values):
    """The other limits that Adam has with these values."""
    corrected = (BELOTTO_GAZEAU_FLOW, CHAKRABARTI_CHOPRA_FLOW) if values["bias_correction"] else ()
    smooth = (MODIFIED_FLOW,) if values["epsilon"] > 0 else ()
    return (*corrected, fixed_memory_flow(values), *smooth)
