"""Big maps by tiles: the same map, kept, resumed, cancelled, and on workers that get lost."""

import json
import os

import numpy as np
import pytest

import core
from core import tiling as tiles

A, B = np.geomspace(0.5, 200, 11), np.geomspace(0.5, 2000, 7)
ASKED = dict(objective="rosenbrock", x=("a", A), y=("b", B), steps=1500, learning_rate=1e-3)


def the_same(one, other):
    np.testing.assert_array_equal(one.regime, other.regime)
    np.testing.assert_array_equal(one.steps, other.steps)
    assert one.x[0] == other.x[0]
    np.testing.assert_array_equal(one.x[1], other.x[1])
    assert set(one.layers) == set(other.layers)
    for name, layer in one.layers.items():
        np.testing.assert_array_equal(layer, other.layers[name], err_msg=name)
    assert set(one.parameters) == set(other.parameters)
    for name, value in one.parameters.items():
        np.testing.assert_array_equal(value, other.parameters[name], err_msg=name)


@pytest.fixture
def computed(monkeypatch):
    """The tiles that are computed, as a list that grows."""
    pieces, compute = [], tiles.compute
    monkeypatch.setattr(tiles, "compute", lambda piece: pieces.append(piece) or compute(piece))
    return pieces


def test_tiles_make_the_same_map_and_are_kept(tmp_path, computed):
    told = []
    grid = core.tiled_map(tmp_path, tile=4, progress=told.append, **ASKED)
    the_same(grid, core.regime_map(**ASKED))
    assert np.any(grid.regime == -1)  # b above 1/eta
    assert len(computed) == 6
    assert [p.done for p in told] == [1, 2, 3, 4, 5, 6]
    assert told[-1].seconds_left == 0
    assert told[0].seconds_left > 0
    the_same(core.tiled_map(tmp_path, tile=4, **ASKED), grid)
    assert len(computed) == 6
    core.tiled_map(tmp_path, tile=4, **ASKED | {"epsilon": 1e-4})
    assert len(computed) == 12
    (file,) = (path for path in tmp_path.glob("*/map.npz") if len(computed) and _epsilon(path) == 1e-8)
    the_same(tiles.load(file), grid)
    assert json.loads((file.parent / "question.json").read_text())["steps"] == 1500


def _epsilon(path):
    return tiles.load(path).parameters["epsilon"]


def test_a_cancelled_map_goes_on_where_it_was(tmp_path, computed):
    done = []
    with pytest.raises(core.Cancelled):
        core.tiled_map(tmp_path, tile=4, progress=done.append, should_stop=lambda: len(done) >= 2, **ASKED)
    assert len(done) == 2
    del computed[:]
    the_same(core.tiled_map(tmp_path, tile=4, **ASKED), core.regime_map(**ASKED))
    assert len(computed) == 4


def test_the_rule_is_applied_to_kept_tiles(tmp_path, computed):
    """Other thresholds run nothing again, and the file says which they were."""
    core.tiled_map(tmp_path, tile=4, **ASKED)
    del computed[:]
    thresholds, seen = core.Thresholds(crest=2, rises=0.4), {}
    grid = core.tiled_map(
        tmp_path, tile=4, thresholds=thresholds, found=lambda *tile: seen.update({tile[:2]: tile[2]}), **ASKED
    )
    the_same(grid, core.regime_map(**ASKED, thresholds=thresholds))
    assert not computed
    for (row, column), tile in seen.items():
        rows, columns = tile.regime.shape
        np.testing.assert_array_equal(grid.regime[row : row + rows, column : column + columns], tile.regime)
    assert sum(tile.regime.size for tile in seen.values()) == grid.regime.size
    (file,) = tmp_path.glob("*/map.npz")
    with np.load(file) as kept:
        question = json.loads(str(kept["question"]))
    assert (question["thresholds"]["crest"], question["steps"]) == (2, 1500)


def test_an_objective_with_parameters_has_tiles_of_its_own(tmp_path, computed):
    asked = {"x": ("a", [1.0, 10.0]), "y": ("b", [1.0, 10.0]), "steps": 500}
    for n in (2.0, 4.0):
        f = core.objective("power", n=n)
        the_same(core.tiled_map(tmp_path, f, **asked), core.regime_map(f, **asked))
    assert len(computed) == 2


def test_a_map_is_saved_whole(tmp_path):
    grid = core.regime_map("quartic", optimizer="gd", steps=100, x=("learning_rate", [1e-3, 1e-2]), y=("x0", [1.0]))
    tiles.save(grid, tmp_path / "one.npz")
    the_same(tiles.load(tmp_path / "one.npz"), grid)
    assert os.listdir(tmp_path) == ["one.npz"]


def test_refusals(tmp_path):
    with pytest.raises(ValueError, match="tile = 0"):
        core.tiled_map(tmp_path, tile=0, **ASKED)
    with pytest.raises(ValueError, match="must have an objective of known minimum"):
        core.tiled_map(tmp_path, layers="steps_to_tolerance", **ASKED | {"objective": "x^2 + y^2 + cos(x)"})
    with pytest.raises(ValueError, match="adam has no such parameter"):
        core.tiled_map(tmp_path, momentum=0.5, **ASKED)


def test_a_lost_worker_costs_a_retry_not_the_map(tmp_path):
    distributed = pytest.importorskip("distributed")
    lost = []
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:

        def lose_one(progress):
            if not lost:
                lost.append(next(iter(cluster.workers.values())))
                lost[0].process.process.kill()

        grid = core.tiled_map(
            tmp_path, tile=4, scheduler=cluster.scheduler_address, progress=lose_one, **ASKED | {"steps": 100_000}
        )
    the_same(grid, core.regime_map(**ASKED | {"steps": 100_000}))
    assert lost


@pytest.mark.parametrize("name", ["rosenbrock", "(x+y)^4 + x^2"])
def test_a_map_on_disk_still_says_what_it_is_of(tmp_path, name):
    grid = core.tiled_map(tmp_path, name, x=("a", A), y=("b", B), steps=50, tile=8)
    (file,) = tmp_path.glob("*/map.npz")
    for found in (grid, tiles.load(file)):
        assert found.optimizer == "adam"
        assert found.objective is core.objective(name)
