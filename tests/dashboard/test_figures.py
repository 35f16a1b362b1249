"""The landscape, the sentence, the map's labels, and the bytes on the wire."""

import struct
from itertools import pairwise

import numpy as np
import pytest

import core
from dashboard.drawing import landscape, regime_map
from dashboard.questions.packing import json_text, pack, unpack


@pytest.mark.parametrize("name", [*core.objectives(), "log(x) + y^2"])
def test_the_landscape_s_shade_has_the_order_of_f_and_its_lines_are_contours(name):
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
