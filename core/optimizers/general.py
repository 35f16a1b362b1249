r"""Belotto da Silva & Gazeau's general system and its forward Euler steps (their eqs (2) and (3)).

.. math::

    \dot x = -\frac{m}{\sqrt{v + \epsilon}}, \qquad \dot m = h(t)\, g - r(t)\, m, \qquad
    \dot v = p(t)\, g^2 - q(t)\, v, \qquad g = \nabla f(x)

With b = (1 - beta1)/eta and a = (1 - beta2)/eta the special cases are

============  =====  ===============  ===============  ========================================================
case          h      r                p, q             the same iterates, to rounding
============  =====  ===============  ===============  ========================================================
adam          r      b/(1 - e^(-bt))  a/(1 - e^(-at))  `adam`, epsilon inside the root
rmsprop                               a, a             `rmsprop`, epsilon inside the root
adagrad                               1, 0             `adagrad`, learning rate sqrt(eta), epsilon/eta inside
heavy_ball    1      b                0, 0             `heavy_ball`, learning rate eta^2, momentum beta1
nesterov      1      c/t              0, 0             `nesterov`, learning rate eta^2, for c = 3
custom        h      b + c/t          p, a
============  =====  ===============  ===============  ========================================================

In RMSprop and AdaGrad g replaces m (the poster's "modification"). Where p = q = 0 the divisor is 1: the poster assumes
v + epsilon = 1. Nesterov's gradient is taken at the look-ahead point, x - eta (1 - eta r) m. Taken at x, as in Euler's
method, the same weights are heavy ball's, and differ from the method by eta^2 (g(ahead) - g(x)) in each step.

The clock. The paper prints t_{k+1} = (k+1) eta in step k + 1, with m_0 = g(x_0) and v_0 = g(x_0)^2. There Adam's first
update has 1 - eta r(eta) = 0: it forgets m_0, and all later weights are one step late. Adam itself starts at t_0 = eta:
from m = v = 0 and with t = k eta in step k, the first update is the one that forgets, and there is nothing to forget.
This is what is done here, and likewise for c/t: that update is at t = c eta, hence t = (k - 1 + c) eta, and the weight
of the past is (k - 1)/(k - 1 + c). In the steps e^(-b t) is beta1^k, as in the poster for lambda = eta. The ODE limit
is the limit lambda -> 0, which is Ma, Wu & E's system with corrected moments as its state.

References
----------
A. Belotto da Silva, M. Gazeau: A general system of differential equations to model first-order adaptive algorithms.
JMLR 21(129), 2020; and the authors' poster.
"""

from dataclasses import replace

import numpy as np

from ..parameters import LEARNING_RATE_SCHEDULE, Choice, Idle, Parameter, beta1, beta2, epsilon, learning_rate
from ..symbolic.expression import safe_ratio
from .declarations import ODELimit, Optimizer, learning_rate_clock, scaled, tempered
from .moments import MOMENTS

CASES = ("adam", "rmsprop", "adagrad", "heavy_ball", "nesterov", "custom")
WITHOUT_FIRST_MOMENT, WITHOUT_SECOND_MOMENT = ("rmsprop", "adagrad"), ("heavy_ball", "nesterov")


def family(p, unit, b, a, b_with_pole, a_with_pole, vanishing):
    """h, r, p and q of the special case; `unit` is a coefficient of 1, `vanishing` is c/t."""
    return {
        "adam": (b_with_pole, b_with_pole, a_with_pole, a_with_pole),
        "rmsprop": (0, 0, a, a),
        "adagrad": (0, 0, unit, 0),
        "heavy_ball": (unit, b, 0, 0),
        "nesterov": (unit, vanishing, 0, 0),
        "custom": (unit * p.h, b + vanishing, unit * p.p, a),
    }[p.special_case]


def step(problem, x, state, p, k):
    eta, b, a = p.learning_rate, 1 - p.beta1, 1 - p.beta2
    vanishing = safe_ratio(p.vanishing_friction, k - 1 + p.vanishing_friction)
    # every coefficient times eta
    h, r, of_square, q = family(p, eta, b, a, b / (1 - p.beta1**k), a / (1 - p.beta2**k), vanishing)
    kept = (1 - r) * state.first_moment
    g = problem.gradient(x - eta * kept if p.special_case == "nesterov" else x)
    m = kept + h * g
    v = (1 - q) * state.second_moment + of_square * (g * g)
    direction = g if p.special_case in WITHOUT_FIRST_MOMENT else m
    if p.special_case not in WITHOUT_SECOND_MOMENT:
        direction = safe_ratio(direction, np.sqrt(v + p.epsilon))
    return x - eta * direction, {"first_moment": m, "second_moment": v}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    m, v = state.first_moment, state.second_moment
    with_poles = p.b / -np.expm1(-p.b * t), p.a / -np.expm1(-p.a * t)
    h, r, of_square, q = family(p, 1, p.b, p.a, *with_poles, p.vanishing_friction / t)
    direction = g if p.special_case in WITHOUT_FIRST_MOMENT else m
    return -scaled(direction, v, p), {"first_moment": h * g - r * m, "second_moment": of_square * (g * g) - q * v}


