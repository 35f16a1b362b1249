"""Layers that are asked for, against slow twins over the kept iterates; thresholds that are given."""

import numpy as np
import pytest

import core
from core.analyses import preconditioned_sharpness, sharpness_threshold
from core.regimes.course import Whole, layers
from core.regimes.extras import EXTRA_LAYERS, has_sharpness
from core.regimes.map import _cuts
from core.regimes.statistics import BLOCKS, Statistics


def slow_layers(s, step_size):
    """The rule's numbers as NumPy says them."""
    least = s.block_min.min(axis=0)
    peaks, means = s.block_max - least, s.block_mean - least
    trend = s.block_mean[0] - s.block_mean[-1]
    halves = (2, BLOCKS // 2, -1)
    leap = np.any(peaks[1:] > 10 * peaks[:-1], axis=0)
    crests = peaks.reshape(halves).max(axis=1) / means.reshape(halves).mean(axis=1)
    return {
        "tail_loss": s.block_mean.mean(axis=0),
        "peak": peaks.max(axis=0),
        "crest_factor": crests.min(axis=0),
        "swing": np.median(s.half_range, axis=0) / step_size,
        "fall_decades": np.log10(peaks[0] / peaks[-1]),
        "falling": np.select(
            [trend > 2 / 3 * peaks.max(axis=0), np.all(np.diff(peaks, axis=0) <= 0, axis=0), leap], [2.0, 1.0, -1.0]
        ),
    }


def test_the_rule_s_numbers_are_those_of_numpy():
    rng, cells = np.random.default_rng(2), 5000
    high, low, mean = np.sort(rng.lognormal(sigma=20, size=(3, BLOCKS, cells)), axis=0)[[2, 0, 1]]
    high[:, 4000:] = np.sort(high[:, 4000:], axis=0)[::-1]  # some fall all along
    half_range = rng.normal(size=(BLOCKS, cells))
    half_range[:, :500] = np.round(half_range[:, :500])  # ties
    high[:, :7] = low[:, :7] = mean[:, :7] = 0.25  # a constant loss: 0/0
    high[3, 7:9] = np.nan  # what left the numbers
    middles = rng.normal(size=(2, BLOCKS, cells))
    statistics = Statistics(high, low, mean, half_range, *middles, *np.zeros((4, cells)), block_length=50)
    nowhere = (np.zeros(cells), np.zeros(cells))
    found = layers(statistics, 0.5, Whole(np.ones(cells), nowhere, nowhere, True, lambda x, y: np.zeros(x.shape, bool)))
    with np.errstate(all="ignore"):
        expected = slow_layers(statistics, 0.5)
    assert np.isnan(found["swing"][7:9]).all()
    assert not found["falling"][7:9].any()
    for name, values in expected.items():
        kept = np.r_[0:7, 9:cells]
        np.testing.assert_allclose(found[name][kept], values[kept], rtol=1e-14, err_msg=name)
    assert 500 < np.count_nonzero(found["falling"] > 0) < 2000
    assert np.count_nonzero(found["falling"] < 0) > 500


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("cells", [0, 1, 25, 1024, 65_536])
def test_packs_leave_no_cell_out(cells, threads):
    cuts = _cuts(cells, max(1, min(4096, cells // 8)), threads)
    assert (cuts[0], cuts[-1]) == (0, cells)
    assert all(np.diff(cuts) > 0)


A, B, STEPS = [1.0, 10.0, 100.0], [3.0, 100.0], 30_000
WINDOW = STEPS // 4 // 8 * 8
AXES = {"x": ("a", A), "y": ("b", B)}


def runs(objective, optimizer="adam", **given):
    """(row, column, the run) of every cell."""
    for row, b in enumerate(B):
        for column, a in enumerate(A):
            yield row, column, core.run(optimizer, objective, steps=STEPS, a=a, b=b, **given)


def rises(excess):
    """The rises by two decades and more, as factors: a loop over turning points, as one would do by hand."""
    found, trough, top = [], np.inf, None
    for e in np.maximum(excess, 1e-25):
        if top is None:
            trough = min(trough, e)
            if e > 100 * trough:
                top = e
                found.append(top / trough)
        else:
            top = max(top, e)
            found[-1] = top / trough
            if e < top / 100:
                trough, top = e, None
    return found


def test_spikes_and_steps_to_a_tolerance():
    grid = core.regime_map(
        "rosenbrock", steps=STEPS, layers=["spikes", "spike_height", "steps_to_tolerance"], tolerance=1e-9, **AXES
    )
    for row, column, run in runs("rosenbrock"):
        found = rises(run.loss[-WINDOW:])
        assert grid.layers["spikes"][row, column] == len(found)
        height = np.log10(max(found)) if found else np.nan
        np.testing.assert_allclose(grid.layers["spike_height"][row, column], height, rtol=1e-9)
        reached = np.flatnonzero(run.loss <= 1e-9)
        np.testing.assert_equal(grid.layers["steps_to_tolerance"][row, column], reached[0] if reached.size else np.nan)
    assert grid.layers["spikes"].max() > 5
    assert np.isnan(grid.layers["steps_to_tolerance"]).any()
    assert np.isfinite(grid.layers["steps_to_tolerance"]).any()


@pytest.mark.parametrize("steps", [1, 20, 33])
def test_a_tolerance_is_watched_to_the_last_iterate(steps):
    run = core.run("gd", "booth", steps=steps, learning_rate=0.05)
    given = dict(optimizer="gd", steps=steps, x=("learning_rate", [0.05]), y=("x0", [core.objective("booth").start[0]]))
    for tolerance, expected in ((run.loss[-1], steps), (run.loss[-2], steps - 1), (run.loss[-1] * 0.999, np.nan)):
        grid = core.regime_map("booth", layers="steps_to_tolerance", tolerance=float(tolerance), **given)
        np.testing.assert_equal(grid.layers["steps_to_tolerance"], [[expected]])


def test_without_a_known_minimum_the_least_loss_of_the_map_stands_for_it():
    formula = "cos(x) + cos(y) + x^2/20"
    grid = core.regime_map(
        formula, start=(0.3, 0.2), steps=STEPS, layers=["least_loss", "steps_to_tolerance"], tolerance=1e-3, **AXES
    )
    losses = {(row, column): run.loss for row, column, run in runs(formula, start=(0.3, 0.2))}
    least = min(loss.min() for loss in losses.values())
    for place, loss in losses.items():
        assert grid.layers["least_loss"][place] == loss.min()
        reached = np.flatnonzero(loss <= least + 1e-3)
        np.testing.assert_equal(grid.layers["steps_to_tolerance"][place], reached[0] if reached.size else np.nan)


SHARP = [name for name in core.optimizers() if has_sharpness(core.OPTIMIZERS[name])]


def test_most_methods_have_a_sharpness_to_follow():
    assert {"gd", "heavy_ball", "rmsprop", "adam", "adamw", "amsgrad", "adabelief", "adagrad"} <= set(SHARP)


@pytest.mark.parametrize("optimizer", SHARP)
def test_the_greatest_sharpness_over_its_threshold(optimizer):
    for start in ((-0.5, 0.4), (0.2, 1.5)):
        given = dict(steps=800, learning_rate=1e-3)
        grid = core.regime_map(
            "rosenbrock", optimizer=optimizer, x=("x0", [start[0]]), y=("y0", [start[1]]), layers=["sharpness_ratio"],
            **given,
        )  # fmt: skip
        run = core.run(optimizer, "rosenbrock", start=start, **given | {"steps": 801})
        ratio = (preconditioned_sharpness(run) / sharpness_threshold(run))[-200:]  # the window, one step on
        np.testing.assert_allclose(grid.layers["sharpness_ratio"][0, 0], np.nanmax(ratio), rtol=1e-9)


def test_layers_that_are_asked_for_change_no_other():
    plain = core.regime_map("himmelblau", steps=4000, **AXES)
    full = core.regime_map("himmelblau", steps=4000, layers=list(EXTRA_LAYERS), **AXES)
    assert set(full.layers) - set(plain.layers) == set(EXTRA_LAYERS)
    for name, layer in plain.layers.items():
        np.testing.assert_array_equal(layer, full.layers[name], err_msg=name)


def test_a_wrong_layer_is_refused():
    with pytest.raises(ValueError, match=r"layers = .'shape',.: must be names among steps_to_tolerance, least_loss"):
        core.regime_map("quartic", layers=["shape"], **AXES)
    with pytest.raises(ValueError, match="lion has no sharpness"):
        core.regime_map("quartic", optimizer="lion", layers="sharpness_ratio", **AXES)


def test_thresholds_may_be_given_before_or_after():
    given = core.Thresholds(crest=2.0, narrow=0.01, wide=0.02)
    plain = core.regime_map("rosenbrock", steps=STEPS, **AXES)
    strict = core.regime_map("rosenbrock", steps=STEPS, thresholds=given, **AXES)
    assert np.any(plain.regime != strict.regime)
    np.testing.assert_array_equal(plain.classified(given).regime, strict.regime)
    np.testing.assert_array_equal(strict.classified(core.Thresholds()).regime, plain.regime)
    for row, column, run in runs("rosenbrock"):
        assert run.classified(given) == core.REGIMES[strict.regime[row, column]]
        assert run.classified(core.Thresholds()) == run.regime


def test_a_window_at_the_end_of_float64_is_told_without_a_warning():
    """Of losses whose sum overflows the mean is infinite; warnings are errors here."""
    points = np.random.default_rng(0).normal(size=(2000, 2)) * 1e200
    found = Statistics.of_trajectory(points, np.full(2000, 1.5e308), 800)
    assert np.all(found.block_mean == np.inf)
    assert np.isfinite(found.mean_step)
