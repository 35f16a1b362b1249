"""Parameters of an objective are given at run time: no value of theirs is derived or compiled anew."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import core
from core.compile import llvm
from core.objectives import shape

ROOT = Path(__file__).parents[2]
DRAGS = {
    "kappa": ("quadratic", np.geomspace(1.0, 1000.0, 100)),
    "angle": ("quadratic", np.linspace(0.0, 3.1, 100)),
    "n": ("power", np.linspace(2.0, 8.0, 100)),
}
AXES = {"x": ("a", np.array([1.0, 10.0])), "y": ("b", np.array([1.0, 10.0]))}


def everything(f):
    """Every way in which an objective meets compiled code."""
    f.value(0.3, -0.2), f.gradient(0.3, -0.2), f.hessian(0.3, -0.2)
    run = core.run("adam", f, steps=20)
    core.run("proximal_point", f, steps=3)
    core.flow("adam", f, duration=0.2)
    core.flow("sign_gd", f, duration=0.2)
    core.regime_map(f, steps=200, **AXES, threads=1)
    core.regime_map(f, steps=20, x=("learning_rate", [0.1, 0.2]), y=("x0", [0.5, 1.0]), optimizer="proximal_point")
    return run


@pytest.fixture
def work(monkeypatch):
    """What was compiled, parsed and differentiated so far."""
    done = {"link": 0, "read": 0}

    def counted(kind, original):
        def call(*arguments):
            done[kind] += 1
            return original(*arguments)

        return call

    monkeypatch.setattr(llvm, "_link", counted("link", llvm._link))
    monkeypatch.setattr(shape, "read", counted("read", shape.read))
    return done


@pytest.mark.parametrize("parameter", DRAGS)
def test_a_drag_compiles_and_parses_nothing(work, parameter):
    name, values = DRAGS[parameter]
    everything(core.objective(name, **{parameter: float(values[0])}))
    before, losses = dict(work), set()
    for value in values[1:]:
        losses.add(everything(core.objective(name, **{parameter: float(value)})).loss[-1])
    assert work == before
    assert len(losses) == len(values) - 1  # each value had its effect


def test_the_count_notices_a_compilation(work):
    before = work["link"]
    core.objective("x^2 + 3.25y^2 + 0.125x y").value(1.0, 2.0)
    assert work["link"] == before + 1
    assert work["read"] >= 1


def test_exponents_with_and_without_a_kink_take_two_systems_at_most(work):
    for n in (1.5, 4.0):
        core.flow("adam", core.objective("power", n=n), duration=0.2)
    before = dict(work)
    for n in np.linspace(1.3, 8.0, 40):
        core.flow("adam", core.objective("power", n=float(n)), duration=0.2)
    assert work == before


MEMORY = """
import resource, sys
import core
def everything(kappa, angle, n):
    for f in (core.objective("quadratic", kappa=kappa, angle=angle), core.objective("power", n=n)):
        f.value(0.3, -0.2)
        core.run("adam", f, steps=5)
        core.run("proximal_point", f, steps=2)
        core.flow("gd", f, duration=0.1)
        core.regime_map(f, steps=4, x=("a", [1.0, 10.0]), y=("b", [1.0, 10.0]), threads=1)
for i in range(300):  # caches of a bounded number of objectives fill up
    everything(1.0 + i, i / 300, 2.0 + i / 300)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for i in range(1000):
    everything(500.0 + i, i / 1000, 3.0 + i / 1000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="ru_maxrss is in kilobytes on Linux alone")
