"""The three pictures under the hand, and what is compared in them."""

import math

import numpy as np
import pytest

import core
from dashboard.questions.map import SIZES as BY_DYNAMICS
from tests.browser import pages

SIZES = BY_DYNAMICS["steps"]


def handle(page, name):
    return page.get_by_role("button", name=name, exact=True)


START, RATES = "Start point", "The run on the map"

PIXELS = """([name, layer]) => {
  const canvas = adamoscope.plots[name].canvases[layer], { width, height } = canvas;
  const paper = new OffscreenCanvas(width, height).getContext("2d");
  paper.drawImage(canvas, 0, 0);
  const { data } = paper.getImageData(0, 0, width, height);
  let drawn = 0, sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (!data[i + 3]) continue;
    drawn += 1;
    sum = (31 * sum + 65536 * data[i] + 256 * data[i + 1] + data[i + 2] + i) % 9007199254;
  }
  return [drawn, sum];
}"""


def pixels(page, plot, layer):
    """[how many of a canvas's pixels are drawn, a sum that changes with them]."""
    return page.evaluate(PIXELS, [plot, layer])


def final_loss(page):
    return page.evaluate("adamoscope.shown.runs.runs[adamoscope.state.edit].loss")


def test_a_click_on_the_landscape_sets_the_start(page):
    x, y = pages.at_share(page, "landscape", 0.7, 0.35)
    there = pages.data_at(page, "landscape", x, y)
    before = pages.drawn(page)
    page.mouse.click(x, y)
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert pages.state(page)["start"] == pytest.approx(there, abs=0.01)
    assert pages.middle(handle(page, START)) == pytest.approx((x, y), abs=1.5)
    assert pages.address_state(page)["start"] == pages.state(page)["start"]
    assert float(pages.field(page, "Start x").input_value()) == pages.state(page)["start"][0]


def test_the_start_is_dragged_and_moved_by_keys(page):
    target = pages.at_share(page, "landscape", 0.3, 0.6)
    there = pages.data_at(page, "landscape", *target)
    before = pages.drawn(page)
    pages.drag(page, pages.middle(handle(page, START)), target)
    pages.wait_until_redrawn(page, before)  # while the button is down
    page.mouse.up()
    pages.at_rest(page)
    dragged = pages.state(page)["start"]
    assert dragged == pytest.approx(there, abs=0.02)
    assert pages.state(page)["view"] is None  # no zoom box came of it

    before = pages.drawn(page)
    handle(page, START).press("ArrowRight")
    pages.wait_until_redrawn(page, before)
    handle(page, START).press("ArrowUp")
    pages.at_rest(page)
    x, y = pages.state(page)["start"]
    assert x > dragged[0]
    assert y > dragged[1]
    assert pages.address_state(page) == pages.state(page)


def test_a_click_on_the_map_sets_a_and_b(page):
    x, y = pages.at_share(page, "map", 0.6, 0.4)
    there = pages.data_at(page, "map", x, y)
    before = pages.drawn(page)
    page.mouse.click(x, y)
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    values = pages.state(page)["runs"][0]["values"]
    assert [math.log10(values["a"]), math.log10(values["b"])] == pytest.approx(there, abs=0.01)
    assert pages.middle(handle(page, RATES)) == pytest.approx((x, y), abs=2)
    assert pages.address_state(page) == pages.state(page)


def test_the_maps_dot_is_dragged_and_moved_by_keys(page):
    losses = [final_loss(page)]
    start = pages.middle(handle(page, RATES))
    page.mouse.move(*start)
    page.mouse.down()
    for share in [(0.35, 0.8), (0.5, 0.6), (0.65, 0.65), (0.8, 0.3)]:
        before = pages.drawn(page)
        page.mouse.move(*pages.at_share(page, "map", *share), steps=2)
        pages.wait_until_redrawn(page, before)
        pages.wait_for(page, "!adamoscope.channels.runs.busy")
        losses.append(final_loss(page))
    page.mouse.up()
    pages.at_rest(page)
    assert len(set(losses)) == len(losses)

    values = pages.state(page)["runs"][0]["values"]
    for key, name, sign in [("ArrowLeft", "a", -1), ("ArrowUp", "b", 1)]:
        before = pages.drawn(page)
        handle(page, RATES).press(key)
        pages.wait_until_redrawn(page, before)
        pages.at_rest(page)
        moved = pages.state(page)["runs"][0]["values"]
        assert math.copysign(1, moved[name] - values[name]) == sign
        values = moved
    assert pages.address_state(page) == pages.state(page)


