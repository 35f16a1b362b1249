"""Rodas5P: an adaptive, stiffly accurate Rosenbrock method of order 5(4) with a dense output of order 4.

One generic loop integrates every flow: the right-hand side and its Jacobian come as addresses of native
functions (see ``core.engine.calls``). A Rosenbrock method needs one small linear system per step and no
Newton iteration, which suits limits whose rates reach H/epsilon while n stays at 8 or below.

Sources. Method and coefficients: G. Steinebach, "Construction of Rosenbrock-Wanner method Rodas5P and
numerical benchmarks within the Julia Differential Equations package", BIT Numer. Math. 63:27 (2023); it
keeps Rodas' structure (three last stages share their matrix rows, error = last stage). Form of the
stages, step-size control and initial step: E. Hairer, G. Wanner, "Solving Ordinary Differential
Equations II", 2nd ed., sections IV.7 and IV.8; "I", section II.4.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

from core.engine.calls import call_system

COMPLETED = 0  # t1 was reached
DIVERGED = 1  # the solution left every bound, or stopped being finite, before t1
STEP_LIMIT = 2  # max_steps attempts were not enough, or the step fell to the rounding of t

LARGEST_SYSTEM = 8

# Every vector has this many slots, zeros past n: loops of a fixed length become single vector operations.
_WIDTH = LARGEST_SYSTEM
_VECTOR = ir.VectorType(ir.DoubleType(), _WIDTH)
_STAGES = 8
_GAMMA = 0.21193756319429014

# Stage i is evaluated at y + sum_j _A[i, j] u_j; rows 6 and 7 are row 5 plus the stages added one by one.
_A = np.zeros((_STAGES, _STAGES))
_A[1, :1] = 3.0
_A[2, :2] = 2.849394379747939, 0.45842242204463923
_A[3, :3] = -6.954028509809101, 2.489845061869568, -10.358996098473584
_A[4, :4] = 2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641
_A[5, :5] = (
    -7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946,
)  # fmt: skip
_A[6] = _A[5]
_A[6, 5] = 1.0
_A[7] = _A[6]
_A[7, 6] = 1.0

_C = np.zeros((_STAGES, _STAGES))
_C[1, :1] = -14.155112264123755
_C[2, :2] = -17.97296035885952, -2.859693295451294
_C[3, :3] = 147.12150275711716, -1.41221402718213, 71.68940251302358
_C[4, :4] = 165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306
_C[5, :5] = 24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471
_C[6, :6] = (
    30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783,
    -19.097331116725623, -28.087943162872662,
)  # fmt: skip
_C[7, :7] = (
    37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047,
    -40.06618937091002, -54.66780262877968, -9.48861652309627,
)  # fmt: skip

_NODES = np.array([0.0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1.0, 1.0, 1.0])
_TIME_WEIGHTS = np.array(
    [_GAMMA, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734, 2.325825639765069, 0.0, 0.0, 0.0]
)

# Rows: what multiplies (1 - s), (1 - s) s and (1 - s) s^2 in the dense output, as weights of the stages.
_DENSE = np.array(
    [
        [
            25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204,
            0.524948541321073, 1.1241088310450404, 0.4272876194431874, -0.17202221070155493,
        ],
        [
            -9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796,
            20.176138334709044, 15.98066361424651, -6.789040303419874, -6.710236069923372,
        ],
        [
            11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643,
            -52.072871366152654, -59.78993625266729, -0.15582684282751913, 4.883087185713722,
        ],
    ]
)  # fmt: skip

_UNITS = np.eye(_WIDTH)
_OTHERS = 1.0 - _UNITS

_SAFETY = 0.95
_SHRINK = 0.2  # least and largest factor between one step and the next
_GROW = 6.0
_ERROR_EXPONENT = 1.0 / 5.0
_REFUSED = 0.2  # factor after a stage that is not finite
_ROUNDING = 2.0**-52


def _row(context, builder, signature, arguments, index):
    """Where row ``arguments[index + 1]`` of array ``arguments[index]`` starts, rows being _WIDTH long."""
    array = context.make_array(signature.args[index])(context, builder, arguments[index])
    row = context.cast(builder, arguments[index + 1], signature.args[index + 1], types.intp)
    return builder.gep(array.data, [builder.mul(row, row.type(_WIDTH))])


def _as_vector(builder, pointer):
    return builder.bitcast(pointer, _VECTOR.as_pointer())


def _splat(builder, scalar):
    first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), scalar, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), _WIDTH), [0] * _WIDTH)
    return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), zeros)


# LLVM cannot know that these arrays do not overlap and so leaves loops over _WIDTH numbers scalar: vector
# types say it, and halve the time of a step.
@intrinsic
def _combine(typingctx, out, i, base, j, scale, weights, k, vectors):
    """out[i, :] = base[j, :] + scale sum_l weights[k, l] vectors[l, :]."""

    def codegen(context, builder, signature, arguments):
        target = _as_vector(builder, _row(context, builder, signature, arguments, 0))
        start = _as_vector(builder, _row(context, builder, signature, arguments, 2))
        weight = _row(context, builder, signature, arguments, 5)
        block = context.make_array(signature.args[7])(context, builder, arguments[7]).data
        terms = []
        for lane in range(_WIDTH):
            offset = ir.IntType(64)(lane)
            factor = _splat(builder, builder.load(builder.gep(weight, [offset])))
            vector = _as_vector(builder, builder.gep(block, [ir.IntType(64)(lane * _WIDTH)]))
            terms.append(builder.fmul(factor, builder.load(vector, align=8)))
        while len(terms) > 1:
            terms = [builder.fadd(one, two) for one, two in zip(terms[::2], terms[1::2], strict=True)]
        scaled = builder.fmul(_splat(builder, arguments[4]), terms[0])
        builder.store(builder.fadd(builder.load(start, align=8), scaled), target, align=8)
        return context.get_dummy_value()

    return types.void(out, i, base, j, types.float64, weights, k, vectors), codegen


@intrinsic
def _eliminate(typingctx, matrix, k, other, pivot, scale, others, j, units, i, n):
    """One step of Gauss-Jordan in place, on the first n rows, with scale = 1 / matrix[pivot, k].

    Rows k and pivot are swapped and column k turns into a column of the inverse. ``other`` is ``matrix``
    again; rows j and i of ``others`` and ``units`` are 1 everywhere but in lane k, and 0 everywhere but
    there: writing single numbers into rows that are read back as vectors would stall each read.
    """

    def codegen(context, builder, signature, arguments):
        target = _row(context, builder, signature, arguments, 0)
        column = context.cast(builder, arguments[1], signature.args[1], types.intp)
        count = context.cast(builder, arguments[9], signature.args[9], types.intp)
        first = context.make_array(signature.args[0])(context, builder, arguments[0]).data
        chosen = _as_vector(builder, _row(context, builder, signature, arguments, 2))
        kept = builder.load(_as_vector(builder, _row(context, builder, signature, arguments, 5)), align=8)
        unit = builder.load(_as_vector(builder, _row(context, builder, signature, arguments, 7)), align=8)
        replaced = builder.load(_as_vector(builder, target), align=8)
        pivot_row = builder.fadd(builder.fmul(builder.load(chosen, align=8), kept), unit)
        pivot_row = builder.fmul(pivot_row, _splat(builder, arguments[4]))
        builder.store(replaced, chosen, align=8)
        with cgutils.for_range(builder, count) as loop:
            start = builder.gep(first, [builder.mul(loop.index, loop.index.type(_WIDTH))])
            factor = _splat(builder, builder.load(builder.gep(start, [column])))
            row = _as_vector(builder, start)
            rest = builder.fmul(builder.load(row, align=8), kept)
            builder.store(builder.fsub(rest, builder.fmul(factor, pivot_row)), row, align=8)
        builder.store(pivot_row, _as_vector(builder, target), align=8)
        return context.get_dummy_value()

    return types.void(matrix, k, other, pivot, types.float64, others, j, units, i, n), codegen


@njit(nogil=True, cache=True, error_model="numpy")
def _invert(matrix, rows, inverse, n):
    """Gauss-Jordan with partial pivoting; ``inverse`` receives the transpose: its rows are columns.

    For n <= 8 and eight right-hand sides that become known one after the other, a product with the inverse
    is far quicker than two triangular solves, whose operations wait for one another. The matrix is
    destroyed. Returns False if it is singular or not finite.
    """
    for i in range(n):
        rows[i] = i
    for k in range(n):
        pivot = k
        largest = abs(matrix[k, k])
        for i in range(k + 1, n):
            if abs(matrix[i, k]) > largest:
                pivot = i
                largest = abs(matrix[i, k])
        if not (largest > 0.0 and largest < np.inf):
            return False
        scale = 1.0 / matrix[pivot, k]
        rows[k], rows[pivot] = rows[pivot], rows[k]
        _eliminate(matrix, k, matrix, pivot, scale, _OTHERS, k, _UNITS, k, n)
    for j in range(n):
        for i in range(n):
            inverse[rows[j], i] = matrix[i, j]
    return True


def _lines(count):
    """Zeros (count, _WIDTH), each row on a cache line of its own. Not compiled: numba spends seconds on reshape."""
    flat = np.zeros(_WIDTH * (count + 1))
    skipped = (-flat.ctypes.data % 64) // 8
    return flat[skipped : skipped + _WIDTH * count].reshape(count, _WIDTH)


@njit(nogil=True, cache=True, error_model="numpy")
def _grown(array):
    return np.concatenate((array, np.empty_like(array)))


@njit(nogil=True, cache=True, error_model="numpy")
def _norm(vector, y, rtol, atol, n):
    total = 0.0
    for i in range(n):
        ratio = vector[i] / (atol[i] + rtol * abs(y[i]))
        total += ratio * ratio
    return np.sqrt(total / n)


@njit(nogil=True, cache=True, error_model="numpy")
def _first_step(y, slope, derivatives, rtol, atol, span, n):
    """Hairer, Norsett, Wanner I, II.4, with y'' = J y' + f_t exact instead of from a trial step."""
    second = np.zeros(_WIDTH)
    for i in range(n):
        total = derivatives[n * n + i]
        for j in range(n):
            total += derivatives[i * n + j] * slope[j]
        second[i] = total
    size = _norm(y, y, rtol, atol, n)
    speed = _norm(slope, y, rtol, atol, n)
    fastest = max(speed, _norm(second, y, rtol, atol, n))
    guess = 1e-6 * span if size < 1e-5 or speed < 1e-5 else 0.01 * size / speed
    guess = 100.0 * guess
    if fastest > 1e-15:
        guess = min(guess, (0.01 / fastest) ** _ERROR_EXPONENT)
    return min(guess, span) if guess > 0.0 else 1e-6 * span


