"""The sign flow: closed forms, and the smoothed flow x' = -g / (|g| + epsilon) as its limit."""

import ctypes
from math import cos, pi, sin, sqrt

import numpy as np
import pytest
from numba import cfunc, types
from scipy.integrate import solve_ivp

from core.integrate import sign_flow

SIGNATURE = types.void(types.float64, types.float64, types.CPointer(types.float64))


@cfunc(SIGNATURE)
def quadratic(x, y, out):
    out[0], out[1], out[2], out[3], out[4], out[5] = (x * x + 3 * y * y) / 2, x, 3 * y, 1.0, 0.0, 3.0


@cfunc(SIGNATURE)
def power(x, y, out):
    out[0], out[1], out[2] = (x**4 + y**4) / 4, x**3, y**3
    out[3], out[4], out[5] = 3 * x * x, 0.0, 3 * y * y


@cfunc(SIGNATURE)
def coupled(x, y, out):
    out[0], out[1], out[2] = (x * x + 6 * x * y + 10 * y * y) / 2, x + 3 * y, 3 * x + 10 * y
    out[3], out[4], out[5] = 1.0, 3.0, 10.0


@cfunc(SIGNATURE)
def saddle(x, y, out):
    out[0], out[1], out[2], out[3], out[4], out[5] = (x * x - y * y) / 2, x, -y, 1.0, 0.0, -1.0


@cfunc(SIGNATURE)
def rosenbrock(x, y, out):
    r = y - x * x
    out[0], out[1], out[2] = (1 - x) ** 2 + 100 * r * r, -2 * (1 - x) - 400 * x * r, 200 * r
    out[3], out[4], out[5] = 2 - 400 * (r - 2 * x * x), -400 * x, 200.0


@cfunc(SIGNATURE)
def rastrigin(x, y, out):
    w = 2 * pi
    out[0] = 20 + x * x - 10 * cos(w * x) + y * y - 10 * cos(w * y)
    out[1], out[2] = 2 * x + 10 * w * sin(w * x), 2 * y + 10 * w * sin(w * y)
    out[3], out[4], out[5] = 2 + 10 * w * w * cos(w * x), 0.0, 2 + 10 * w * w * cos(w * y)


@cfunc(SIGNATURE)
def flat_direction(x, y, out):
    out[0], out[1], out[2], out[3], out[4], out[5] = y * y / 2, 0.0, y, 0.0, 0.0, 1.0


@cfunc(SIGNATURE)
def dip(x, y, out):
    """g_x = (x - 1)^2 - 1e-8 falls below zero only on an interval of 2e-4, far shorter than a substep."""
    out[0], out[1], out[2] = (x - 1) ** 3 / 3 - 1e-8 * x, (x - 1) ** 2 - 1e-8, 1.0
    out[3], out[4], out[5] = 2 * (x - 1), 0.0, 0.0


@cfunc(SIGNATURE)
def half_plane(x, y, out):
    """Falls towards x = 0, beyond which it is not a number."""
    root = sqrt(x) if x >= 0 else np.nan
    out[0], out[1], out[2] = x + y + 2 * x * root / 3, 1 + root, 1.0
    out[3], out[4], out[5] = 0.5 / root, 0.0, 0.0


def smoothed(objective, start, duration, epsilon, times):
    buffer = (ctypes.c_double * 6)()

    def rhs(_, z):
        objective.ctypes(z[0], z[1], buffer)
        gradient = np.array(buffer[1:3])
        return -gradient / (np.abs(gradient) + epsilon)

    solution = solve_ivp(rhs, (0, duration), start, method="LSODA", rtol=1e-9, atol=1e-11, t_eval=times)
    return solution.y.T


def at(times, positions, t):
    return np.stack([np.interp(t, times, positions[:, i]) for i in range(2)], axis=1)


@pytest.mark.parametrize("objective", [quadratic, power], ids=["quadratic", "power"])
@pytest.mark.parametrize("start", [(1.3, -0.7), (-0.2, 2.9), (1.0, 1.0), (0.0, 1.5), (1e-9, 2.0)])
def test_separable_convex_flow_is_exact(objective, start):
    times, positions, status = sign_flow.solve(objective.address, start, 5.0)
    assert status == "stationary"
    assert times[-1] == pytest.approx(max(np.abs(start)), abs=4e-16)
    t = np.linspace(0, 5, 101)
    expected = np.sign(start) * np.maximum(np.abs(start) - t[:, None], 0)
    np.testing.assert_allclose(at(times, positions, t), expected, atol=1e-15)


