"""A click acts at once; a double click leads out and leaves everything else as it was, to the last bit."""

import itertools

import pytest

from tests.browser import pages
from tests.browser.test_pictures import zoom

ZOOMED = {"landscape": "view", "curves": "span", "map": "box"}
LINKS = {
    "landscape": "steps=2000&view=-2,0,0,2",
    "curves": "steps=2000&span=500,1000,-32,2",
    "map": "steps=2000&box=0,2,0,2",
}
PLACES = [(0.7, 0.3), (0.3, 0.7)]
REPLACED = """() => {
  window.addresses = [];
  const { replaceState } = window.history, { setTimeout } = window;
  window.putBack = () => {
    window.history.replaceState = replaceState;
    window.setTimeout = setTimeout;
  };
  window.history.replaceState = function (...given) {
    window.addresses.push(given[2]);
    return replaceState.apply(this, given);
  };
  // a double click by the events' own clock may take a busy machine longer than the page holds the address for it
  window.setTimeout = (act, wait, ...given) => setTimeout(act, wait > 300 && wait < 650 ? 20 * wait : wait, ...given);
}"""


@pytest.fixture
def opened(page):
    """Open a state in which a slot is zoomed, with a map of it; gives the state."""

    def act(plot, link=None):
        pages.restore(page, LINKS[plot] if link is None else link)
        pages.wait_for(page, "adamoscope.map?.size > 0 && !adamoscope.mapStale && adamoscope.plots.map.drawn")
        return pages.state(page)

    return act


def changed(before, after):
    return {name for name in before if before[name] != after[name]}


@pytest.mark.parametrize("plot", ZOOMED)
@pytest.mark.parametrize(
    ("between", "apart"), [(0.03, 0), (0.08, 3), (0.15, 5), (0.3, 0), (0.3, 4)], ids=lambda value: str(value)
)
def test_a_double_click_leads_out_and_moves_nothing(page, opened, plot, between, apart):
    state, count = opened(plot), page.evaluate("history.length")
    x, y = pages.at_share(page, plot, *PLACES[int(1000 * between) % 2])
    pages.clicks(page, [(x, y), (x + apart, y - apart)], [0, between])
    pages.wait_for(page, f"adamoscope.state.{ZOOMED[plot]} === null")
    pages.at_rest(page)
    assert changed(state, pages.state(page)) == {ZOOMED[plot]}
    assert pages.address_state(page) == pages.state(page)
    assert page.evaluate("history.length") == count


@pytest.mark.parametrize("plot", ZOOMED)
def test_where_there_is_nothing_to_lead_out_of_a_double_click_writes_no_other_address(page, opened, plot):
    state, url = opened(plot, "steps=2000"), pages.address(page)
    page.evaluate(REPLACED)
    x, y = pages.at_share(page, plot, 0.6, 0.4)
    pages.clicks(page, [(x, y), (x, y)], [0, 0.3])
    pages.at_rest(page)
    assert pages.state(page) == state
    assert {page.evaluate("(path) => new URL(path, window.location.href).href", path)
            for path in page.evaluate("addresses")} <= {url}  # fmt: skip
    page.evaluate("void putBack()")
    assert pages.address(page) == url
    before = pages.drawn(page)
    pages.restore(page, "steps=10")
    pages.restore(page, url.partition("?")[2])
    assert pages.drawn(page) == before


@pytest.mark.parametrize("plot", ZOOMED)
def test_a_single_click_acts_before_a_double_one_could_have_come(page, opened, plot):
    state = opened(plot)
    x, y = pages.at_share(page, plot, 0.6, 0.4)
    pages.clicks(page, [(x, y)], [0])
    assert changed(state, pages.state(page)) == {{"landscape": "start", "curves": "at", "map": "runs"}[plot]}
    pages.at_rest(page)
    assert pages.address_state(page) == pages.state(page)


@pytest.mark.parametrize("plot", ["landscape", "map"])
def test_clicks_that_follow_a_double_one_as_fast_move_nothing(page, opened, plot):
    state = opened(plot)
    x, y = pages.at_share(page, plot, 0.6, 0.4)
    pages.clicks(page, [(x, y)] * 3, [0, 0.15, 0.3])
    pages.wait_for(page, f"adamoscope.state.{ZOOMED[plot]} === null")
    pages.at_rest(page)
    assert changed(state, pages.state(page)) == {ZOOMED[plot]}


@pytest.mark.parametrize("plot", ZOOMED)
def test_two_clicks_far_apart_in_place_or_time_are_two(page, opened, plot):
    """By the events' own time: the page hears of all of them within some frames."""
    what = {"landscape": "start", "curves": "at", "map": "runs"}[plot]
    for (u, v), between in itertools.product([(0.6, 0.4), (0.66, 0.4)], [0.2, 0.8]):
        if (u, between) == (0.6, 0.2):
            continue
        state = opened(plot)
        pages.clicks(page, [pages.at_share(page, plot, 0.6, 0.4), pages.at_share(page, plot, u, v)], [0, between])
        pages.at_rest(page)
        assert changed(state, pages.state(page)) == {what}


@pytest.mark.parametrize("name", ["Start point", "The run on the map"])
def test_a_press_that_holds_a_dot_and_does_not_move_it_changes_nothing(page, opened, name):
    state = opened("landscape", "steps=2000&run=adam,a:3.14159,b:27.1828&x=-1.23456&y=1.98765")
    x, y = pages.middle(page.get_by_role("button", name=name))
    pages.clicks(page, [(x + 4, y + 3)], [0])
    pages.at_rest(page)
    assert pages.state(page) == state


def test_the_way_out_of_a_box_of_the_map_is_the_way_into_it(page, opened):
    opened("map", "steps=2000")
    boxes = ["null"]
    for _ in range(2):
        zoom(page, "map", (0.25, 0.25), (0.75, 0.75))
        pages.wait_for(page, "(before) => String(adamoscope.state.box) !== before", boxes[-1])
        pages.at_rest(page)
        boxes.append(page.evaluate("String(adamoscope.state.box)"))
    pages.double_click(page, *pages.at_share(page, "map", 0.6, 0.4))
    pages.wait_for(page, "(box) => String(adamoscope.state.box) === box", boxes[1])
    # a box of another link has another way out
    opened("map")
    pages.double_click(page, *pages.at_share(page, "map", 0.6, 0.4))
    pages.wait_for(page, "String(adamoscope.state.box) !== '0,2,0,2'")
    assert pages.state(page)["box"] is None