LAYERS = [("landscape", "ground"), ("landscape", "paths"), ("curves", "lines"), ("map", "cells")]


def test_the_canvases_hold_pictures_that_change(page):
    pages.map_ready(page, SIZES[-1])
    before = {layer: pixels(page, *layer) for layer in LAYERS}
    assert all(drawn > 300 for drawn, _ in before.values())
    pages.choose(page, "objective", "Himmelblau")
    pages.wait_for(page, "adamoscope.state.objective === 'himmelblau'")
    pages.map_ready(page, SIZES[-1])
    for layer in LAYERS:
        assert pixels(page, *layer) != before[layer], layer
        assert pixels(page, *layer)[0] > 300


def points_inside(page, window, answer="adamoscope.shown.runs"):
    """How many points of the drawn path are inside a window (x0, x1, y0, y1) of the landscape."""
    return page.evaluate(
        f"""([a0, a1, b0, b1]) => {{ const answer = {answer};"""
        """
          const { arrays, window: [x0, x1, y0, y1] } = answer, path = arrays["path 0"];
          let count = 0;
          for (let i = 0; i < path.length; i += 2) {
            const x = x0 + path[i] * (x1 - x0), y = y0 + path[i + 1] * (y1 - y0);
            if (x > a0 && x < a1 && y > b0 && y < b1) count += 1;
          }
          return count;
        }""",
        window,
    )


def zoom(page, plot, start, end):
    """Draw a zoom box over a plot, from share to share of its axes."""
    ranges = page.evaluate("(name) => adamoscope.plots[name].ranges()", plot)
    pages.drag(page, pages.at_share(page, plot, *start), pages.at_share(page, plot, *end), steps=12)
    page.mouse.up()
    pages.wait_for(
        page, "([name, ranges]) => String(adamoscope.plots[name].ranges()) !== String(ranges)", [plot, ranges]
    )


def test_a_zoom_box_on_the_landscape_brings_detail_and_a_double_click_the_whole(page):
    pages.restore(page, "steps=20000")
    whole = page.evaluate("adamoscope.plots.landscape.ranges()")
    page.evaluate("window.coarse = adamoscope.shown.runs")
    zoom(page, "landscape", (0.2, 0.4), (0.4, 0.6))  # the valley's left arm
    pages.wait_for(page, "adamoscope.state.view !== null")
    pages.at_rest(page)
    view = pages.state(page)["view"]
    assert view == pytest.approx(page.evaluate("adamoscope.plots.landscape.ranges()"), rel=1e-6)
    assert view[1] - view[0] < 0.5 * (whole[1] - whole[0])
    assert page.evaluate("adamoscope.ground.window") == pytest.approx(view, rel=1e-6)
    assert points_inside(page, view) > 1.5 * points_inside(page, view, "coarse")
    assert pages.address_state(page) == pages.state(page)

    start = pages.state(page)["start"]
    pages.double_click(page, *pages.at_share(page, "landscape", 0.9, 0.1))
    pages.wait_for(page, "adamoscope.state.view === null")
    pages.at_rest(page)
    assert page.evaluate("adamoscope.plots.landscape.ranges()") == pytest.approx(whole)
    assert pages.state(page)["start"] == start  # to look at the whole is not to set the start


def curve(page):
    """The drawn loss curve: steps, and log10 of the loss."""
    span, x, y = page.evaluate(
        """() => { const { span, arrays } = adamoscope.shown.runs;
          return [span, [...arrays["curve_x 0.0"]], [...arrays["curve_y 0.0"]]]; }"""
    )
    return span[0] + np.array(x) * (span[1] - span[0]), np.array(y)