def test_coupled_quadratic_crosses_and_then_slides():
    """From (1, 0.5): y falls to 3x + 10y = 0 (slope 0.3), so x reaches 0 after a time 1 exactly."""
    times, positions, status = sign_flow.solve(coupled.address, (1.0, 0.5), 4.0)
    assert status == "stationary"
    assert times[-1] == pytest.approx(1.0, abs=1e-12)
    np.testing.assert_allclose(positions[-1], 0.0, atol=1e-12)
    t = np.linspace(0, 1, 51)
    hit = 8 / 13  # 3 (1 - t) + 10 (0.5 - t) = 0
    expected = np.where(t < hit, 0.5 - t, -0.3 * (1 - t))
    np.testing.assert_allclose(at(times, positions, t)[:, 1], expected, atol=1e-9)
    # |H_xy / H_xx| = 3: g_x = 0 is crossed, not followed.
    times, positions, status = sign_flow.solve(coupled.address, (1.0, -2.0), 5.0)
    assert status == "stationary"
    t = np.linspace(0, 5, 101)
    expected = smoothed(coupled, (1.0, -2.0), 5.0, 1e-6, t)
    assert np.abs(at(times, positions, t) - expected).max() < 3e-4


@pytest.mark.parametrize(
    ("objective", "start", "duration", "tolerance"),
    [
        (rosenbrock, (-1.5, 2.0), 3.55, 2e-3),
        (rosenbrock, (1.5, 0.5), 0.6, 2e-3),
        (rastrigin, (3.3, -2.2), 2.0, 1e-4),
        (saddle, (1.0, 0.1), 3.0, 1e-3),
    ],
    ids=["rosenbrock", "rosenbrock-right", "rastrigin", "saddle"],
)
def test_is_the_limit_of_the_smoothed_flow(objective, start, duration, tolerance):
    times, positions, _ = sign_flow.solve(objective.address, start, duration)
    t = np.linspace(0, duration, 200)
    expected = smoothed(objective, start, duration, 1e-4, t)
    assert np.abs(at(times, positions, t) - expected).max() < tolerance


def test_rosenbrock_slides_on_its_curves_and_arrives():
    times, positions, status = sign_flow.solve(rosenbrock.address, (-1.5, 2.0), 10.0)
    assert status == "stationary"
    np.testing.assert_allclose(positions[-1], 1.0, atol=1e-9)
    speed = np.abs(np.diff(positions, axis=0)) / np.diff(times)[:, None]
    assert speed.max() <= 1 + 1e-6
    np.testing.assert_allclose(speed.max(axis=1)[np.diff(times) > 1e-6], 1.0, atol=1e-6)
    # Between nodes of a slide the line stays on its curve: halfway points are on it as well.
    middle = (positions[1:] + positions[:-1]) / 2
    x, y = middle[10:-10].T
    g_x, g_y = -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)
    h_xx = 2 - 400 * (y - 3 * x * x)
    distance = np.minimum(np.abs(g_x / h_xx), np.abs(g_y / 200))
    assert np.quantile(distance, 0.99) < 1e-7


def test_convention_at_zero_gradient():
    assert sign_flow.solve(quadratic.address, (0.0, 0.0), 1.0)[2] == "stationary"
    times, positions, status = sign_flow.solve(saddle.address, (1.0, 0.0), 5.0)
    assert (status, times[-1]) == ("stationary", 1.0)
    np.testing.assert_array_equal(positions[-1], 0.0)
    times, positions, status = sign_flow.solve(flat_direction.address, (0.3, 0.8), 5.0)
    assert status == "stationary"
    np.testing.assert_allclose(positions[-1], (0.3, 0.0), atol=1e-15)


def test_a_short_change_of_sign_is_not_missed():
    _, positions, status = sign_flow.solve(dip.address, (2.0, 0.0), 3.0)
    assert status == "completed"
    assert positions[-1, 0] == pytest.approx(1 + 1e-4, abs=1e-9)
    assert positions[-1, 1] == pytest.approx(-3.0)


def test_statuses_and_limits():
    times, positions, status = sign_flow.solve(rosenbrock.address, (-1.5, 2.0), 10.0, max_nodes=20)
    assert status == "step_limit"
    assert len(times) <= 20
    times, positions, status = sign_flow.solve(half_plane.address, (1.0, 0.0), 5.0)
    assert status == "diverged"
    assert np.isfinite(positions).all()
    assert times[-1] == pytest.approx(1.0, abs=1e-9)
    assert sign_flow.solve(saddle.address, (1.0, 0.1), 1e6)[2] == "completed"
    times, positions, status = sign_flow.solve(quadratic.address, (3.0, 1.0), 0.5)
    assert (status, times[-1]) == ("completed", 0.5)
    np.testing.assert_allclose(positions[-1], (2.5, 0.5), atol=1e-15)
