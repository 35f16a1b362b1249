"""A server that cannot be reached: what is old is marked at once, asked for again by itself, and the mark goes."""

import re
from pathlib import Path

import pytest

from tests.browser import pages

ROOT = Path(__file__).parents[2]
EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_FAILED|503|WebSocket")


@pytest.fixture
def visitor(browser, server):
    """A page of its own, at rest; complaints other than of what the test takes away fail it."""
    complaints = []
    with pages.visitor(browser, complaints) as page:
        pages.open_page(page, server, "steps=2000")
        pages.wait_for(page, "adamoscope.map?.size > 0 && !adamoscope.channels.map.busy")
        yield page
    assert [text for text in complaints if not EXPECTED.search(text)] == []


def marked(page, where):
    pages.wait_for(page, "(where) => document.querySelector(where).dataset.old === 'true'", where)


def unmarked(page):
    pages.wait_for(page, "document.querySelectorAll('[data-old]').length === 0")


def offline(page, yes):
    page.context.set_offline(yes)
    pages.wait_for(page, f"navigator.onLine === {str(not yes).lower()}")


def test_offline_what_is_old_is_marked_and_online_it_comes_by_itself(visitor):
    page, before = visitor, pages.drawn(visitor)
    offline(page, True)
    assert page.locator("[data-old]").count() == 0  # nothing is old yet
    pages.slider(page, "b").press("ArrowLeft")
    for where in (".slot.landscape", ".slot.curves", "#sentence"):
        marked(page, where)
    assert "not up to date" in page.evaluate("getComputedStyle(document.getElementById('sentence'), '::after').content")
    assert "not up to date" in page.evaluate(
        "getComputedStyle(document.querySelector('.slot.curves > .plot'), '::after').content"
    )
    assert pages.drawn(page) == before
    offline(page, False)
    pages.wait_until_redrawn(page, before)
    unmarked(page)
    pages.at_rest(page)
    assert pages.address_state(page) == pages.state(page)


def test_without_the_event_it_is_tried_again_after_growing_pauses(visitor):
    page, before = visitor, pages.drawn(visitor)
    # no address is reached; of the pauses of a second and more the first four take no time, the fifth ends with put()
    page.evaluate("""() => {
      window.tries = 0;
      window.pauses = [];
      const { fetch, setTimeout } = window;
      let held;
      window.put = () => {
        Object.assign(window, { fetch, setTimeout });
        held();
      };
      window.fetch = async (address) => {
        tries += /data\\/runs/.test(address);
        throw new TypeError("Failed to fetch");
      };
      window.WebSocket = EventTarget;
      window.setTimeout = (act, ms, ...more) => {
        if (!(ms >= 1000 && ms <= 60_000) || act === adamoscope.connect) return setTimeout(act, ms, ...more);
        if (pauses.push(ms) > 4) held = act;
        else return setTimeout(act);
      };
      window.dispatchEvent(new Event("offline"));
    }""")
    pages.slider(page, "b").press("ArrowLeft")
    marked(page, ".slot.curves")
    pages.wait_for(page, "pauses.length > 4")
    assert page.evaluate("pauses") == [1000, 2000, 4000, 8000, 16000]
    assert page.evaluate("tries") > 1
    page.evaluate("put()")
    pages.wait_until_redrawn(page, before)
    unmarked(page)
    pages.at_rest(page)


def test_a_proxy_without_its_server_counts_as_not_reached(visitor):
    page, before = visitor, pages.drawn(visitor)
    page.route("**/data/**", lambda route: route.fulfill(status=503, body="<h1>no upstream</h1>"))
    page.evaluate("window.dispatchEvent(new Event('offline'))")
    page.evaluate("adamoscope.connected = () => false")
    pages.slider(page, "b").press("ArrowLeft")
    marked(page, ".slot.landscape")
    assert page.locator("#notice").is_hidden()
    page.unroute("**/data/**")
    pages.wait_until_redrawn(page, before)
    unmarked(page)


def test_a_lesson_chosen_offline_opens_when_the_server_is_reached(visitor):
    page = visitor
    offline(page, True)
    page.get_by_role("link", name="the quartic, calm").click()
    assert "cannot be reached" in pages.notice(page)
    assert pages.state(page)["objective"] == "rosenbrock"
    offline(page, False)
    pages.wait_for(page, "adamoscope.state.objective === 'quartic'")
    pages.at_rest(page)
    assert page.locator("#notice").is_hidden()
    assert pages.address(page).endswith("?f=quartic")


def test_a_value_typed_offline_and_a_slider_moved_meanwhile_both_count(visitor):
    page = visitor
    offline(page, True)
    pages.enter(page, "ε", "0.25")
    pages.notice(page)
    pages.slider(page, "b").press("ArrowLeft")
    pages.wait_for(page, "adamoscope.state.runs[0].values.b !== 100")
    b = pages.state(page)["runs"][0]["values"]["b"]
    offline(page, False)
    pages.wait_for(page, "adamoscope.state.runs[0].values.epsilon === 0.25")
    pages.at_rest(page)
    assert pages.state(page)["runs"][0]["values"]["b"] == b
    assert pages.address_state(page) == pages.state(page)


def test_a_fault_in_drawing_is_told_as_one(browser, server):
    complaints = []
    with pages.visitor(browser, complaints) as page:
        pages.open_page(page, server, "steps=2000")
        page.evaluate(
            """() => {
              const { runs } = adamoscope.channels, { answered } = runs;
              runs.answered = () => {
                runs.answered = answered;
                throw new TypeError("undefined is not a function");
              };
            }"""
        )
        pages.slider(page, "b").press("ArrowLeft")
        said = pages.notice(page)
        assert "server" not in said
        assert "could not be drawn" in said
        assert page.locator("[data-old]").count() == 0
        pages.at_rest(page)
        assert "could not be drawn" in pages.notice(page)  # the check of the state takes it not away
        pages.slider(page, "b").press("ArrowLeft")  # and the page goes on
        pages.at_rest(page)
        page.get_by_role("button", name="Dismiss").click()
        assert not page.locator("#notice").is_visible()
    assert any("undefined is not a function" in text for text in complaints)


def test_every_place_that_may_be_marked_is_on_the_page(page):
    text = (ROOT / "assets" / "js" / "ask" / "reach.js").read_text(encoding="utf-8")
    places = set(re.findall(r'"([.#][\w. -]+)"', text.partition("const RENEWS = {")[2].partition("};")[0]))
    assert len(places) > 6
    assert {place for place in places if not page.locator(place).count()} == set()
