"""Dormand and Prince's explicit Runge-Kutta method of order 8, with dense output of order 7.

At the page's tolerances it needs half the evaluations of their pair of order 5 and a quarter of its steps. It is
stable up to h = 6 / rate for decay and for oscillation; for oscillation, the pair is stable up to 1 / rate only.

References
----------
E. Hairer, S. Norsett, G. Wanner, "Solving Ordinary Differential Equations I", 2nd ed., sections II.5 and
II.6; coefficients, error estimate and dense output as in their code DOP853.
"""

import numpy as np

from .compiled import entry
from .vectors import WIDTH, explicit_stages, fixed_sums
from .workspace import STAGES

END = 12  # the stage whose argument is the step's end; those after it are for dense output

_NODES = np.array(
    [
        0, 0.05260015195876773, 0.0789002279381516, 0.1183503419072274, 0.2816496580927726, 1 / 3, 1 / 4, 4 / 13,
        0.6512820512820513, 3 / 5, 6 / 7, 1, 1, 1 / 10, 1 / 5, 7 / 9,
    ]
)  # fmt: skip
# Weights by stage, of the stages before it.
_STAGES = {
    1: {0: 0.05260015195876773},
    2: {0: 0.0197250569845379, 1: 0.0591751709536137},
    3: {0: 0.02958758547680685, 2: 0.08876275643042054},
    4: {0: 0.2413651341592667, 2: -0.8845494793282861, 3: 0.924834003261792},
    5: {0: 0.037037037037037035, 3: 0.17082860872947386, 4: 0.12546768756682242},
    6: {0: 0.037109375, 3: 0.17025221101954405, 4: 0.06021653898045596, 5: -0.017578125},
    7: {
        0: 0.03709200011850479, 3: 0.17038392571223998, 4: 0.10726203044637328, 5: -0.015319437748624402,
        6: 0.008273789163814023,
    },
    8: {
        0: 0.6241109587160757, 3: -3.3608926294469414, 4: -0.868219346841726, 5: 27.59209969944671,
        6: 20.154067550477894, 7: -43.48988418106996,
    },
    9: {
        0: 0.47766253643826434, 3: -2.4881146199716677, 4: -0.590290826836843, 5: 21.230051448181193,
        6: 15.279233632882423, 7: -33.28821096898486, 8: -0.020331201708508627,
    },
    10: {
        0: -0.9371424300859873, 3: 5.186372428844064, 4: 1.0914373489967295, 5: -8.149787010746927,
        6: -18.52006565999696, 7: 22.739487099350505, 8: 2.4936055526796523, 9: -3.0467644718982196,
    },
    11: {
        0: 2.273310147516538, 3: -10.53449546673725, 4: -2.0008720582248625, 5: -17.9589318631188,
        6: 27.94888452941996, 7: -2.8589982771350235, 8: -8.87285693353063, 9: 12.360567175794303,
        10: 0.6433927460157636,
    },
    12: {
        0: 0.054293734116568765, 5: 4.450312892752409, 6: 1.8915178993145003, 7: -5.801203960010585,
        8: 0.3111643669578199, 9: -0.1521609496625161, 10: 0.20136540080403034, 11: 0.04471061572777259,
    },
    13: {
        0: 0.056167502283047954, 6: 0.25350021021662483, 7: -0.2462390374708025, 8: -0.12419142326381637,
        9: 0.15329179827876568, 10: 0.00820105229563469, 11: 0.007567897660545699, 12: -0.008298,
    },
    14: {
        0: 0.03183464816350214, 5: 0.028300909672366776, 6: 0.053541988307438566, 7: -0.05492374857139099,
        10: -0.00010834732869724932, 11: 0.0003825710908356584, 12: -0.00034046500868740456, 13: 0.1413124436746325,
    },
    15: {
        0: -0.42889630158379194, 5: -4.697621415361164, 6: 7.683421196062599, 7: 4.06898981839711,
        8: 0.3567271874552811, 12: -0.0013990241651590145, 13: 2.9475147891527724, 14: -9.15095847217987,
    },
}  # fmt: skip
_FIFTH = {
    0: 0.01312004499419488, 5: -1.2251564463762044, 6: -0.4957589496572502, 7: 1.6643771824549864,
    8: -0.35032884874997366, 9: 0.3341791187130175, 10: 0.08192320648511571, 11: -0.022355307863886294,
}  # fmt: skip
_THIRD = {0: 0.24409448818897638, 8: 0.7338466882816118, 11: 0.022058823529411766}
_HIGH_DENSE = (
    {
        0: -8.428938276109013, 5: 0.5667149535193777, 6: -3.0689499459498917, 7: 2.38466765651207,
        8: 2.117034582445028, 9: -0.871391583777973, 10: 2.2404374302607883, 11: 0.6315787787694688,
        12: -0.08899033645133331, 13: 18.148505520854727, 14: -9.194632392478356, 15: -4.436036387594894,
    },
    {
        0: 10.427508642579134, 5: 242.28349177525817, 6: 165.20045171727028, 7: -374.5467547226902,
        8: -22.113666853125306, 9: 7.733432668472264, 10: -30.674084731089398, 11: -9.332130526430229,
        12: 15.697238121770845, 13: -31.139403219565178, 14: -9.35292435884448, 15: 35.81684148639408,
    },
    {
        0: 19.985053242002433, 5: -387.0373087493518, 6: -189.17813819516758, 7: 527.8081592054236,
        8: -11.57390253995963, 9: 6.8812326946963, 10: -1.0006050966910838, 11: 0.7777137798053443,
        12: -2.778205752353508, 13: -60.19669523126412, 14: 84.32040550667716, 15: 11.99229113618279,
    },
    {
        0: -25.69393346270375, 5: -154.18974869023643, 6: -231.5293791760455, 7: 357.6391179106141,
        8: 93.40532418362432, 9: -37.45832313645163, 10: 104.0996495089623, 11: 29.8402934266605,
        12: -43.53345659001114, 13: 96.32455395918828, 14: -39.17726167561544, 15: -149.72683625798564,
    },
)  # fmt: skip


