"""The regime map's routes: any plane, boxes, layers, one cell, typical cells, and what is refused."""

import itertools

import numpy as np
import pytest

import core
from core.regimes.lines import line as line_of
from core.regimes.scoring import counted
from dashboard.catalogue import planes
from dashboard.catalogue.lines import LINES
from dashboard.drawing.layers import colour_scale, scaled_to_bar
from dashboard.questions import map as maps
from dashboard.questions.grid import Grid
from dashboard.questions.packing import unpack
from dashboard.state import decode, encode

SHORT = "steps=2000"
LONG = "steps=40000"
SIZE = maps.SIZES["steps"][0]
serials = itertools.count()


def ask(client, route, link, **fields):
    query = {"link": link, "size": SIZE, "page": "maps", "serial": next(serials)} | fields
    response = client.get(f"/data/{route}", query_string=query)
    assert response.status_code == 200, response.data
    return unpack(response.data)


def test_the_cells_are_core_s_own(client):
    header, arrays = ask(client, "map", SHORT)
    assert (header["plane"], header["window"]) == ("a,b", [-1, 3, -1, 3])
    middles = 10 ** (-1 + 4 * (np.arange(SIZE) + 0.5) / SIZE)
    grid = core.regime_map("rosenbrock", steps=2000, x=("a", middles), y=("b", middles))
    np.testing.assert_array_equal(arrays["regime"], grid.regime)
    np.testing.assert_array_equal(arrays["short"], 2 * np.minimum(middles, middles[:, None]) < 10)
    assert header["next"] == 2 * SIZE


PLANES = [
    ("plane=beta2,beta1", "beta2,beta1"),
    ("plane=learning_rate,epsilon", "learning_rate,epsilon"),
    ("plane=learning_rate,a", "learning_rate,a"),
    ("plane=learning_rate,a&run=adam,beta1:0.9,beta2:0.99", "learning_rate,beta2"),
    ("plane=x0,y0", "x0,y0"),
    ("run=rmsprop", "learning_rate,a"),
    ("plane=a,b&run=gd", "x0,y0"),
    ("run=heavy_ball", "learning_rate,momentum"),
    ("f=quadratic&plane=learning_rate,kappa", "learning_rate,kappa"),
    ("f=quadratic&kappa=3&plane=kappa,angle", "kappa,angle"),
    ("f=power&plane=learning_rate,n&run=gd", "learning_rate,n"),
    ("f=rosenbrock&plane=learning_rate,kappa", "a,b"),
]


@pytest.mark.parametrize(("link", "plane"), PLANES)
def test_a_cell_of_any_plane_is_that_run(client, link, plane):
    """Each cell's regime and steps are those of core.run there, told apart by the miniature."""
    header, arrays = ask(client, "map", f"{SHORT}&{link}")
    assert header["plane"] == plane
    x0, x1, y0, y1 = header["window"]
    clock = core.OPTIMIZERS[decode(link)[0].edited.optimizer].clock
    for row, column in [(3, 4), (16, 9), (28, 20)]:
        x, y = x0 + (x1 - x0) * (column + 0.5) / SIZE, y0 + (y1 - y0) * (row + 0.5) / SIZE
        cell, _ = ask(client, "cell", f"{SHORT}&{link}", x=x, y=y)
        index = arrays["regime"][row, column]
        assert cell.get("regime") == (core.REGIMES[index] if index >= 0 else None)
        if plane.startswith("learning_rate") and cell["status"] != "long":
            taken = cell["steps"] * clock({"learning_rate": 10**x})
            assert taken == pytest.approx(header["duration"], rel=0.5 / cell["steps"] + 1e-9)


def test_a_map_along_a_parameter_of_the_objective_is_core_s_own(client):
    link = f"f=quadratic&plane=kappa,angle&kappa=7&run=gd,learning_rate:0.01&{SHORT}"
    header, arrays = ask(client, "map", link)
    assert header["window"] == [0, 3, 0, 3.14159]
    kappa = 10 ** (3 * (np.arange(SIZE) + 0.5) / SIZE)
    angle = 3.14159 * (np.arange(SIZE) + 0.5) / SIZE
    grid = core.regime_map(
        "quadratic", optimizer="gd", steps=2000, learning_rate=0.01, x=("kappa", kappa), y=("angle", angle)
    )
    np.testing.assert_array_equal(arrays["regime"], grid.regime)
    assert len(np.unique(grid.regime)) > 1
    state, notes = decode(link)
    assert not notes
    assert encode(state) == encode(decode(encode(state))[0])
    assert "plane=kappa,angle" in encode(state).replace("%2C", ",")
    # the map's cells do not depend on the parameter that is an axis
    assert Grid.of(state, 8) == Grid.of(decode(link.replace("kappa=7", "kappa=9"))[0], 8)