def start(problem, x0, p, t0):
    """Leading terms: m and v are at once what Adam's poles hold them at, else they fill up from 0."""
    g = problem.gradient(x0)
    if p.special_case == "adam":
        return x0, {"first_moment": g, "second_moment": g * g}
    h, _, of_square, _ = family(p, 1, p.b, p.a, 0, 0, 0)
    m, v = t0 * h * g, t0 * of_square * (g * g)
    if p.special_case in WITHOUT_FIRST_MOMENT:
        x0 = x0 - safe_ratio(2 * t0 * g, np.sqrt(v + p.epsilon) + np.sqrt(p.epsilon))
    return x0, {"first_moment": m, "second_moment": v}


def coefficients(values):
    shared = {name: values[name] for name in ("special_case", "a", "b", "h", "p", "vanishing_friction")}
    divided = values["special_case"] not in WITHOUT_SECOND_MOMENT
    return shared | tempered(values["epsilon"] if divided else 1.0, True)


GENERAL_FLOW = ODELimit(
    name="general",
    title="general flow",
    source="Belotto da Silva & Gazeau 2020, eq. (2)",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state=MOMENTS,
    squared=("second_moment",),
    start_time=1e-14,
)


def _unused(*cases, reason):
    return Idle((("special_case", cases),), reason)


NO_FIRST = _unused(*WITHOUT_FIRST_MOMENT, reason="this case steps along the gradient itself")
NO_SECOND = _unused(*WITHOUT_SECOND_MOMENT, reason="this case divides by nothing")
OWN_FRICTION = _unused("nesterov", reason="this case has the friction c/t")
SUMMED = _unused("adagrad", reason="this case adds all squares up")
FIXED = _unused(*(case for case in CASES if case != "custom"), reason="only the custom case has it")
WITHOUT_FRICTION = _unused(
    *(case for case in CASES if case not in ("nesterov", "custom")), reason="only nesterov and custom have c/t"
)
CUSTOM = ("special_case", ("custom",))
STILL = Idle((CUSTOM, ("h", (0.0,))), "with h = 0 nothing ever moves")
INFINITE = Idle((CUSTOM, ("p", (0.0,)), ("epsilon", (0.0,))), "with p = ε = 0 the first step is divided by 0")
EMPTY = Idle((CUSTOM, ("p", (0.0,))), "with p = 0 v stays 0")


def _coefficient(name, meaning, *idle):
    return Parameter(
        name, name, name, 1.0, 0.0, slider=(0.01, 1000.0), scale="log", meaning=meaning, idle=(FIXED, *idle)
    )


VANISHING_FRICTION = Parameter(
    "vanishing_friction",
    "c",
    "c",
    3.0,
    0.0,
    slider=(0.0, 10.0),
    meaning="the part c/t of the friction r, in the nesterov and custom cases",
    idle=(WITHOUT_FRICTION, STILL, INFINITE),
)


OPTIMIZER = Optimizer(
    name="general",
    title="General system",
    family="General",
    year=2020,
    source="Belotto da Silva & Gazeau 2020, eq. (3)",
    parameters=(
        replace(learning_rate(1e-3), idle=(STILL, INFINITE)),
        replace(beta1(0.9), idle=(NO_FIRST, OWN_FRICTION, STILL, INFINITE)),
        replace(beta2(0.999), idle=(NO_SECOND, SUMMED, STILL, EMPTY)),
        replace(epsilon(1e-8), idle=(NO_SECOND, STILL)),
        Choice(
            "special_case",
            "Special case",
            "adam",
            CASES,
            "h, r, p and q of a method, or your own",
            implied=(("h", "custom"), ("p", "custom")),
        ),
        _coefficient("h", "what the gradient adds to m, in the custom case", INFINITE),
        _coefficient("p", "what the gradient's square adds to v, in the custom case", STILL),
        VANISHING_FRICTION,
        replace(LEARNING_RATE_SCHEDULE, idle=(STILL, INFINITE)),
    ),
    step=step,
    clock=learning_rate_clock,
    clock_rule=r"t_k = k\,\eta",
    state=MOMENTS,
    limits=(GENERAL_FLOW,),
    second_moment_fades=lambda v: v["special_case"] == "adam",
    steps_as_adam=lambda v: v["special_case"] == "adam",
    ends_as_adam=lambda v: v["special_case"] == "adam",
    epsilon_is_inside=True,
    steps_of_size_eta=lambda v: v["special_case"] in ("adam", "rmsprop", "custom"),
)
