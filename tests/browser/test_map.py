"""The regime map as an instrument: planes, the dot on them, boxes, layers, its link, and the four regimes."""

import math
import re

import pytest

import core
from dashboard.catalogue import planes
from dashboard.questions.map import SIZES as BY_DYNAMICS
from tests.browser import pages

SIZES = BY_DYNAMICS["steps"]

DOT = "The run on the map"
COARSE = SIZES[0]


@pytest.fixture
def page(window):
    """The module's window on a short run of Adam: small maps come at once."""
    page, complaints = window
    page.evaluate("window.scrollTo(0, 0)")
    pages.restore(page, "steps=2000")
    fresh(page)
    yield page
    assert complaints == []


def fresh(page, condition="true"):
    """Wait for a map of the present state, of any size."""
    pages.at_rest(page)
    pages.wait_for(page, f"adamoscope.map?.size > 0 && !adamoscope.mapStale && ({condition})")


def final_loss(page):
    return page.evaluate("adamoscope.shown.runs.runs[0].loss")


def choose_plane(page, name):
    page.get_by_label("Plane of the map").select_option(name)
    fresh(page, f"adamoscope.map.plane === '{name}'")


def layer(page, name):
    page.get_by_label("What colours the map").select_option(name)
    fresh(page, f"adamoscope.map.layer === '{name}'")


def box(page, start, end):
    """Draw a box on the map from share to share of its axes."""
    before = page.evaluate("String(adamoscope.state.box)")
    pages.drag(page, pages.at_share(page, "map", *start), pages.at_share(page, "map", *end), steps=12)
    page.mouse.up()
    pages.wait_for(page, "(before) => String(adamoscope.state.box) !== before", before)
    fresh(page, "String(adamoscope.map.window) === String(adamoscope.state.box)")
    return pages.state(page)["box"]


PLANES = {
    plane: (name, held)
    for held in ("rates", "decays")
    for name in core.optimizers()
    for plane in planes.offered(name, held, core.resolved(name, {}))
}
OF_OBJECTIVE = {plane: objective for objective in planes.OWN for plane in planes.of_objective(objective)}
PLANES |= dict.fromkeys(OF_OBJECTIVE, ("adam", "rates"))
SPOKEN = """() => [document.body.innerText, ...[...document.querySelectorAll("[title], [aria-label]")].flatMap(
  (element) => [element.title, element.getAttribute("aria-label") ?? ""])].join("\\n")"""


@pytest.mark.parametrize("name", PLANES)
def test_every_plane_is_told_in_words(page, name):
    optimizer, held = PLANES[name]
    decays = "".join(f",{p.name}:{p.default}" for p in core.OPTIMIZERS[optimizer].numeric if p.name.startswith("beta"))
    run = f"{optimizer}{decays if held == 'decays' else ''}"
    pages.restore(page, f"f={OF_OBJECTIVE.get(name, 'booth')}&steps=200&plane={name}&run={run}")
    fresh(page, f"adamoscope.map.plane === '{name}' && !adamoscope.channels.examples.busy")
    page.mouse.move(*pages.at_share(page, "map", 0.52, 0.43))
    pages.wait_for(page, "document.querySelector('#map-readout').innerText.length > 5")
    readout = page.locator("#map-readout").inner_text()
    for axis in name.split(","):
        assert f"{planes.symbol(axis)} " in readout
    if not any(word in readout for word in ("no such", "gave up")):
        page.locator("#map-plot .card:not([hidden])").wait_for(timeout=pages.TIMEOUT)
    spoken = page.evaluate(SPOKEN)
    assert "[object" not in spoken
    assert "undefined" not in spoken
    assert "NaN" not in spoken
    assert page.locator("#notice").is_hidden()


def test_the_dot_moves_the_objective_s_parameter(page):
    pages.restore(page, "f=quadratic&steps=200&plane=learning_rate,kappa&run=gd,learning_rate:0.01")
    fresh(page, "adamoscope.map.plane === 'learning_rate,kappa'")
    page.mouse.click(*pages.at_share(page, "map", 0.3, 0.25))
    pages.wait_for(page, "adamoscope.state.objective_parameters.kappa !== 50")
    kappa = pages.state(page)["objective_parameters"]["kappa"]
    assert kappa == pytest.approx(10 ** (3 * 0.25), rel=0.1)


