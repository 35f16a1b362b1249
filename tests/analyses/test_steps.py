"""What a step is made of, against a naive twin's state, SciPy's minimum, and the runs themselves."""

import numpy as np
import pytest
from scipy.optimize import minimize

import core
from core import analyses
from tests.optimizers.twins import TWINS

WITH_MORE = {"adamw", "adadelta"}  # whose step is more than direction over preconditioner
WAITING = {"adashift": 10}
CASES = [(name, {}) for name in core.optimizers() if core.OPTIMIZERS[name].sharpness and name not in WITH_MORE]
CASES += [("adam", {"bias_correction": False}), ("nadam", {"bias_correction": False})]
CASES += [("adam", {"learning_rate_schedule": "cosine"}), ("adabound", {"learning_rate_schedule": "1/sqrt(t)"})]
CASES += [("nesterov", {"schedule": "constant"}), ("adashift", {"beta1": 0.5, "epsilon_inside_root": True})]


def rosenbrock_run(name, steps=300, **given):
    return core.run(name, "rosenbrock", start=(-1.5, 2.0), steps=steps, **given)


@pytest.mark.parametrize(("name", "given"), CASES, ids=[f"{n} {g}" for n, g in CASES])
def test_the_quadratic_s_lowest_point_is_the_next_iterate(name, given):
    run = rosenbrock_run(name, **given)
    k = np.arange(WAITING.get(name, 0), 300)
    seen = analyses.steps(run, k)
    np.testing.assert_allclose(seen.lowest, run.position[k + 1], rtol=1e-12, atol=1e-13)
    np.testing.assert_array_equal(seen.next_position, run.position[k + 1])


@pytest.mark.parametrize("k", [0, 17, 250])
def test_scipy_finds_the_next_iterate_as_the_quadratic_s_minimum(k):
    run = rosenbrock_run("adam")
    seen = analyses.steps(run, [k])

    def quadratic(x):
        away = x - seen.position[0]
        return seen.direction[0] @ x + seen.preconditioner[0] @ away**2 / (2 * seen.learning_rate[0])

    found = minimize(quadratic, seen.position[0], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-15})
    np.testing.assert_allclose(found.x, run.position[k + 1], atol=1e-7)


def test_adam_s_parts_are_its_twin_s():
    k, run = 40, rosenbrock_run("adam", learning_rate=1e-2)
    gradients = []

    def gradient(x, y):
        gradients.append([-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
        return gradients[-1]

    _, state = TWINS["adam"](gradient, [-1.5, 2.0], run.parameters, k + 1)
    m, v = (np.array(state[name][k + 1]) for name in ("first_moment", "second_moment"))
    seen = analyses.steps(run, [k])
    np.testing.assert_allclose(seen.gradient[0], gradients[k], rtol=1e-9)
    np.testing.assert_allclose(seen.direction[0], m / (1 - 0.9 ** (k + 1)), rtol=1e-9)
    np.testing.assert_allclose(seen.preconditioner[0], np.sqrt(v / (1 - 0.999 ** (k + 1))) + 1e-8, rtol=1e-9)
    np.testing.assert_allclose(seen.effective_rate[0], 1e-2 / seen.preconditioner[0], rtol=1e-15)
    np.testing.assert_allclose(seen.state["second_moment"][0], v, rtol=1e-9)


def test_weight_decay_is_what_the_quadratic_misses():
    run = rosenbrock_run("adamw", weight_decay=0.5, learning_rate=1e-2)
    seen = analyses.steps(run, np.arange(300))
    np.testing.assert_allclose(seen.next_position - seen.lowest, -1e-2 * 0.5 * seen.position, rtol=1e-9, atol=1e-14)


def test_scheduled_rates_are_those_of_each_step():
    seen = analyses.steps(rosenbrock_run("gd", 50, learning_rate=1e-4, learning_rate_schedule="1/t"), [0, 9, 50])
    np.testing.assert_allclose(seen.learning_rate, [1e-4, 1e-5, np.nan], rtol=1e-15)


def test_the_last_iterate_has_no_further_step():
    seen = analyses.steps(rosenbrock_run("adam", 20), [20])
    assert np.isfinite(seen.gradient).all()
    for missing in (seen.next_position, seen.direction, seen.preconditioner, seen.lowest, *seen.state.values()):
        assert np.isnan(missing).all()


@pytest.mark.parametrize("name", ["sign_gd", "lion"])
def test_a_method_that_divides_by_nothing_diagonal_has_no_quadratic(name):
    seen = analyses.steps(rosenbrock_run(name), [3])
    assert np.isfinite(seen.direction).all()
    assert np.isnan(seen.preconditioner).all()
    assert np.isnan(seen.lowest).all()


@pytest.mark.parametrize("k", [-1, 21, 1.5, [[0]]])
def test_a_step_outside_the_run_is_refused(k):
    with pytest.raises(ValueError, match=r"^k = .*: must be whole numbers from 0 to 20"):
        analyses.steps(rosenbrock_run("adam", 20), k)
