"""The map of the ODE limit: each cell is core.flow's, sampled by the clock; small steps give the same map."""

import numpy as np
import pytest

import core
from core.optimizers.general import CASES
from core.regimes.course import STATISTICS

A, B = [1.0, 10.0, 80.0], [2.0, 40.0]
PLANE = {"x": ("a", A), "y": ("b", B)}


@pytest.mark.parametrize(("optimizer", "objective"), [("adam", "quadratic"), ("adamw", "himmelblau")])
def test_a_cell_is_its_flow_sampled_by_the_clock(optimizer, objective):
    eta, duration = 1e-3, 4.0
    grid = core.flow_map(objective, optimizer=optimizer, duration=duration, learning_rate=eta, **PLANE)
    for row, column in np.ndindex(grid.regime.shape):
        flow = core.flow(optimizer, objective, duration=duration, a=A[column], b=B[row])
        points = flow(np.linspace(0, duration, 4001))
        np.testing.assert_allclose(grid.layers["final_x"][row, column], points[-1, 0], atol=1e-5)
        tail = points[-1000:].reshape(8, -1, 2)
        swing = np.median(np.ptp(tail, axis=1).max(axis=1) / 2) / eta
        np.testing.assert_allclose(grid.layers["swing"][row, column], swing, rtol=0.02, atol=0.02)
    assert set(STATISTICS) <= set(grid.layers)
    assert grid.steps[0, 0] == 4000


def test_small_steps_give_the_flow_s_map():
    given = dict(start=(2.0, 1.0), learning_rate=2e-4, epsilon=1e-3, duration=8.0, **PLANE)
    flows, steps = core.flow_map("quadratic", **given), core.regime_map("quadratic", **given)
    np.testing.assert_array_equal(flows.steps, steps.steps)
    gap = np.hypot(*(flows.layers[name] - steps.layers[name] for name in ("final_x", "final_y")))
    assert np.all(gap < 0.02)
    moving = flows.layers["tail_loss"] > 1e-12  # below it the integrator's tolerance is what is left
    assert moving.sum() >= 3
    np.testing.assert_array_equal(flows.regime[moving], steps.regime[moving])


@pytest.mark.parametrize("case", CASES)
def test_the_swing_of_each_special_case_is_in_the_step_map_s_unit(case):
    # A window of a movement that is still under way, read from a run with NumPy: the median half extent of its eight
    # blocks in learning rates where a step is of that size, else in mean steps.
    eta, given = 5e-4, {"special_case": case, "epsilon": 0.1}
    flows = core.flow_map("quadratic", optimizer="general", duration=1.0, learning_rate=eta, **given, **PLANE)
    steps = core.regime_map("quadratic", optimizer="general", duration=1.0, learning_rate=eta, **given, **PLANE)
    np.testing.assert_allclose(flows.layers["swing"], steps.layers["swing"], rtol=0.05)
    run = core.run("general", "quadratic", steps=2000, learning_rate=eta, a=A[0], b=B[0], **given)
    blocks = run.position[-496:].reshape(8, 62, 2)
    half = np.median(np.ptp(blocks, axis=1).max(axis=1)) / 2
    unit = eta if case in ("adam", "rmsprop", "custom") else np.hypot(*np.diff(run.position[-496:], axis=0).T).mean()
    assert flows.layers["swing"][0, 0] == pytest.approx(half / unit, rel=0.05)


def test_other_flows_and_axes():
    grid = core.flow_map(
        "booth", optimizer="gd", duration=3.0, learning_rate=0.01, x=("x0", [0.0, 2.0]), y=("y0", [0.0, np.inf])
    )
    np.testing.assert_array_equal(grid.regime, [[0, 0], [-1, -1]])
    assert np.all(grid.layers["distance"][0] < 0.02)
    sign = core.flow_map("matyas", optimizer="sign_gd", duration=9.0, x=("x0", [1.0]), y=("y0", [0.5]))
    assert core.REGIMES[sign.regime[0, 0]] == "converging"  # arrived, at rest
    leaves = core.flow_map("-x^4", optimizer="gd", duration=9.0, learning_rate=0.01, x=("x0", [1.0]), y=("y0", [0.0]))
    assert core.REGIMES[leaves.regime[0, 0]] == "divergence"
    assert leaves.layers["finite"][0, 0] == 0


def test_cells_that_reach_the_step_limit_are_marked():
    grid = core.flow_map("quadratic", duration=5.0, max_steps=20, **PLANE)
    assert np.all(grid.layers["step_limit"] == 1)
    assert np.all(grid.regime == core.REGIMES.index("undecided"))
    assert np.all(np.isnan(grid.layers["swing"]))


@pytest.mark.parametrize("threads", [1, None])
def test_it_can_be_stopped_between_cells(threads):
    asked = iter([False, False])
    with pytest.raises(core.Cancelled):
        core.flow_map("quadratic", should_stop=lambda: next(asked, True), threads=threads, **PLANE)


def test_refusals():
    with pytest.raises(ValueError, match="no ODE limit is known"):
        core.flow_map("quartic", optimizer="lion", **PLANE)
    with pytest.raises(ValueError, match="duration = 0"):
        core.flow_map("quartic", duration=0, **PLANE)
    with pytest.raises(ValueError, match="variant = 'none'"):
        core.flow_map("quartic", variant="none", **PLANE)