def test_the_loss_follows_the_dot_across_the_map(page):
    losses = [final_loss(page)]
    page.mouse.move(*pages.middle(page.get_by_role("button", name=DOT)))
    page.mouse.down()
    for share in [(0.3, 0.8), (0.4, 0.65), (0.55, 0.5), (0.7, 0.35), (0.85, 0.2)]:
        before = pages.drawn(page)
        page.mouse.move(*pages.at_share(page, "map", *share), steps=2)
        pages.wait_until_redrawn(page, before)
        pages.wait_for(page, "!adamoscope.channels.runs.busy")
        losses.append(final_loss(page))
    page.mouse.up()
    pages.at_rest(page)
    assert len(set(losses)) == len(losses)
    assert not page.evaluate("adamoscope.mapStale")  # the map is of every a and b
    assert pages.address_state(page) == pages.state(page)


@pytest.mark.parametrize("name", ["beta2,beta1", "learning_rate,epsilon", "learning_rate,a", "x0,y0"])
def test_on_any_plane_the_dot_is_the_run_and_a_click_moves_it(page, name):
    choose_plane(page, name)
    assert pages.address_state(page)["plane"] == name
    before, asked = pages.drawn(page), page.evaluate("adamoscope.mapAsked")
    horizon = page.evaluate("adamoscope.map.duration")
    x, y = pages.at_share(page, "map", 0.3, 0.6)
    page.mouse.click(x, y)
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert pages.middle(page.get_by_role("button", name=DOT)) == pytest.approx((x, y), abs=2)
    there, state = pages.data_at(page, "map", x, y), pages.state(page)
    run = state["runs"][0]["values"]
    values = {"x0": state["start"][0], "y0": state["start"][1]}
    assert state["runs"][0]["held"] == ("decays" if name == "beta2,beta1" else "rates")  # what was touched last
    for axis, unit in zip(name.split(","), there, strict=True):
        value = values.get(axis, run.get(axis))
        shown = 1 - value if axis.startswith("beta") else value
        assert (value if name == "x0,y0" else math.log10(shown)) == pytest.approx(unit, abs=0.02)
    if name.startswith("learning_rate"):  # as on the map: as far in eta * steps
        assert run["learning_rate"] * state["steps"] == pytest.approx(horizon, rel=0.01)
    assert page.evaluate("adamoscope.mapAsked") == asked
    assert pages.address_state(page) == pages.state(page)

    before = pages.drawn(page)
    page.get_by_role("button", name=DOT).press("ArrowDown")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert pages.data_at(page, "map", *pages.middle(page.get_by_role("button", name=DOT)))[1] < there[1]


def test_the_theory_s_lines_are_switched_and_held_against_the_map(page):
    picture = "adamoscope.plots.map.canvases.cells.toDataURL()"
    assert pages.state(page)["lines"] == ["proof", "contraction", "ripple-edge"]
    before, row = page.evaluate(picture), page.locator("#lines tr[data-line='locking']")
    row.get_by_role("checkbox").check()
    pages.wait_for(page, f"(before) => {picture} !== before", before)
    pages.at_rest(page)
    assert pages.address_state(page)["lines"] == ["proof", "contraction", "ripple-edge", "locking"]
    assert re.search(r"\d % of \d[\d,]* cells", page.locator("#lines tr[data-line='proof'] .share").inner_text())
    assert page.locator("#lines tr[data-line='locking'] .share").inner_text() == "claims no regime"
    refused = page.locator("#lines tr[data-line='wedge-calm-edge']")
    assert refused.get_by_role("checkbox").is_disabled()
    assert "no power |x|ⁿ" in refused.inner_text()
    for name in pages.state(page)["lines"]:
        page.locator(f"#lines tr[data-line='{name}']").get_by_role("checkbox").uncheck()
    pages.at_rest(page)
    assert pages.address_state(page)["lines"] == []