@njit(nogil=True, cache=True, error_model="numpy")
def _attempt(rhs, t, h, y, p, slope, derivatives, n, stages, dense, work, rows, reached):
    """One step of length h from (t, y): fills ``reached`` (y at t + h), ``stages`` and ``dense``.

    ``slope`` is dy/dt at (t, y) and ``derivatives`` the Jacobian with its time column. Returns False if a
    stage is not finite or the matrix is singular: no step of this length can be taken.
    """
    matrix, inverse, lines = work[0], work[1], work[2]
    argument, right, value, zeros = lines[0], lines[1], lines[2], lines[3]
    diagonal = 1.0 / (h * _GAMMA)
    for i in range(n):
        for j in range(n):
            matrix[i, j] = -derivatives[i * n + j]
        matrix[i, i] += diagonal
    if not _invert(matrix, rows, inverse, n):
        return False

    inverse_h = 1.0 / h
    for stage in range(_STAGES):
        if stage == 0:
            for i in range(_WIDTH):
                right[i] = slope[i]
        else:
            # Later stages carry zero weights in both tableaux: cheaper than loops of varying length.
            _combine(argument, 0, y, 0, 1.0, _A, stage, stages)
            _combine(right, 0, zeros, 0, inverse_h, _C, stage, stages)
            call_system(rhs, t + _NODES[stage] * h, argument, p, value)
            for i in range(n):
                right[i] += value[i]
        if stage < 5:
            weight = _TIME_WEIGHTS[stage] * h
            for i in range(n):
                right[i] += weight * derivatives[n * n + i]
        _combine(stages, stage, zeros, 0, 1.0, right, 0, inverse)
    total = 0.0
    for i in range(n):
        reached[i] = argument[i] + stages[_STAGES - 1, i]
        total += reached[i] - reached[i]
    # Any NaN or infinity in a stage reaches this sum, since each stage feeds all later ones.
    if total != 0.0:
        stages[:] = 0.0
        return False
    for row in range(3):
        _combine(dense, row, zeros, 0, 1.0, _DENSE, row, stages)
    return True


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