def test_a_zoom_box_on_the_loss_keeps_every_spike(page):
    pages.restore(page)
    loss = np.log10(
        core.run("adam", "rosenbrock", start=(-1.5, 2), learning_rate=1e-3, a=1.0, b=100.0, steps=40_000).loss
    )
    k, y = curve(page)
    assert len(k) < 10_000
    assert [y.min(), y.max()] == pytest.approx([loss.min(), loss.max()], rel=1e-12)
    zoom(page, "curves", (0.6, 0.5), (0.7, 0.5))
    pages.wait_for(page, "adamoscope.state.span !== null")
    pages.at_rest(page)
    k0, k1 = pages.state(page)["span"][:2]
    assert k1 - k0 < 10_000
    shown, curve_y = curve(page)
    inside = (shown >= k0) & (shown <= k1)
    coarse = np.count_nonzero((k >= k0) & (k <= k1))
    true = loss[math.ceil(k0) : math.floor(k1) + 1]
    assert np.count_nonzero(inside) > 2 * coarse
    assert curve_y[inside].max() == pytest.approx(true.max(), rel=1e-12)
    assert curve_y[inside].min() == pytest.approx(true.min(), rel=1e-12)
    assert pages.address_state(page) == pages.state(page)

    pages.double_click(page, *pages.at_share(page, "curves", 0.5, 0.5))
    pages.wait_for(page, "adamoscope.state.span === null")
    pages.at_rest(page)
    pages.wait_for(page, "String(adamoscope.plots.curves.ranges().slice(0, 2)) === '0,40000'")
    assert pages.state(page)["at"] is None  # to look at the whole is not to move the playhead


def test_the_map_sharpens_from_coarse_to_fine(page):
    sizes = []
    page.on("response", lambda answer: "/data/map" in answer.url and sizes.append(answer))
    pages.enter(page, "Steps", "2345")
    pages.wait_for(page, "adamoscope.state.steps === 2345")
    pages.map_ready(page, SIZES[-1])
    asked = [int(answer.url.partition("size=")[2].partition("&")[0]) for answer in sizes if "2345" in answer.url]
    assert asked == list(SIZES)
    assert page.locator("#status").inner_text().startswith(f"{SIZES[-1]} × {SIZES[-1]}")


def test_the_tail_and_the_linear_axis(page):
    page.get_by_role("combobox", name="Scale of the curves").select_option("linear")
    pages.wait_for(page, "adamoscope.plots.curves.graph._fullLayout.yaxis.type === 'linear'")
    pages.at_rest(page)
    assert pages.address_state(page)["scale"] == "linear"
    page.get_by_role("combobox", name="Scale of the curves").select_option("log")
    pages.wait_for(page, "adamoscope.plots.curves.graph._fullLayout.yaxis.type === 'log'")
    page.get_by_role("combobox", name="Steps shown").select_option("tail")
    pages.wait_for(page, "String(adamoscope.plots.curves.ranges().slice(0, 2)) === '1800,2000'")
    pages.at_rest(page)
    steps, y = curve(page)
    assert page.evaluate("adamoscope.plots.curves.graph._fullLayout.yaxis.type") == "linear"
    assert np.count_nonzero((steps >= 1800 - 1e-3) & (steps <= 2000 + 1e-3)) == 201  # every step
    low, high = page.evaluate("adamoscope.plots.curves.ranges().slice(2)")
    assert low <= y[-201:].min() < y[-201:].max() <= high
    assert pages.address_state(page)["window"] == "tail"