def _row(weights):
    out = np.zeros(STAGES)
    out[list(weights)] = list(weights.values())
    return out


def _bulge(chord, first, last, high):
    """Rows of the powers of s that multiply s (1 - s) beside the chord, as weights of the stages.

    Hairer's nested form is s (1 - s) (q1 + s (q2 + (1 - s) (q3 + s (q4 + (1 - s) (q5 + s q6))))).
    """
    q1 = first - chord
    q2 = 2 * chord - first - last
    q3, q4, q5, q6 = high
    return np.stack([q1, q2 + q3, q4 + q5 - q3, q6 - q4 - 2 * q5, q5 - 2 * q6, q6])


_CHORD, _UNIT = _row(_STAGES[END]), np.eye(STAGES)
_WEIGHTS = np.stack([_row(_STAGES.get(stage, {})) for stage in range(STAGES)])
_differences = fixed_sums(np.stack([_row(_FIFTH), _CHORD - _row(_THIRD)]))
_dense_rows = fixed_sums(_bulge(_CHORD, _UNIT[0], _UNIT[END], [_row(row) for row in _HIGH_DENSE]))
_step_stages = explicit_stages(_WEIGHTS[: END + 1], _NODES, 1)
_dense_stages = explicit_stages(_WEIGHTS, _NODES, END + 1)


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
    ratio, again
        Not used; see :func:`core.integrate.radau.attempt`.
    work : record of WORKSPACE
        Reads y and slope. Fills reached, stages, and differences to the formulas of order 5 and 3, whose norms e5 and
        e3 make the estimate e5^2 / sqrt(e5^2 + 0.01 e3^2). Row END of stages is the derivative at t + h.

    Returns
    -------
    float
        0, or infinity if the end is not finite.
    """
    stages, argument = work.stages, work.argument
    for i in range(n):
        stages[0, i] = work.slope[i]
    _step_stages(rhs, t, h, work.y, p, stages, argument)
    # Any NaN or infinity in a stage reaches this sum, since each stage feeds the last one.
    total = 0.0
    for i in range(n):
        work.reached[i] = argument[i]
        total += stages[END, i] - stages[END, i]
    if total != 0.0:
        for stage in range(STAGES):  # no NaN may stay in lanes beyond n
            for i in range(WIDTH):
                stages[stage, i] = 0.0
        return np.inf
    _differences(work.differences, h, stages)
    return 0.0


@entry
def interpolant(rhs, t, h, p, work):
    """Fill work.dense for the step that ``attempt`` left in work.stages, by three more stages."""
    _dense_stages(rhs, t, h, work.y, p, work.stages, work.argument)
    _dense_rows(work.dense, h, work.stages)