def integrate(rhs, jacobian, t0, y0, t1, p, rtol, atol, h0, max_steps):
    """Integrate dy/dt = rhs(t, y; p) from t0 to t1 >= t0, landing exactly on t1.

    Parameters
    ----------
    rhs, jacobian : int
        Addresses of ``void (double t, double *y, double *p, double *out)``. ``rhs`` writes dy/dt (n,);
        ``jacobian`` writes d rhs_i / d y_j row by row (n*n), then d rhs_i / dt (n).
    y0 : (n,) float64, n <= 8
    p : float64 array, C-contiguous; handed to both functions untouched.
    rtol : float; atol : (n,) float64
        A step is accepted if the root mean square of error_i / (atol_i + rtol |y_i|) is at most 1.
    h0 : float
        First step to try; 0 or less chooses one.
    max_steps : int
        Bound on attempted steps, accepted or not.

    Returns
    -------
    times (k+1,), states (k+1, n), coefficients (k, 3, n) for ``interpolate``,
    status (``COMPLETED``, ``DIVERGED`` or ``STEP_LIMIT``), accepted, rejected.
    Unless completed, the arrays end at the last accepted step.
    """
    n = y0.shape[0]
    if n > LARGEST_SYSTEM or atol.shape[0] != n:
        raise ValueError("y0 holds at most 8 numbers, and atol one per component of y0")
    space = _lines(3 * _WIDTH + _STAGES + 6)
    work = space[: 3 * _WIDTH].reshape(3, _WIDTH, _WIDTH)
    return _integrate(rhs, jacobian, t0, y0, t1, p, rtol, atol, h0, max_steps, space, work)


