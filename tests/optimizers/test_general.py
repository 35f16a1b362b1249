"""Belotto da Silva & Gazeau's family: each special case is its method, and the poster's slip of an index is one."""

import numpy as np
import pytest

import core

ETA, EPSILON, STEPS = 0.01, 1e-6, 400
INSIDE = {"epsilon": EPSILON, "epsilon_inside_root": True}
# case -> (our parameters, method, its parameters), by the table in the declaration
CASES = {
    "adam": ({"beta1": 0.8, "beta2": 0.99}, "adam", {"learning_rate": ETA, "beta1": 0.8, "beta2": 0.99} | INSIDE),
    "rmsprop": ({"beta2": 0.95}, "rmsprop", {"learning_rate": ETA, "beta2": 0.95} | INSIDE),
    "adagrad": ({}, "adagrad", {"learning_rate": ETA**0.5, "epsilon": EPSILON / ETA, "epsilon_inside_root": True}),
    "heavy_ball": ({"beta1": 0.8}, "heavy_ball", {"learning_rate": ETA**2, "momentum": 0.8}),
    "nesterov": ({}, "nesterov", {"learning_rate": ETA**2}),
}
EVERY = pytest.mark.parametrize("case", CASES)
OBJECTIVES = pytest.mark.parametrize("objective", ["quartic", "rosenbrock", "quadratic", "himmelblau"])


def pair(case, answer, objective, **more):
    ours, method, theirs = CASES[case]
    given = {"special_case": case, "learning_rate": ETA, "epsilon": EPSILON} | ours
    return answer("general", objective, **given, **more), answer(method, objective, **theirs, **more)


@EVERY
@OBJECTIVES
def test_the_iterates_are_the_method_s(case, objective):
    general, method = pair(case, core.run, objective, steps=STEPS)
    np.testing.assert_allclose(general.position, method.position, rtol=1e-11, atol=1e-11)
    assert general.time[-1] == pytest.approx(method.time[-1], rel=1e-12)
    assert general.regime == method.regime


@EVERY
@OBJECTIVES
def test_the_flow_is_the_method_s(case, objective):
    general, method = pair(case, core.flow, objective, duration=3.0, rtol=1e-9)
    times = np.linspace(0, 3, 61)
    assert general.status == method.status == "completed"
    np.testing.assert_allclose(general(times), method(times), atol=1e-5)


@pytest.mark.parametrize("case", [*CASES, "custom"])
def test_every_case_approaches_its_flow(case):
    parameters = {"a": 5.0, "b": 20.0, "epsilon": 1e-8, "special_case": case}
    flow = core.flow("general", "matyas", start=(3.0, -2.0), duration=1.0, rtol=1e-10, **parameters)
    far = []
    for eta in (1e-3, 2.5e-4):
        run = core.run("general", "matyas", start=(3.0, -2.0), steps=round(1 / eta), learning_rate=eta, **parameters)
        far.append(np.abs(run.position - flow(np.minimum(run.time, 1.0))).max())
    # from an empty second moment the first steps of RMSprop and AdaGrad are of size sqrt(eta)
    order = 0.5 if case in ("rmsprop", "adagrad") else 1.0
    assert far[0] / far[1] == pytest.approx(4**order, rel=0.25)


def euler(f, start, steps, first):
    """The poster's eq. (3) with Adam's coefficients: m_0 = g_0, v_0 = g_0^2 at t = first * eta, epsilon inside."""
    x = np.array(start)
    m = f.gradient(*x)
    v, rows = m * m, [x]
    for k in range(steps):
        x = x - ETA * m / np.sqrt(v + EPSILON)
        g = f.gradient(*x)
        mu, nu = (1 - (1 - beta) / (1 - beta ** (k + 1 + first)) for beta in (0.9, 0.999))
        m, v = mu * m + (1 - mu) * g, nu * v + (1 - nu) * g * g
        rows.append(x)
    return np.array(rows)


