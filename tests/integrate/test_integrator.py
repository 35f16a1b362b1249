"""Both methods and their switching against closed forms and SciPy at tight tolerances."""

from ctypes import POINTER, c_double
from itertools import pairwise
from math import cos, exp, expm1, sin, sqrt

import numpy as np
import pytest
from numba import cfunc, types
from scipy.integrate import solve_ivp

import core
from core.integrate import dop853, integrator, radau
from core.integrate.controller import EITHER, EXPLICIT, STIFF
from core.integrate.dense_output import interpolate, refine
from core.integrate.integrator import Equations, Tolerances
from core.integrate.status import Stop
from core.integrate.workspace import WORKSPACE, workspace

_POINTER = types.CPointer(types.float64)
SIGNATURE = types.void(types.float64, _POINTER, _POINTER, _POINTER)


def native(function):
    return cfunc(SIGNATURE, error_model="numpy")(function)


@native
def linear(t, y, p, out):
    """y' = -p (y - cos t) - sin t, whose smooth solution is cos t at every stiffness p."""
    out[0] = -p[0] * (y[0] - cos(t)) - sin(t)


@native
def linear_jacobian(t, y, p, out):
    out[0] = -p[0]
    out[1] = -p[0] * sin(t) - cos(t)


@native
def pair(t, y, p, out):
    """Nonlinear, not autonomous, with solution (exp(sin t), 1 / (1 + t))."""
    out[0] = y[0] * cos(t) + (y[1] * (1 + t) - 1)
    out[1] = -y[1] * y[1] + 0.3 * (y[0] - exp(sin(t)))


@native
def pair_jacobian(t, y, p, out):
    out[0], out[1], out[2], out[3] = cos(t), 1 + t, 0.3, -2 * y[1]
    out[4], out[5] = -y[0] * sin(t) + y[1], -0.3 * cos(t) * exp(sin(t))


@native
def van_der_pol(t, y, p, out):
    out[0] = y[1]
    out[1] = p[0] * (1 - y[0] * y[0]) * y[1] - y[0]


@native
def van_der_pol_jacobian(t, y, p, out):
    out[0], out[1] = 0.0, 1.0
    out[2], out[3] = -2 * p[0] * y[0] * y[1] - 1, p[0] * (1 - y[0] * y[0])
    out[4], out[5] = 0.0, 0.0


@native
def robertson(t, y, p, out):
    out[0] = -0.04 * y[0] + 1e4 * y[1] * y[2]
    out[2] = 3e7 * y[1] * y[1]
    out[1] = -out[0] - out[2]


@native
def robertson_jacobian(t, y, p, out):
    for k in range(12):
        out[k] = 0.0
    out[0], out[1], out[2] = -0.04, 1e4 * y[2], 1e4 * y[1]
    out[7] = 6e7 * y[1]
    out[3], out[4], out[5] = 0.04, -out[1] - out[7], -out[2]


@native
def chain(t, y, p, out):
    """Eight components, each fed by the one before: fills every lane."""
    out[0] = -y[0]
    for k in range(1, 8):
        out[k] = y[k - 1] - y[k]


@native
def chain_jacobian(t, y, p, out):
    for k in range(72):
        out[k] = 0.0
    for k in range(8):
        out[9 * k] = -1.0
        if k > 0:
            out[9 * k - 1] = 1.0


@native
def square(t, y, p, out):
    out[0] = y[0] * y[0]


@native
def square_jacobian(t, y, p, out):
    out[0], out[1] = 2 * y[0], 0.0


@native
def exponential(t, y, p, out):
    out[0] = exp(y[0])


@native
def exponential_jacobian(t, y, p, out):
    out[0], out[1] = exp(y[0]), 0.0


@native
def growth(t, y, p, out):
    out[0] = p[0] * y[0]


@native
def growth_jacobian(t, y, p, out):
    out[0], out[1] = p[0], 0.0


@native
def kink(t, y, p, out):
    out[0] = -1.0 if y[0] > 0 else 1.0


@native
def kink_jacobian(t, y, p, out):
    out[0] = out[1] = 0.0


