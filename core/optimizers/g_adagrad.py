r"""G-AdaGrad: AdaGrad with any exponent c of the sum, c = 1/2 being AdaGrad's root.

.. math::

    G_{k+1} = G_k + g_k^2, \qquad x_{k+1} = x_k - \eta\, \frac{g_k}{G_{k+1}^{\,c}}

There is no epsilon. The sum includes the current gradient and starts at :math:`G_0`: positive in the paper, 0 here
unless given.

Clock. With a step :math:`\delta` and :math:`X = \delta G`, Euler's method on :math:`\dot X = g^2,\ \dot x = -\rho
g/X^c` is the rule with :math:`\eta = \rho\, \delta^{1-c}`, from :math:`X(0) = \delta G_0`. For :math:`\rho = 1`, the
paper's flow, that makes :math:`t_k = k\,\eta^{1/(1-c)}`, for c > 1 as well: there a larger :math:`\eta` is a shorter
step in time, and the steps approach the flow as :math:`\eta \to \infty` with :math:`X(0) = \eta^{1/(1-c)} G_0` fixed,
so that the first sum is large beside one squared gradient. For c = 1 no :math:`\delta` has this :math:`\eta` unless
:math:`\eta = 1`: the flow keeps :math:`\eta` as a factor, :math:`\dot x = -\eta g/X`, and any clock will do, since X
and t may be scaled together. It is :math:`k\eta` here, and :math:`\rho = \eta^c`; the same holds next to c = 1, where
:math:`\eta^{1/(1-c)}` leaves float64. For c >= 1 the flow needs :math:`G_0 > 0`: the integral of the velocity from an
empty sum diverges.

From the empty sum :math:`x = x_0 - g |g|^{-2c}\, t^{1-c}/(1-c) + \dots`: see :mod:`.accumulators` for its integration.
An invariant of the flow for any f is :math:`f + \rho \sum_i X_i^{1-c}/(1-c)`, or :math:`f + \rho \sum_i \ln X_i` for c
= 1.

References
----------
K. Chakrabarti, N. Chopra: Generalized AdaGrad and Adam: a state-space perspective. 2021, eqs (2)-(3) and (8).
"""

from dataclasses import replace
from math import exp, log

from ..parameters import Idle, Parameter, learning_rate
from ..symbolic.expression import ZERO, safe_ratio
from .accumulators import INITIAL_ACCUMULATOR_VALUE, powered, regular
from .declarations import VECTOR, ODELimit, Optimizer, Sharpness, accumulated

EXPONENT = Parameter(
    "exponent", "c", "Exponent c", 0.5, 0.0, slider=(0.0, 2.0), meaning="power of the sum that divides the gradient"
)
UNUSED = (Idle((("exponent", (0.0,)),), "with c = 0 nothing is divided"),)
LARGEST_LOG = 575.0  # of a clock: within 1e-250 to 1e250


def step(problem, x, state, p, k):
    g = problem.gradient(x)
    total = state.sum_of_squares + g * g
    return x - safe_ratio(p.learning_rate * g, total**p.exponent), {"sum_of_squares": total}


def right_hand_side(problem, t, x, state, p):
    g = problem.gradient(x)
    return -p.rate * safe_ratio(g, state.sum_of_squares**p.exponent), {"sum_of_squares": g * g}


def start(problem, x0, p, t0):
    return x0, {"sum_of_squares": p.first + ZERO * x0}


def has_own_clock(values):
    """Whether eta^(1/(1-c)) is a number that a clock can tick by."""
    eta, c = values["learning_rate"], values["exponent"]
    return c != 1 and abs(log(eta)) <= LARGEST_LOG * abs(1 - c)


def clock(values):
    eta, c = values["learning_rate"], values["exponent"]
    return exp(log(eta) / (1 - c)) if has_own_clock(values) else eta


def coefficients(values):
    c = values["exponent"]
    rate = 1.0 if has_own_clock(values) else values["learning_rate"] ** c
    return {"exponent": c, "rate": rate, "first": clock(values) * values["initial_accumulator_value"]}


G_ADAGRAD_FLOW = ODELimit(
    name="g_adagrad",
    title="G-AdaGrad flow",
    source="Chakrabarti & Chopra 2021, eqs (2)-(3)",
    right_hand_side=right_hand_side,
    start=start,
    coefficients=coefficients,
    state={"sum_of_squares": VECTOR},
    initial=r"x(0) = x_0,\ X(0) = \eta^{1/(1-c)} G_0",
    squared=("sum_of_squares",),
    recorded=accumulated,
    regular=regular(powered),
)

# At c = 1, and so near to it that eta^(1/(1-c)) is not a number
NEAR_ONE_FLOW = replace(
    G_ADAGRAD_FLOW,
    source="Chakrabarti & Chopra 2021, eqs (2)-(3), with the factor that the learning rate leaves, derived here",
    initial=r"x(0) = x_0,\ X(0) = \eta G_0",
    clock=clock,
    clock_rule=r"t_k = k\,\eta",
)


def flows(values):
    if values["exponent"] >= 1 and values["initial_accumulator_value"] == 0:
        return ()
    return (G_ADAGRAD_FLOW if has_own_clock(values) else NEAR_ONE_FLOW,)


def without_limit(values):
    return (
        f"for exponent = {values['exponent']:g} the flow needs an initial_accumulator_value above 0: from an empty sum "
        "it starts only for exponents below 1"
    )


OPTIMIZER = Optimizer(
    name="g_adagrad",
    title="G-AdaGrad",
    family="Adaptive rates",
    year=2021,
    source="Chakrabarti & Chopra 2021",
    parameters=(learning_rate(1e-2), EXPONENT, replace(INITIAL_ACCUMULATOR_VALUE, idle=UNUSED)),
    step=step,
    clock=clock,
    clock_rule=r"t_k = k\,\eta^{1/(1-c)}",
    state={"sum_of_squares": VECTOR},
    initial={"sum_of_squares": "initial_accumulator_value"},
    limits=flows,
    without_limit=without_limit,
    sharpness=Sharpness(lambda state, p, k: state.sum_of_squares**p.exponent),
)
