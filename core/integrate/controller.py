"""The step-size controller, and the choice between the explicit and the stiff method.

Every function works on the record ``c`` of :data:`core.integrate.workspace.CONTROL` and the scratch buffers ``w`` of
:data:`core.integrate.workspace.WORKSPACE`.

References
----------
E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd ed., sections IV.2 and IV.8 (step-size control,
stiffness detection); E. Hairer, S. Norsett, G. Wanner, "I", section II.4 (first step). L. Petzold, "Automatic selection
of methods for solving stiff and nonstiff systems", SIAM J. Sci. Stat. Comput. 4 (1983) (switching by step sizes).
"""

import numpy as np

from .compiled import part
from .vectors import combine
from .workspace import DENSE

EITHER, EXPLICIT, STIFF = 0, 1, 2  # which method may step

_SAFETY = 0.9
SHRINK = 0.2  # least and largest factor between one step and the next
_GROW = 6.0
_STIFF_GROW = 1.6  # Newton's iteration starts from an extrapolation, which amplifies noise over longer steps
REFUSED = 0.5  # factor after a step that is not finite or whose equations were not solved
# Largest error of an explicit step, in tolerances: errors add up over a long oscillation, and an instability behind it
# can amplify them a hundredfold.
_EXPLICIT_SHARE = 0.2
_CONTRACTION = 0.4  # target contraction rate of Newton's iteration, proportional to h
_ROUNDING = 2.0**-52

# Near the bound of stability a step's end is right and what lies within it is not: the most that the last term of the
# dense output, s^4 (1 - s)^3 times its coefficient, may add, in tolerances,
_BETWEEN = 30.0
_WILD = 1e6  # and from where on the step is rejected, since its dense output has left the solution
_LAST_TERM = 4.0**4 * 3.0**3 / 7.0**7

_STILL = 4.0  # tolerances that the position may move while it counts as staying

_STIFF_FROM = 2.0  # step times fastest rate from which a trial is worth it; stability binds from 5.9 to 6.4
_STABLE = 8.0  # longest explicit step times fastest rate: beyond it rounding errors of a solution at rest would grow
_MEASURE_EVERY = 8  # explicit steps between two measurements of the fastest rate
_TRIAL = 6  # implicit steps before they are compared
_FAR = 4.0  # times as long as an explicit step: such steps are not measured every time
FIRST_PATIENCE, _MOST_PATIENCE = 2, 6  # measurements in a row before a trial, doubled after each unsuccessful one


@part
def tolerances(w, n):
    """Fill w.scales for the step from w.y to w.reached.

    The tolerance of a square is that of its root, (root + tolerance)^2 - root^2.
    """
    for i in range(n):
        size = max(abs(w.y[i]), abs(w.reached[i]))
        if w.squared[i] > 0.0:
            size = np.sqrt(size)
            one = w.atol[i] + w.rtol[i] * size
            w.scales[i] = one * (2.0 * size + one)
        else:
            w.scales[i] = w.atol[i] + w.rtol[i] * size


@part
def norm(vector, w, n):
    """Root mean square of a vector, in tolerances."""
    total = 0.0
    for i in range(n):
        ratio = vector[i] / w.scales[i]
        total += ratio * ratio
    return np.sqrt(total / n)


@part
def _root(error, implicit):
    """The step length's factor for an error's factor: Radau's estimate is of order 3, DOP853's of order 7."""
    root = np.sqrt(np.sqrt(error))
    return root if implicit else np.sqrt(root)


@part
def first_step(c, w):
    """The first step's length, from y' and y'' = J y' + f_t."""
    n, span = c.n, c.end - c.t
    second = w.argument
    for i in range(n):
        total = w.derivatives[n * n + i]
        for j in range(n):
            total += w.derivatives[i * n + j] * w.slope[j]
        second[i] = total
    size = norm(w.y, w, n)
    speed = norm(w.slope, w, n)
    fastest = max(speed, norm(second, w, n))
    guess = 1e-6 * span if size < 1e-5 or speed < 1e-5 else size / speed
    if fastest > 1e-15:
        guess = min(guess, (0.01 / fastest) ** (1.0 / 5.0))
    # A flow with a singular start begins at a small t, and its coefficients change within that time.
    if c.t > 0.0:
        guess = min(guess, c.t)
    return min(guess, span) if guess > 0.0 else 1e-6 * span


@part
def start(c, w):
    """Set what the first step needs, from the slope and the derivatives at the start."""
    for i in range(c.n):
        w.reached[i] = w.y[i]
    tolerances(w, c.n)
    c.h = min(c.h, c.end - c.t) if c.h > 0.0 else first_step(c, w)
    c.root_before = 1.0
    c.still_x, c.still_y, c.still_t = w.y[0], w.y[1], c.t
    c.finite = c.fresh = c.begun = True


@part
def begin_anew(c):
    """Forget the history after a jump of the right-hand side: earlier steps do not predict the next one."""
    c.h_before = 0.0
    c.fresh = True


@part
def underflows(c):
    """Whether the step has fallen to the rounding of t."""
    return not c.h > _least(c)


@part
def _least(c):
    return 4.0 * _ROUNDING * max(abs(c.t), abs(c.end) * _ROUNDING)


