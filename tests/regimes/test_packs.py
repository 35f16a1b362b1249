"""Packs of cells: cycle detection and early retirement change no result, and save the steps."""

import numpy as np
import pytest

import core
from core.integrate.lanes import Pack

EPSILONS = ("epsilon", [0.0, 1e-8])
CASES = {
    "rest": dict(objective="booth", optimizer="gd", x=("learning_rate", [0.05, 0.06]), y=("x0", [0.0, 0.3])),
    "two-cycle": dict(objective="matyas", optimizer="rmsprop", beta2=0.9, x=("learning_rate", [0.01]), y=EPSILONS),
    "sign": dict(objective="matyas", optimizer="sign_gd", x=("learning_rate", [0.25]), y=("x0", [1.0, 2.0, 2.1])),
    "leaving": dict(objective="rosenbrock", optimizer="gd", x=("learning_rate", [1e-4, 0.1]), y=("y0", [2.0, 2.5])),
    "counts its steps": dict(objective="booth", optimizer="nesterov", x=("learning_rate", [0.01]), y=("x0", [1, 5])),
    "settled": dict(objective="(x*y - 1)^2/2", learning_rate=0.01, x=("a", [20.0, 90.0]), y=EPSILONS, b=20.0),
}  # fmt: skip
STEPS = 20_007


@pytest.fixture
def taken(monkeypatch):
    """The cell-steps that maps take, as a list that grows."""
    counts, step = [], Pack._step

    def counted(self, kind, k, count):
        counts.append(count * self.rows.shape[1])
        step(self, kind, k, count)

    monkeypatch.setattr(Pack, "_step", counted)
    return counts


def the_same(one, other):
    np.testing.assert_array_equal(one.regime, other.regime)
    for name, layer in one.layers.items():
        np.testing.assert_array_equal(layer, other.layers[name], err_msg=name)


@pytest.mark.parametrize("case", CASES)
def test_a_retired_cell_is_as_if_it_had_gone_on(case, monkeypatch, taken):
    found = core.regime_map(steps=STEPS, **CASES[case])
    saved = sum(taken)
    monkeypatch.setattr(Pack, "_on_cycle", lambda self, before: np.zeros(self.rows.shape[1], dtype=bool))
    the_same(core.regime_map(steps=STEPS, **CASES[case]), found)
    share = {"rest": 0.2, "two-cycle": 0.7, "sign": 0.5}.get(case, 1.0)
    assert saved <= share * (sum(taken) - saved)


def test_cells_that_left_take_no_more_steps(taken):
    core.regime_map("rosenbrock", optimizer="gd", steps=STEPS, x=("learning_rate", [0.1]), y=("y0", [2.0, 2.5]))
    assert sum(taken) <= 16 * 512


def test_few_cells_are_searched_for_cycles_less_often(taken):
    """A search takes as long as 500 steps of 48 cells; the map that follows a slider has few cells, and many steps."""
    axes = dict(x=("a", np.geomspace(1, 10, 6)), y=("b", np.geomspace(1, 10, 8)))
    core.regime_map("rosenbrock", steps=40_960, threads=1, **axes)
    assert sum(taken) == 48 * (40_960 + 1)
    assert len(taken) < 30


@pytest.mark.parametrize("case", CASES)
def test_a_cell_does_not_depend_on_its_company(case):
    given = dict(CASES[case])
    (x_name, xs), (y_name, ys) = given.pop("x"), given.pop("y")
    grid = core.regime_map(steps=3000, x=(x_name, xs), y=(y_name, ys), **given)
    for row, column in np.ndindex(grid.regime.shape):
        alone = core.regime_map(steps=3000, x=(x_name, [xs[column]]), y=(y_name, [ys[row]]), **given)
        assert alone.regime[0, 0] == grid.regime[row, column]
        for name, layer in grid.layers.items():
            np.testing.assert_array_equal(layer[row, column], alone.layers[name][0, 0], err_msg=name)


def test_powers_that_came_to_nothing_leave_every_bit(monkeypatch):
    for optimizer in ("adam", "nadam", "radam", "adabelief", "amsgrad", "adamax"):
        axes = dict(x=("beta1", [0.5, 0.9]), y=("beta2", [0.9, 0.99]))
        settled = core.regime_map("rosenbrock", optimizer=optimizer, steps=8000, **axes)
        with monkeypatch.context() as patched:
            step = Pack._step

            def never_settled(self, kind, k, count, step=step):
                programs = self.programs
                self.programs = lambda settled: programs(False)
                step(self, kind, k, count)

            patched.setattr(Pack, "_step", never_settled)
            the_same(core.regime_map("rosenbrock", optimizer=optimizer, steps=8000, **axes), settled)
