"""The landscape, the sentence, the map's labels, and the bytes on the wire."""

import struct
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest

import core
from dashboard.figures import landscape, narration, regime_map
from dashboard.services.packing import json_text, pack, unpack


@pytest.mark.parametrize("name", [*core.objectives(), "log(x) + y^2"])
def test_the_landscape(name):
    f = core.objective(name)
    view = f.domain
    header, arrays = landscape.landscape(f, *view)
    shade, lines, starts = arrays["shade"], arrays["lines"], arrays["starts"]
    assert (shade.dtype, lines.dtype, starts.dtype) == (np.uint8, np.uint16, np.uint32)
    lines = np.where(lines == landscape.BETWEEN, np.nan, lines / landscape.PARTS)
    assert shade.shape == (header["rows"], header["columns"])
    rows, columns = shade.shape
    x, y = np.linspace(*view[0], columns), np.linspace(*view[1], rows)
    value = f.value(x[None, :], y[:, None])
    np.testing.assert_array_equal(shade == 255, ~np.isfinite(value))
    order = np.argsort(value[np.isfinite(value)], kind="stable")
    assert np.all(np.diff(shade[np.isfinite(value)][order].astype(int)) >= 0)  # darker means lower, everywhere
    assert shade[np.isfinite(value)].min() == 0
    assert len(starts) == len(header["levels"]) + 1
    assert starts[0] == 0
    assert starts[-1] == len(lines)
    assert np.nanmin(lines) >= 0
    assert np.nanmax(lines) <= 1
    for begin, end in pairwise(starts):  # every level's line runs along one value of f
        if end > begin:
            at = lines[begin:end].astype(float)
            at = at[~np.isnan(at[:, 0])]
            along = f.value(view[0][0] + at[:, 0] * np.ptp(view[0]), view[1][0] + at[:, 1] * np.ptp(view[1]))
            assert np.ptp(along) <= 0.1 * np.ptp(value[np.isfinite(value)]) + 1e-9


def test_a_landscape_of_nothing_is_blank():
    header, arrays = landscape.landscape(core.objective("log(-1-x^2)"), (-1, 1), (-1, 1))
    assert header["levels"] == []
    assert np.all(arrays["shade"] == 255)


SENTENCES = [
    ("adam", "rosenbrock", {"a": 1.0, "b": 100.0}, 40_000, "spike", "spikes: the loss rests near 10"),
    ("adam", "rosenbrock", {"a": 10.0, "b": 10.0}, 40_000, "oscillation", "ripples: the loss settles at 10"),
    ("adam", "rosenbrock", {"a": 100.0, "b": 1.0}, 40_000, "divergence", "stalls: nothing goes to infinity"),
    ("adam", "quartic", {"a": 1.0, "b": 100.0}, 40_000, "converging", "stays calm"),
    ("gd", "quadratic", {}, 4000, "converging", "converges: after 4,000 steps the loss is 10"),
    ("gd", "rosenbrock", {"learning_rate": 0.1}, 50, "divergence", "leaves: after step "),
    ("adam", "rosenbrock", {}, 20, "undecided", "after 20 steps: too short a run"),
]


@pytest.mark.parametrize(("name", "objective", "given", "steps", "regime", "words"), SENTENCES)
def test_the_sentence_says_what_is_seen(name, objective, given, steps, regime, words):
    run = core.run(name, objective, steps=steps, **given)
    assert run.regime == regime
    method = core.OPTIMIZERS[name]
    sentence = narration.sentence(run, run.regime, method.title, given if method.has_rates and given else None)
    assert sentence.startswith(f"{method.title} ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "nan" not in sentence


def test_a_run_between_regimes_is_said_to_be():
    between = SimpleNamespace(
        status="completed",
        regime="undecided",
        loss=np.ones(9),
        statistics={"tail_loss": 1e-6, "swing": 1.2},
        objective=core.objective("quadratic"),
    )
    said = narration.sentence(between, between.regime, "Adam", {"a": 6.0, "b": 1.0})
    assert "between regimes: the loss is near 10⁻⁶, its swing 1.2 steps" in said
    assert "between a = 4b" in said


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (np.inf, "infinity"),
        (0.5, "0.5"),
        (1e-9, "10⁻⁹"),
        (2.5e7, "2.5 × 10⁷"),
        (-3e-5, "-3 × 10⁻⁵"),
    ],
)
def test_numbers_in_prose(value, text):
    assert narration.scientific(value) == text


def test_labels_stand_deep_in_their_own_patch():
    regime = np.full((20, 30), 2, np.int8)
    regime[:, 15:] = 3
    regime[0, 0] = 1
    regime[-1] = -1
    a, b = np.geomspace(0.1, 1000, 30), np.geomspace(0.1, 1000, 20)
    found = regime_map.labels(regime, a, b, core.REGIMES)
    assert [label["name"] for label in found] == ["spike", "divergence"]  # one cell is not named
    for label in found:
        row, column = np.searchsorted(b, label["y"]), np.searchsorted(a, label["x"])
        near = regime[row - 2 : row + 3, column - 2 : column + 3]
        assert near.shape == (5, 5)
        assert np.all(near == core.REGIMES.index(label["name"]))
    assert "spike 50 %, divergence 50 %" in regime_map.shares(regime, core.REGIMES)


@pytest.mark.parametrize("dtype", ["float32", "float64", "uint8", "int8", "uint16", "uint32"])
@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (3, 5), (0, 2)])
def test_packed_arrays_come_back(dtype, shape):
    array = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    body = pack({"title": "Ackley’s ε"}, {"one": array, "two": array.T})
    (length,) = struct.unpack_from("<I", body)
    assert (4 + length) % 8 == 0  # the browser's views need aligned arrays
    header, arrays = unpack(body)
    assert header == {"title": "Ackley’s ε"}
    for name, expected in (("one", array), ("two", array.T)):
        assert arrays[name].dtype == dtype
        np.testing.assert_array_equal(arrays[name], expected)


def test_numbers_that_json_has_no_word_for_are_null():
    odd = [float("nan"), float("inf"), np.float64("-inf"), 1.5]
    header, _ = unpack(pack({"loss": odd[0], "runs": [{"end": tuple(odd), "notes": ["λ"]}]}, {}))
    assert header == {"loss": None, "runs": [{"end": [None, None, None, 1.5], "notes": ["λ"]}]}
    assert json_text({"a": {"b": odd}}) == '{"a":{"b":[null,null,null,1.5]}}'
