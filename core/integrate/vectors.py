"""SIMD vectors of a fixed width, and linear algebra on them: the inner loops of both Runge-Kutta methods.

Every vector has WIDTH lanes, zeros beyond the n of the system. LLVM cannot know that numba's arrays do not overlap and
does not vectorize loops over a few numbers: explicit vector types halve the time of a step.
"""

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from .compiled import part

WIDTH = 8

_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
_WORD = ir.IntType(64)
_UNITS = np.eye(WIDTH)
_OTHERS = 1.0 - _UNITS


def _as_vector(builder, pointer):
    return builder.bitcast(pointer, _VECTOR.as_pointer())


def _as_scalar(builder, pointer):
    return builder.bitcast(pointer, ir.DoubleType().as_pointer())


def _at(context, builder, signature, arguments, array, row):
    """Where a row of an array starts, as a vector; ``array`` and ``row`` are places among the arguments."""
    block = _block(context, builder, signature, arguments, array)
    index = context.cast(builder, arguments[row], signature.args[row], types.intp)
    return _as_vector(builder, builder.gep(block, [builder.mul(index, _WORD(WIDTH))]))


def _load(builder, pointer):
    return builder.load(pointer, align=8)


def _splat(builder, scalar):
    first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), scalar, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), zeros)


def _combiner(terms, name):
    def combine(typingctx, out, i, base, j, scale, weights, k, vectors):
        def codegen(context, builder, signature, arguments):
            target, start, weight = (_at(context, builder, signature, arguments, i, i + 1) for i in (0, 2, 5))
            weight = _as_scalar(builder, weight)
            block = _block(context, builder, signature, arguments, 7)
            products = []
            for term in range(terms):
                factor = _splat(builder, builder.load(builder.gep(weight, [_WORD(term)])))
                products.append(builder.fmul(factor, _vector(builder, block, term)))
            scaled = builder.fmul(_splat(builder, arguments[4]), _total(builder, products))
            builder.store(builder.fadd(_load(builder, start), scaled), target, align=8)
            return context.get_dummy_value()

        return types.void(out, i, base, j, types.float64, weights, k, vectors), codegen

    combine.__name__ = combine.__qualname__ = name
    combine.__doc__ = f"out[i, :] = base[j, :] + scale sum_l weights[k, l] vectors[l, :], l < {terms}."
    return intrinsic(combine)


def _block(context, builder, signature, arguments, index):
    return context.make_array(signature.args[index])(context, builder, arguments[index]).data


def _vector(builder, block, row):
    return _load(builder, _as_vector(builder, builder.gep(block, [_WORD(row * WIDTH)])))


def _total(builder, terms):
    """Their sum, in pairs."""
    while len(terms) > 1:
        pairs = [builder.fadd(one, two) for one, two in zip(terms[::2], terms[1::2], strict=False)]
        terms = pairs + terms[len(pairs) * 2 :]
    return terms[0]


def _constant(number):
    return ir.Constant(_VECTOR, [float(number)] * WIDTH)


combine = _combiner(WIDTH, "combine")
combine_three = _combiner(3, "combine_three")


def fixed_sums(weights):
    """An intrinsic ``sums(out, scale, vectors)``: out[i, :] = scale sum_l weights[i, l] vectors[l, :] for all i.

    The weights are constants in the machine code: zeros cost nothing, and every vector is loaded once.

    Parameters
    ----------
    weights : (rows, vectors) float64
    """

    @intrinsic
    def sums(typingctx, out, scale, vectors):
        def codegen(context, builder, signature, arguments):
            target, block = (_block(context, builder, signature, arguments, place) for place in (0, 2))
            loaded = {term: _vector(builder, block, term) for term in np.flatnonzero(np.any(weights, axis=0))}
            factor = _splat(builder, arguments[1])
            for i, row in enumerate(weights):
                products = [builder.fmul(_constant(row[term]), loaded[term]) for term in np.flatnonzero(row)]
                place = _as_vector(builder, builder.gep(target, [_WORD(i * WIDTH)]))
                builder.store(builder.fmul(factor, _total(builder, products)), place, align=8)
            return context.get_dummy_value()

        return types.void(out, types.float64, vectors), codegen

    return sums


