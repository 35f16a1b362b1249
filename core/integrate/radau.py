"""Radau IIA with three stages: implicit Runge-Kutta method of order 5, stiffly accurate and L-stable.

In a curved valley Adam's ODE limit oscillates about the valley's floor with a frequency of up to sqrt(b H / epsilon).
Once that oscillation has decayed, collocation follows the floor in steps that the frequency does not limit; a
Rosenbrock method of the same order needs ten times as many steps there.

References
----------
E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd ed., section IV.8 (method, simplified Newton
iteration on transformed stages, error estimate), as in their code RADAU5.
"""

import numpy as np

from ..compile.calls import call_system
from .compiled import entry, part
from .vectors import WIDTH, combine, combine_three, invert, invert_real

_ROOT6 = 6.0**0.5
_NODES = np.array([(4 - _ROOT6) / 10, (4 + _ROOT6) / 10, 1.0])
_COLLOCATION = np.array(
    [
        [(88 - 7 * _ROOT6) / 360, (296 - 169 * _ROOT6) / 1800, (-2 + 3 * _ROOT6) / 225],
        [(296 + 169 * _ROOT6) / 1800, (88 + 7 * _ROOT6) / 360, (-2 - 3 * _ROOT6) / 225],
        [(16 - _ROOT6) / 36, (16 + _ROOT6) / 36, 1 / 9],
    ]
)


def _padded(matrix):
    out = np.zeros((len(matrix), WIDTH))
    out[:, : matrix.shape[1]] = matrix
    return out


def _transformed():
    """(real eigenvalue, complex one, T, T^-1) of the collocation matrix's inverse: T^-1 A^-1 T is block diagonal."""
    values, vectors = np.linalg.eig(np.linalg.inv(_COLLOCATION))
    single, pair = np.argmin(abs(values.imag)), np.argmax(values.imag)
    # A vector v of alpha + i beta gives the columns Im v, Re v: [[alpha, -beta], [beta, alpha]] on them.
    T = np.stack([vectors[:, single].real, vectors[:, pair].imag, vectors[:, pair].real], axis=1)
    return values[single].real, values[pair], T, np.linalg.inv(T)


_GAMMA, _PAIR, _T, _T_INVERSE = _transformed()
_ALPHA, _BETA = float(_PAIR.real), float(_PAIR.imag)
_GAMMA = float(_GAMMA)
_TO_STAGES, _FROM_STAGES = _padded(_T), _padded(_T_INVERSE)
_ERROR = _padded(np.array([[-13 - 7 * _ROOT6, -13 + 7 * _ROOT6, -1.0]]) / 3)

# The collocation polynomial, as its part beside the chord: s (1 - s) (d0 + d1 s), d as weights of the stages.
_BULGE = np.linalg.solve(
    np.stack([np.ones(2), _NODES[:2]], axis=1),
    (np.eye(3)[:2] - np.outer(_NODES[:2], np.eye(3)[2])) / (_NODES[:2] * (1 - _NODES[:2]))[:, None],
)
_DENSE = _padded(np.vstack([_BULGE, np.zeros(3)]))

_ITERATIONS = 10
_NEWTON = 1e-1  # largest error of the converged iteration, in tolerances
_NEGLIGIBLE = 1e-2  # change, in tolerances, at which the iteration has converged: smaller ones are rounding
_EIGENVALUES = _padded(np.array([[_GAMMA, 0, 0], [0, _ALPHA, -_BETA], [0, _BETA, _ALPHA]]))


_LAST = np.eye(WIDTH)[2:3]


@part
def _shifted(shift, derivatives, n, matrix):
    """Fill matrix = shift I - J."""
    for i in range(n):
        for j in range(n):
            matrix[i, j] = -derivatives[i * n + j]
        matrix[i, i] += shift


@part
def _mean_square(vector, scales, n):
    """n times the mean square of a vector, in tolerances."""
    total = 0.0
    for j in range(n):
        scaled = vector[j] / scales[j]
        total += scaled * scaled
    return total


