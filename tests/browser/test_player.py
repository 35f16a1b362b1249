"""The playhead: play, scrub, keys, link, and what is shown of the step that it stands on."""

import numpy as np
import pytest

import core
from core import analyses
from tests.browser import pages

ADAM = "steps=2000"
FOUND = "adamoscope.playhead()?.k === adamoscope.state.at"


@pytest.fixture
def run():
    return core.run("adam", "rosenbrock", start=(-1.5, 2.0), steps=2000, learning_rate=1e-3, a=1, b=100)


def look_at(page, link):
    pages.restore(page, link)
    pages.wait_for(page, FOUND)


def at(page):
    return page.evaluate("adamoscope.state.at")


def transport(page, name):
    return page.get_by_role("button", name=name, exact=True)


def inspected(page, heading):
    """The numbers under a heading of the inspector, as they are written."""
    cell = page.locator("#inspector .cell").filter(has=page.get_by_text(heading, exact=True))
    return [float(text.replace("−", "-")) for text in cell.locator(".value").all_inner_texts() if text]


@pytest.mark.parametrize("speed", ["100", "300"])
def test_play_advances_at_the_speed_asked_and_the_link_keeps_where_it_paused(page, speed):
    look_at(page, f"{ADAM}&at=0")
    page.get_by_label("Steps a second").select_option(speed)
    with pages.by_hand(page):
        transport(page, "Play").click()
        played = pages.outcome(
            page,
            """async (frames) => {
              for (let i = 0; i < frames; i++) {
                while (!adamoscope.tiles.stepAt(adamoscope.state.at)) await due.pause(5); // else the player waits, too
                byHand.frame(1000 / 64);
              }
              return adamoscope.state.at;
            }""",
            96,
        )
        assert played == int(speed) * 96 / 64
        transport(page, "Pause").click()
    pages.at_rest(page)
    assert pages.address_state(page)["at"] == at(page) == played
    pages.idle(page)
    assert at(page) == played


def test_play_runs_to_the_end_and_lets_go(page):
    pages.restore(page, "steps=400&at=300")
    page.get_by_label("Steps a second").select_option("300")
    transport(page, "Play").click()
    pages.wait_for(page, "adamoscope.state.at === null && !adamoscope.player.playing")
    pages.at_rest(page)
    assert pages.address_state(page)["at"] is None
    assert transport(page, "One step on").is_disabled()


def test_one_step_buttons_and_keys(page):
    look_at(page, f"{ADAM}&at=700")
    transport(page, "One step on").click()
    assert at(page) == 701
    transport(page, "One step back").click()
    page.evaluate("document.activeElement.blur()")
    for key, step in [("ArrowLeft", 699), ("ArrowRight", 700), ("Shift+ArrowRight", 720), ("Home", 0), ("End", None)]:
        page.keyboard.press(key)
        assert at(page) == step
    page.keyboard.press("ArrowLeft")
    assert at(page) == 1999
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert page.evaluate("adamoscope.player.playing")
    page.keyboard.press("Space")
    assert not page.evaluate("adamoscope.player.playing")
    pages.at_rest(page)


def test_keys_in_fields_and_on_sliders_are_theirs(page):
    look_at(page, f"{ADAM}&at=700")
    pages.slider(page, "β₂").focus()
    page.keyboard.press("ArrowRight")
    pages.field(page, "a").focus()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    pages.field(page, "a").fill("1")
    assert at(page) == 700
    assert not page.evaluate("adamoscope.player.playing")
    page.evaluate("document.activeElement.blur()")


def test_the_slider_scrubs_by_mouse_and_by_keys(page, run):
    pages.restore(page, ADAM)
    scrub = pages.slider(page, "Playhead")
    box = scrub.bounding_box()
    y = box["y"] + box["height"] / 2
    pages.drag(page, (box["x"] + box["width"] - 6, y), (box["x"] + box["width"] / 2, y))
    pages.wait_for(page, "adamoscope.playhead() !== null")
    # while the hand moves a step nearby may stand for it, but its numbers are its own
    k, x = page.evaluate(
        """() => {
          const { k, data, row } = adamoscope.playhead();
          return [k, [...data.arrays["position 0"].subarray(2 * row, 2 * row + 2)]];
        }"""
    )
    assert 800 < k < 1200
    np.testing.assert_array_equal(x, run.position[k])
    page.mouse.up()
    pages.wait_for(page, FOUND)
    pages.at_rest(page)
    there = at(page)
    assert pages.address_state(page)["at"] == there
    scrub.focus()
    page.keyboard.press("ArrowRight")
    assert at(page) == there + 1
    assert scrub.get_attribute("aria-valuetext") == f"step {there + 1}"