def explicit_stages(weights, nodes, first):
    """An intrinsic ``run(function, t, h, y, p, stages, argument)``: stages of an explicit Runge-Kutta method.

    For each stage s it sets argument = y + h sum_l weights[s, l] stages[l, :] and stages[s, :] = f(t + nodes[s] h,
    argument; p), with f at the address ``function`` as in ``call_system``. The product with the preceding stage is
    added last, so that only this addition waits for it.

    Parameters
    ----------
    weights : (stages, stages) float64
        Strictly lower triangular; constants in the machine code.
    nodes : (stages,) float64
    first : int
        The first stage to compute.
    """

    @intrinsic
    def run(typingctx, function, t, h, y, p, stages, argument):
        def codegen(context, builder, signature, arguments):
            address, t, h = arguments[:3]
            start, parameters, block, place = (_block(context, builder, signature, arguments, i) for i in (3, 4, 5, 6))
            pointer = ir.DoubleType().as_pointer()
            prototype = ir.FunctionType(ir.VoidType(), [ir.DoubleType(), pointer, pointer, pointer])
            function = builder.inttoptr(address, prototype.as_pointer())
            base, step = _vector(builder, start, 0), _splat(builder, h)
            for stage in range(first, len(weights)):
                *others, last = np.flatnonzero(weights[stage])
                total = base
                if others:
                    products = [builder.fmul(_constant(weights[stage, i]), _vector(builder, block, i)) for i in others]
                    total = builder.fadd(base, builder.fmul(step, _total(builder, products)))
                factor = builder.fmul(step, _constant(weights[stage, last]))
                total = builder.fadd(total, builder.fmul(factor, _vector(builder, block, last)))
                builder.store(total, _as_vector(builder, place), align=8)
                time = builder.fadd(t, builder.fmul(h, ir.Constant(ir.DoubleType(), float(nodes[stage]))))
                builder.call(function, [time, place, parameters, builder.gep(block, [_WORD(stage * WIDTH)])])
            return context.get_dummy_value()

        return types.void(types.int64, types.float64, types.float64, y, p, stages, argument), codegen

    return run


def _every_row(context, builder, signature, arguments, count, blocks):
    """Loop over the first ``count`` rows of the blocks: yields (pointer to its first number in each block, index)."""
    limit = context.cast(builder, arguments[count], signature.args[count], types.intp)
    with cgutils.for_range(builder, limit) as loop:
        yield [builder.gep(block, [builder.mul(loop.index, _WORD(WIDTH))]) for block in blocks]


@intrinsic
def _eliminate(typingctx, real, imaginary, k, pivot, re, im, others, units, n):
    """One step of complex Gauss-Jordan in place, on the first n rows; re + i im is one over the pivot.

    Rows k and pivot are swapped and column k turns into a column of the inverse. Row k of ``others`` is 1 everywhere
    but in lane k, that of ``units`` 0 everywhere but there: writing single numbers into rows that are read back as
    vectors would stall each read.
    """

    def codegen(context, builder, signature, arguments):
        def at(array, row):
            return _at(context, builder, signature, arguments, array, row)

        def product(a, b, c, d):
            """(a + ib)(c + id)"""
            real_part = builder.fsub(builder.fmul(a, c), builder.fmul(b, d))
            return real_part, builder.fadd(builder.fmul(a, d), builder.fmul(b, c))

        kept, unit = _load(builder, at(6, 2)), _load(builder, at(7, 2))
        column = context.cast(builder, arguments[2], signature.args[2], types.intp)
        blocks = [_block(context, builder, signature, arguments, array) for array in (0, 1)]
        row_re = builder.fadd(builder.fmul(_load(builder, at(0, 3)), kept), unit)
        row_im = builder.fmul(_load(builder, at(1, 3)), kept)
        row_re, row_im = product(row_re, row_im, *(_splat(builder, arguments[i]) for i in (4, 5)))
        for array in (0, 1):
            builder.store(_load(builder, at(array, 2)), at(array, 3), align=8)
        for starts in _every_row(context, builder, signature, arguments, 8, blocks):
            re, im = (_splat(builder, builder.load(builder.gep(start, [column]))) for start in starts)
            changes = product(re, im, row_re, row_im)
            for start, change in zip(starts, changes, strict=True):
                row = _as_vector(builder, start)
                rest = builder.fmul(_load(builder, row), kept)
                builder.store(builder.fsub(rest, change), row, align=8)
        builder.store(row_re, at(0, 2), align=8)
        builder.store(row_im, at(1, 2), align=8)
        return context.get_dummy_value()

    return types.void(real, imaginary, k, pivot, types.float64, types.float64, others, units, n), codegen


