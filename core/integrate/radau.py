"""Radau IIA with three stages: implicit Runge-Kutta of order 5, stiffly accurate and L-stable.

In a curved valley Adam's flow is a stiff spring that pulls to the valley's floor with a frequency of up to
sqrt(b H / epsilon). Where the spring is at rest, collocation follows the floor in steps that do not feel the
frequency; a Rosenbrock method of the same order needs ten times as many there.

Source: E. Hairer, G. Wanner, "Solving Ordinary Differential Equations II", 2nd ed., section IV.8 (method,
simplified Newton iteration on transformed stages, error estimate), as in their code RADAU5.
"""

import numpy as np
from numba import njit

from core.compile.calls import call_system
from core.integrate.vectors import WIDTH, combine, combine_three, invert, invert_real

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
_NEWTON = 1e-1  # the iteration's error, in tolerances
_NEGLIGIBLE = 1e-2  # a change, in tolerances, that needs no other; it may be rounding, whose ratios mean nothing
_EIGENVALUES = _padded(np.array([[_GAMMA, 0, 0], [0, _ALPHA, -_BETA], [0, _BETA, _ALPHA]]))


@njit(nogil=True, cache=True, error_model="numpy")
def _shifted(shift, derivatives, n, matrix):
    """shift I - J"""
    for i in range(n):
        for j in range(n):
            matrix[i, j] = -derivatives[i * n + j]
        matrix[i, i] += shift


@njit(nogil=True, cache=True, error_model="numpy")
def attempt(
    rhs, t, h, y, p, slope, derivatives, scales, again, n, blocks, rows, lines, zeros, history, ratio,
    reached, difference, dense,
):  # fmt: skip
    """One step of length h from (t, y), whose derivative is row 0 of ``slope``; rows of WIDTH throughout.

    ``derivatives`` starts with the Jacobian (n*n); ``scales``: the tolerances; ``history``: the previous step's
    chord and dense output, which the iteration starts from at h = ``ratio`` previous steps (0: from rest);
    ``again``: whether to filter a large estimate once more, on a first step or after a refusal.
    Fills row 0 of ``reached`` and ``difference`` (the estimated error) and ``dense`` (3 rows). Returns the
    iteration's slowest contraction, infinite if it does not converge or a matrix is singular.
    """
    real, imaginary, stages, slopes, single, pair_real, pair_imaginary, right, change, weights = blocks
    inverse_h = 1.0 / h
    # The transposed inverses of shift I - J, for the real eigenvalue and for one of the pair.
    _shifted(_GAMMA * inverse_h, derivatives, n, real)
    if not invert_real(real, rows, single, n):
        return np.inf
    _shifted(_ALPHA * inverse_h, derivatives, n, real)
    imaginary[:] = 0.0
    for i in range(n):
        imaginary[i, i] = _BETA * inverse_h
    if not invert(real, imaginary, rows, pair_real, pair_imaginary, n):
        return np.inf

    for i in range(3):
        s = 1.0 + _NODES[i] * ratio
        weights[i, 0] = s - 1.0
        weights[i, 1] = s * (1.0 - s)
        for j in range(2, WIDTH):
            weights[i, j] = s * weights[i, j - 1]
        combine(slopes, i, zeros, 0, 1.0, weights, i, history)
    for i in range(3):
        combine_three(stages, i, zeros, 0, 1.0, _FROM_STAGES, i, slopes)

    before = 0.0
    slowest = 0.0
    converged = False
    for iteration in range(_ITERATIONS):
        for i in range(3):
            combine_three(lines, 0, y, 0, 1.0, _TO_STAGES, i, stages)
            call_system(rhs, t + _NODES[i] * h, lines[0], p, slopes[i])
        for i in range(3):
            combine_three(right, i, zeros, 0, 1.0, _FROM_STAGES, i, slopes)
            combine_three(right, i, right, i, -inverse_h, _EIGENVALUES, i, stages)
        combine(change, 0, zeros, 0, 1.0, right, 0, single)
        combine(change, 1, zeros, 0, 1.0, right, 1, pair_real)
        combine(change, 1, change, 1, -1.0, right, 2, pair_imaginary)
        combine(change, 2, zeros, 0, 1.0, right, 1, pair_imaginary)
        combine(change, 2, change, 2, 1.0, right, 2, pair_real)
        total = 0.0
        for i in range(3):
            for j in range(n):
                stages[i, j] += change[i, j]
                scaled = change[i, j] / scales[j]
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
        stages[:] = 0.0
        slopes[:] = 0.0
        return np.inf

    for i in range(3):
        combine_three(slopes, i, zeros, 0, 1.0, _TO_STAGES, i, stages)
    combine_three(reached, 0, y, 0, 1.0, _LAST, 0, slopes)
    for row in range(3):
        combine_three(dense, row, zeros, 0, 1.0, _DENSE, row, slopes)
    combine_three(right, 0, slope, 0, inverse_h, _ERROR, 0, slopes)
    combine(difference, 0, zeros, 0, 1.0, right, 0, single)
    if again:
        total = 0.0
        for j in range(n):
            scaled = difference[0, j] / scales[j]
            total += scaled * scaled
        if total >= n:
            for j in range(WIDTH):
                lines[0, j] = y[0, j] + difference[0, j]
            call_system(rhs, t, lines[0], p, right[1])
            combine_three(right, 0, right, 1, inverse_h, _ERROR, 0, slopes)
            combine(difference, 0, zeros, 0, 1.0, right, 0, single)
    return slowest


_LAST = np.eye(WIDTH)[2:3]