def test_the_limit_and_the_difference_have_maps_of_their_own(page):
    pages.restore(page, "f=quadratic&steps=1000&box=0.5,2,0.5,2")
    fresh(page)
    for dynamics in ("flow", "difference"):
        page.get_by_label("Steps, their ODE limit, or the difference").select_option(dynamics)
        fresh(page, f"adamoscope.map.dynamics === '{dynamics}' && adamoscope.map.size > 8")
    assert pages.address_state(page)["dynamics"] == "difference"
    page.mouse.move(*pages.at_share(page, "map", 0.6, 0.5))
    page.mouse.move(*pages.at_share(page, "map", 0.6, 0.6), steps=2)
    assert "limit: " in page.locator("#map-readout").inner_text()


def test_every_method_has_a_plane(page):
    pages.restore(page, "steps=2000&run=rmsprop")
    fresh(page, "adamoscope.map.plane === 'learning_rate,a'")
    pages.restore(page, "steps=2000&run=gd")
    fresh(page, "adamoscope.map.plane === 'x0,y0'")
    assert page.get_by_label("Plane of the map").locator("option").all_inner_texts() == ["the start"]


def test_boxes_lead_in_again_and_again_and_back(page):
    first = box(page, (0.2, 0.3), (0.7, 0.8))
    assert first == pytest.approx([-0.2, 1.8, 0.2, 2.2], abs=0.05)
    second = box(page, (0.25, 0.25), (0.75, 0.75))
    assert second == pytest.approx([0.3, 1.3, 0.7, 1.7], abs=0.05)
    assert pages.address_state(page)["box"] == second
    pages.map_ready(page, SIZES[-1])  # at full resolution inside the box

    page.get_by_role("button", name="← back").click()
    fresh(page, "String(adamoscope.map.window) === String(adamoscope.state.box)")
    assert pages.state(page)["box"] == first
    assert page.evaluate("adamoscope.plots.map.ranges()") == pytest.approx(first)
    page.keyboard.press("Escape")
    fresh(page, "String(adamoscope.map.window) === '-1,3,-1,3'")
    assert pages.state(page)["box"] is None
    assert page.get_by_role("button", name="← back").is_hidden()


def test_a_double_click_leads_back_and_leaves_the_dot(page):
    values = pages.state(page)["runs"][0]["values"]
    box(page, (0.2, 0.5), (0.7, 0.9))
    pages.double_click(page, *pages.at_share(page, "map", 0.8, 0.2))
    pages.wait_for(page, "adamoscope.state.box === null")
    fresh(page)
    assert pages.state(page)["runs"][0]["values"] == values


def test_layers_have_a_bar_and_a_value_under_the_pointer(page):
    picture = "adamoscope.plots.map.canvases.cells.toDataURL()"
    bar, readout = page.locator("#map-bar"), page.locator("#map-readout")
    assert bar.is_hidden()
    seen = {page.evaluate(picture)}
    for name, title in [("swing", "swing"), ("tail_loss", "tail loss"), ("crest_factor", "crest factor")]:
        layer(page, name)
        seen.add(page.evaluate(picture))
        assert bar.is_visible()
        page.mouse.move(*pages.at_share(page, "map", 0.6, 0.5))
        page.mouse.move(*pages.at_share(page, "map", 0.6, 0.6), steps=2)
        assert title in readout.inner_text()
    assert len(seen) == 4
    assert pages.address_state(page)["layer"] == "crest_factor"


def test_a_card_shows_the_run_of_the_cell_under_the_pointer(page):
    page.mouse.move(*pages.at_share(page, "map", 0.5, 0.55))
    page.mouse.move(*pages.at_share(page, "map", 0.5, 0.6), steps=2)
    card = page.locator(".card")
    card.wait_for(state="visible")
    assert "2,000 steps" in card.inner_text()
    assert "crest factor" in card.inner_text()
    assert card.locator("canvas").count() == 1
    before = pages.state(page)
    page.mouse.move(*pages.at_share(page, "landscape", 0.5, 0.5))
    card.wait_for(state="hidden")
    assert pages.state(page) == before


