"""The regime map against a slow twin, one run per cell; its axes, refusals and edges."""

import itertools
import threading

import numpy as np
import pytest

import core
from core.compile.program import may_share
from core.parameters import RATES
from tests.regimes.naive import regime, statistics

A, B = np.geomspace(0.5, 300, 6), np.geomspace(0.5, 600, 5)
STEPS = 6000


@pytest.mark.parametrize("objective", ["rosenbrock", "quadratic", "three_hump_camel"])
def test_every_cell_is_its_twin_s(objective):
    grid = core.regime_map(objective, steps=STEPS, learning_rate=1e-3, x=("a", A), y=("b", B))
    assert grid.regime.shape == grid.layers["swing"].shape == (5, 6)
    assert grid.regime.dtype == np.int8
    for (row, column), index in np.ndenumerate(grid.regime):
        run = core.run("adam", objective, steps=STEPS, learning_rate=1e-3, a=A[column], b=B[row])
        twin = statistics(run, 1e-3)
        assert core.REGIMES[index] == regime(run, 1e-3) == run.regime
        for name, value in twin.items():
            if name in ("never higher", "leaps"):
                continue
            # one step more or less at the window's edge
            near = 4 / (STEPS // 4) if name in ("reversal_fraction", "mean_step") else 1e-6
            for found in (grid.layers[name][row, column], run.statistics[name]):
                assert found == pytest.approx(value, rel=near, abs=near if "fraction" in name else 1e-25), name


def test_the_step_s_own_length_is_the_unit_where_it_is_not_eta():
    grid = core.regime_map(
        "quadratic",
        optimizer="heavy_ball",
        steps=STEPS,
        x=("momentum", [0.5, 0.99]),
        y=("learning_rate", [1e-4]),
    )
    for column, momentum in enumerate([0.5, 0.99]):
        run = core.run("heavy_ball", "quadratic", steps=STEPS, learning_rate=1e-4, momentum=momentum)
        twin = statistics(run, None)
        assert core.REGIMES[grid.regime[0, column]] == regime(run, None) == run.regime
        assert grid.layers["swing"][0, column] == pytest.approx(twin["swing"], rel=0.01)


BITS = [
    ("adam", "rastrigin", {"epsilon": 1e-8}, ("a", A), ("b", B)),
    ("adam", "ackley", {"epsilon": 0.0}, ("a", A), ("b", B)),
    ("adam", "rosenbrock", {"bias_correction": False}, ("beta1", [0.0, 0.9]), ("beta2", [0.5, 0.999])),
    ("rmsprop", "himmelblau", {"a": 5.0}, ("learning_rate", [1e-3, 0.1]), ("epsilon", [1e-3, 1e-8])),
    ("nesterov", "beale", {}, ("learning_rate", [1e-4, 1e-3]), ("momentum", [0.1])),
    (
        "gd",
        "log(1 + x^2 y^2) + tanh(x) sin(y) + exp(-x^2)",
        {},
        ("x0", np.linspace(-2, 2, 7)),
        ("y0", [0.3, 1.0]),
    ),
    ("adagrad", "x^2.5 + abs(y)^1.3", {}, ("learning_rate", [0.1, 0.3]), ("x0", [0.5, 1.0])),
    ("heavy_ball", "booth", {}, ("momentum", [0.0, 0.5]), ("learning_rate", [1e-3, 1e-2])),
    ("sign_gd", "matyas", {}, ("x0", [1.0, 2.0]), ("y0", [0.0, 0.5])),
    ("adagrad_norm", "beale", {}, ("b0", [1e-4, 10.0]), ("learning_rate", [1e-3, 1.0])),
    ("g_adagrad", "himmelblau", {}, ("exponent", [0.0, 0.5, 0.9]), ("learning_rate", [1e-4, 1e-3])),
    ("g_adagrad", "himmelblau", {}, ("exponent", [0.3, 1.2]), ("initial_accumulator_value", [0.0, 0.1, 50.0])),
    ("adagrad", "booth", {"initial_accumulator_value": 4.0}, ("learning_rate", [0.1, 0.3]), ("x0", [0.5, 1.0])),
    ("adadelta", "rosenbrock", {}, ("rho", [0.0, 0.9]), ("epsilon", [0.0, 1e-6])),
    ("proximal_point", "rastrigin", {}, ("learning_rate", [1e-3, 0.1, 10.0]), ("x0", np.linspace(-3, 3, 13))),
    ("proximal_point", "log(1 + x^2 y^2) - cos(x)", {}, ("x0", [-1.0, 2.0]), ("learning_rate", [0.1, 5.0])),
    ("general", "rosenbrock", {"epsilon": 1e-6}, ("a", A), ("b", B)),
    ("general", "quartic", {"h": 3.0, "epsilon": 0.1}, ("vanishing_friction", [0.0, 3.0]), ("p", [0.0, 0.5, 20.0])),
    ("lion", "rastrigin", {"weight_decay": 0.1}, ("a", A), ("b", B)),
]
# With and without epsilon side by side: the two kinds of cells have programs of their own.
BITS += [
    (name, "rosenbrock", {"learning_rate": 1e-3}, ("beta2", [0.5, 0.99]), ("epsilon", [0.0, 1e-31, 1e-8]))
    for name in ("adamw", "amsgrad", "adamal", "nadam", "adabelief", "adamax", "radam", "adashift")
]
BITS.append(("adabound", "quartic", {"final_learning_rate": 1e-3}, ("gamma", [1e-3, 1.0]), ("epsilon", [0.0, 1e-8])))


def test_divisions_are_shared_only_where_epsilon_bounds_them():
    for name, method in core.OPTIMIZERS.items():
        shares = [bool(may_share(method, core.resolved(name, {}) | {"epsilon": e})) for e in (0.0, 1e-31, 1e-8)]
        assert shares == [False, False, method.epsilon_bounds_denominators], name
        if method.epsilon_bounds_denominators:
            assert "epsilon" in core.resolved(name, {})


@pytest.mark.parametrize(("optimizer", "objective", "fixed", "x", "y"), BITS, ids=[f"{c[0]} {c[1]}" for c in BITS])
def test_final_positions_are_the_run_s_to_the_last_bit(optimizer, objective, fixed, x, y):
    grid = core.regime_map(objective, optimizer=optimizer, steps=700, x=x, y=y, **fixed)
    for row, column in np.ndindex(grid.regime.shape):
        given = fixed | {x[0]: float(x[1][column]), y[0]: float(y[1][row])}
        origin = core.objective(objective).start
        start = (given.pop("x0", origin[0]), given.pop("y0", origin[1]))
        run = core.run(optimizer, objective, start=start, steps=700, **given)
        assert run.status == "completed"
        assert grid.layers["final_x"][row, column] == run.position[-1, 0]
        assert grid.layers["final_y"][row, column] == run.position[-1, 1]
        assert grid.layers["final_loss"][row, column] == run.loss[-1]


def test_invalid_cells_are_minus_one_and_nan():
    grid = core.regime_map(
        "quartic",
        steps=200,
        learning_rate=0.01,
        x=("a", [-1.0, 0.0, 1.0, 100.0, 101.0, np.nan]),
        y=("b", [1.0, 200.0]),
    )
    valid = np.array([[False, False, True, True, False, False], [False] * 6])
    np.testing.assert_array_equal(grid.regime >= 0, valid)
    np.testing.assert_array_equal(grid.regime == -1, ~valid)
    for layer in grid.layers.values():
        assert np.all(np.isnan(layer[~valid]))
    assert np.all(np.isfinite(grid.layers["final_loss"][valid]))
    wrong = core.regime_map(
        "quartic", steps=200, optimizer="gd", x=("learning_rate", [0, -1, np.inf]), y=("x0", [np.nan])
    )
    assert np.all(wrong.regime == -1)
    wrong = core.regime_map("quartic", duration=1.0, x=("a", [-1.0]), y=("b", [0.0, 1e9]), layers=["least_loss"])
    assert np.all(wrong.regime == -1)


def test_a_duration_is_as_many_steps_as_each_learning_rate_needs():
    etas = [1e-3, 2e-3, 5e-3]
    grid = core.regime_map("rosenbrock", duration=4.0, a=10.0, x=("learning_rate", etas), y=("b", [5.0, 50.0]))
    np.testing.assert_array_equal(grid.steps, [[4000, 2000, 800]] * 2)
    np.testing.assert_allclose(grid.layers["horizon"], [[20.0] * 3, [40.0] * 3])
    for column, eta in enumerate(etas):
        run = core.run("adam", "rosenbrock", steps=round(4 / eta), learning_rate=eta, a=10.0, b=50.0)
        assert grid.layers["final_x"][1, column] == run.position[-1, 0]
        assert core.REGIMES[grid.regime[1, column]] == run.regime


CLOCKS = [("heavy_ball", {"momentum": 0.5}), ("adagrad", {}), ("g_adagrad", {"exponent": 0.25}), ("adadelta", {})]


@pytest.mark.parametrize(("optimizer", "given"), CLOCKS)
def test_a_duration_is_told_by_the_optimizer_s_clock(optimizer, given):
    etas = [0.1, 0.2]
    grid = core.regime_map(
        "booth", optimizer=optimizer, duration=20.0, x=("learning_rate", etas), y=("x0", [1.0]), **given
    )
    for steps, eta in zip(grid.steps[0], etas, strict=True):
        run = core.run(optimizer, "booth", steps=int(steps), learning_rate=eta, **given)
        assert abs(run.time[-1] - 20.0) <= 0.5 * run.time[1]


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_every_pair_of_an_optimizer_s_parameters_is_a_plane(optimizer):
    method = core.OPTIMIZERS[optimizer]
    names = [p.name for p in method.numeric] + ["x0", "y0"]
    values = {"x0": [-0.5, 0.5], "y0": [0.4, 1.0], "a": [2.0, 50.0], "b": [3.0, 70.0]}
    for p in method.numeric:
        values[p.name] = [p.default, (p.default + p.slider[1]) / 2 if p.high < np.inf else p.default / 2]
    rates = [rate for rate, decay in RATES.items() if decay in names]
    pairs = [*itertools.combinations(names, 2), *itertools.product(rates, ["learning_rate", "x0"])]
    pairs += [("a", "b")] if len(rates) == 2 else []
    for one, two in pairs:
        grid = core.regime_map(
            "himmelblau", optimizer=optimizer, steps=40, x=(one, values[one]), y=(two, values[two]), start=(0.3, 0.2)
        )
        assert np.all(grid.regime >= 0), (one, two)
        given = {one: values[one][1], two: values[two][0]}
        start = (given.pop("x0", 0.3), given.pop("y0", 0.2))
        run = core.run(optimizer, "himmelblau", steps=40, start=start, **given)
        assert grid.layers["final_loss"][0, 1] == run.loss[-1], (one, two)


def test_a_start_where_the_objective_is_not_finite_is_invalid():
    grid = core.regime_map("log(x) + y^2", steps=50, x=("x0", [-1.0, 0.0, 1.0]), y=("y0", [1.0, np.inf]))
    np.testing.assert_array_equal(grid.regime >= 0, [[False, False, True], [False] * 3])


def test_a_method_with_one_rate_has_a_horizon():
    grid = core.regime_map("quartic", optimizer="rmsprop", steps=400, x=("a", [1.0, 5.0]), y=("x0", [1.0]))
    np.testing.assert_allclose(grid.layers["horizon"], [[4.0, 20.0]])  # eta = 0.01


def test_start_axes_and_the_distance_to_the_nearest_minimizer():
    xs, ys = np.linspace(-4, 4, 7), np.linspace(-4, 4, 5)
    grid = core.regime_map("himmelblau", optimizer="gd", learning_rate=0.01, steps=2000, x=("x0", xs), y=("y0", ys))
    ends = np.stack([grid.layers["final_x"], grid.layers["final_y"]], axis=-1)
    gaps = np.linalg.norm(ends[:, :, None] - core.objective("himmelblau").minimizers, axis=-1)
    np.testing.assert_allclose(grid.layers["distance"], gaps.min(axis=-1), atol=1e-12)
    assert len(np.unique(gaps.argmin(axis=-1))) == 4  # all four basins are met
    assert np.all(grid.regime == core.REGIMES.index("converging"))


def test_cells_that_leave_are_divergence():
    grid = core.regime_map("rosenbrock", optimizer="gd", steps=3000, x=("learning_rate", [1e-4, 0.1]), y=("y0", [2.0]))
    assert core.REGIMES[grid.regime[0, 1]] == "divergence"
    assert core.REGIMES[grid.regime[0, 0]] == "converging"
    assert not np.isfinite(grid.layers["final_loss"][0, 1])


@pytest.mark.parametrize("steps", [1, 7, 31])
def test_short_runs_are_undecided(steps):
    grid = core.regime_map("rosenbrock", steps=steps, x=("a", A), y=("b", B))
    assert np.all(grid.regime == core.REGIMES.index("undecided"))
    assert core.run("adam", "rosenbrock", steps=steps).regime == "undecided"
    assert np.all(np.isfinite(grid.layers["final_loss"]))


def test_rmsprop_s_exact_two_cycle_is_an_oscillation():
    f, given = "x^2/2 + y^2/2", {"learning_rate": 0.01, "beta2": 0.9}
    grid = core.regime_map(f, optimizer="rmsprop", steps=20_000, x=("x0", [1.0]), y=("epsilon", [0.0]), **given)
    run = core.run("rmsprop", f, steps=20_000, epsilon=0.0, **given)
    assert core.REGIMES[grid.regime[0, 0]] == run.regime == "oscillation"
    assert run.statistics["reversal_fraction"] > 0.99


def test_one_thread_and_many_give_the_same_map():
    one, many = (
        core.regime_map("rosenbrock", steps=500, x=("a", A), y=("b", np.geomspace(1, 900, 20)), threads=threads)
        for threads in (1, None)
    )
    np.testing.assert_array_equal(one.regime, many.regime)
    for name, layer in one.layers.items():
        np.testing.assert_array_equal(layer, many.layers[name])


@pytest.mark.parametrize("threads", [1, None])
def test_a_map_can_be_stopped_between_blocks(threads):
    asked = threading.Semaphore(2)  # two blocks may run

    def should_stop():
        return not asked.acquire(blocking=False)

    axes = {"x": ("a", np.linspace(1, 50, 32)), "y": ("b", np.linspace(1, 50, 32))}
    with pytest.raises(core.Cancelled):
        core.regime_map("quartic", steps=1000, should_stop=should_stop, threads=threads, **axes)
    assert core.regime_map("quartic", steps=10, should_stop=lambda: False, **axes).regime.shape == (32, 32)


ONE = ("b", [1.0])
REFUSALS = [
    (dict(x=("c", [1.0]), y=ONE), "x = 'c': must be one of learning_rate, beta1, beta2, epsilon"),
    (dict(x=("b", [2.0]), y=ONE), "y = 'b': the two axes must differ"),
    (dict(x=("a", []), y=ONE), "x = ('a', []): must be a parameter's name and numbers in one dimension"),
    (dict(x=("a", [[1.0]]), y=ONE), "x = ('a', [[1.0]]): must be a parameter's name and numbers"),
    (dict(x=("a", ["low"]), y=ONE), "x = ('a', ['low']): must be a parameter's name and numbers"),
    (dict(x=3, y=ONE), "x = 3: must be a parameter's name and numbers"),
    (dict(x=("a", [1.0]), y=ONE, b=3.0), "b = 3.0: b is an axis of the map already"),
    (dict(x=("a", [1.0]), y=ONE, beta1=0.5), "not both forms at once"),
    (dict(x=("a", [1.0]), y=ONE, steps=5, duration=1.0), "give one of them, not both"),
    (dict(x=("a", [1.0]), y=ONE, steps=0), "steps = 0: must be a whole number"),
    (dict(x=("a", [1.0]), y=ONE, duration=-1.0), "duration = -1.0: must be a finite number above 0"),
    (dict(x=("a", [1.0]), y=ONE, duration=1e-9), "duration = 1e-09: must be 1 to 100,000,000 steps"),
    (dict(x=("a", [1.0]), y=ONE, optimizer="gd"), "x = 'a': must be one of learning_rate, x0, y0"),
    (dict(x=("a", [1.0]), y=ONE, epsilon=-1.0), "epsilon = -1.0: must be a finite number at least 0"),
    (dict(x=("a", [1.0]), y=ONE, kappa=2.0), "kappa = 2.0: adam has no such parameter"),
]


@pytest.mark.parametrize(("given", "message"), REFUSALS)
def test_refusals_name_what_is_wrong(given, message):
    with pytest.raises(ValueError, match=r"=|:") as caught:
        core.regime_map("quartic", **given)
    assert message in str(caught.value)