@njit(nogil=True, cache=True, error_model="numpy")
def _integrate(rhs, jacobian, t0, y0, t1, p, rtol, atol, h0, max_steps, space, work):
    n = y0.shape[0]
    capacity = 256
    times = np.empty(capacity)
    states = np.empty((capacity, n))
    coefficients = np.empty((capacity, 3, n))

    stages = space[3 * _WIDTH : 3 * _WIDTH + _STAGES]
    dense = space[3 * _WIDTH + _STAGES : 3 * _WIDTH + _STAGES + 3]
    y, slope, reached = space[-3], space[-2], space[-1]
    derivatives = np.zeros(n * n + n)
    rows = np.zeros(_WIDTH, np.int64)

    t = t0
    times[0] = t
    for i in range(n):  # loops throughout: numba takes seconds to compile assignments of slices
        y[i] = states[0, i] = y0[i]
    accepted = 0
    rejected = 0
    span = t1 - t0
    if not span > 0.0:
        return times[:1], states[:1], coefficients[:0], COMPLETED, 0, 0

    call_system(rhs, t, y, p, slope)
    call_system(jacobian, t, y, p, derivatives)
    h = h0 if h0 > 0.0 else _first_step(y, slope, derivatives, rtol, atol, span, n)
    h_before = 0.0
    error_before = 1.0
    after_rejection = False
    finite = True
    status = STEP_LIMIT
    for _ in range(max_steps):
        least = 4.0 * _ROUNDING * max(abs(t), abs(t1) * _ROUNDING)
        if not h > least:
            if _runs_away(y, slope, finite, t - t0, n):
                status = DIVERGED
            break
        # The last step is stretched a little, or the one before it halved, so that no sliver remains.
        remaining = t1 - t
        last = h >= 0.999 * remaining or remaining <= least
        if last:
            h = remaining
        elif 2.0 * h > remaining:
            h = 0.5 * remaining
        finite = _attempt(rhs, t, h, y, p, slope, derivatives, n, stages, dense, work, rows, reached)
        if not finite:
            rejected += 1
            after_rejection = True
            h *= _REFUSED
            continue
        # The last stage is the difference between the formula of order 5 and the embedded one of order 4.
        total = 0.0
        for i in range(n):
            ratio = stages[_STAGES - 1, i] / (atol[i] + rtol * max(abs(y[i]), abs(reached[i])))
            total += ratio * ratio
        error = np.sqrt(total / n)
        factor = _SAFETY * error**-_ERROR_EXPONENT if error > 1e-10 else _GROW
        if not error <= 1.0:
            rejected += 1
            after_rejection = True
            h *= max(_SHRINK, factor) if np.isfinite(error) else _SHRINK
            continue

        # Gustafsson's predictive controller: extrapolates how fast the error constant changes.
        if accepted > 0 and error > 1e-10:
            predicted = _SAFETY * (h / h_before) * (error_before / (error * error)) ** _ERROR_EXPONENT
            factor = min(factor, predicted)
        factor = min(_GROW, max(_SHRINK, factor))
        if after_rejection:
            factor = min(1.0, factor)
        h_before = h
        error_before = max(error, 1e-2)
        after_rejection = False

        t = t1 if last else t + h
        accepted += 1
        if accepted == capacity:
            times = _grown(times)
            states = _grown(states)
            coefficients = _grown(coefficients)
            capacity *= 2
        times[accepted] = t
        for i in range(n):
            y[i] = reached[i]
            states[accepted, i] = reached[i]
            for row in range(3):
                coefficients[accepted - 1, row, i] = dense[row, i]
        if last:
            status = COMPLETED
            break
        h *= factor
        call_system(rhs, t, y, p, slope)
        call_system(jacobian, t, y, p, derivatives)
    return (
        times[: accepted + 1],
        states[: accepted + 1],
        coefficients[:accepted],
        status,
        accepted,
        rejected,
    )


def interpolate(times, states, coefficients, t):
    """The solution at any times, from what ``integrate`` returned: (len(t), n), accurate to order 4.

    NaN outside [times[0], times[-1]], so past an early end.
    """
    t = np.atleast_1d(np.asarray(t, dtype=np.float64))
    inside = (t >= times[0]) & (t <= times[-1])
    if len(times) == 1:
        return np.where(inside[:, None], states[0], np.nan)
    step = np.clip(np.searchsorted(times, t, side="right") - 1, 0, len(times) - 2)
    s = ((t - times[step]) / (times[step + 1] - times[step]))[:, None]
    bulge = coefficients[step, 0] + s * (coefficients[step, 1] + s * coefficients[step, 2])
    values = (1.0 - s) * states[step] + s * (states[step + 1] + (1.0 - s) * bulge)
    values[~inside] = np.nan
    return values