def test_theory_says_nothing_of_a_map_with_another_objective_in_every_cell(client):
    header, arrays = ask(client, "map", f"f=power&plane=learning_rate,n&{SHORT}")
    assert all(said["wanting"] == "the objective is another in every cell" for said in header["lines"].values())
    assert not any(name.startswith("line ") for name in arrays)
    grid = core.regime_map("power", steps=500, x=("n", [2.0, 4.0]), y=("b", [1.0, 100.0]))
    assert not any(counted(grid, line).any() for line in LINES.values())


@pytest.mark.parametrize("name", core.optimizers())
def test_every_optimizer_has_a_map(client, name):
    header, arrays = ask(client, "map", f"steps=300&run={name}")
    assert header["plane"] == planes.offered(name, "rates", core.resolved(name, {}))[0]
    assert arrays["regime"].shape == (SIZE, SIZE)
    assert (arrays["regime"] >= 0).any()


def test_a_box_is_cut_into_as_many_cells(client):
    header, arrays = ask(client, "map", f"{SHORT}&box=0.5,1,1.5,1.75")
    assert header["window"] == [0.5, 1, 1.5, 1.75]
    a = 10 ** (0.5 + 0.5 * (np.arange(SIZE) + 0.5) / SIZE)
    b = 10 ** (1.5 + 0.25 * (np.arange(SIZE) + 0.5) / SIZE)
    np.testing.assert_array_equal(
        arrays["regime"], core.regime_map("rosenbrock", steps=2000, x=("a", a), y=("b", b)).regime
    )


def test_the_horizon_is_the_map_s_own(client):
    _, arrays = ask(client, "map", f"{SHORT}&horizon=6")
    middles = 10 ** (-1 + 4 * (np.arange(SIZE) + 0.5) / SIZE)
    grid = core.regime_map("rosenbrock", steps=6000, x=("a", middles), y=("b", middles))
    np.testing.assert_array_equal(arrays["regime"], grid.regime)
    for horizon, words in [("1e-4", "less than one step"), ("1e5", "too long")]:
        header, _ = ask(client, "map", f"{SHORT}&horizon={horizon}")
        assert header["size"] == 0
        assert words in header["message"]


@pytest.mark.parametrize("layer", [name for name in maps.LAYERS if name != "regime"])
def test_a_layer_s_values_and_its_bar(client, layer):
    link = f"steps=6000&layer={layer}&f=styblinski_tang&x=-2&y=-2&tolerance=0.001"
    header, arrays = ask(client, "map", link)
    middles = 10 ** (-1 + 4 * (np.arange(SIZE) + 0.5) / SIZE)
    f = core.objective("styblinski_tang")
    more = {"layers": layer, "tolerance": 1e-3} if maps.LAYERS[layer].extra else {}
    grid = core.regime_map(f, start=(-2, -2), steps=6000, x=("a", middles), y=("b", middles), **more)
    expected = grid.layers[layer] - (f.minimum if layer == "tail_loss" else 0)
    np.testing.assert_allclose(arrays["values"], expected, rtol=1e-6)
    bar, finite = header["bar"], expected[np.isfinite(expected)]
    shown = finite[finite > 0] if bar["log"] else finite
    assert (shown < bar["low"]).mean() <= 0.011
    assert (shown > bar["high"]).mean() <= 0.011
    assert [bar["below"], bar["above"]] == [bool((shown < bar["low"]).any()), bool((shown > bar["high"]).any())]


def test_a_bar_has_even_decades_where_nothing_is_negative():
    layer = maps.LAYERS["swing"]
    bar, values = scaled_to_bar(np.array([0.0, 1e-3, 10.0, np.nan, np.inf]), layer, None)
    assert bar == {"low": 1e-3, "high": 10.0, "log": True, "below": False, "above": False}
    assert np.isnan(values[3])
    assert np.isfinite(values[4])
    assert not scaled_to_bar(np.array([-1.0, 1.0]), layer, None)[0]["log"]


def test_a_bar_spends_no_colours_on_rare_ends():
    values = np.concatenate([[1e-13], np.geomspace(1e-2, 1e2, 998), [1e9]])
    bar, _ = scaled_to_bar(values, maps.LAYERS["swing"], None)
    assert 1e-2 < bar["low"] < 2e-2
    assert 50 < bar["high"] < 100
    assert bar["below"]
    assert bar["above"]
    most_alike = scaled_to_bar(np.array([3.0] * 999 + [5.0]), maps.LAYERS["swing"], None)[0]
    assert (most_alike["low"], most_alike["high"]) == (3.0, 5.0)