def test_a_diagnostic_is_chosen_and_the_link_keeps_it(page):
    page.get_by_role("combobox", name="Curve", exact=True).select_option("sharpness")
    pages.wait_for(page, "adamoscope.shown.runs.runs[0].lines.length === 2")
    pages.at_rest(page)
    assert pages.address_state(page)["curve"] == "sharpness"
    gauge, threshold = page.evaluate("[0, 1].map((j) => adamoscope.shown.runs.arrays[`curve_y 0.${j}`].at(-1))")
    assert threshold == pytest.approx(np.log10(2 * 1.9 / (0.1 * 1e-3)))
    assert gauge < threshold + 1
    page.get_by_role("combobox", name="Curve", exact=True).select_option("distance")
    pages.wait_for(page, "adamoscope.shown.flows.flows[0].lines.length === 1")
    pages.at_rest(page)
    low, high = page.evaluate("adamoscope.plots.curves.ranges().slice(2)")
    far = page.evaluate("Math.max(...adamoscope.shown.flows.arrays['curve_y 0.0'])")
    assert low < far <= high


def test_two_optimizers_are_compared(page):
    before = pages.drawn(page)
    pages.choose(page, "add-run", "RMSprop")
    pages.wait_for(page, "adamoscope.state.runs.length === 2")
    pages.at_rest(page)
    assert pages.drawn(page) != before
    chips = page.get_by_role("group", name="Runs")
    name = chips.get_by_role("button", name="RMSprop", exact=True)
    assert name.get_attribute("aria-pressed") == "true"
    colours = page.evaluate("[0, 1].map(adamoscope.runColour)")
    assert len(set(colours)) == 2

    pages.enter(page, "Learning rate", "0.02")  # of the new one only
    pages.wait_for(page, "adamoscope.state.runs[1].values.learning_rate === 0.02")
    pages.at_rest(page)
    chips.get_by_role("button", name="Adam", exact=True).click()
    pages.wait_for(page, "adamoscope.state.edit === 0")
    pages.at_rest(page)
    assert float(pages.field(page, "Learning rate").input_value()) == 1e-3
    assert pages.address_state(page) == pages.state(page)

    chips.get_by_role("button", name="Remove RMSprop").click()
    pages.wait_for(page, "adamoscope.state.runs.length === 1")
    pages.at_rest(page)
    assert pages.drawn(page) == before
    assert chips.get_by_role("button", name="RMSprop", exact=True).count() == 0


def type_formula(page, text):
    page.locator("#formula").fill(text)
    page.locator("#formula").press("Enter")


def test_a_formula_is_typed(page):
    type_formula(page, "(x^2 - 1)^2 + y^2 + sin(3x)/5")
    pages.wait_for(page, "adamoscope.state.objective.includes('sin(3x)')")
    pages.at_rest(page)
    assert pages.address_state(page) == pages.state(page)
    assert page.locator("#notice").is_hidden()
    assert len(page.evaluate("adamoscope.ground.levels")) > 3
    _, y = curve(page)
    assert y[-1] != y[0]


@pytest.mark.parametrize("text", ["x +", "import os", "x.__class__", "<b>x</b>", "z^2", "x^" * 400])
def test_a_bad_formula_is_answered_and_the_page_lives(page, text):
    type_formula(page, text)
    page.locator("#formula-refusal").filter(has_text="The landscape stays as it is.").wait_for()
    assert page.locator("#formula").get_attribute("aria-invalid") == "true"
    pages.at_rest(page)
    before = pages.drawn(page)
    slider = pages.slider(page, "Learning rate")
    slider.focus()
    slider.press("ArrowRight")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)


def test_a_run_that_leaves_is_labelled_and_drawn_to_its_last_finite_point(page):
    pages.restore(page, "steps=2000&run=gd,learning_rate:0.1")
    run = page.evaluate("adamoscope.shown.runs.runs[0]")
    assert run["status"] == "diverged"
    assert run["steps"] < 2000
    sentence = page.locator("#sentence").inner_text()
    assert "leaves" in sentence
    assert "finite" in sentence
    steps, y = curve(page)
    assert np.isfinite(y).all()
    assert steps[-1] == pytest.approx(run["steps"], abs=0.5)
    assert pixels(page, "curves", "lines")[0] > 300
    pages.choose(page, "add-run", "Adam")  # beside it the others are still seen
    pages.wait_for(page, "adamoscope.shown.runs.runs.length === 2")
    pages.at_rest(page)
    assert "Adam" in page.locator("#sentence").inner_text()
