"""The integrator of the smooth flows: explicit where it can, implicit where the system is stiff.

One generic loop integrates every flow: the right-hand side and its Jacobian come as addresses of native functions
(see ``core.compile.calls``). It steps with DOP853 and, where the fastest rate and not the accuracy
may hold the step back, tries Radau IIA, which stays until its steps are no longer than explicit ones would be.

Sources. Step-size control, first step, stiffness: E. Hairer, G. Wanner, "Solving Ordinary Differential Equations
II", 2nd ed., sections IV.2 and IV.8; "I", section II.4. Switching by comparing steps: L. Petzold, "Automatic
selection of methods for solving stiff and nonstiff systems", SIAM J. Sci. Stat. Comput. 4 (1983).
"""

import numpy as np
from numba import njit

from core.compile.calls import call_system
from core.integrate import dop853, radau
from core.integrate.vectors import WIDTH, combine, lines

COMPLETED = 0  # t1 was reached
DIVERGED = 1  # the solution left every bound, or stopped being finite, before t1
STEP_LIMIT = 2  # max_steps attempts were not enough, or the step fell to the rounding of t
EVENT = 3  # something watched reached 0
STUCK = 4  # the position stays within its tolerance, in steps so small that max_steps do not suffice

EITHER, EXPLICIT, STIFF = 0, 1, 2  # which method may step

LARGEST_SYSTEM = WIDTH
DENSE = dop853.DENSE  # rows of dense output; implicit steps leave all but the first three zero

_SAFETY = 0.9
# Near the bound of stability a step's end is right and what lies within it is not: the most that the last term of the
# dense output, s^4 (1 - s)^3 times its coefficient, may add, in tolerances.
_BETWEEN = 30.0
_WILD = 1e6  # and from where on the step is refused, since its dense output has left the solution
_LAST_TERM = 4.0**4 * 3.0**3 / 7.0**7
_SHRINK = 0.2  # least and largest factor between one step and the next
_GROW = 6.0
_STIFF_GROW = 1.6  # the implicit iteration starts from an extrapolation, which noise spoils from farther off
_REFUSED = 0.5  # factor after a step that is not finite or whose equations were not solved
# What an explicit step may err, in tolerances: a long oscillation adds its errors up, and what it then triggers can
# magnify them a hundredfold.
_EXPLICIT_SHARE = 0.2
_CONTRACTION = 0.4  # of the implicit equations' iteration, sought for the next step; it grows like the step
_ROUNDING = 2.0**-52

_PARTS = 4  # of a step, at whose ends what is watched is looked at
_STILL = 4.0  # tolerances that the position may move while it counts as staying

_STIFF_FROM = 2.0  # step times fastest rate from which a trial is worth it; stability binds from 5.9 to 6.4
_STABLE = 8.0  # longest explicit step times fastest rate: what has come to rest must not be blown up from its rounding
_LOOK_EVERY = 8  # explicit steps between two looks at the fastest rate
_TRIAL = 6  # implicit steps before they are compared
_FAR = 4.0  # times as long as an explicit step: such steps are not looked at every time
_PATIENCE = 2, 6  # looks in a row before a trial: at first, and at most, doubled after each vain one

_explicit_step = dop853.attempt
_explicit_interpolant = dop853.interpolant
_stiff_step = radau.attempt


@njit(nogil=True, cache=True, error_model="numpy")
def _grown(array):
    return np.concatenate((array, np.empty_like(array)))


@njit(nogil=True, cache=True, error_model="numpy")
def _tolerances(y, reached, rtol, atol, squared, n, scales):
    """The tolerance of each component; a square's is that of its root, (root + tolerance)^2 - root^2."""
    for i in range(n):
        size = max(abs(y[i]), abs(reached[i]))
        if squared[i]:
            size = np.sqrt(size)
            one = atol[i] + rtol[i] * size
            scales[i] = one * (2.0 * size + one)
        else:
            scales[i] = atol[i] + rtol[i] * size


