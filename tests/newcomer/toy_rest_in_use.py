"""What follows from one file or one row of each other kind. Run by tests/test_newcomer.py in a copy that has them."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest

import core
from app import server
from core.formulas.parsing import read
from dashboard.catalogue.lines import LINES
from dashboard.questions.packing import unpack
from dashboard.state import decode, encode

CANVAS = {"x0": -2, "x1": 2, "y0": -1, "y1": 3, "width": 400, "height": 300, "curve_width": 400, "scale": "linear"}


@pytest.fixture(scope="module")
def client():
    return server.test_client()


@pytest.fixture(scope="module")
def page(client):
    """The texts of the page's layout."""
    return client.get("/_dash-layout").text


def exact(x, y):
    return 1 - mpmath.exp(-((x - y) ** 2)) + mpmath.mpf(y) ** 2 / 4


def test_an_operation_is_typed_differentiated_run_mapped_and_printed():
    formula = "1 - toybump(x - y) + y^2/4"
    f = core.objective(formula)
    for x, y in ((0.3, -0.4), (1.5, 0.2), (-0.7, 0.9)):
        orders = (1, 0), (0, 1), (2, 0), (1, 1), (0, 2)
        fx, fy, xx, xy, yy = (float(mpmath.diff(exact, (x, y), order)) for order in orders)
        assert f.value(x, y) == pytest.approx(float(exact(x, y)), rel=1e-14)
        np.testing.assert_allclose(f.gradient(x, y), [fx, fy], rtol=1e-9)
        np.testing.assert_allclose(f.hessian(x, y), [[xx, xy], [xy, yy]], rtol=1e-8)
    given = dict(start=(0.7, -0.3), steps=300, learning_rate=1e-2)
    grid = core.regime_map(formula, x=("a", [1.0, 10.0]), y=("b", [10.0]), **given)
    assert grid.layers["final_x"][0, 1] == core.run("adam", formula, a=10.0, b=10.0, **given).position[-1, 0]
    reading = read("toybump(x)")
    assert reading.latex == r"\operatorname{toybump}\left(x\right)"
    assert eval(reading.python, {"np": np}, {"x": 0.5}) == pytest.approx(np.exp(-0.25))


def test_an_objective_is_listed_runs_has_its_parameter_and_its_link(client, page):
    assert "toy_bowl" in core.objectives()
    run = core.run("gd", core.objective("toy_bowl", depth=3.0), start=(1.0, -1.0), steps=4, learning_rate=0.1)
    np.testing.assert_allclose(run.position[:, 0], 0.4 ** np.arange(5), rtol=1e-12)  # 1 - 2 depth eta
    np.testing.assert_allclose(run.position[:, 1], -(0.8 ** np.arange(5)), rtol=1e-12)
    link = "f=toy_bowl&depth=3"
    state, notes = decode(link)
    assert (state.objective, state.objective_parameters, notes, encode(state)) == ("toy_bowl", {"depth": 3.0}, [], link)
    assert "Toy bowl" in page
    assert '"f-depth"' in page
    header, _ = unpack(client.get("/data/runs", query_string={"link": f"{link}&steps=200&run=gd"} | CANVAS).data)
    assert header["runs"][0]["status"] == "completed"


def test_a_line_is_scored_drawn_and_told(page):
    a, b = [3.0, 30.0], [5.0]
    grid = core.regime_map("quartic", x=("a", a), y=("b", b), steps=200)
    apart = replace(grid, regime=np.array([[core.REGIMES.index(n) for n in ("spike", "divergence")]], dtype=np.int8))
    assert core.separation(apart, "toy line") == 1.0
    values = core.resolved("adam", {})
    assert LINES["toy-line"].applies("adam", values, "quartic") is None
    assert "constant" in LINES["toy-line"].applies("adam", values | {"learning_rate_schedule": "1/t"}, "quartic")
    assert decode("lines=toy-line")[0].lines == ("toy-line",)
    assert "a toy of an edge" in page


def test_a_question_is_asked_at_its_address(client):
    assert client.get("/data/toy_question?link=steps=400&x=100").json == {"share": 0.25}
    refused = client.get("/data/toy_question?link=steps=400&x=far")
    assert (refused.status_code, refused.json) == (400, {"error": "x = 'far': must be a finite number"})


def test_a_curve_is_offered_kept_in_the_link_and_drawn(client, page):
    assert "Toy coordinate" in page
    assert "Where the iterate is, from left to right." in page
    link = "steps=300&curve=toy_curve"
    state, notes = decode(link)
    assert (state.curve, notes, encode(state)) == ("toy_curve", [], link)
    header, arrays = unpack(client.get("/data/runs", query_string={"link": link} | CANVAS).data)
    assert header["label"] == "x"
    np.testing.assert_array_equal(arrays["curve_y 0.0"], core.run("adam", "rosenbrock", steps=300).position[:, 0])


def test_a_lesson_stands_on_the_page_with_a_link_that_opens(page):
    assert "toy lesson" in page
    assert '"href":"?f=toy_bowl"' in page.replace('": "', '":"')
    assert decode("f=toy_bowl")[1] == []


def test_a_section_stands_on_the_page(page):
    assert "section-toy_section" in page
    assert "What a newcomer writes." in page