def test_a_link_keeps_plane_layer_box_and_horizon(browser, server, page):
    choose_plane(page, "learning_rate,epsilon")
    layer(page, "tail_loss")
    field = page.get_by_label("Horizon of the map's runs")
    field.fill("4")
    field.press("Enter")
    fresh(page, "adamoscope.map.duration === 4")
    chosen = box(page, (0.2, 0.2), (0.6, 0.6))
    pages.at_rest(page)
    complaints = []
    with pages.visitor(browser, complaints) as other:
        pages.open_page(other, server, pages.address(page).partition("?")[2])
        fresh(other)
        assert other.evaluate("adamoscope.map.window") == chosen
        assert other.evaluate("[adamoscope.map.plane, adamoscope.map.layer, adamoscope.map.duration]") == [
            "learning_rate,epsilon", "tail_loss", 4,
        ]  # fmt: skip
        assert other.evaluate("adamoscope.plots.map.ranges()") == pytest.approx(chosen)
        assert pages.state(other) == pages.state(page)
    assert complaints == []


def test_a_horizon_that_is_no_number_is_named(page):
    field = page.get_by_label("Horizon of the map's runs")
    field.fill("-3")
    field.press("Enter")
    refusal = page.locator("#horizon-refusal")
    refusal.wait_for()
    assert "-3" in refusal.inner_text().replace("−", "-")
    assert field.get_attribute("aria-invalid") == "true"
    assert field.input_value() == "2"
    assert pages.state(page)["horizon"] is None


def test_to_go_back_is_to_see_the_finest_map_again(page):
    link = "f=quadratic&steps=400"
    pages.restore(page, link)
    pages.map_ready(page, SIZES[-1])
    cells = page.evaluate("adamoscope.map.arrays.regime.join()")
    pages.restore(page, link.replace("400", "800"))
    fresh(page)
    page.evaluate(
        """() => {
          const { map } = adamoscope.plots, redraw = map.redraw.bind(map);
          window.sizesSeen = [];
          map.redraw = (...names) => {
            if (!adamoscope.mapStale && adamoscope.state.steps === 400) sizesSeen.push(adamoscope.map.size);
            redraw(...names);
          };
        }"""
    )
    pages.restore(page, link)
    pages.map_ready(page, SIZES[-1])
    assert set(page.evaluate("sizesSeen")) == {SIZES[-1]}
    assert page.evaluate("adamoscope.map.arrays.regime.join()") == cells


def test_the_four_regimes_are_runs_of_this_map_and_lead_there(page):
    pages.restore(page, "")
    pages.map_ready(page, SIZES[-1])
    pages.wait_for(page, "adamoscope.examples && !adamoscope.channels.examples.busy")
    for name in ("spike", "oscillation", "divergence", "converging"):
        picture = page.locator(f"#example-{name}")
        assert picture.locator("canvas").count() == 1
        before = pages.drawn(page)
        picture.click()
        pages.wait_until_redrawn(page, before)
        pages.at_rest(page)
        assert page.evaluate("adamoscope.shown.runs.runs[0].regime") == name


def test_a_regime_that_does_not_occur_is_said_so(page):
    pages.restore(page, "steps=2000&run=gd")
    pages.map_ready(page, SIZES[-1])
    pages.wait_for(page, "adamoscope.examples?.examples.spike === null")
    spike = page.locator("#example-spike")
    assert "Does not occur" in spike.inner_text()
    assert spike.is_disabled()


def test_a_slot_is_enlarged(page):
    places = {name: page.locator(f".slot.{name}").bounding_box() for name in ("landscape", "curves", "map")}
    page.get_by_role("button", name="Enlarge the map").click()
    pages.wait_for(page, "adamoscope.plots.map.area().height > 400")
    assert page.locator(".slot.map").bounding_box() == places["landscape"]
    assert page.locator(".slot.landscape").bounding_box() == places["map"]
    pages.at_rest(page)
    assert pages.address_state(page)["large"] == "map"
    page.get_by_role("button", name="Enlarge the landscape").click()
    pages.wait_for(page, "adamoscope.plots.landscape.area().height > 400")
    assert page.locator(".slot.map").bounding_box() == places["map"]