@njit(nogil=True, cache=True, error_model="numpy")
def _norm(vector, scales, n):
    total = 0.0
    for i in range(n):
        ratio = vector[i] / scales[i]
        total += ratio * ratio
    return np.sqrt(total / n)


@njit(nogil=True, cache=True, error_model="numpy")
def _root(error, implicit):
    """How much longer a step would err that many times as much: Radau's estimate is of order 3, DOP853's of 7."""
    root = np.sqrt(np.sqrt(error))
    return root if implicit else np.sqrt(root)


@njit(nogil=True, cache=True, error_model="numpy")
def _first_step(t0, y, slope, derivatives, scales, span, n):
    """Hairer, Norsett, Wanner I, II.4, with y'' = J y' + f_t exact instead of from a trial step."""
    second = np.zeros(n)
    for i in range(n):
        total = derivatives[n * n + i]
        for j in range(n):
            total += derivatives[i * n + j] * slope[j]
        second[i] = total
    size = _norm(y, scales, n)
    speed = _norm(slope, scales, n)
    fastest = max(speed, _norm(second, scales, n))
    guess = 1e-6 * span if size < 1e-5 or speed < 1e-5 else size / speed
    if fastest > 1e-15:
        guess = min(guess, (0.01 / fastest) ** (1.0 / 5.0))
    # A flow with a singular start begins at a small t0, and what it is made of changes within that time.
    if t0 > 0.0:
        guess = min(guess, t0)
    return min(guess, span) if guess > 0.0 else 1e-6 * span


@njit(nogil=True, cache=True, error_model="numpy")
def _fastest_rate(derivatives, scales, n, blocks, zeros):
    """About the Jacobian's spectral radius: the norm of its fourth power, in units of the tolerances."""
    once, twice = blocks[0], blocks[1]
    for i in range(n):
        for j in range(n):
            once[i, j] = derivatives[i * n + j] * (scales[j] / scales[i])
    for i in range(n):
        combine(twice, i, zeros, 0, 1.0, once, i, once)
    total = 0.0
    for i in range(n):
        combine(once, i, zeros, 0, 1.0, twice, i, twice)
    for i in range(n):
        for j in range(n):
            total += once[i, j] * once[i, j]
    return total**0.125


@njit(nogil=True, cache=True, error_model="numpy")
def _runs_away(y, slope, finite, elapsed, n):
    """Whether a step that underflowed did so before a blow-up, rather than at a kink or in a corner.

    A blow-up grows outwards, and so fast that at the present speed its size would be passed many times
    over in the time integrated so far. That also covers slow ones such as y = -log(T - t).
    """
    size = 0.0
    speed = 0.0
    outward = 0.0
    for i in range(n):
        size += y[i] * y[i]
        speed += slope[i] * slope[i]
        outward += y[i] * slope[i]
    if not finite or not np.isfinite(speed) or not np.isfinite(size):
        return True
    return outward > 0.0 and np.sqrt(speed) * elapsed > 1e6 * np.sqrt(size)