@native
def adam(t, y, p, out):
    """Adam's (a, b) flow on Rosenbrock's function; y = x1, x2, m1, m2, v1, v2; p = a, b, epsilon."""
    a, b, epsilon = p[0], p[1], p[2]
    first, second = -1 / expm1(-b * t), -1 / expm1(-a * t)
    r = y[1] - y[0] * y[0]
    g0, g1 = -2 * (1 - y[0]) - 400 * y[0] * r, 200 * r
    out[0] = -y[2] * first / (sqrt(max(y[4], 0.0) * second) + epsilon)
    out[1] = -y[3] * first / (sqrt(max(y[5], 0.0) * second) + epsilon)
    out[2], out[3] = b * (g0 - y[2]), b * (g1 - y[3])
    out[4], out[5] = a * (g0 * g0 - y[4]), a * (g1 * g1 - y[5])


@native
def adam_jacobian(t, y, p, out):
    a, b, epsilon = p[0], p[1], p[2]
    first, second = -1 / expm1(-b * t), -1 / expm1(-a * t)
    r = y[1] - y[0] * y[0]
    g0, g1 = -2 * (1 - y[0]) - 400 * y[0] * r, 200 * r
    h00, h01, h11 = 2 - 400 * (r - 2 * y[0] * y[0]), -400 * y[0], 200.0
    for k in range(42):
        out[k] = 0.0
    for k in range(2):
        v = max(y[4 + k], 0.0)
        root = max(sqrt(v * second), 0.01 * epsilon)
        below = root + epsilon
        speed = y[2 + k] * first / below
        out[6 * k + 2 + k] = -first / below
        out[6 * k + 4 + k] = speed / below * second / (2 * root)
        slowing = a * exp(-a * t) * second**2 * v / (2 * root * below)
        out[36 + k] = speed * (b * exp(-b * t) * first - slowing)
    out[12], out[13], out[18], out[19] = b * h00, b * h01, b * h01, b * h11
    out[14] = out[21] = -b
    out[24], out[25] = 2 * a * g0 * h00, 2 * a * g0 * h01
    out[30], out[31] = 2 * a * g1 * h01, 2 * a * g1 * h11
    out[28] = out[35] = -a


def adam_start(x, a, b, epsilon, t):
    r = x[1] - x[0] ** 2
    g = np.array([-2 * (1 - x[0]) - 400 * x[0] * r, 200 * r])
    hessian = np.array([[2 - 400 * (r - 2 * x[0] ** 2), -400 * x[0]], [-400 * x[0], 200.0]])
    c = -g / (np.abs(g) + epsilon)
    d = hessian @ c
    position = np.array(x) + c * t - d / 2 * epsilon / (np.abs(g) + epsilon) ** 2 * t * t / 2
    first, second = -expm1(-b * t) * (g + t * d / 2), -expm1(-a * t) * (g * g + t * g * d + t * t * d * d / 3)
    return np.concatenate([position, first, second])


def python(function, p):
    """The same right-hand side as SciPy calls it."""
    body = function._pyfunc

    def rhs(t, y):
        out = np.zeros(len(y))
        body(t, y, p, out)
        return out

    return rhs


METHODS = {"explicit": EXPLICIT, "stiff": STIFF, "either": EITHER}


def run(rhs, jacobian, y0, span, p=(0.0,), rtol=1e-6, atol=1e-9, squared=(), max_steps=100_000, method=EITHER):
    y0 = np.array(y0, dtype=float)
    atol = np.full(len(y0), atol) if np.ndim(atol) == 0 else np.array(atol)
    p, squares = np.array(p, dtype=float), np.isin(np.arange(len(y0)), squared)
    solved = integrator.advance(
        Equations(rhs.address, jacobian.address, p),
        span[0],
        y0,
        span[1],
        Tolerances(np.full(len(y0), rtol), atol, squares),
        max_steps,
        method=method,
    )
    times, states, coefficients, status, rejected, stiff = solved[:6]
    return times, states, coefficients, status, len(times) - 1, rejected, stiff