@part
def fit_to_end(c):
    """Shorten the step to land on the end; returns whether it is the last.

    The last step is stretched a little, or the one before it halved, so that no sliver remains.
    """
    remaining = c.end - c.t
    if c.h >= 0.999 * remaining or remaining <= _least(c):
        c.h = remaining
        return True
    if 2.0 * c.h > remaining:
        c.h = 0.5 * remaining
    return False


@part
def reject(c, factor):
    """Count a rejected step; the next one is shorter by the factor."""
    c.rejected += 1
    c.after_rejection = c.fresh = True
    c.h *= factor


@part
def estimated_error(c, w):
    """The step's error, relative to what is allowed: at most 1 if the step is accepted."""
    tolerances(w, c.n)
    error = norm(w.differences[0], w, c.n)
    if c.implicit:
        return error
    if error > 0.0:
        error *= error / np.sqrt(error * error + 0.01 * norm(w.differences[1], w, c.n) ** 2)
    return error / _EXPLICIT_SHARE


@part
def after_error(c, error):
    """Factor of the step length after a rejection for its error."""
    return max(SHRINK, _SAFETY / _root(error, c.implicit)) if np.isfinite(error) else SHRINK


@part
def dense_error(c, w):
    """The last term of the explicit method's dense output, in tolerances; infinite if it left the solution."""
    between = _LAST_TERM * norm(w.dense[DENSE - 1], w, c.n)
    return between if between <= _WILD else np.inf


@part
def next_factor(c, error, contraction, between):
    """Factor of the step length after an accepted step: Gustafsson's predictive controller.

    It extrapolates how fast the error constant changes. ``contraction`` is that of Newton's iteration, ``between``
    the error of the dense output; each is 0 where there is none.
    """
    root = _root(error, c.implicit)
    factor = _SAFETY / root if error > 1e-10 else _GROW
    if not c.fresh and error > 1e-10:
        predicted = _SAFETY * (c.h / c.h_before) * c.root_before / (root * root)
        factor = min(factor, predicted)
    factor = min(_STIFF_GROW if c.implicit else _GROW, max(SHRINK, factor))
    if contraction > 0.0:
        factor = min(factor, _CONTRACTION / contraction)
    if c.after_rejection:
        factor = min(1.0, factor)
    c.h_before = c.h
    c.root_before = _root(max(error, 1e-2), c.implicit)
    c.fresh = c.after_rejection = False
    if between > _BETWEEN:
        factor = min(factor, _SAFETY * _root(_BETWEEN / between, c.implicit))
    return factor


@part
def stands_still(c, w):
    """Whether the solution is stuck: the position stays, and max_steps steps of this size do not reach the end."""
    if c.look == 0 or c.accepted - c.still_from < c.look:
        return False
    close = abs(w.y[0] - c.still_x) <= _STILL * w.scales[0] and abs(w.y[1] - c.still_y) <= _STILL * w.scales[1]
    if close and (c.t - c.still_t) * c.max_steps < (c.end - c.t) * c.look:
        return True
    c.still_x, c.still_y, c.still_t, c.still_from = w.y[0], w.y[1], c.t, c.accepted
    return False


@part
def measure_rate(c, w):
    """Set c.rate to about the Jacobian's spectral radius: the norm of its fourth power, in units of the tolerances."""
    n, power, square = c.n, w.power, w.square
    for i in range(n):
        for j in range(n):
            power[i, j] = w.derivatives[i * n + j] * (w.scales[j] / w.scales[i])
    for i in range(n):
        combine(square, i, w.zeros, 0, 1.0, power, i, power)
    total = 0.0
    for i in range(n):
        combine(power, i, w.zeros, 0, 1.0, square, i, square)
    for i in range(n):
        for j in range(n):
            total += power[i, j] * power[i, j]
    c.rate = total**0.125


@part
def is_due(c):
    """Whether the rate is to be measured after this step."""
    if c.method != EITHER:
        return False
    if c.implicit:
        return c.stayed >= max(_TRIAL, c.unseen)
    return c.accepted % _MEASURE_EVERY == 0


@part
def choose_method(c, w):
    """After a measurement: go on with the same method or switch to the other.

    The stiff method is tried where the fastest rate, and not the accuracy, may hold the explicit step back; it stays
    until its steps are no longer than explicit ones would be.
    """
    if c.implicit:
        if c.h * c.rate > _FAR * c.reach:
            c.unseen = c.stayed + _MEASURE_EVERY
        c.worthless = c.worthless + 1 if c.h * c.rate < c.reach else 0
        if c.worthless >= _TRIAL // 2:
            c.implicit = False
            c.fresh = True
            c.patience = min(2 * c.patience, _MOST_PATIENCE) if c.stayed < 4 * _TRIAL else FIRST_PATIENCE
            c.h = min(c.h, c.reach / c.rate)
            c.looks = 0
        return
    held = c.h * c.rate
    c.looks = c.looks + 1 if held > _STIFF_FROM else 0
    if c.looks >= c.patience:
        c.implicit = c.fresh = True
        for row in range(DENSE):
            for i in range(c.n):
                w.dense[row, i] = 0.0
        c.reach = held
        c.stayed = c.worthless = c.unseen = 0


@part
def keep_stable(c):
    """Bound the explicit step by the fastest rate."""
    if c.h * c.rate > _STABLE:
        c.h = _STABLE / c.rate