def integrate(rhs, jacobian, t0, y0, t1, p, rtol, atol, squared, max_steps, method=EITHER):
    """Integrate dy/dt = rhs(t, y; p) from t0 to t1 >= t0, landing exactly on t1.

    Parameters
    ----------
    rhs, jacobian : int
        Addresses of ``void (double t, double *y, double *p, double *out)``. ``rhs`` writes dy/dt (n,);
        ``jacobian`` writes d rhs_i / d y_j row by row (n*n), then d rhs_i / dt (n).
    y0 : (n,) float64, n <= 8
    p : float64 array, C-contiguous; handed to both functions untouched.
    rtol : float or (n,) float64; atol : (n,) float64; squared : (n,) bool
        A step is accepted if the root mean square of error_i / tolerance_i is at most 1 (explicit ones: 0.2), where
        tolerance_i is atol_i + rtol_i |y_i|, or, for the square of something, what a change of its root by that makes.
    max_steps : int
        Bound on attempted steps, accepted or not.
    method : EITHER, EXPLICIT or STIFF

    Returns
    -------
    times (k+1,), states (k+1, n), coefficients (k, 6, n) for ``interpolate``, status (``COMPLETED``, ``DIVERGED``
    or ``STEP_LIMIT``), the number of rejected steps, stiff (k,) bool: which steps were implicit.
    Unless completed, the arrays end at the last accepted step.
    """
    n = y0.shape[0]
    if n > LARGEST_SYSTEM or atol.shape[0] != n:
        raise ValueError("y0 holds at most 8 numbers, and atol one per component of y0")
    rtol = np.full(n, rtol) if np.ndim(rtol) == 0 else np.asarray(rtol, dtype=float)
    return _integrate(
        rhs, jacobian, t0, y0, t1, p, rtol, atol, squared, max_steps, method, *_workspace(), 0, np.empty(0), 0.0, 0
    )[:6]


def advance(rhs, jacobian, t0, y0, t1, p, rtol, atol, squared, max_steps, watch, limits, h, look):
    """:func:`integrate` up to an event.

    Parameters
    ----------
    watch : int
        Address of a function like ``rhs`` that fills as many numbers as ``limits`` has, which are positive so far. The
        integration ends where the first of them reaches 0; if it is not above its limit yet, where it falls below -10
        times that.
    limits : (m,) float64
        Of each, where it counts as 0.
    h : float
        The first step to try; 0 for a guess.
    look : int
        After so many steps, and again, the integration ends as ``STUCK`` if the position is where it was; 0 for never.

    Returns
    -------
    What ``integrate`` does, then the number of what was watched (-1 for none), and the next step.
    """
    return _integrate(
        rhs, jacobian, t0, y0, t1, p, rtol, atol, squared, max_steps, EITHER, *_workspace(), watch, limits, h, look
    )


def _workspace():
    return lines(13 * WIDTH).reshape(13, WIDTH, WIDTH), lines(dop853.STAGES)


# Rows of the dense output from the values beside the chord at these nodes
_REFIT_NODES = np.linspace(0.1, 0.9, DENSE)
_REFIT = np.linalg.inv(np.vander(_REFIT_NODES, DENSE, increasing=True))


@njit(nogil=True, cache=True, error_model="numpy")
def _within(s, y, reached, dense, n, out):
    """The solution at the share s of a step."""
    for i in range(n):
        bulge = dense[DENSE - 1, i]
        for row in range(DENSE - 2, -1, -1):
            bulge = dense[row, i] + s * bulge
        out[0, i] = (1.0 - s) * y[0, i] + s * (reached[0, i] + (1.0 - s) * bulge)


@njit(nogil=True, cache=True, error_model="numpy")
def _first_event(watch, t, h, y, reached, dense, n, p, limits, armed, before, now, argument):
    """(the share of the step at which one of what is watched is 0 first, its number); number -1 for none.

    ``before``: the values at the step's start, and on return at its end.
    """
    m = limits.shape[0]
    low = 0.0
    for part in range(1, _PARTS + 1):
        high = part / _PARTS
        _within(high, y, reached, dense, n, argument)
        call_system(watch, t + high * h, argument[0], p, now)
        first, which = 2.0, -1
        for i in range(m):
            floor = 0.0 if armed[i] else -10.0 * limits[i]
            if now[i] >= floor:
                continue
            left, right = low, high
            for _ in range(60):
                middle = 0.5 * (left + right)
                if middle <= left or middle >= right:
                    break
                _within(middle, y, reached, dense, n, argument)
                call_system(watch, t + middle * h, argument[0], p, before)
                if before[i] >= floor:
                    left = middle
                else:
                    right = middle
            if right < first:
                first, which = right, i
        if which >= 0:
            return first, which
        for i in range(m):
            armed[i] = armed[i] or now[i] > limits[i]
        low = high
    for i in range(m):
        if armed[i] and now[i] <= limits[i] and now[i] < before[i]:
            return 1.0, i
    for i in range(m):
        before[i] = now[i]
    return 2.0, -1


