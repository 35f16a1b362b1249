"""Vectors of a fixed width and complex matrices of them: what both integrators' inner loops are made of.

Every vector has WIDTH slots, zeros past n. LLVM cannot know that numba's arrays do not overlap and so leaves
loops over a few numbers scalar: vector types say it, and halve the time of a step.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

WIDTH = 8

_VECTOR = ir.VectorType(ir.DoubleType(), WIDTH)
_WORD = ir.IntType(64)
_UNITS = np.eye(WIDTH)
_OTHERS = 1.0 - _UNITS


def lines(count):
    """Zeros (count, WIDTH), each row on a cache line of its own. Not compiled: numba spends seconds on reshape."""
    flat = np.zeros(WIDTH * (count + 1))
    skipped = (-flat.ctypes.data % 64) // 8
    return flat[skipped : skipped + WIDTH * count].reshape(count, WIDTH)


def _row(context, builder, signature, arguments, index):
    """Where row ``arguments[index + 1]`` of array ``arguments[index]`` starts, as a vector."""
    array = context.make_array(signature.args[index])(context, builder, arguments[index])
    row = context.cast(builder, arguments[index + 1], signature.args[index + 1], types.intp)
    return _as_vector(builder, builder.gep(array.data, [builder.mul(row, _WORD(WIDTH))]))


def _as_vector(builder, pointer):
    return builder.bitcast(pointer, _VECTOR.as_pointer())


def _as_scalar(builder, pointer):
    return builder.bitcast(pointer, ir.DoubleType().as_pointer())


def _load(builder, pointer):
    return builder.load(pointer, align=8)


def _splat(builder, scalar):
    first = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), scalar, ir.IntType(32)(0))
    zeros = ir.Constant(ir.VectorType(ir.IntType(32), WIDTH), [0] * WIDTH)
    return builder.shuffle_vector(first, ir.Constant(_VECTOR, ir.Undefined), zeros)


@intrinsic
def combine(typingctx, out, i, base, j, scale, weights, k, vectors):
    """out[i, :] = base[j, :] + scale sum_l weights[k, l] vectors[l, :]."""

    def codegen(context, builder, signature, arguments):
        target, start = (_row(context, builder, signature, arguments, place) for place in (0, 2))
        weight = _as_scalar(builder, _row(context, builder, signature, arguments, 5))
        block = context.make_array(signature.args[7])(context, builder, arguments[7]).data
        terms = []
        for lane in range(WIDTH):
            factor = _splat(builder, builder.load(builder.gep(weight, [_WORD(lane)])))
            vector = _as_vector(builder, builder.gep(block, [_WORD(lane * WIDTH)]))
            terms.append(builder.fmul(factor, _load(builder, vector)))
        while len(terms) > 1:
            terms = [builder.fadd(one, two) for one, two in zip(terms[::2], terms[1::2], strict=True)]
        scaled = builder.fmul(_splat(builder, arguments[4]), terms[0])
        builder.store(builder.fadd(_load(builder, start), scaled), target, align=8)
        return context.get_dummy_value()

    return types.void(out, i, base, j, types.float64, weights, k, vectors), codegen


@intrinsic
def _eliminate(
    typingctx, real, k, other_real, pivot, imaginary, k_too, other_imaginary, pivot_too, re, im, others, u, units, w, n
):
    """One step of complex Gauss-Jordan in place, on the first n rows; re + i im is one over the pivot.

    Rows k and pivot are swapped and column k turns into a column of the inverse. The ``other``s are the same
    arrays again; rows u and w, equal to k, of ``others`` and ``units`` are 1 everywhere but in lane k, and 0
    everywhere but there: writing single numbers into rows that are read back as vectors would stall each read.
    """

    def codegen(context, builder, signature, arguments):
        rows = [_row(context, builder, signature, arguments, place) for place in (0, 2, 4, 6, 10, 12)]
        target, chosen, target_im, chosen_im = rows[:4]
        kept, unit = (_load(builder, row) for row in rows[4:])
        column = context.cast(builder, arguments[1], signature.args[1], types.intp)
        count = context.cast(builder, arguments[14], signature.args[14], types.intp)
        blocks = [context.make_array(signature.args[i])(context, builder, arguments[i]).data for i in (0, 4)]

        def product(a, b, c, d):
            """(a + ib)(c + id)"""
            real_part = builder.fsub(builder.fmul(a, c), builder.fmul(b, d))
            return real_part, builder.fadd(builder.fmul(a, d), builder.fmul(b, c))

        row_re = builder.fadd(builder.fmul(_load(builder, chosen), kept), unit)
        row_im = builder.fmul(_load(builder, chosen_im), kept)
        row_re, row_im = product(row_re, row_im, *(_splat(builder, arguments[i]) for i in (8, 9)))
        for source, destination in ((target, chosen), (target_im, chosen_im)):
            builder.store(_load(builder, source), destination, align=8)
        with cgutils.for_range(builder, count) as loop:
            starts = [builder.gep(block, [builder.mul(loop.index, _WORD(WIDTH))]) for block in blocks]
            factor = [_splat(builder, builder.load(builder.gep(start, [column]))) for start in starts]
            changes = product(*factor, row_re, row_im)
            for start, change in zip(starts, changes, strict=True):
                row = _as_vector(builder, start)
                rest = builder.fmul(_load(builder, row), kept)
                builder.store(builder.fsub(rest, change), row, align=8)
        builder.store(row_re, target, align=8)
        builder.store(row_im, target_im, align=8)
        return context.get_dummy_value()

    number = types.float64
    given = (
        real,
        k,
        other_real,
        pivot,
        imaginary,
        k_too,
        other_imaginary,
        pivot_too,
        number,
        number,
        others,
        u,
        units,
        w,
        n,
    )
    return types.void(*given), codegen


@njit(nogil=True, cache=True, error_model="numpy")
def invert(real, imaginary, rows, inverse_real, inverse_imaginary, n):
    """Gauss-Jordan with partial pivoting of real + i imaginary (WIDTH, WIDTH); the matrix is destroyed.

    The inverse comes transposed: its rows are columns, so that :func:`combine` multiplies by it. For n <= 8 and
    right-hand sides that become known one after the other, that is far quicker than two triangular solves,
    whose operations wait for one another. Returns False if the matrix is singular or not finite.
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
        _eliminate(real, k, real, pivot, imaginary, k, imaginary, pivot, re, im, _OTHERS, k, _UNITS, k, n)
    for j in range(n):
        for i in range(n):
            inverse_real[rows[j], i] = real[i, j]
            inverse_imaginary[rows[j], i] = imaginary[i, j]
    return True