@intrinsic
def _eliminate_real(typingctx, real, k, pivot, scale, others, units, n):
    """:func:`_eliminate` for a real matrix; scale is one over the pivot."""

    def codegen(context, builder, signature, arguments):
        def at(array, row):
            return _at(context, builder, signature, arguments, array, row)

        kept, unit = _load(builder, at(4, 1)), _load(builder, at(5, 1))
        column = context.cast(builder, arguments[1], signature.args[1], types.intp)
        row = builder.fadd(builder.fmul(_load(builder, at(0, 2)), kept), unit)
        row = builder.fmul(row, _splat(builder, arguments[3]))
        builder.store(_load(builder, at(0, 1)), at(0, 2), align=8)
        block = _block(context, builder, signature, arguments, 0)
        for (start,) in _every_row(context, builder, signature, arguments, 6, [block]):
            factor = _splat(builder, builder.load(builder.gep(start, [column])))
            place = _as_vector(builder, start)
            rest = builder.fmul(_load(builder, place), kept)
            builder.store(builder.fsub(rest, builder.fmul(factor, row)), place, align=8)
        builder.store(row, at(0, 1), align=8)
        return context.get_dummy_value()

    return types.void(real, k, pivot, types.float64, others, units, n), codegen


@part
def invert_real(matrix, rows, inverse, n):
    """:func:`invert` for a real matrix, in half the time."""
    for i in range(n):
        rows[i] = i
    for k in range(n):
        pivot = k
        largest = 0.0
        for i in range(k, n):
            size = abs(matrix[i, k])
            if not size <= largest:  # also where it is NaN
                pivot = i
                largest = size
        if not (largest > 0.0 and largest < np.inf):
            return False
        rows[k], rows[pivot] = rows[pivot], rows[k]
        _eliminate_real(matrix, k, pivot, 1.0 / matrix[pivot, k], _OTHERS, _UNITS, n)
    for j in range(n):
        for i in range(n):
            inverse[rows[j], i] = matrix[i, j]
    return True


@part
def invert(real, imaginary, rows, inverse_real, inverse_imaginary, n):
    """Invert a complex matrix by Gauss-Jordan elimination with partial pivoting.

    For n <= 8 and right-hand sides that become known one after the other, this is far quicker than two triangular
    solves, whose operations depend on one another.

    Parameters
    ----------
    real, imaginary : (WIDTH, WIDTH) float64
        The matrix in the first n rows and columns; destroyed.
    rows : (WIDTH,) int64
        Scratch buffer for the permutation.
    inverse_real, inverse_imaginary : (WIDTH, WIDTH) float64
        Filled with the transposed inverse, so that :func:`combine` multiplies by it.
    n : int

    Returns
    -------
    bool
        False if the matrix is singular or not finite.
    """
    for i in range(n):
        rows[i] = i
    for k in range(n):
        pivot = k
        largest = 0.0
        for i in range(k, n):
            size = real[i, k] * real[i, k] + imaginary[i, k] * imaginary[i, k]
            if not size <= largest:  # also where it is NaN
                pivot = i
                largest = size
        if not (largest > 0.0 and largest < np.inf):
            return False
        re, im = real[pivot, k] / largest, -imaginary[pivot, k] / largest
        rows[k], rows[pivot] = rows[pivot], rows[k]
        _eliminate(real, imaginary, k, pivot, re, im, _OTHERS, _UNITS, n)
    for j in range(n):
        for i in range(n):
            inverse_real[rows[j], i] = real[i, j]
            inverse_imaginary[rows[j], i] = imaginary[i, j]
    return True
