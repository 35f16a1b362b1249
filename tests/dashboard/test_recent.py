"""What was computed lately: the runs that nobody edits are not computed anew."""

import numpy as np
import pytest

import core
from dashboard.drawing.curves import Canvas
from dashboard.questions import results
from dashboard.questions.packing import unpack
from dashboard.questions.recent import Recent
from dashboard.state import decode

CANVAS = Canvas((-2.0, 2.0), (-2.0, 2.0), 300, 300, 300, None, "log")


def test_the_least_recently_used_goes_first():
    recent, computed = Recent(100), []

    def get(name, size=40):
        return recent.get({"name": name}, lambda: computed.append(name) or name.upper(), lambda _: size)

    assert [get(name) for name in "abab"] == ["A", "B", "A", "B"]
    get("a")
    get("c")  # no room for b
    get("a")
    assert computed == ["a", "b", "c"]
    get("b")
    assert computed == ["a", "b", "c", "b"]
    assert recent.size == 80
    get("huge", 101)
    get("huge", 101)
    assert computed[-2:] == ["huge", "huge"]
    assert recent.size == 80


def test_what_raises_is_not_kept():
    recent = Recent(100)
    with pytest.raises(ZeroDivisionError):
        recent.get("q", lambda: 1 / 0, lambda _: 1)
    assert recent.get("q", lambda: 3, lambda _: 1) == 3


@pytest.mark.parametrize(("answer", "name"), [(results.runs, "run"), (results.flows, "flow")])
def test_only_the_edited_run_is_computed(answer, name, monkeypatch):
    computed, compute = [], getattr(core, name)
    monkeypatch.setattr(core, name, lambda *args, **kwargs: computed.append(args[0]) or compute(*args, **kwargs))
    link = "run=adam,a:10,b:{}&run=rmsprop&run=adagrad&steps=3217"
    answer(decode(link.format(31))[0], CANVAS)
    assert sorted(computed) == ["adagrad", "adam", "rmsprop"]
    header, arrays = unpack(answer(decode(link.format(32))[0], CANVAS))
    assert computed[3:] == ["adam"]
    monkeypatch.setattr(results, "_parts", Recent(0))
    fresh, drawn = unpack(answer(decode(link.format(32))[0], CANVAS))
    assert header == fresh
    assert arrays.keys() == drawn.keys()
    for key, array in drawn.items():
        np.testing.assert_array_equal(arrays[key], array)
