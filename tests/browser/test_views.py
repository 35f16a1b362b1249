"""The views of the landscape's slot: surface and phase beside the contours, and a view that follows the paths."""

import numpy as np
import pytest

import core
from tests.browser import pages

POINTS = """(view) => document.getElementById(`${view}-view`).data.map((trace) =>
  ["x", "y", "z"].map((name) => Array.from(trace[name] ?? [])))"""


def choose(page, view):
    page.get_by_role("combobox", name="View of the landscape").select_option(view)
    pages.at_rest(page)
    if view != "contours":
        drawn(page, view)


def drawn(page, view):
    """Wait until the view has drawn the newest answer."""
    pages.wait_for(
        page,
        """(view) => { const A = window.adamoscope, graph = document.getElementById(`${view}-view`);
          return graph.data && !A.channels[view].busy && !A.scenes[view].busy; }""",
        view,
    )


def test_a_view_replaces_another_and_is_in_the_link(page):
    for view in ("surface", "phase"):
        choose(page, view)
        assert pages.address_state(page)["landscape"] == view
        assert page.locator(f"#{view}-view").is_visible()
        assert not page.locator("#landscape .nsewdrag").first.is_visible()
    choose(page, "contours")
    assert page.locator("#landscape .nsewdrag").first.is_visible()
    assert not page.locator("#phase-view").is_visible()


def test_paths_lie_on_the_surface_at_the_heights_of_the_objective(page):
    pages.restore(page, "f=himmelblau&steps=2000&landscape=surface")
    drawn(page, "surface")
    surface, _, flow, run, end = page.evaluate(POINTS, "surface")
    floor = page.evaluate("adamoscope.surfaceFloor()")
    assert len(run[0]) > 100
    assert len(flow[0]) > 50
    top = max(max(row) for row in surface[2])
    for x, y, z in list(zip(*run, strict=True))[::10] + list(zip(*end, strict=True)):
        gap = (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2
        height = page.evaluate("([gap, floor]) => Math.log10(1 + gap / floor)", [gap, floor])
        assert z == pytest.approx(height, abs=0.02 * top)


def test_a_slider_moves_the_paths_and_leaves_the_surface(page):
    pages.restore(page, "steps=2000&landscape=surface")
    drawn(page, "surface")
    page.evaluate("window.solid = document.getElementById('surface-view').data[0].z")
    before = page.evaluate(POINTS, "surface")[3]
    pages.slider(page, "Learning rate").press("ArrowRight")
    pages.wait_for(
        page,
        f"(before) => JSON.stringify(({POINTS})('surface')[3]) !== before",
        page.evaluate("JSON.stringify", before),
    )
    assert page.evaluate("document.getElementById('surface-view').data[0].z === window.solid")


def test_arrow_keys_turn_the_surface(page):
    pages.restore(page, "steps=2000&landscape=surface")
    drawn(page, "surface")
    eye = "document.getElementById('surface-view')._fullLayout.scene.camera.eye.x"
    before = page.evaluate(eye)
    page.locator("#surface-view").focus()
    page.keyboard.press("ArrowRight")
    pages.wait_for(page, f"(before) => {eye} !== before", before)


def test_the_phase_has_three_axes_for_adam_and_two_for_gradient_descent(page):
    pages.restore(page, "steps=2000&landscape=phase")
    drawn(page, "phase")
    assert page.evaluate("document.getElementById('phase-view').data.map((trace) => trace.type)") == ["scatter3d"] * 3
    assert all(len(run) > 1000 for run in page.evaluate(POINTS, "phase")[1])
    pages.restore(page, "steps=2000&run=gd&landscape=phase")
    drawn(page, "phase")
    assert page.evaluate("document.getElementById('phase-view').data.map((trace) => trace.type)") == ["scatter"] * 3


def test_without_webgl_the_page_says_so(browser, server):
    complaints = []
    with pages.visitor(browser, complaints) as page:
        page.add_init_script(
            """const given = HTMLCanvasElement.prototype.getContext;
            HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
              return /webgl/.test(kind) ? null : given.call(this, kind, ...rest);
            };"""
        )
        pages.open_page(page, server, "steps=2000&landscape=surface")
        pages.wait_for(page, "document.getElementById('surface-view').dataset.words?.includes('WebGL')")
        choose_contours = page.get_by_role("combobox", name="View of the landscape")
        choose_contours.select_option("contours")
        pages.at_rest(page)
        assert page.locator("#landscape .nsewdrag").first.is_visible()
    assert complaints == []


INSIDE = """() => { const A = window.adamoscope, [x0, x1, y0, y1] = A.plots.landscape.ranges();
  return A.shown.runs.runs.every(({ extent: [p0, p1, q0, q1] }) => x0 < p0 && p1 < x1 && y0 < q0 && q1 < y1); }"""


def test_the_view_follows_the_paths_until_a_hand_moves_it(page):
    pages.restore(page, "f=quartic&steps=200")
    whole = page.evaluate("adamoscope.plots.landscape.ranges()")
    follow = page.get_by_role("switch", name="Follow")
    follow.click()
    pages.wait_for(page, "(whole) => adamoscope.plots.landscape.ranges()[0] !== whole[0]", whole)
    pages.at_rest(page)
    assert follow.get_attribute("aria-checked") == "true"
    assert page.evaluate(INSIDE)
    x0, x1, y0, y1 = page.evaluate("adamoscope.plots.landscape.ranges()")
    area = page.evaluate("adamoscope.plots.landscape.area()")
    assert (x1 - x0) / area["width"] == pytest.approx((y1 - y0) / area["height"], rel=1e-3)
    pages.enter(page, "Steps", "20000")
    pages.at_rest(page)
    pages.wait_for(page, INSIDE)
    page.locator("#landscape").hover()
    page.mouse.wheel(0, -300)
    pages.wait_for(page, "!adamoscope.state.follow")
    assert follow.get_attribute("aria-checked") == "false"
    pages.at_rest(page)
    stays = page.evaluate("adamoscope.plots.landscape.ranges()")
    pages.enter(page, "Steps", "300")
    pages.at_rest(page)
    assert page.evaluate("adamoscope.plots.landscape.ranges()") == stays


def test_zooming_in_brings_back_every_step_in_view(page):
    """Steps of 0.001, of which the whole landscape shows one in ten, are all there once they are pixels apart."""
    link = "f=quadratic&x=2&y=1&run=sign_gd,learning_rate:0.001&steps=1000"
    pages.restore(page, f"{link}&view=1.5,1.51,0.5,0.51&span=100,110,-3,3")
    x0, x1, y0, y1 = page.evaluate("adamoscope.plots.landscape.ranges()")
    drawn_steps = page.evaluate("Array.from(adamoscope.shown.runs.arrays['path_step 0'])")
    x, y = core.run("sign_gd", "quadratic", start=(2, 1), steps=1000, learning_rate=0.001).position.T
    inside = np.flatnonzero((x > x0) & (x < x1) & (y > y0) & (y < y1))
    assert len(inside) > 8
    assert set(inside.tolist()) <= set(drawn_steps)
    shares = page.evaluate("Array.from(adamoscope.shown.runs.arrays['curve_x 0.0'])")
    assert [share for share in shares if 0 <= share <= 1] == pytest.approx(np.arange(11) / 10)