def test_a_click_on_the_loss_moves_the_playhead_there(page):
    pages.restore(page, ADAM)
    x, y = pages.at_share(page, "curves", 0.4, 0.5)
    page.mouse.click(x, y)
    pages.wait_for(page, FOUND)
    pages.at_rest(page)
    assert pages.address_state(page)["at"] == pytest.approx(800, abs=4)
    pages.drag(page, (x, y), (x + 80, y))
    page.mouse.up()
    pages.wait_for(page, "adamoscope.state.span !== null")
    pages.at_rest(page)
    assert at(page) == pytest.approx(800, abs=4)


@pytest.mark.parametrize("method", ["adam", "heavy_ball", "adamw,weight_decay:0.5", "lion", "adagrad_norm"])
def test_the_arrows_and_the_inspector_have_the_core_s_numbers(page, method):
    k, name = 700, method.partition(",")[0]
    look_at(page, f"{ADAM}&run={method}&at={k}&overlays=gradient,momentum,step,rates,mirror")
    state = pages.state(page)["runs"][0]
    seen = analyses.steps(core.run(name, "rosenbrock", start=(-1.5, 2.0), steps=2000, **state["values"]), [k])
    part = page.evaluate("adamoscope.stepParts(adamoscope.plots.landscape, adamoscope.playhead())")
    np.testing.assert_array_equal([part["x"], part["y"]], seen.position[0])
    for shown, known in [("gradient", seen.gradient), ("direction", seen.direction), ("lowest", seen.lowest)]:
        np.testing.assert_array_equal(np.array(part[shown], dtype=float), known[0])
    np.testing.assert_array_equal(np.array(part["rates"], dtype=float), seen.effective_rate[0])
    np.testing.assert_array_equal(part["step"], seen.next_position[0] - seen.position[0])
    assert inspected(page, "xk") == pytest.approx(seen.position[0], rel=1e-4)
    assert inspected(page, "xk+1") == pytest.approx(seen.next_position[0], rel=1e-4)
    assert inspected(page, "∇f(xk)") == pytest.approx(seen.gradient[0], rel=1e-3)
    if name == "adam":
        assert inspected(page, "P") == pytest.approx(seen.preconditioner[0], rel=1e-4)
        assert inspected(page, "second moment") == pytest.approx(seen.state["second_moment"][0], rel=1e-4)
    if name == "adamw":
        assert inspected(page, "further terms") == pytest.approx(-5e-4 * seen.position[0], rel=1e-3)


def test_the_magnified_step_is_as_long_as_it_says(page):
    look_at(page, f"{ADAM}&at=700")
    part = page.evaluate("adamoscope.stepParts(adamoscope.plots.landscape, adamoscope.playhead())")
    pixels = part["magnification"] * np.hypot(part["step"][0] * part["right"], part["step"][1] * part["up"])
    assert 74 / 2.5 <= pixels <= 74
    leading = f"{part['magnification']:.0f}".rstrip("0")
    assert leading in ("1", "2", "5")


def test_pointing_at_either_plot_shows_the_step_and_its_values_in_both(page, run):
    pages.restore(page, ADAM)
    page.mouse.move(*pages.at_share(page, "curves", 0.5, 0.5))
    pages.wait_for(page, "adamoscope.hover && adamoscope.tiles.stepAt(adamoscope.hover.k)?.k === adamoscope.hover.k")
    k = page.evaluate("adamoscope.hover.k")
    assert k == pytest.approx(1000, abs=4)
    assert page.locator("#curves-readout").inner_text() == f"step {k:,}"
    shown = page.evaluate(
        "(({ data, row }) => data.arrays['value 0.0'][row])(adamoscope.tiles.stepAt(adamoscope.hover.k))"
    )
    assert shown == run.loss[k]
    place = page.locator("#landscape-readout").inner_text().replace("−", "-").split("Adam ")[1].split(", ")
    assert [float(v) for v in place] == pytest.approx(run.position[k], rel=1e-5)
    x, y = run.position[500]
    where = page.evaluate(
        """([x, y]) => {
          const plot = adamoscope.plots.landscape, box = plot.container.getBoundingClientRect();
          return [box.left + plot.x(x), box.top + plot.y(y)];
        }""",
        [x, y],
    )
    page.mouse.move(*where)
    pages.wait_for(page, "Math.abs(adamoscope.hover?.k - 500) < 20")
    assert page.locator("#curves-readout").inner_text().startswith("step ")
    page.mouse.move(5, 5)
    pages.wait_for(page, "adamoscope.hover === null")
    assert page.locator("#curves-readout").inner_text() == ""


INKED = """(name) => {
  const canvas = adamoscope.plots.landscape.canvases[name];
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let sum = 0;
  for (let i = 3; i < data.length; i += 4) sum += data[i];
  return sum;
}"""


