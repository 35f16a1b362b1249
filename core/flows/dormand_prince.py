"""Dormand & Prince's explicit Runge-Kutta pair of order 5(4), with its free dense output of order 4.

Source: E. Hairer, S. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed., table II.5.2;
dense output as in their code DOPRI5.
"""

import numpy as np
from numba import njit

from core.engine.calls import call_system
from core.flows.vectors import WIDTH, combine

STAGES = 7
EXPONENT = 1.0 / 5.0  # of the error estimate in the choice of the next step

_A = np.zeros((STAGES, WIDTH))
_A[1, :1] = 1 / 5
_A[2, :2] = 3 / 40, 9 / 40
_A[3, :3] = 44 / 45, -56 / 15, 32 / 9
_A[4, :4] = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
_A[5, :5] = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
_A[6, :6] = 35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
_NODES = np.array([0, 1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1])
_ERROR = np.zeros((1, WIDTH))
_ERROR[0, :7] = 71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40

# Rows: what multiplies s (1 - s), s^2 (1 - s) and s^3 (1 - s) beside the chord, as weights of the stages.
_DENSE = np.zeros((3, WIDTH))
_FIRST, _LAST = np.eye(WIDTH)[0], np.eye(WIDTH)[6]
_DENSE[2, :7] = (
    12715105075 / 11282082432, 0, -87487479700 / 32700410799, 10690763975 / 1880347072,
    -701980252875 / 199316789632, 1453857185 / 822651844, -69997945 / 29380423,
)  # fmt: skip
_DENSE[0] = _FIRST - _A[6]
_DENSE[1] = 2 * _A[6] - _FIRST - _LAST - _DENSE[2]


@njit(nogil=True, cache=True, error_model="numpy")
def attempt(rhs, t, h, y, p, slope, n, stages, lines, zeros, reached, difference, dense):
    """One step of length h from (t, y), whose derivative is row 0 of ``slope``; rows of WIDTH throughout.

    Fills row 0 of ``reached`` (y at t + h) and ``difference`` (to the embedded formula), ``dense`` (3 rows) and
    row 6 of ``stages`` (the derivative at t + h). Returns 0, or infinity if the end is not finite.
    """
    for i in range(n):
        stages[0, i] = slope[0, i]
    for stage in range(1, STAGES):
        combine(lines, 0, y, 0, h, _A, stage, stages)
        call_system(rhs, t + _NODES[stage] * h, lines[0], p, stages[stage])
    # Any NaN or infinity in a stage reaches this sum, since each stage feeds the last one.
    total = 0.0
    for i in range(n):
        reached[0, i] = lines[0, i]
        total += stages[6, i] - stages[6, i]
    if total != 0.0:
        stages[:] = 0.0
        return np.inf
    combine(difference, 0, zeros, 0, h, _ERROR, 0, stages)
    for row in range(3):
        combine(dense, row, zeros, 0, h, _DENSE, row, stages)
    return 0.0
