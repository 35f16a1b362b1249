"""Whatever changes the state, every handle shows it: dots, sliders, fields, the horizon, chips, choosers, playhead."""

import math

import pytest

from dashboard.state import decode
from tests.browser import pages
from tests.browser.test_sliders import point_at, shares

DOT, START = "The run on the map", "Start point"
LABELS = {"learning_rate": "Learning rate", "a": "a", "b": "b", "beta1": "β₁", "beta2": "β₂", "epsilon": "ε"}


@pytest.fixture
def page(window):
    """The module's window with a whole map of a and b, which none of the changes below asks anew."""
    page, complaints = window
    page.evaluate("window.scrollTo(0, 0)")
    restored(page, "steps=2000")
    yield page
    assert complaints == []


def restored(page, link):
    pages.restore(page, link)
    pages.wait_for(page, "adamoscope.map?.size > 0 && !adamoscope.mapStale && adamoscope.plots.map.drawn")


def units(page, plot, name):
    """Where a dot stands, in its axes' units (log10 on log axes)."""
    return pages.data_at(page, plot, *pages.middle(page.get_by_role("button", name=name)))


def width(page, plot):
    x0, x1, *_ = page.evaluate("(name) => adamoscope.plots[name].ranges()", plot)
    return x1 - x0


def assert_every_handle_shows_the_state(page):
    state = pages.state(page)
    run = state["runs"][state["edit"]]
    values = dict(run["values"])
    eta = values["learning_rate"]
    for rate, decay in (("a", "beta2"), ("b", "beta1")):
        if rate in values:
            values[rate] = min(values[rate], 1 / eta)
            values[decay] = 1 - values[rate] * eta
        elif decay in values:
            values[rate] = (1 - values[decay]) / eta
    for name, label in LABELS.items():
        if name in values:
            assert float(pages.field(page, label).input_value()) == pytest.approx(values[name], rel=1e-12), label
    for label, value in zip(("Start x", "Start y", "Steps"), (*state["start"], state["steps"]), strict=True):
        assert float(pages.field(page, label).input_value()) == value
        slider = pages.slider(page, label)
        assert slider.get_attribute("aria-valuetext") == pages.field(page, label).input_value()
    tolerance = 2 * width(page, "landscape") / 400
    if page.get_by_role("button", name=START).is_visible():
        assert units(page, "landscape", START) == pytest.approx(state["start"], abs=tolerance)
    if "a" in values and state["plane"] == "a,b":
        place = [math.log10(values["a"]), math.log10(values["b"])]
        inside = all(-1 <= unit <= 3 for unit in place)
        dot = page.get_by_role("button", name=DOT)
        assert dot.is_visible() == inside
        if inside:
            assert units(page, "map", DOT) == pytest.approx(place, abs=4 * 2 / 300)
    horizon = page.get_by_role("textbox", name="Horizon of the map's runs").input_value()
    assert float(horizon) == pytest.approx(state["horizon"] or state["steps"] * eta, rel=1e-5)
    chips = page.locator("#runs .chip .name")
    assert chips.all_inner_texts() == decode(pages.address(page).partition("?")[2])[0].titles()
    assert [chip.get_attribute("aria-pressed") == "true" for chip in chips.all()] == [
        i == state["edit"] for i in range(chips.count())
    ]
    held = page.locator(f"#held [data-value='{run['held']}'] input")
    assert held.is_checked()
    for field in ("landscape", "curve", "scale", "window", "axis"):
        assert page.locator(f"select[data-field='{field}']").first.input_value() == state[field]
    for field in ("flow", "follow"):
        assert (
            page.locator(f"[role=switch][data-field='{field}']").get_attribute("aria-checked")
            == str(state[field]).lower()
        )
    assert page.get_by_role("slider", name="Playhead").input_value() == str(
        state["steps"] if state["at"] is None else min(state["at"], state["steps"])
    )


def typed(page):
    pages.enter(page, "a", "7")
    pages.enter(page, "b", "13")


def typed_decay(page):
    pages.enter(page, "β₂", "0.98")


def typed_rate(page):
    pages.enter(page, "Learning rate", "0.003")


def typed_start(page):
    pages.enter(page, "Start x", "0.5")


def lesson(page):
    page.get_by_role("link", name="stalling").click()


def lesson_without_a_new_map(page):
    page.evaluate(
        """() => {
          const anchor = document.querySelector("#lessons a.lesson").cloneNode();
          anchor.href = "?steps=2000&run=adam,a:40,b:2.5&x=0.75";
          document.getElementById("lessons").append(anchor);
          anchor.click();
          anchor.remove();
        }"""
    )


def keys(page):
    for label in ("b", "Start y", "Learning rate", "Steps"):
        pages.slider(page, label).press("ArrowLeft")


def dots_by_key(page):
    page.get_by_role("button", name=DOT).press("Shift+ArrowDown")
    page.get_by_role("button", name=START).press("Shift+ArrowRight")


