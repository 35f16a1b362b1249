"""The rule's thresholds in the link, and all that follows them: runs, sentence, map, examples, and the chain itself."""

import numpy as np
import pytest

import core
from core.regimes.course import crest_factors
from core.regimes.rule import questions
from core.regimes.statistics import Statistics
from dashboard.questions import map as maps
from dashboard.questions.packing import unpack
from dashboard.state import RULE, decode, encode

SPIKING = "steps=20000"
CANVAS = {"x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300, "curve_width": 400}


def ask(client, route, link, **fields):
    response = client.get(f"/data/{route}", query_string={"link": link} | fields)
    assert response.status_code == 200, response.data
    return unpack(response.data)


def test_the_thresholds_are_in_the_link():
    link = "crest=20&narrow=0.25&wide=4&rises=0.01&fall_decades=1"
    state, notes = decode(link)
    assert not notes
    assert state.thresholds == core.Thresholds(crest=20, narrow=0.25, wide=4, rises=0.01, fall_decades=1)
    assert decode(encode(state))[0] == state
    assert decode("")[0].thresholds == core.THRESHOLDS
    assert encode(decode("")[0]) == ""
    assert "Crest factor: '0.5' is not possible" in decode("crest=0.5")[1][0]


def test_run_and_sentence_follow_a_threshold(client):
    usual, _ = ask(client, "runs", SPIKING, **CANVAS)
    strict, _ = ask(client, "runs", f"{SPIKING}&crest=1000", **CANVAS)
    assert usual["runs"][0]["regime"] == "spike"
    run = core.run("adam", "rosenbrock", start=(-1.5, 2), steps=20_000)
    assert strict["runs"][0]["regime"] == run.classified(core.Thresholds(crest=1000)) != "spike"
    assert "spikes" in usual["sentence"]
    assert "spikes" not in strict["sentence"]


def test_the_map_is_classified_again_without_running_again(client, monkeypatch):
    link, size = "steps=3000", {"size": 32, "page": "naming", "serial": 1}
    ask(client, "map", link, **size)
    thresholds = core.Thresholds(crest=2, wide=1)
    middles = 10 ** (-1 + 4 * (np.arange(32) + 0.5) / 32)
    grid = core.regime_map("rosenbrock", steps=3000, x=("a", middles), y=("b", middles), thresholds=thresholds)
    monkeypatch.setattr(core, "regime_map", None)
    header, arrays = ask(client, "map", f"{link}&crest=2&wide=1", **size)
    np.testing.assert_array_equal(arrays["regime"], grid.regime)
    assert header["lines"]["proof"]["separation"] == pytest.approx(core.separation(grid, "proof", shortest=10))
    examples, _ = ask(client, "examples", f"{link}&crest=2&wide=1", **size)
    assert {name for name, found in examples["examples"].items() if found} == {
        name for i, name in enumerate(core.REGIMES) if np.any(grid.regime == i)
    }


def test_the_limit_s_map_is_classified_too(client):
    size = {"size": maps.FLOW_SIZES[0], "page": "naming flow", "serial": 1}
    link = "dynamics=flow&horizon=5"
    usual = ask(client, "map", link, **size)[1]["regime"]
    moved = ask(client, "map", f"{link}&rises=1", **size)[1]["regime"]
    assert np.all(moved[usual >= 0] == core.REGIMES.index("converging"))
    assert np.any(usual != moved)


def test_the_chain_ends_where_the_rule_does(client):
    for link in (SPIKING, f"{SPIKING}&crest=1000", f"{SPIKING}&crest=1000&narrow=0&wide=100", "run=adam,a:100,b:1"):
        header, arrays = ask(client, "naming", link, width=500)
        decides, asked = header["decides"], header["questions"]
        assert header["regime"] == ("undecided" if decides is None else asked[decides]["regime"])
        assert 0 <= arrays["x"].min() <= arrays["x"].max() <= 1
    assert header["window"]["first"] == 30_001


def test_the_window_keeps_every_extreme(client):
    header, arrays = ask(client, "naming", SPIKING, width=200)
    run = core.run("adam", "rosenbrock", start=(-1.5, 2), steps=20_000)
    loss = run.loss[-5000:]
    assert len(arrays["y"]) < 4 * 202
    assert (arrays["y"].min(), arrays["y"].max()) == tuple(np.log10([loss.min(), loss.max()]))
    for half, part in zip(header["window"]["halves"], np.split(loss, 2), strict=True):
        above = part - loss.min()
        assert half["crest"] == pytest.approx(above.max() / above.mean())


def test_a_run_without_a_window_is_told(client):
    header, arrays = ask(client, "naming", "steps=20", width=100)
    assert (header["window"], header["regime"], header["decides"], arrays) == (None, "undecided", None, {})
    header, _ = ask(client, "naming", "run=gd,learning_rate:1&steps=2000", width=100)
    assert (header["regime"], header["decides"], header["window"]) == ("divergence", 0, None)


def test_the_smaller_crest_factor_is_the_layer():
    run = core.run("adam", "rosenbrock", steps=20_000)
    statistics = Statistics.of_trajectory(run.position, run.loss, 5000)
    assert crest_factors(statistics).min() == run.statistics["crest_factor"]
    assert next(name for name, (holds, _) in questions(run.statistics).items() if holds) == "crest"


def test_every_threshold_starts_at_core_s(client):
    assert {name: p.default for name, p in RULE.items()} == {name: getattr(core.THRESHOLDS, name) for name in RULE}
