r"""Accumulators of squared gradients: their initial value, and variables in which their ODE limits are smooth.

The limits are :math:`\dot X = g^2,\ \dot x = -\rho\, g/X^c` and AdaGrad's with its epsilon, c = 1/2. From an empty
accumulator the velocity is infinite at t = 0: x moves as :math:`t^{1-c}` there, which for c near 1 is almost a jump
(with c = 0.99 half of the way covered until t = 1 lies before t = 1e-30). With c near 1 the accumulator itself runs
through hundreds of decades and leaves float64 below them. So the integrator sees other variables. With
:math:`c' = \min(c, 1)` and :math:`\tau = X(0)/|g(0)|^2` they are

.. math::

    s &= \frac{(t+\tau)^{1-c'} - \tau^{1-c'}}{1-c'}, \quad\text{or}\ \ln(1 + t/\tau)\ \text{for}\ c \ge 1, \quad
    \text{so that}\ \frac{dt}{ds} = (t+\tau)^{c'} \\
    E &= \ln\frac{X}{t+\tau}, \quad\text{the logarithm of a mean of squared gradients} \\
    \frac{dx}{ds} &= -\rho\, g\, e^{-cE}\, (t+\tau)^{c'-c}, \qquad
    \frac{dE}{ds} = \frac{g^2 e^{-E} - 1}{(t+\tau)^{1-c'}}

which is smooth for every exponent and every initial value. From the empty accumulator E begins at :math:`\ln g^2`.
"""

import numpy as np

from ..parameters import Parameter
from ..symbolic.expression import Vector
from .declarations import VECTOR, Regular

INITIAL_ACCUMULATOR_VALUE = Parameter(
    "initial_accumulator_value", "G_0", "G₀", 0.0, 0.0, slider=(0.0, 10.0), meaning="the sum before the first step"
)

# The least E in exponentials, relative to the first one: X/t is negligible there, and rates must stay within float64.
_LEAST = -80.0
# The E that a coordinate whose gradient was 0 so far gets where a kink sets it in motion: its accumulator fills from 0
# within a time far below the tolerance, which would need steps below the rounding of s.
_WOKEN = -27.0
# The share of H_ii |x| that is added to X^c where c > 1/2. A coordinate that follows the floor of a valley has an
# accumulator that stays at 1e-60, say: its x' = -g/X^c then consists of the rounding of g and of the integrator's
# tolerance. With the addition it follows with a delay of this share. The other two are the shares of |H_xy| and of
# |g(0)|/|x| that are added to H_ii.
_BLUNT, _BESIDE, _FLATTEST = 1e-14, 3e-8, 1e-12
LEAST_LOG = -745.0  # its exponential underflows to 0
TOLERANCE = (
    0.1  # tolerance of E, absolute, and of x, relative to other limits': so that the invariant holds to the tolerance
)
_FIRST_MOVE = 1e-10  # how far x moves, in 1 + |x|, before the integration begins at an empty accumulator


def numbers(x0, gradient, coefficients):
    """What depends on the start: 1 - c', tau^(1-c') and ln tau, the first E, and where in s the integration begins.

    Parameters
    ----------
    x0, gradient : (2,) arrays
    coefficients : dict
        With "exponent", "rate" and "first", the accumulator at t = 0.
    """
    c, first = coefficients["exponent"], coefficients["first"]
    power, square = max(1.0 - c, 0.0), float(np.dot(gradient, gradient))
    found = {"power": power, "logarithmic": power == 0.0, "filled": first > 0, "shifted": False, "first_log": 0.0}
    found |= {
        "least": _LEAST + (min(0.0, float(np.log(square))) if square > 0 else 0.0),
        "blunt": c > 0.5,
    }
    size = 1.0 + float(np.abs(x0).sum())
    found |= {"blur": _BLUNT * size, "flattest": _FLATTEST * square**0.5 / size}
    found |= {"first_power": 0.0, "log_shift": 0.0, "begin": 0.0}
    if first > 0:
        log_of_square = float(np.log(square)) if square > 0 else 0.0
        shift = float(np.log(first)) - log_of_square
        first_power = float(np.exp(power * shift))
        found |= {"first_log": log_of_square, "log_shift": shift, "first_power": first_power}
        return found | {"shifted": first_power > 0 and shift > LEAST_LOG}
    moving = np.abs(gradient[gradient != 0])
    if moving.size:
        fastest = coefficients["rate"] * float(np.max(moving ** (1.0 - 2.0 * c)))
        found["begin"] = _FIRST_MOVE * (1.0 + float(np.abs(x0).sum())) / fastest
    return found


