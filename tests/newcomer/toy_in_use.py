"""What follows from toy.py alone. Run by tests/test_newcomer.py in a copy of the project that has it."""

import numpy as np
import pytest

import core
from app import server
from dashboard.questions.packing import unpack
from dashboard.state import decode, encode

CANVAS = {"x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300, "curve_width": 400}
LINK = "steps=500&run=toy,learning_rate:0.01,b:20,echo:0.25"


@pytest.fixture(scope="module")
def client():
    return server.test_client()


def test_it_is_among_the_optimizers_and_runs():
    assert "toy" in core.optimizers()
    run = core.run("toy", "3x - 0.5y", start=(0.0, 0.0), steps=100, learning_rate=0.01, echo=0.5)
    np.testing.assert_allclose(run.position[-1], [-1.0, 1.0], rtol=1e-12)
    with pytest.raises(ValueError, match=r"echo = 2.0: must be 0 <= echo <= 1"):
        core.run("toy", "quartic", echo=2)


def test_a_map_has_its_parameters_as_axes():
    rates, echoes = [10.0, 100.0], [0.0, 0.5, 1.0]
    grid = core.regime_map(
        "quadratic", optimizer="toy", steps=500, learning_rate=1e-2, x=("b", rates), y=("echo", echoes)
    )
    for row, column in np.ndindex(3, 2):
        run = core.run("toy", "quadratic", steps=500, learning_rate=1e-2, b=rates[column], echo=echoes[row])
        assert core.REGIMES[grid.regime[row, column]] == run.regime
        assert grid.layers["final_x"][row, column] == run.position[-1, 0]
    assert len(np.unique(grid.layers["final_y"])) > 1


def dictionaries(node):
    """Every dictionary in nested JSON."""
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    if isinstance(node, dict):
        yield node
    for child in children:
        yield from dictionaries(child)


def test_the_page_has_its_slider_and_its_entry(client):
    found = list(dictionaries(client.get("/_dash-layout").json))
    (slider,) = [d for d in found if d.get("id") == "p-echo"]
    assert (slider["label"], slider["value"], slider["low"], slider["high"]) == ("Echo", 0.1, 0.0, 1.0)
    (entry,) = [d for d in found if d.get("value") == "toy"]
    assert entry["label"] == "Echoing Signum"


def test_a_link_holds_it(client):
    state, notes = decode(LINK)
    assert notes == []
    assert {"learning_rate": 0.01, "b": 20, "echo": 0.25}.items() <= state.edited.values.items()
    assert encode(state) == LINK


def test_the_page_s_pictures_show_it(client):
    response = client.get("/data/runs", query_string={"link": LINK} | CANVAS)
    assert response.status_code == 200
    header, _ = unpack(response.data)
    assert header["sentence"].startswith("Echoing Signum ")
    run = core.run("toy", "rosenbrock", steps=500, learning_rate=0.01, b=20, echo=0.25)
    assert header["runs"][0]["end"] == run.position[-1].tolist()