def one_step(method, t, h, y):
    """End and dense output of one step of ``pair``, its implicit equations solved to rounding."""
    n, work, p = len(y), workspace(), np.zeros(1)
    w = work[0]
    w["y"][:n], w["scales"][:n] = y, 1e-11
    for function, out in ((pair, w["slope"]), (pair_jacobian, w["derivatives"])):
        function.ctypes(t, *(a.ctypes.data_as(POINTER(c_double)) for a in (w["y"], p, out)))
    attempt = dop853.attempt if method == "explicit" else radau.attempt
    assert attempt(pair.address, t, h, p, n, 0.0, False, w) < 1
    if method == "explicit":
        dop853.interpolant(pair.address, t, h, p, w)
    return w["reached"][:n].copy(), w["dense"][None, :, :n].copy()


def fixed_steps(method, count):
    """Errors after, and at most between, ``count`` steps of equal length over [0, 2]."""
    between, y = 0.0, np.array([1.0, 1.0])
    ends = np.linspace(0.0, 2.0, count + 1)
    for t0, t1 in pairwise(ends):
        after, dense = one_step(method, t0, t1 - t0, y)
        s = np.linspace(t0, t1, 9)
        exact = np.stack([np.exp(np.sin(s)), 1 / (1 + s)], axis=1)
        values = interpolate(np.array([t0, t1]), np.stack([y, after]), dense, s)
        between = max(between, np.abs(values - exact).max())
        y = after
    return np.abs(y - exact[-1]).max(), between


@pytest.mark.parametrize(("method", "order", "between"), [("explicit", 8, 7), ("stiff", 5, 4)])
def test_order_of_convergence(method, order, between):
    """Of the steps, and of the dense output's local error."""
    coarse, fine = (np.array(fixed_steps(method, count)) for count in (8, 32))
    orders = np.log2(coarse / fine) / 2
    assert orders[0] > order - 0.4
    assert orders[1] > between - 0.4


@pytest.mark.parametrize("stiffness", [1.0, 1e3, 1e6, 1e10])
def test_stiff_linear_problem_follows_the_smooth_solution(stiffness):
    times, states, _, status, accepted, rejected, _ = run(linear, linear_jacobian, (1.0,), (0.0, 10.0), p=(stiffness,))
    assert status == Stop.COMPLETED
    assert times[0] == 0.0
    assert times[-1] == 10.0
    assert np.abs(states[:, 0] - np.cos(times)).max() < 2e-5
    assert accepted + rejected < 250


def test_transient_of_a_stiff_problem_is_resolved():
    times, states, *_ = run(linear, linear_jacobian, (2.0,), (0.0, 1.0), p=(1e5,))
    assert np.abs(states[:, 0] - np.cos(times) - np.exp(-1e5 * times)).max() < 5e-6


@pytest.mark.parametrize("mu", [5.0, 1000.0])
def test_van_der_pol(mu):
    end = 2 * mu
    times, states, coefficients, status, accepted, *_ = run(
        van_der_pol, van_der_pol_jacobian, (2.0, 0.0), (0.0, end), p=(mu,), rtol=1e-8
    )
    assert status == Stop.COMPLETED
    t = np.linspace(0, end, 60)
    oracle = solve_ivp(
        python(van_der_pol, (mu,)), (0, end), (2.0, 0.0), method="Radau", rtol=1e-11, atol=1e-12, t_eval=t
    )
    error = np.abs(interpolate(times, states, coefficients, t) - oracle.y.T)
    assert (error / (1 + np.abs(oracle.y.T))).max() < 2e-6
    assert accepted < 1500


def test_robertson_with_widely_different_scales():
    _, states, _, status, accepted, *_ = run(
        robertson, robertson_jacobian, (1.0, 0.0, 0.0), (0.0, 1e8), atol=(1e-9, 1e-14, 1e-9)
    )
    assert status == Stop.COMPLETED
    assert accepted < 300
    np.testing.assert_allclose(states.sum(axis=1), 1.0, atol=1e-12)
    oracle = solve_ivp(python(robertson, ()), (0, 1e8), (1.0, 0.0, 0.0), method="Radau", rtol=1e-11, atol=1e-18)
    np.testing.assert_allclose(states[-1], oracle.y[:, -1], rtol=1e-4)