def test_euler_as_printed_forgets_the_first_gradient_and_from_t_eta_it_is_adam():
    f = core.objective("quartic")
    adam = core.run("adam", f, steps=50, learning_rate=ETA, **INSIDE).position
    printed, shifted = euler(f, f.start, 50, first=0), euler(f, f.start, 50, first=1)
    np.testing.assert_allclose(shifted, adam, rtol=1e-12)
    ours = core.run("general", f, steps=50, learning_rate=ETA, epsilon=EPSILON).position
    np.testing.assert_allclose(ours, adam, rtol=1e-12)
    np.testing.assert_allclose(printed[1], adam[1], rtol=1e-12)  # m_0 moves x once, and is gone
    relative = np.abs(printed[50] / adam[50] - 1).max()
    assert 1e-4 < relative < 1e-1
    on_a_line = [euler(core.objective("3x - 0.5y"), f.start, 50, first) for first in (0, 1)]
    np.testing.assert_allclose(*on_a_line, rtol=1e-12)  # one gradient only: nothing to forget


def test_nesterov_s_gradient_is_taken_ahead():
    # Euler's own, at x_k: heavy ball with Nesterov's weights, eta^2 (g(ahead) - g(x)) away after each step
    f, s = core.objective("quadratic"), ETA**2
    run = core.run("general", f, steps=3, learning_rate=ETA, special_case="nesterov")
    x = run.position
    ahead = x[2] + (2 / 5) * (x[2] - x[1])
    np.testing.assert_allclose(x[3], ahead - s * f.gradient(*ahead), rtol=1e-14)
    assert np.abs(f.gradient(*ahead) - f.gradient(*x[2])).max() * s > 1e-6


@pytest.mark.parametrize("friction", [1.0, 2.5, 5.0])
def test_any_vanishing_friction_has_its_schedule(friction):
    # (k - 1)/(k - 1 + c), Su, Boyd & Candes' general r
    f = core.objective("rosenbrock")
    run = core.run("general", f, steps=100, learning_rate=ETA, special_case="nesterov", vanishing_friction=friction)
    before = x = np.array(f.start)
    for k in range(1, 101):
        ahead = x + (k - 1) / (k - 1 + friction) * (x - before)
        before, x = x, ahead - ETA**2 * f.gradient(*ahead)
        np.testing.assert_allclose(run.position[k], x, rtol=1e-10)


@OBJECTIVES
def test_constants_of_one_s_own_are_adam_without_its_correction(objective):
    rates = {"a": 5.0, "b": 20.0}
    given = {"learning_rate": ETA, "epsilon": EPSILON} | rates
    run = core.run("general", objective, steps=STEPS, h=20.0, p=5.0, vanishing_friction=0.0, **given)
    adam = core.run("adam", objective, steps=STEPS, bias_correction=False, epsilon_inside_root=True, **given)
    assert run.parameters["special_case"] == "custom"
    np.testing.assert_allclose(run.position, adam.position, rtol=1e-10, atol=1e-10)
    for name in ("first_moment", "second_moment"):
        np.testing.assert_allclose(run.state[name], adam.state[name], rtol=1e-8, atol=1e-12)


def test_constants_of_one_s_own_are_heavy_ball_where_nothing_divides():
    run = core.run(
        "general",
        "quartic",
        steps=STEPS,
        learning_rate=ETA,
        beta1=0.8,
        h=1.0,
        p=0.0,
        epsilon=1.0,
        vanishing_friction=0.0,
    )
    np.testing.assert_allclose(
        run.position, pair("heavy_ball", core.run, "quartic", steps=STEPS)[1].position, rtol=1e-11
    )


def test_a_division_by_nothing_is_a_divergence():
    run = core.run("general", "quartic", steps=5, p=0.0, epsilon=0.0)
    assert run.status == "diverged"
    assert len(run.loss) == 1


def test_the_map_of_its_adam_is_adam_s():
    axes = {"x": ("a", np.geomspace(0.5, 300, 8)), "y": ("b", np.geomspace(0.5, 600, 8))}
    general = core.regime_map("rosenbrock", optimizer="general", steps=8000, epsilon=1e-12, **axes)
    adam = core.regime_map("rosenbrock", steps=8000, epsilon=1e-12, epsilon_inside_root=True, **axes)
    assert len(np.unique(adam.regime)) >= 3
    assert np.mean(general.regime == adam.regime) >= 0.95  # cells that are chaotic may fall to either side