def test_the_colours_run_evenly_from_dark_to_light():
    linear = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colour_scale(32)])
    linear = np.where(linear <= 0.04045, linear / 12.92, ((linear + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    lightness = np.where(luminance > 0.008856, 116 * np.cbrt(luminance) - 16, 903.3 * luminance)  # CIE 1976
    steps = np.diff(lightness)
    assert lightness[-1] - lightness[0] > 60
    assert steps.max() < 1.5 * steps.min()


def test_typical_cells_of_the_four_regimes(client):
    _, grid = ask(client, "map", "")
    header, arrays = ask(client, "examples", "")
    for index, name in enumerate(core.REGIMES):
        found = header["examples"][name]
        assert found["regime"] == name
        assert found["share"] == pytest.approx((grid["regime"] == index).mean())
        assert arrays[f"x {name}"][-1] == 1
    header, _ = ask(client, "examples", "steps=300&run=gd")
    assert header["examples"]["spike"] is None


def test_a_run_too_long_to_keep_has_no_miniature(client):
    header, arrays = ask(client, "cell", "plane=learning_rate,epsilon&horizon=1000", x=-5, y=-8)
    assert (header["status"], header["steps"], arrays) == ("long", 100_000_000, {})


@pytest.mark.parametrize("name", core.optimizers())
@pytest.mark.parametrize("held", ["rates", "decays"])
def test_a_plane_has_its_twin_where_the_other_pair_is_held(name, held):
    other = "decays" if held == "rates" else "rates"
    for plane, twin in zip(planes.offered(name, held), planes.offered(name, other), strict=True):
        assert planes.drawn_plane(plane, name, held) == plane
        assert planes.drawn_plane(twin, name, held) == plane
    assert planes.drawn_plane("learning_rate,psi", name, held) == planes.offered(name, held)[0]


def test_no_plane_has_an_axis_along_which_nothing_changes():
    assert "learning_rate,momentum" in planes.offered("nesterov", "rates", core.resolved("nesterov", {"momentum": 0.5}))
    assert planes.offered("nesterov", "rates", core.resolved("nesterov", {})) == ["x0,y0"]
    for case in core.OPTIMIZERS["general"].parameters[4].choices:
        values = core.resolved("general", {"special_case": case})
        idle = core.OPTIMIZERS["general"].idle(values)
        for held in ("rates", "decays"):
            axes = {name for plane in planes.offered("general", held, values) for name in plane.split(",")}
            assert not {planes.RATES.get(name, name) for name in axes} & set(idle)
        assert ("a,b" in planes.offered("general", "rates", values)) == (case in ("adam", "custom"))
    grid, _ = Grid.of(decode("run=nesterov&plane=learning_rate,momentum")[0], 8)
    assert grid.plane.name == "x0,y0"


LINE_PLANES = {  # plane -> a/b at places of the plane: Adam's defaults are eta 1e-3, a 1, b 100
    "a,b": lambda x, y: 10 ** (x - y),
    "beta2,beta1": lambda x, y: 10 ** (x - y),
    "learning_rate,a": lambda x, y: 10**y / 100,
    "learning_rate,b": lambda x, y: 1 / 10**y,
}


@pytest.mark.parametrize("plane", LINE_PLANES)
def test_a_line_runs_where_its_relation_holds(client, plane):
    header, arrays = ask(client, "map", f"{SHORT}&plane={plane}")
    for name, ratio in [("proof", 4), ("locking", 0.8), ("balance", 1)]:
        x, y = arrays[f"line {name}"].astype(float).T
        np.testing.assert_allclose(LINE_PLANES[plane](x, y)[np.isfinite(x)], ratio, rtol=1e-4)
        x0, x1, y0, y1 = header["window"]
        assert x0 <= np.nanmin(x) <= np.nanmax(x) <= x1
        assert y0 <= np.nanmin(y) <= np.nanmax(y) <= y1


def test_a_line_ends_where_its_range_does(client):
    _, arrays = ask(client, "map", SHORT)
    for name, low, high in [("contraction", 1e-4, 0.01), ("ripple-edge", 0.01, 0.3), ("quadratic-spikes", 0.03, 0.1)]:
        x, y = arrays[f"line {name}"].astype(float).T
        step = 10 ** (4 / 64)  # of the lattice on which lines are found
        shares = 1e-3 * 10 ** y[np.isfinite(y)]  # b eta
        assert low * (1 - 1e-6) <= shares.min() <= low * step
        assert high / step <= shares.max() <= high * (1 + 1e-6)
        line = line_of(name.replace("-", " "))
        np.testing.assert_allclose(10**x, line.a(10**y, 1e-3, 2.0), rtol=1e-2)


def test_how_well_a_line_separates_is_core_s_number(client):
    header, arrays = ask(client, "map", LONG)
    middles = 10 ** (-1 + 4 * (np.arange(SIZE) + 0.5) / SIZE)
    grid = core.regime_map("rosenbrock", steps=40_000, x=("a", middles), y=("b", middles))
    values = core.resolved("adam", {})
    told = 0
    for name, line in LINES.items():
        said = header["lines"][name]
        if "wanting" in said:
            assert not line.holds("adam", grid.parameters, "rosenbrock").any()
            assert f"line {name}" not in arrays
            continue
        expected = core.separation(grid, line, shortest=10)
        assert said["separation"] == (None if np.isnan(expected) else pytest.approx(expected))
        assert said["cells"] == counted(grid, line, 10).sum()
        told += said["separation"] is not None
    assert told >= 4
    assert line_of("balance").applies("adam", values, "rosenbrock") is None
    assert "line published-map" in arrays


@pytest.mark.parametrize(
    ("link", "words", "left"),
    [
        ("run=heavy_ball", "Heavy ball has no a and b", set()),
        ("run=lion", "Lion's step is not Adam's", set()),
        ("run=nadam", "NAdam's step is not Adam's", set()),
        ("run=amsgrad", "AMSGrad's step is not Adam's", set()),
        ("run=adamw,weight_decay:0.01", "AdamW's step is not Adam's", set()),
        ("run=general,special_case:custom", "step is not Adam's", set()),
        ("run=adam,learning_rate_schedule:1/sqrt(t)", "learning rate is not constant", {"bounded-update", "balance"}),
        ("f=saddle", "no minimum of f was found", {"bounded-update", "balance"}),
        ("f=quartic", "Hessian is singular", {"proof", "bounded-update", "balance"}),
        ("f=x^4%2By^4", "ε must be at most 10⁻³⁰", {"proof", "bounded-update", "balance"}),
        (
            "f=x^4%2By^4&run=adam,epsilon:0", "Hessian is singular",
            {"proof", "bounded-update", "balance", "wedge-calm-edge", "wedge-quick-edge"},
        ),
        ("f=quadratic&run=adam,epsilon:1", "more than 1 % of √(v)", {"proof", "bounded-update", "balance"}),
    ],
)  # fmt: skip
def test_lines_are_drawn_and_offered_where_they_hold(client, link, words, left):
    header, arrays = ask(client, "map", f"steps=300&{link}")
    offered = {name for name, said in header["lines"].items() if "wanting" not in said}
    assert offered - {"published-map"} == left
    outline = decode(link)[0].edited.optimizer == "adam"
    assert ("published-map" in offered) == ("line published-map" in arrays) == outline
    assert any(words in said.get("wanting", "") for said in header["lines"].values())
    assert {name.removeprefix("line ") for name in arrays if name.startswith("line ")} - {"published-map"} <= left


def test_the_published_outline_is_over_a_and_b_only(client):
    header, arrays = ask(client, "map", f"{SHORT}&plane=beta2,beta1")
    assert header["lines"]["published-map"] == {"wanting": "it is over a and b"}
    assert "line published-map" not in arrays


def test_the_limit_s_map_and_the_difference(client):
    link, size = "steps=2000&f=quadratic&box=0.5,2,0.5,2", maps.FLOW_SIZES[0]
    header, arrays = ask(client, "map", f"{link}&dynamics=flow", size=size)
    middles = 10 ** (0.5 + 1.5 * (np.arange(size) + 0.5) / size)
    limit = core.flow_map("quadratic", duration=2.0, x=("a", middles), y=("b", middles))
    np.testing.assert_array_equal(arrays["regime"], limit.regime)
    steps = core.regime_map("quadratic", steps=2000, x=("a", middles), y=("b", middles))
    header, arrays = ask(client, "map", f"{link}&dynamics=difference", size=size)
    np.testing.assert_array_equal(arrays["regime"], steps.regime)
    np.testing.assert_array_equal(arrays["limit"], limit.regime)
    assert header["differs"] == (steps.regime != limit.regime).mean()


@pytest.mark.parametrize(
    ("link", "words"),
    [("dynamics=flow&run=lion", "No ODE limit"), ("layer=sharpness_ratio&run=lion", "no preconditioned sharpness")],
)
def test_what_is_not_known_is_said(client, link, words):
    size = maps.FLOW_SIZES[0] if "flow" in link else SIZE
    header, _ = ask(client, "map", f"{SHORT}&{link}", size=size)
    assert header["size"] == 0
    assert words in header["message"]


def test_a_finer_map_is_offered_while_it_takes_seconds():
    asked = maps.RegimeMap.of(decode("steps=1000000")[0], 32)
    assert asked.refusal == ""
    assert asked.next_size is None
    assert "too long" in maps.RegimeMap.of(decode("steps=1000000")[0], 64).refusal