def test_eight_components():
    times, states, *_ = run(chain, chain_jacobian, [1.0] + [0.0] * 7, (0.0, 12.0), rtol=1e-9, atol=1e-12)
    factorial = np.cumprod([1.0, *range(1, 8)])
    exact = np.exp(-times)[:, None] * times[:, None] ** np.arange(8) / factorial
    np.testing.assert_allclose(states, exact, atol=1e-8)
    with pytest.raises(ValueError, match="at most 8"):
        run(chain, chain_jacobian, [1.0] * 9, (0.0, 1.0))


@pytest.mark.parametrize("method", [EITHER, EXPLICIT, STIFF])
@pytest.mark.parametrize("case", ["van der pol", "robertson", "chain", "adam"])
def test_memory_beside_the_scratch_buffers_does_not_matter(case, method, monkeypatch):
    """Zero times what lies there is not zero if that is infinite or NaN."""
    start = adam_start((-1.5, 2.0), 10.0, 24.0, 1e-8, 1e-6)
    problem = {
        "van der pol": (van_der_pol, van_der_pol_jacobian, [2.0, 0.0], (0.0, 20.0), [50.0]),
        "robertson": (robertson, robertson_jacobian, [1.0, 0.0, 0.0], (0.0, 40.0)),
        "chain": (chain, chain_jacobian, [1.0] + [0.0] * 7, (0.0, 5.0)),
        "adam": (adam, adam_jacobian, start, (1e-6, 5.0), [10.0, 24.0, 1e-8]),
    }[case]

    def among_nan(beside=4096):
        memory = np.full(WORKSPACE.itemsize + 2 * beside, 0xFF, dtype=np.uint8)  # NaN, read as float64
        work = memory[beside : beside + WORKSPACE.itemsize].view(WORKSPACE)
        work[:] = np.zeros(1, WORKSPACE)
        return work

    alone = run(*problem, method=method, max_steps=2000)
    monkeypatch.setattr(integrator, "workspace", among_nan)
    beside_nan = run(*problem, method=method, max_steps=2000)
    for one, other in zip(alone, beside_nan, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("method", METHODS)
def test_dense_output_is_as_accurate_as_the_steps(method):
    times, states, coefficients, *_ = run(
        pair, pair_jacobian, (1.0, 1.0), (0.0, 2.0), rtol=1e-7, atol=1e-9, method=METHODS[method]
    )
    t = np.linspace(0, 2, 1001)
    exact = np.stack([np.exp(np.sin(t)), 1 / (1 + t)], axis=1)
    assert np.abs(interpolate(times, states, coefficients, t) - exact).max() < 2e-6
    np.testing.assert_allclose(interpolate(times, states, coefficients, times), states, rtol=1e-13)
    fine, table = refine(times, states, coefficients, 5)
    np.testing.assert_allclose(table.T, interpolate(times, states, coefficients, fine), rtol=1e-13)


def test_interpolation_outside_is_not_a_number():
    result = run(pair, pair_jacobian, (1.0, 1.0), (0.5, 0.5))
    assert result[3] == Stop.COMPLETED
    assert len(result[0]) == 1
    np.testing.assert_array_equal(interpolate(*result[:3], [0.5]), [[1.0, 1.0]])
    result = run(pair, pair_jacobian, (1.0, 1.0), (0.0, 1.0))
    assert np.isnan(interpolate(*result[:3], [-0.1, 1.1, np.nan])).all()


@pytest.mark.parametrize("method", METHODS)
def test_tolerance_is_honoured_in_proportion(method):
    errors = []
    for rtol in (1e-4, 1e-6, 1e-8, 1e-10):
        states = run(pair, pair_jacobian, (1.0, 1.0), (0.0, 2.0), rtol=rtol, atol=rtol, method=METHODS[method])[1]
        errors.append(np.abs(states[-1] - (np.exp(np.sin(2)), 1 / 3)).max() / rtol)
    assert max(errors) < 10


@pytest.mark.parametrize(
    ("rhs", "jacobian", "start", "blow_up"),
    [(square, square_jacobian, 1.0, 1.0), (exponential, exponential_jacobian, 0.0, 1.0)],
    ids=["square", "exponential"],
)
def test_blow_up_is_divergence(rhs, jacobian, start, blow_up):
    times, states, coefficients, status, *_ = run(rhs, jacobian, (start,), (0.0, 2.0))
    assert status == Stop.DIVERGED
    assert times[-1] == pytest.approx(blow_up, abs=1e-4)
    assert np.isfinite(states).all()
    assert np.isnan(interpolate(times, states, coefficients, [1.5])).all()


def test_overflow_is_divergence():
    times, states, _, status, *_ = run(growth, growth_jacobian, (1.0,), (0.0, 100.0), p=(50.0,))
    assert status == Stop.DIVERGED
    assert np.isfinite(states).all()
    assert times[-1] == pytest.approx(709.78 / 50, abs=0.5)
    assert run(growth, growth_jacobian, (1.0,), (0.0, 1.0), p=(np.nan,))[3] == Stop.DIVERGED


def test_step_limit():
    times, _, _, status, accepted, rejected, _ = run(
        van_der_pol, van_der_pol_jacobian, (2.0, 0.0), (0.0, 100.0), p=(5.0,), max_steps=30
    )
    assert status == Stop.STEP_LIMIT
    assert accepted + rejected == 30
    assert len(times) == accepted + 1
    # A right-hand side with a jump pointing at it from both sides has no solution to follow: not a blow-up.
    assert run(kink, kink_jacobian, (1.0,), (0.0, 2.0), max_steps=5000)[3] == Stop.STEP_LIMIT


@pytest.mark.parametrize(("a", "b"), [(1.0, 1.0), (1.0, 100.0), (10.0, 100.0), (100.0, 1.0)])
@pytest.mark.parametrize("epsilon", [1e-2, 1e-8])
def test_adam_flow_against_scipy(a, b, epsilon):
    p = np.array([a, b, epsilon])
    y0 = adam_start((-1.5, 2.0), a, b, epsilon, 1e-6)
    times, states, coefficients, status, *_ = run(adam, adam_jacobian, y0, (1e-6, 2.0), p=p, squared=(4, 5))
    assert status == Stop.COMPLETED
    t, atol = np.linspace(1e-3, 2.0, 80), np.array([1e-12] * 4 + [1e-21] * 2)
    oracle = solve_ivp(python(adam, p), (1e-6, 2.0), y0, method="DOP853", rtol=1e-10, atol=atol, t_eval=t)
    assert np.abs(interpolate(times, states, coefficients, t) - oracle.y.T)[:, :2].max() < 2e-5


@native
def spring(t, y, p, out):
    """A spring that is slow, stiff for t in (4, 8), and slow again, drawn along by sin t: y stays near it."""
    k = 1e6 * exp(-0.5 * ((t - 6.0) / 0.4) ** 4) + 1.0
    out[0] = -k * (y[0] - sin(t)) + cos(t)


@native
def spring_jacobian(t, y, p, out):
    bell = 1e6 * exp(-0.5 * ((t - 6.0) / 0.4) ** 4)
    out[0] = -(bell + 1.0)
    out[1] = 2.0 * bell * ((t - 6.0) / 0.4) ** 3 / 0.4 * (y[0] - sin(t)) + (bell + 1.0) * cos(t) - sin(t)


def test_the_method_changes_to_stiff_and_back():
    times, states, coefficients, status, accepted, rejected, stiff = run(
        spring, spring_jacobian, (0.5,), (0.0, 40.0), rtol=1e-8
    )
    assert status == Stop.COMPLETED
    middle = (times[1:] + times[:-1]) / 2
    assert not stiff[middle < 4].any()
    assert stiff[(middle > 5.8) & (middle < 6.2)].all()
    assert not stiff[-1]
    t = np.linspace(0, 40, 2001)
    exact = np.sin(t) + 0.5 * np.exp(-t) * (t < 4)
    values = interpolate(times, states, coefficients, t)[:, 0]
    assert np.abs(values - exact)[(t < 4) | (t > 5.5)].max() < 1e-5
    explicit = run(spring, spring_jacobian, (0.5,), (0.0, 40.0), rtol=1e-8, method=EXPLICIT)
    assert accepted + rejected < 0.02 * (explicit[4] + explicit[5])


def test_a_stiff_problem_is_left_to_the_stiff_method():
    times, *_, stiff = run(linear, linear_jacobian, (1.0,), (0.0, 10.0), p=(1e6,))
    assert not stiff[0]
    assert np.diff(times)[stiff].sum() > 9.9
    assert not run(pair, pair_jacobian, (1.0, 1.0), (0.0, 2.0))[6].any()
    for method, expected in (("explicit", False), ("stiff", True)):
        steps = run(pair, pair_jacobian, (1.0, 1.0), (0.0, 2.0), method=METHODS[method])[6]
        assert np.all(steps == expected)


def test_a_square_is_judged_by_its_root():
    """y' = 2 y from 1e-12, a square: with tolerance 1e-6 for the root itself, steps as long as for the root."""
    squared = run(growth, growth_jacobian, (1e-12,), (0.0, 5.0), p=(2.0,), atol=1e-9, rtol=1e-4, squared=(0,))
    root = run(growth, growth_jacobian, (1e-6,), (0.0, 5.0), p=(1.0,), atol=1e-9, rtol=1e-4)
    assert squared[4] <= 2 * root[4]
    np.testing.assert_allclose(np.sqrt(squared[1][-1]), 1e-6 * exp(5.0), rtol=1e-2)


# Positions of Adam's flow where it can be told: SciPy's DOP853 at rtol 1e-12. (objective, epsilon, a, b): at TIMES.
TIMES = (0.8, 1.4, 2.6, 3.8, 4.4, 5.6, 6.2)
TIGHT = {
    ("rosenbrock", 1e-2, 1.0, 1.0): [
        (-1.397150522, 2.032415531), (-1.381749058, 1.971797019), (-1.349604764, 1.801093834),
        (-1.265893885, 1.586739403), (-1.205793748, 1.445574108), (-1.026285338, 1.067493122),
        (-0.895655794, 0.813789368),
    ],
    ("quartic", 1e-8, 100.0, 10.0): [
        (0.693078751, -1.499309176), (0.216828442, -0.6194279), (-0.075239625, -0.024007001),
        (0.013688658, 0.027088707), (-0.017422484, -0.009304413), (-0.007434479, -0.003490831),
        (-0.007327768, -0.004241952),
    ],
    ("quartic", 1e-8, 100.0, 100.0): [
        (0.734129066, -1.700188719), (0.475116644, -1.100335068), (0.000446231, -0.001009472),
        (3.3929e-05, -5.6752e-05), (2.7738e-05, -4.6341e-05), (2.1524e-05, -3.5925e-05), (1.966e-05, -3.2806e-05),
    ],
    ("rosenbrock", 1e-5, 10.0, 10.0): [
        (-1.376661505, 1.904107157), (-1.168472549, 1.373932195), (-0.466291537, 0.232885496),
        (0.590077457, 0.349417825), (0.884977394, 0.782901195), (0.999736894, 0.999471425), (1.000045971, 1.000092052),
    ],
    ("rosenbrock", 1e-8, 10.0, 10.0): [
        (-1.376661369, 1.904106847), (-1.168471142, 1.373928869), (-0.466261387, 0.23286196),
        (0.590135842, 0.349489237), (0.885156699, 0.783222872), (0.999687842, 0.999376269), (0.99994532, 0.99989028),
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", TIGHT, ids=str)
def test_global_error_follows_the_tolerance(case):
    """Bursts magnify what was lost in the rest before them: the flow must not lose it."""
    objective, epsilon, a, b = case
    start = core.objective(objective).start
    for rtol, allowed in ((1e-6, 1e-4), (1e-8, 3e-6)):
        flow = core.flow("adam", objective, start=start, duration=10.0, rtol=rtol, a=a, b=b, epsilon=epsilon)
        assert flow.status == "completed"
        assert np.abs(flow(TIMES) - TIGHT[case]).max() < allowed


def test_rest_does_not_hold_the_implicit_steps_back():
    """At rest the iteration moves by rounding alone, which must not be taken for slow convergence."""
    p = (100.0, 100.0, 1e-5)
    times, _, _, status, *_ = run(
        adam, adam_jacobian, adam_start((-1.5, 2.0), *p, 1e-6), (1e-6, 10.0), p=p, atol=[1e-9] * 4 + [1e-11] * 2,
        squared=(4, 5), method=STIFF,
    )  # fmt: skip
    assert status == Stop.COMPLETED
    assert np.count_nonzero(times > 5.0) < 1000
