"""Decaying learning rates: closed forms, naive twins at the rate of each step, the flow, the map."""

import numpy as np
import pytest

import core
from core import schedules
from tests.optimizers.twins import TWINS

STEPS = 400
DECAYING = ["1/sqrt(t)", "1/t", "cosine"]
SCHEDULES = pytest.mark.parametrize("schedule", DECAYING)
WITH_FLOW = [n for n in core.optimizers() if core.OPTIMIZERS[n].limit(core.resolved(n, {})) is not None]


def rates(schedule, steps=STEPS):
    """eta_k / eta for k = 1..steps, from the definitions."""
    k = np.arange(1, steps + 1)
    return {"1/sqrt(t)": k**-0.5, "1/t": 1.0 / k, "cosine": np.cos(np.pi * (k - 1) / (2 * steps)) ** 2}[schedule]


@SCHEDULES
@pytest.mark.parametrize("name", ["gd", "sign_gd", "adam"])
def test_on_a_plane_the_path_is_the_sum_of_the_rates(name, schedule):
    run = core.run(name, "3*x+4*y", start=(1.0, 2.0), steps=STEPS, learning_rate=0.01, learning_rate_schedule=schedule)
    speed = np.array([3.0, 4.0]) if name == "gd" else np.ones(2)
    way = 0.01 * np.cumsum(rates(schedule))[:, None] * speed
    np.testing.assert_allclose(run.position[1:], np.array([1.0, 2.0]) - way, rtol=0, atol=1e-7)


@SCHEDULES
@pytest.mark.parametrize("name", [name for name in TWINS if name != "proximal_point"])  # it asks for many gradients
def test_a_schedule_is_the_constant_method_with_each_step_at_its_own_rate(name, schedule):
    f = core.objective("booth")
    run = core.run(name, f, start=(0.5, 1.0), steps=40, learning_rate=1e-3, learning_rate_schedule=schedule)

    class Decaying(dict):
        """The parameters of a twin, whose learning rate is that of the gradient asked for last."""

        step = -1

        def __getitem__(self, key):
            return 1e-3 * rates(schedule, 40)[self.step] if key == "learning_rate" else super().__getitem__(key)

    p = Decaying(run.parameters)

    def gradient(x, y):
        p.step += 1
        return [float(g) for g in f.gradient(x, y)]

    rows, _ = TWINS[name](gradient, [0.5, 1.0], p, 40)
    np.testing.assert_allclose(run.position, rows, rtol=0, atol=1e-9)


def test_a_constant_schedule_changes_nothing():
    plain = core.run("adam", "rosenbrock", steps=500)
    chosen = core.run("adam", "rosenbrock", steps=500, learning_rate_schedule="constant")
    np.testing.assert_array_equal(plain.position, chosen.position)


@pytest.mark.parametrize("schedule", DECAYING)
@pytest.mark.parametrize("name", ["adam", "radam", "nesterov"])
def test_a_cell_of_the_map_is_the_run(name, schedule):
    given = dict(steps=500, start=(-1.5, 2.0), learning_rate_schedule=schedule)
    etas, small = np.array([1e-4, 2e-4]), np.array([-1.5, -1.4])
    grid = core.regime_map("rosenbrock", optimizer=name, x=("learning_rate", etas), y=("x0", small), **given)
    run = core.run(name, "rosenbrock", learning_rate=etas[1], **given)
    assert grid.layers["final_x"][0, 1] == run.position[-1, 0]
    assert grid.layers["swing"][0, 1] == pytest.approx(run.statistics["swing"], rel=1e-12)


def distance(name, eta):
    given = {"learning_rate": eta, "learning_rate_schedule": "cosine"}
    method = core.OPTIMIZERS[name]
    names = {p.name for p in method.numeric}
    given |= {n: v for n, v in {"a": 5.0, "b": 20.0}.items() if {"a": "beta2", "b": "beta1"}[n] in names}
    given |= {"epsilon": 1e-3} if "epsilon" in names and name != "adabelief" else {}
    step = method.clock(core.resolved(name, given))
    run = core.run(name, "matyas", start=(3.0, -2.0), steps=round(1 / step), **given)
    flow = core.flow(name, "matyas", start=(3.0, -2.0), duration=float(run.time[-1]), rtol=1e-9, **given)
    return np.abs(run.position - flow(run.time)).max()


@pytest.mark.parametrize("name", WITH_FLOW)
def test_the_iterates_approach_the_flow_under_a_cosine(name):
    eta = 0.02 if core.OPTIMIZERS[name].clock(core.resolved(name, {"learning_rate": 1e-3})) < 1e-3 else 1e-3
    coarse, fine = distance(name, eta), distance(name, eta / 4)
    assert coarse < 0.06
    assert fine < coarse / 1.8  # the order is that of the constant rate, 1/2 or more in eta


@SCHEDULES
def test_the_clock_of_a_sign_flow_and_its_inverse(schedule):
    given = schedules.of_flow({"learning_rate_schedule": schedule}, 0.01, 4.0)
    t = np.linspace(0, 4, 50)
    np.testing.assert_allclose(schedules.clock_time(schedules.elapsed(t, given), given), t, rtol=0, atol=1e-4)
    fine = np.linspace(0, 4, 400_001)
    speed = {
        "1/sqrt(t)": (1 + fine / 0.01) ** -0.5,
        "1/t": 1 / (1 + fine / 0.01),
        "cosine": np.cos(np.pi * fine / 8) ** 2,
    }
    assert schedules.elapsed(4.0, given) == pytest.approx(np.trapezoid(speed[schedule], fine), rel=1e-5)


def test_a_sign_flow_under_a_cosine_goes_half_as_far():
    flow = core.flow("sign_gd", "3*x+4*y", start=(0.0, 0.0), duration=2.0, learning_rate_schedule="cosine")
    np.testing.assert_allclose(flow(2.0)[0], [-1.0, -1.0], atol=1e-12)
    np.testing.assert_allclose(flow(1.0)[0], [-0.5 - 1 / np.pi] * 2, atol=1e-12)