@njit(nogil=True, cache=True, error_model="numpy")
def _cut(share, y, reached, dense, n, argument, values):
    """End the step at this share of it: the end, and the dense output up to there."""
    for k in range(DENSE):
        _within(share * _REFIT_NODES[k], y, reached, dense, n, argument)
        for i in range(n):
            values[k, i] = argument[0, i]
    _within(share, y, reached, dense, n, argument)
    for i in range(n):
        reached[0, i] = argument[0, i]
    for k in range(DENSE):
        s = _REFIT_NODES[k]
        for i in range(n):
            values[k, i] = (values[k, i] - (1.0 - s) * y[0, i] - s * reached[0, i]) / (s * (1.0 - s))
    for row in range(DENSE):
        for i in range(n):
            total = 0.0
            for k in range(DENSE):
                total += _REFIT[row, k] * values[k, i]
            dense[row, i] = total


@njit(nogil=True, cache=True, error_model="numpy")
def _integrate(
    rhs, jacobian, t0, y0, t1, p, rtol, atol, squared, max_steps, method, work, stages, watch, limits, first, look
):
    n = y0.shape[0]
    capacity = 256
    times = np.empty(capacity)
    states = np.empty((capacity, n))
    coefficients = np.empty((capacity, DENSE, n))
    stiff = np.empty(capacity, np.bool_)

    blocks = (work[0], work[1], work[2], work[3], work[4], work[5], work[6], work[7], work[8], work[9])
    history, dense, rest = work[10], work[11], work[12]
    y, slope, reached, zeros, argument, differences = rest[:1], rest[1:2], rest[2:3], rest[3:4], rest[4:5], rest[5:7]
    derivatives = np.zeros(n * n + n)
    scales = np.zeros(n)
    rows = np.zeros(WIDTH, np.int64)

    t = t0
    times[0] = t
    for i in range(n):  # loops throughout: numba takes seconds to compile assignments of slices
        y[0, i] = states[0, i] = y0[i]
    accepted = 0
    rejected = 0
    span = t1 - t0
    if not span > 0.0:
        return times[:1], states[:1], coefficients[:0], COMPLETED, 0, stiff[:0], -1, first

    call_system(rhs, t, y[0], p, slope[0])
    call_system(jacobian, t, y[0], p, derivatives)
    _tolerances(y[0], y[0], rtol, atol, squared, n, scales)
    h = min(first, span) if first > 0.0 else _first_step(t0, y[0], slope[0], derivatives, scales, span, n)
    watched = limits.shape[0]
    armed = np.zeros(watched, np.bool_)
    before, now = np.zeros(watched), np.zeros(watched)
    values = np.zeros((DENSE, n))
    which = -1
    if watched > 0:
        call_system(watch, t, y[0], p, before)
        for i in range(watched):
            armed[i] = before[i] > limits[i]
    still_x, still_y, still_t, still_from = y[0, 0], y[0, 1], t, 0
    rate = 0.0  # the fastest, as last looked at
    implicit = method == STIFF
    h_before = 0.0
    root_before = 1.0
    finite = fresh = t == t0  # not True, which numba would compile everything for once more
    after_rejection = False
    looks = 0
    patience = _PATIENCE[0]
    stayed = 0
    worthless = 0
    unseen = 0  # implicit steps to be made before the next look
    reach = 0.0  # step times fastest rate that the explicit method attained when it was left
    status = STEP_LIMIT
    for _ in range(max_steps):
        least = 4.0 * _ROUNDING * max(abs(t), abs(t1) * _ROUNDING)
        if not h > least:
            if _runs_away(y[0], slope[0], finite, t - t0, n):
                status = DIVERGED
            break
        # The last step is stretched a little, or the one before it halved, so that no sliver remains.
        remaining = t1 - t
        last = h >= 0.999 * remaining or remaining <= least
        if last:
            h = remaining
        elif 2.0 * h > remaining:
            h = 0.5 * remaining
        if implicit:
            ratio = h / h_before if h_before > 0.0 else 0.0
            contraction = _stiff_step(
                rhs, t, h, y, p, slope, derivatives, scales, fresh, n, blocks, rows, argument, zeros, history,
                ratio, reached, differences, dense,
            )  # fmt: skip
            share = 1.0
        else:
            contraction = _explicit_step(rhs, t, h, y, p, slope, n, stages, argument, reached, differences)
            share = _EXPLICIT_SHARE
        finite = contraction < np.inf
        if not finite:
            rejected += 1
            after_rejection = fresh = True
            h *= _REFUSED
            continue
        _tolerances(y[0], reached[0], rtol, atol, squared, n, scales)
        error = _norm(differences[0], scales, n)
        if not implicit and error > 0.0:
            error *= error / np.sqrt(error * error + 0.01 * _norm(differences[1], scales, n) ** 2)
        error /= share
        root = _root(error, implicit)
        factor = _SAFETY / root if error > 1e-10 else _GROW
        if not error <= 1.0:
            rejected += 1
            after_rejection = fresh = True
            h *= max(_SHRINK, factor) if np.isfinite(error) else _SHRINK
            continue

        if not implicit:
            _explicit_interpolant(rhs, t, h, y, p, stages, argument, dense)
            between = _LAST_TERM * _norm(dense[DENSE - 1], scales, n)
            if not between <= _WILD:
                rejected += 1
                after_rejection = fresh = True
                h *= _SHRINK
                continue

        # Gustafsson's predictive controller: extrapolates how fast the error constant changes.
        if not fresh and error > 1e-10:
            predicted = _SAFETY * (h / h_before) * root_before / (root * root)
            factor = min(factor, predicted)
        factor = min(_STIFF_GROW if implicit else _GROW, max(_SHRINK, factor))
        if contraction > 0.0:
            factor = min(factor, _CONTRACTION / contraction)
        if after_rejection:
            factor = min(1.0, factor)
        h_before = h
        root_before = _root(max(error, 1e-2), implicit)
        fresh = after_rejection = False

        if not implicit and between > _BETWEEN:
            factor = min(factor, _SAFETY * _root(_BETWEEN / between, implicit))
        event = False
        if watched > 0:
            until, which = _first_event(watch, t, h, y, reached, dense, n, p, limits, armed, before, now, argument)
            event = which >= 0
            if event and until < 1.0:
                _cut(until, y, reached, dense, n, argument, values)
                last = False
        t = t1 if last else t + (until * h if event else h)
        accepted += 1
        if accepted == capacity:
            times = _grown(times)
            states = _grown(states)
            coefficients = _grown(coefficients)
            stiff = _grown(stiff)
            capacity *= 2
        times[accepted] = t
        stiff[accepted - 1] = implicit
        for i in range(n):
            history[0, i] = reached[0, i] - y[0, i]
            y[0, i] = reached[0, i]
            states[accepted, i] = reached[0, i]
        for row in range(DENSE):
            for i in range(n):
                coefficients[accepted - 1, row, i] = history[1 + row, i] = dense[row, i]
        if last:
            status = COMPLETED
            break
        if event:
            status = EVENT
            break
        h *= factor
        if look > 0 and accepted - still_from >= look:
            close = abs(y[0, 0] - still_x) <= _STILL * scales[0] and abs(y[0, 1] - still_y) <= _STILL * scales[1]
            if close and (t - still_t) * max_steps < (t1 - t) * look:
                status = STUCK
                break
            still_x, still_y, still_t, still_from = y[0, 0], y[0, 1], t, accepted

        if implicit:
            call_system(rhs, t, y[0], p, slope[0])
            call_system(jacobian, t, y[0], p, derivatives)
            stayed += 1
            if method == EITHER and stayed >= max(_TRIAL, unseen):
                rate = _fastest_rate(derivatives, scales, n, blocks, zeros)
                if h * rate > _FAR * reach:
                    unseen = stayed + _LOOK_EVERY
                worthless = worthless + 1 if h * rate < reach else 0
                if worthless >= _TRIAL // 2:
                    implicit = False
                    fresh = True
                    patience = min(2 * patience, _PATIENCE[1]) if stayed < 4 * _TRIAL else _PATIENCE[0]
                    h = min(h, reach / rate)
                    looks = 0
        else:
            if h * rate > _STABLE:
                h = _STABLE / rate
            for i in range(n):
                slope[0, i] = stages[dop853.END, i]
            if method == EITHER and accepted % _LOOK_EVERY == 0:
                call_system(jacobian, t, y[0], p, derivatives)
                rate = _fastest_rate(derivatives, scales, n, blocks, zeros)
                held = h * rate
                looks = looks + 1 if held > _STIFF_FROM else 0
                if looks >= patience:
                    implicit = True
                    dense[:] = 0.0
                    fresh = True
                    reach = held
                    stayed = worthless = unseen = 0
    return (
        times[: accepted + 1],
        states[: accepted + 1],
        coefficients[:accepted],
        status,
        rejected,
        stiff[:accepted],
        which,
        h,
    )