def time(s, p):
    """t of s, of numbers, arrays or symbols; below the least float it is 0."""
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        if p.logarithmic:
            return np.exp(p.log_shift) * np.expm1(s)
        if not p.shifted:
            return np.exp(np.log(p.first_power + p.power * s) / p.power)
        return np.exp(p.log_shift) * np.expm1(np.log1p(p.power * s / p.first_power) / p.power)


def variable(t, p):
    """s, the inverse of :func:`time`."""
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        if p.logarithmic:
            return np.log1p(t / np.exp(p.log_shift))
        if not p.shifted:
            return np.asarray(t, dtype=float) ** p.power / p.power
        return p.first_power * np.expm1(p.power * np.log1p(t / np.exp(p.log_shift))) / p.power


def own_state(s, state, p):
    """X = (t + tau) e^E; 0 for a coordinate that rests from an empty accumulator on."""
    E = state["log_mean_square"]
    with np.errstate(divide="ignore", under="ignore"):
        since = s + p.log_shift if p.logarithmic else np.log(p.first_power + p.power * s) / p.power
        total = np.exp(np.asarray(since)[..., None] + E)
    if p.first_power == 0.0:
        total[:, np.max(E[1:], axis=0, initial=-np.inf) <= p.least] = 0.0
    return {"sum_of_squares": total}


def at_kink(state, p, begins):
    """The components of the state, where the field jumps; at the start all accumulators are of the same age."""
    woken = np.max(state) if begins else p.least - _LEAST + _WOKEN
    return np.where(state <= p.least if begins else state < p.least, woken, state)


def _since(s, p):
    """(t + tau)^(1-c')."""
    return 1.0 if p.logarithmic else p.first_power + p.power * s


def powered(problem, s, x, state, p):
    """dx/ds and dE/ds for any exponent, without epsilon."""
    g, E = problem.gradient(x), np.maximum(state.log_mean_square, p.least)
    if not p.blunt:
        velocity, of_square = g * np.exp(-p.exponent * E), g * g * np.exp(-E)
    else:
        xx, xy, yy = problem.hessian(x)
        stiffness = np.abs(Vector(xx, yy)) + _BESIDE * np.abs(xy) + p.flattest
        below = np.exp(p.exponent * E) + p.blur * stiffness
        velocity = g / below
        of_square = velocity * velocity * np.exp((2 * p.exponent - 1) * E)
    if p.logarithmic:
        velocity = velocity * np.exp((1 - p.exponent) * (p.log_shift + s))
    return -p.rate * velocity, {"log_mean_square": (of_square - 1) / _since(s, p)}


def rooted(problem, s, x, state, p):
    """dx/ds and dE/ds for c = 1/2 with epsilon, beside the root or inside."""
    g, E, since = problem.gradient(x), np.maximum(state.log_mean_square, p.least), _since(s, p)
    inside = p.epsilon_inside_root
    below = np.sqrt(np.exp(E) + p.epsilon / (since * since)) if inside else np.exp(E / 2) + p.epsilon / since
    return -g / below, {"log_mean_square": (g * g * np.exp(-E) - 1) / since}


def start(problem, x0, p, s):
    """At s: from a filled accumulator s is 0; from an empty one x has moved so little that g is all but constant.

    E is taken from the gradient after this move: that of a coordinate which only the other one sets in motion is
    still 0 before.
    """
    if p.filled:
        return x0, {"log_mean_square": p.first_log + 0 * problem.gradient(x0)}
    g = problem.gradient(x0)
    moved = x0 - s * p.rate * g * np.exp(-p.exponent * _log_of_square(g, p))
    return moved, {"log_mean_square": _log_of_square(problem.gradient(moved), p)}


def _log_of_square(g, p):
    return np.maximum(2 * np.log(np.abs(g)), p.least)


def regular(right_hand_side):
    """The variables of this module, with one of its right-hand sides."""
    return Regular(
        right_hand_side=right_hand_side,
        start=start,
        state={"log_mean_square": VECTOR},
        numbers=numbers,
        time=time,
        variable=variable,
        own_state=own_state,
        at_kink=at_kink,
        tolerance=TOLERANCE,
    )