def clicked(page):
    page.mouse.click(*pages.at_share(page, "landscape", 0.6, 0.7))
    page.mouse.click(*pages.at_share(page, "map", 0.6, 0.3))
    page.mouse.click(*pages.at_share(page, "curves", 0.4, 0.5))


def held(page):
    page.get_by_role("radio", name="β₁, β₂").check()


def another_run(page):
    pages.choose(page, "add-run", "Adam")
    pages.wait_for(page, "adamoscope.state.runs.length === 2")
    pages.at_rest(page)
    pages.enter(page, "b", "12.5")


def other_chip(page):
    another_run(page)
    pages.at_rest(page)
    page.locator("#runs .chip .name").first.click()


def example(page):
    page.locator("#examples button.regime:not([disabled])").first.click()


def views(page):
    page.locator("select[data-field='curve']").select_option("gradient")
    pages.at_rest(page)
    page.locator("#follow").click()


def reset_by_script(page):
    page.evaluate("adamoscope.change((state) => (state.runs[0].values.b = 3.5))")


CHANGES = [
    typed,
    typed_decay,
    typed_rate,
    typed_start,
    lesson,
    lesson_without_a_new_map,
    keys,
    dots_by_key,
    clicked,
    held,
    another_run,
    other_chip,
    views,
    reset_by_script,
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_every_handle_shows_the_state_after_each_way_of_changing_it(page, change):
    before = page.evaluate("adamoscope.link()")
    change(page)
    pages.wait_for(page, "(before) => adamoscope.link() !== before", before)
    pages.at_rest(page)
    pages.wait_for(page, "adamoscope.map?.size > 0 && !adamoscope.mapStale")
    assert_every_handle_shows_the_state(page)


def test_back_and_forward_show_every_handle_of_their_states(page):
    first = pages.state(page)
    lesson_without_a_new_map(page)
    pages.wait_for(page, "adamoscope.state.start[0] === 0.75")
    pages.at_rest(page)
    assert_every_handle_shows_the_state(page)
    page.go_back()
    pages.wait_for(page, "(x) => adamoscope.state.start[0] === x", first["start"][0])
    pages.at_rest(page)
    assert pages.state(page) == first
    assert_every_handle_shows_the_state(page)
    page.go_forward()
    pages.wait_for(page, "adamoscope.state.start[0] === 0.75")
    pages.at_rest(page)
    assert_every_handle_shows_the_state(page)


def test_handles_follow_a_state_though_no_answer_comes(page):
    """The state is there: what shows it does not wait for pictures."""
    page.evaluate(
        """() => {
          const { question } = adamoscope;
          window.answering = () => void (adamoscope.question = question);
          adamoscope.question = (path, ...more) => (path === "state" ? question(path, ...more) : new Promise(() => {}));
        }"""
    )
    page.evaluate("adamoscope.change((state) => Object.assign(state.runs[0].values, { a: 30, b: 4 }))")
    pages.wait_for(page, "adamoscope.state.runs[0].values.b === 4")
    place = [math.log10(30), math.log10(4)]
    pages.wait_for(page, "document.querySelector('#p-b input[type=text]').value === '4'")
    assert units(page, "map", DOT) == pytest.approx(place, abs=4 * 2 / 300)
    page.evaluate("answering()")
    page.reload()
    pages.at_rest(page)


@pytest.mark.parametrize("label", ["Steps", "Learning rate"])
def test_the_horizon_beside_the_map_follows_a_slider_in_the_hand(page, label):
    horizon = page.get_by_role("textbox", name="Horizon of the map's runs")
    before, slider = horizon.input_value(), pages.slider(page, label)
    pages.drag(page, point_at(slider, shares(slider)), point_at(slider, 0.6), steps=8)
    pages.wait_for(page, "(before) => document.querySelector('#map-foot input').value !== before", before)
    state = pages.state(page)
    eta = state["runs"][0]["values"]["learning_rate"]
    pages.wait_for(
        page,
        "(own) => Math.abs(Number(document.querySelector('#map-foot input').value) / own - 1) < 1e-5",
        state["steps"] * eta,
    )
    page.mouse.up()
    pages.at_rest(page)


def test_chips_follow_a_slider_in_the_hand(page):
    restored(page, "steps=2000&run=adam,b:10&run=adam,b:20&edit=0")
    chip, slider = page.locator("#runs .chip .name").first, pages.slider(page, "b")
    assert chip.inner_text() == "Adam b 10"
    pages.drag(page, point_at(slider, shares(slider)), point_at(slider, 0.9), steps=8)
    value = pages.field(page, "b")
    pages.wait_for(page, "document.querySelector('#runs .name').textContent !== 'Adam b 10'")
    assert chip.inner_text() == f"Adam b {value.input_value()}"
    page.mouse.up()
    pages.at_rest(page)
    assert_every_handle_shows_the_state(page)