@njit(nogil=True, cache=True, error_model="numpy")
def refine(times, states, coefficients, parts, before=0):
    """The solution at ``parts`` points per step and at the end: times (k,), values (n, k).

    k = ``before`` + steps parts + 1, and the first ``before`` are left for the caller to fill.
    """
    steps, n = coefficients.shape[0], states.shape[1]
    fine = np.empty(before + steps * parts + 1)
    table = np.empty((n, before + steps * parts + 1))
    for step in range(steps):
        length = times[step + 1] - times[step]
        for part in range(parts):
            s = part / parts
            column = before + step * parts + part
            fine[column] = times[step] + s * length
            for i in range(n):
                bulge = coefficients[step, DENSE - 1, i]
                for row in range(DENSE - 2, -1, -1):
                    bulge = coefficients[step, row, i] + s * bulge
                table[i, column] = (1.0 - s) * states[step, i] + s * (states[step + 1, i] + (1.0 - s) * bulge)
    fine[-1] = times[-1]
    for i in range(n):
        table[i, -1] = states[steps, i]
    return fine, table


def interpolate(times, states, coefficients, t, width=None):
    """The solution at any times, from what ``integrate`` returned: (len(t), n), or its first ``width`` columns.

    Accurate to order 7 in explicit steps and 3 in implicit ones. NaN outside [times[0], times[-1]], so past an
    early end.
    """
    t = np.atleast_1d(np.asarray(t, dtype=np.float64))
    return _interpolate(times, states, coefficients, t, width or states.shape[1])


@njit(nogil=True, cache=True, error_model="numpy")
def _interpolate(times, states, coefficients, t, width):
    values = np.empty((t.size, width))
    last, step = times.size - 2, 0
    for k in range(t.size):
        if not times[0] <= t[k] <= times[-1]:
            values[k] = np.nan
            continue
        if last < 0:
            values[k] = states[0, :width]
            continue
        if not times[step] <= t[k] < times[step + 1]:  # the step of the time before, most often
            step = min(np.searchsorted(times, t[k], side="right") - 1, last)
        s = (t[k] - times[step]) / (times[step + 1] - times[step])
        for i in range(width):
            bulge = coefficients[step, DENSE - 1, i]
            for row in range(DENSE - 2, -1, -1):
                bulge = coefficients[step, row, i] + s * bulge
            values[k, i] = (1.0 - s) * states[step, i] + s * (states[step + 1, i] + (1.0 - s) * bulge)
    return values