def test_near_the_picture_of_a_longer_run_no_step_is_asked_for_that_is_not_there(page):
    pages.restore(page, "steps=700")
    status = pages.outcome(
        page,
        """async () => {
          const { question } = adamoscope;
          const asked = new Promise((resolve) => {
            adamoscope.question = async (path, fields, way) => {
              const answer = await question(path, fields, way);
              if (path === "steps" && fields.level === 0) resolve(answer.status);
              return answer;
            };
          });
          adamoscope.tiles.want(39_000); // where the pointer is on 40,000 steps, still drawn
          const status = await asked;
          adamoscope.question = question;
          return status;
        }""",
    )
    assert status == 200


def test_the_path_so_far_grows_and_the_rest_is_pale(page):
    pages.restore(page, ADAM)
    whole = page.evaluate(INKED, "paths")
    assert page.evaluate(INKED, "trail") == 0
    inked = []
    for k in (300, 600, 1200):
        look_at(page, f"{ADAM}&at={k}")
        inked.append(page.evaluate(INKED, "trail"))
    assert 0 < inked[0] < inked[1] < inked[2] < whole
    assert page.evaluate(INKED, "paths") < 0.8 * whole
    # drawn step by step it is what is drawn at once
    look_at(page, f"{ADAM}&at=1197")
    for _ in range(3):
        transport(page, "One step on").click()
    pages.wait_for(page, FOUND)
    assert page.evaluate(INKED, "trail") == pytest.approx(inked[2], rel=0.01)


def test_overlays_are_chosen_and_stand_in_the_link(page):
    look_at(page, f"{ADAM}&at=700")
    before = page.evaluate(INKED, "heads")
    page.get_by_role("checkbox", name="mirror descent").check()
    pages.at_rest(page)
    assert pages.address_state(page)["overlays"] == ["gradient", "momentum", "step", "mirror"]
    assert page.evaluate(INKED, "heads") > before
    for name in ("−∇f", "momentum", "step", "mirror descent"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    pages.at_rest(page)
    assert pages.address_state(page)["overlays"] == []


def test_by_time_the_playhead_stands_at_the_step_s_time_and_on_the_chosen_curve(page):
    look_at(page, f"{ADAM}&axis=time&curve=sharpness&at=700")
    page.mouse.click(*pages.at_share(page, "curves", 0.25, 0.5))
    pages.wait_for(page, FOUND)
    pages.at_rest(page)
    assert pages.address_state(page)["at"] == pytest.approx(500, abs=4)
    run = core.run("adam", "rosenbrock", start=(-1.5, 2.0), steps=2000, a=1, b=100)
    values = page.evaluate("(({ data, row }) => data.arrays['value 0.0'][row])(adamoscope.playhead())")
    assert values == analyses.preconditioned_sharpness(run)[at(page)]


@pytest.mark.parametrize("method", ["adam", "adamw", "amsgrad", "nadam", "adashift", "gd"])
def test_looking_at_a_step_moves_nothing_on_the_page(page, method):
    boxes = """() => ["landscape-plot", "curves-plot", "map-plot", "player", "inspector"].map((id) =>
      JSON.stringify(document.getElementById(id).getBoundingClientRect()))"""
    pages.restore(page, f"{ADAM}&run={method}")
    before = page.evaluate(boxes)
    look_at(page, f"{ADAM}&run={method}&at=700")
    assert page.evaluate(boxes) == before


def test_a_slider_s_move_keeps_the_step_and_looks_at_the_new_run(page):
    look_at(page, f"{ADAM}&at=700")
    pages.slider(page, "β₁").focus()
    page.keyboard.press("ArrowRight")
    pages.at_rest(page)
    pages.wait_for(page, FOUND)
    values = pages.state(page)["runs"][0]["values"]
    moved = core.run("adam", "rosenbrock", start=(-1.5, 2.0), steps=2000, **values)
    part = page.evaluate("adamoscope.stepParts(adamoscope.plots.landscape, adamoscope.playhead())")
    np.testing.assert_array_equal([part["x"], part["y"]], moved.position[700])


def test_where_motion_is_to_be_reduced_it_plays_on_demand_and_in_jumps(browser, server):
    complaints = []
    with pages.visitor(browser, complaints, reduced_motion="reduce") as page:
        pages.open_page(page, server, f"{ADAM}&at=100")
        pages.wait_for(page, FOUND)
        pages.idle(page)
        assert at(page) == 100
        page.get_by_label("Steps a second").select_option("100")
        transport(page, "Play").click()
        pages.wait_for(page, "adamoscope.state.at > 100")
        seen = pages.outcome(
            page,
            """async () => {
              const seen = new Set();
              while (seen.size < 4) {
                seen.add(adamoscope.state.at);
                await due.pause(10);
              }
              return [...seen];
            }""",
        )
        assert np.diff(seen).min() >= 24  # at 100 steps a second, four times a second at most
        transport(page, "Pause").click()
        pages.at_rest(page)
    assert complaints == []