def test_a_thousand_values_take_no_memory():
    done = subprocess.run([sys.executable, "-c", MEMORY], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 4096, "kilobytes"


@pytest.mark.parametrize("kappa", [0.3, 50.0, 1e4])
@pytest.mark.parametrize("angle", [0.0, 0.7, -2.5])
def test_the_quadratic_is_numpy_s(kappa, angle):
    f, (x, y) = core.objective("quadratic", kappa=kappa, angle=angle), np.random.default_rng(1).normal(size=(2, 50))
    c, s = np.cos(angle), np.sin(angle)
    u, v = c * x + s * y, c * y - s * x
    np.testing.assert_allclose(f.value(x, y), (u * u + kappa * v * v) / 2, rtol=1e-14)
    gradient = np.stack([c * u - kappa * s * v, s * u + kappa * c * v], axis=-1)
    np.testing.assert_allclose(f.gradient(x, y), gradient, rtol=1e-12, atol=1e-13 * kappa)


@pytest.mark.parametrize("n", [1.1, 1.5, 2.0, 2.3, 3.0, 4.0, 7.9, 64.0])
def test_the_power_is_numpy_s_with_its_derivatives(n):
    f, x = core.objective("power", n=n), np.concatenate([np.geomspace(1e-3, 1.9, 40), -np.geomspace(1e-3, 1.9, 40)])
    y = x[::-1] / 2
    np.testing.assert_allclose(f.value(x, y), (np.abs(x) ** n + np.abs(y) ** n) / n, rtol=1e-14)
    gradient = np.stack([np.sign(z) * np.abs(z) ** (n - 1) for z in (x, y)], axis=-1)
    np.testing.assert_allclose(f.gradient(x, y), gradient, rtol=1e-14)
    curvature = (n - 1) * np.abs(x) ** (n - 2)
    np.testing.assert_allclose(f.hessian(x, y)[:, 0, 0], curvature, rtol=1e-14)


@pytest.mark.parametrize("n", [1.1, 1.5, 2.0, 2.3, 4.0])
def test_the_power_at_its_minimum(n):
    f = core.objective("power", n=n)
    assert f.value(0.0, 0.0) == 0.0
    np.testing.assert_array_equal(f.gradient(0.0, 0.5), [0.0, 0.5 ** (n - 1)])
    expected = np.inf if n < 2 else 1.0 if n == 2 else 0.0
    np.testing.assert_array_equal(np.diag(f.hessian(0.0, 0.0)), [expected, expected])


@pytest.mark.parametrize("n", [1.5, 2.0, 2.5, 3.0, 4.0, 12.0])
def test_steps_on_a_power_are_accurate_however_small_x_is(n):
    """In lanes and for one run |x|^n is exp(n log |x|): its digits must not go where the logarithm is large."""
    start = 1e-60
    run = core.run("gd", core.objective("power", n=n), start=(start, 0.0), steps=1, learning_rate=1.0)
    assert run.loss[0] == pytest.approx(start**n / n, rel=1e-15)
    assert run.position[1, 0] == pytest.approx(start - start ** (n - 1), rel=1e-14)


def test_equal_parameters_are_equal_objectives_of_one_shape():
    one, other = core.objective("quadratic", kappa=3.0), core.objective("quadratic", kappa=4.0)
    assert one.shape is other.shape
    assert one.key != other.key
    assert one.parameters == {"kappa": 3.0, "angle": 0.0}
    assert other.variables == {"f.kappa": 4.0, "f.angle": 0.0}


AXIS_VALUES = {"kappa": [0.5, 7.0, 50.0, 900.0], "angle": [0.0, 0.4, 1.3, 3.0], "n": [1.2, 2.0, 2.5, 4.0]}


@pytest.mark.parametrize("optimizer", ["adam", "gd", "lion", "proximal_point"])
@pytest.mark.parametrize("parameter", AXIS_VALUES)
def test_a_cell_of_a_map_over_a_parameter_is_its_run_to_the_last_bit(parameter, optimizer):
    name, values = DRAGS[parameter][0], AXIS_VALUES[parameter]
    rates = [1e-3, 0.03, 0.4]
    grid = core.regime_map(name, x=(parameter, values), y=("learning_rate", rates), steps=700, optimizer=optimizer)
    for i, value in enumerate(values):
        f = core.objective(name, **{parameter: value})
        for j, rate in enumerate(rates):
            run = core.run(optimizer, f, steps=700, learning_rate=rate)
            assert run.regime == core.REGIMES[grid.regime[j, i]]
            if run.status == "completed":
                assert run.loss[-1] == grid.layers["final_loss"][j, i]
                assert run.position[-1].tolist() == [grid.layers[n][j, i] for n in ("final_x", "final_y")]
    np.testing.assert_array_equal(grid.parameters[parameter], np.broadcast_to(values, grid.regime.shape))


def test_both_axes_may_be_the_objective_s():
    kappa, angle = [2.0, 80.0], [0.0, 0.9, 2.0]
    grid = core.regime_map("quadratic", x=("kappa", kappa), y=("angle", angle), steps=300, optimizer="gd")
    for j, i in np.ndindex(3, 2):
        run = core.run("gd", core.objective("quadratic", kappa=kappa[i], angle=angle[j]), steps=300)
        assert run.loss[-1] == grid.layers["final_loss"][j, i]


def test_a_map_of_the_limit_over_a_parameter_is_its_solutions():
    values = [1.5, 2.0, 4.0]
    grid = core.flow_map("power", x=("n", values), y=("a", [2.0, 10.0]), duration=1.0, learning_rate=1e-2)
    for j, i in np.ndindex(2, 3):
        f = core.objective("power", n=values[i])
        solution = core.flow("adam", f, duration=1.0, learning_rate=1e-2, a=[2.0, 10.0][j])
        assert grid.layers["final_loss"][j, i] == pytest.approx(solution.loss[-1], rel=1e-6)


def test_cells_with_values_out_of_range_are_invalid():
    grid = core.regime_map("quadratic", x=("kappa", [-1.0, 0.0, 1.0]), y=("angle", [0.0, 2e6]), steps=50)
    np.testing.assert_array_equal(grid.regime < 0, [[True, True, False], [True, True, True]])


def test_an_axis_that_the_objective_does_not_have_is_refused():
    with pytest.raises(ValueError, match="x = 'kappa': must be one of learning_rate"):
        core.regime_map("rosenbrock", x=("kappa", [1.0, 2.0]), y=("a", [1.0, 2.0]))