@entry
def attempt(rhs, t, h, p, n, ratio, again, work):
    """Take one step of length h from (t, work.y).

    Parameters
    ----------
    rhs : int
        Address of the right-hand side.
    t, h : float
    p : (any,) float64
        Parameters of the right-hand side.
    n : int
        Size of the system.
    ratio : float
        h over the previous step, whose chord and dense output in ``work.history`` start the iteration; 0 starts it
        from rest.
    again : bool
        Whether to filter a large error estimate once more: on a first step or after a rejection.
    work : record of WORKSPACE
        Reads y, slope, scales, derivatives and history. Fills reached, row 0 of differences (the estimated error) and
        three rows of dense.

    Returns
    -------
    float
        The slowest contraction of Newton's iteration; infinite if it does not converge or a matrix is singular.
    """
    zeros, right, change, iterate, slopes = work.zeros, work.residual, work.change, work.iterate, work.slopes
    inverse, inverse_real, inverse_imaginary = work.inverse, work.inverse_real, work.inverse_imaginary
    inverse_h = 1.0 / h
    # Transposed inverses of shift I - J, for the real eigenvalue and for one of the complex pair.
    _shifted(_GAMMA * inverse_h, work.derivatives, n, work.real)
    if not invert_real(work.real, work.rows, inverse, n):
        return np.inf
    _shifted(_ALPHA * inverse_h, work.derivatives, n, work.real)
    for i in range(WIDTH):
        for j in range(WIDTH):
            work.imaginary[i, j] = _BETA * inverse_h if i == j and i < n else 0.0
    if not invert(work.real, work.imaginary, work.rows, inverse_real, inverse_imaginary, n):
        return np.inf

    for i in range(3):
        s = 1.0 + _NODES[i] * ratio
        work.weights[i, 0] = s - 1.0
        work.weights[i, 1] = s * (1.0 - s)
        for j in range(2, WIDTH):
            work.weights[i, j] = s * work.weights[i, j - 1]
        combine(slopes, i, zeros, 0, 1.0, work.weights, i, work.history)
    for i in range(3):
        combine_three(iterate, i, zeros, 0, 1.0, _FROM_STAGES, i, slopes)

    before = 0.0
    slowest = 0.0
    converged = False
    for iteration in range(_ITERATIONS):
        for i in range(3):
            combine_three(work.argument, 0, work.y, 0, 1.0, _TO_STAGES, i, iterate)
            call_system(rhs, t + _NODES[i] * h, work.argument, p, slopes[i])
        for i in range(3):
            combine_three(right, i, zeros, 0, 1.0, _FROM_STAGES, i, slopes)
            combine_three(right, i, right, i, -inverse_h, _EIGENVALUES, i, iterate)
        combine(change, 0, zeros, 0, 1.0, right, 0, inverse)
        combine(change, 1, zeros, 0, 1.0, right, 1, inverse_real)
        combine(change, 1, change, 1, -1.0, right, 2, inverse_imaginary)
        combine(change, 2, zeros, 0, 1.0, right, 1, inverse_imaginary)
        combine(change, 2, change, 2, 1.0, right, 2, inverse_real)
        total = 0.0
        for i in range(3):
            for j in range(n):
                iterate[i, j] += change[i, j]
                scaled = change[i, j] / work.scales[j]
                total += scaled * scaled
        size = np.sqrt(total / (3 * n))
        if not np.isfinite(size):
            break
        if size <= _NEGLIGIBLE:
            converged = True
            break
        rate = size / before if iteration > 0 else 0.0
        slowest = max(slowest, rate)
        if iteration > 0 and (rate >= 1.0 or size * rate ** (_ITERATIONS - 1 - iteration) > _NEWTON * (1.0 - rate)):
            break
        if iteration > 0 and size * rate <= _NEWTON * (1.0 - rate):
            converged = True
            break
        before = size
    if not converged:
        for i in range(3):  # no NaN may stay in lanes beyond n
            for j in range(WIDTH):
                iterate[i, j] = slopes[i, j] = 0.0
        return np.inf

    for i in range(3):
        combine_three(slopes, i, zeros, 0, 1.0, _TO_STAGES, i, iterate)
    combine_three(work.reached, 0, work.y, 0, 1.0, _LAST, 0, slopes)
    for row in range(3):
        combine_three(work.dense, row, zeros, 0, 1.0, _DENSE, row, slopes)
    combine_three(right, 0, work.slope, 0, inverse_h, _ERROR, 0, slopes)
    combine(work.differences, 0, zeros, 0, 1.0, right, 0, inverse)
    if again and _mean_square(work.differences[0], work.scales, n) >= n:
        for j in range(WIDTH):
            work.argument[j] = work.y[j] + work.differences[0, j]
        call_system(rhs, t, work.argument, p, right[1])
        combine_three(right, 0, right, 1, inverse_h, _ERROR, 0, slopes)
        combine(work.differences, 0, zeros, 0, 1.0, right, 0, inverse)
    return slowest
