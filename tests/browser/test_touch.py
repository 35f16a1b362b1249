"""One finger and two on a phone: dots and sliders follow, taps reach the plots, and the page scrolls from anywhere."""

import pytest

from tests.browser import pages


@pytest.fixture(scope="module")
def telephone(browser, server):
    complaints = []
    with pages.visitor(browser, complaints, width=390, height=844, has_touch=True, is_mobile=True) as page:
        pages.open_page(page, server, "steps=2000")
        yield page, complaints


def unmagnify(page):
    """Show the page in its own size, which two fingers of a test before may have changed."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setPageScaleFactor", {"pageScaleFactor": 1})
    session.detach()
    pages.wait_for(page, "visualViewport.scale === 1")


@pytest.fixture
def phone(telephone):
    page, complaints = telephone
    unmagnify(page)
    pages.restore(page, "steps=2000")
    yield page
    assert complaints == []


def touch(page, *fingers, moves=10):
    """Put fingers down, move each from its start to its end, and lift them."""
    session = page.context.new_cdp_session(page)

    def send(kind, share):
        points = [
            {"x": x0 + share * (x1 - x0), "y": y0 + share * (y1 - y0), "id": i}
            for i, ((x0, y0), (x1, y1)) in enumerate(fingers)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", 0)
    for move in range(1, moves + 1):
        send("touchMove", move / moves)
        pages.outcome(page, "() => new Promise(requestAnimationFrame)")  # as a finger's moves come
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def bring(page, locator):
    """Scroll to the middle of the screen, and wait until it stays there."""
    locator.evaluate("(element) => element.scrollIntoView({ block: 'center' })")
    pages.frames(locator.page)


def test_a_finger_drags_the_start_ring(phone):
    bring(phone, phone.locator("#landscape-plot"))
    end = pages.at_share(phone, "landscape", 0.7, 0.2)
    expected = pages.data_at(phone, "landscape", *end)
    touch(phone, (pages.middle(phone.get_by_role("button", name="Start point")), end))
    pages.at_rest(phone)
    assert pages.state(phone)["start"] == pytest.approx(expected, abs=0.05)


def test_a_finger_drags_the_dot_on_the_map(phone):
    pages.wait_for(phone, "adamoscope.map?.size > 0")
    pages.idle(phone)  # a sentence that comes late, or closes its room, moves what is below it
    pages.at_rest(phone)
    bring(phone, phone.locator("#map-plot"))
    dot = phone.get_by_role("button", name="The run on the map")
    end = pages.at_share(phone, "map", 0.75, 0.4)
    expected = pages.data_at(phone, "map", *end)
    touch(phone, (pages.middle(dot), end))
    pages.at_rest(phone)
    values = pages.state(phone)["runs"][0]["values"]
    assert [values["a"], values["b"]] == pytest.approx([10**unit for unit in expected], rel=0.1)


def test_a_finger_drags_a_slider_but_does_not_move_it_by_scrolling(phone):
    slider = pages.slider(phone, "Learning rate")
    bring(phone, slider)
    box, start = slider.bounding_box(), pages.middle(slider)
    touch(phone, (start, (box["x"] + 0.9 * box["width"], start[1])))
    pages.wait_for(phone, "adamoscope.state.runs[0].values.learning_rate > 0.01")
    pages.at_rest(phone)
    rate = pages.state(phone)["runs"][0]["values"]["learning_rate"]
    bring(phone, slider)
    before, (x, y) = phone.evaluate("scrollY"), pages.middle(slider)
    touch(phone, ((x - 30, y), (x - 30, y - 150)))
    pages.wait_for(phone, "(before) => scrollY > before + 50", before)
    pages.at_rest(phone)
    assert pages.state(phone)["runs"][0]["values"]["learning_rate"] == rate
    assert float(pages.field(phone, "Learning rate").input_value()) == rate


@pytest.mark.parametrize("plot", ["landscape", "curves", "map"])
def test_a_tap_reaches_a_plot_and_a_swipe_scrolls_past_it(phone, plot):
    pages.wait_for(phone, "adamoscope.map?.size > 0")
    bring(phone, phone.locator(f"#{plot}-plot"))
    before, state, (x, y) = phone.evaluate("scrollY"), pages.state(phone), pages.at_share(phone, plot, 0.5, 0.5)
    touch(phone, ((x, y), (x, y - 150)))
    pages.wait_for(phone, "(before) => scrollY > before + 50", before)
    assert pages.state(phone) == state
    bring(phone, phone.locator(f"#{plot}-plot"))
    phone.touchscreen.tap(*pages.at_share(phone, plot, 0.3, 0.7))
    now = {"landscape": "start", "curves": "at", "map": "runs"}[plot]
    pages.wait_for(phone, f"(before) => JSON.stringify(adamoscope.state.{now}) !== JSON.stringify(before)", state[now])
    pages.at_rest(phone)
    assert {name for name, value in pages.state(phone).items() if value != state[name]} == {now}


FIELDS = {"landscape": "view", "curves": "span", "map": "box"}


def pinch(page, plot, before, after):
    """Two fingers side by side in the middle of a plot, from one distance to another; where they held it, in data."""
    pages.wait_for(page, "adamoscope.map?.size > 0")
    bring(page, page.locator(f"#{plot}-plot"))
    x, y = pages.at_share(page, plot, 0.5, 0.5)
    at = [pages.data_at(page, plot, x + side * before / 2, y) for side in (-1, 1)]
    touch(page, *[((x + side * before / 2, y), (x + side * after / 2, y)) for side in (-1, 1)])
    return at


@pytest.mark.parametrize("plot", FIELDS)
def test_two_fingers_on_a_plot_take_hold_of_its_axes(phone, plot):
    state = pages.state(phone)
    at = pinch(phone, plot, 40, 160)
    pages.wait_for(phone, "(field) => adamoscope.state[field] !== null", FIELDS[plot])
    pages.at_rest(phone)
    assert phone.evaluate("visualViewport.scale") == 1  # the page itself stays
    changed = {name for name, value in pages.state(phone).items() if value != state[name]}
    assert changed == {FIELDS[plot]}
    x, y = pages.at_share(phone, plot, 0.5, 0.5)
    for side, (u, v) in zip((-1, 1), at, strict=True):
        found = pages.data_at(phone, plot, x + side * 80, y)
        x0, x1, y0, y1 = pages.state(phone)[FIELDS[plot]]
        assert found == pytest.approx((u, v), abs=0.02 * max(x1 - x0, y1 - y0))


def test_two_fingers_that_stay_as_far_apart_move_the_box_of_the_map(phone):
    pinch(phone, "map", 40, 160)
    pages.wait_for(phone, "adamoscope.state.box !== null")
    pages.at_rest(phone)
    before, (x, y) = pages.state(phone)["box"], pages.at_share(phone, "map", 0.5, 0.5)
    touch(phone, ((x - 60, y), (x - 32, y)), ((x + 60, y), (x + 88, y)))
    pages.wait_for(phone, "(before) => String(adamoscope.state.box) !== String(before)", before)
    pages.at_rest(phone)
    x0, x1, *rows = pages.state(phone)["box"]
    assert x1 - x0 == pytest.approx(before[1] - before[0], rel=0.05)
    assert x1 < before[1]
    assert rows == pytest.approx(before[2:], abs=0.05 * (before[3] - before[2]))


def test_two_fingers_lead_out_of_a_box_of_the_map_again(phone):
    pinch(phone, "map", 40, 160)
    pages.wait_for(phone, "adamoscope.state.box !== null")
    pages.at_rest(phone)
    pinch(phone, "map", 160, 60)
    pages.wait_for(phone, "adamoscope.state.box === null")
    pages.at_rest(phone)
    whole = phone.evaluate("adamoscope.plots.map.ranges()")
    pinch(phone, "map", 160, 60)  # there is nothing further out
    pages.at_rest(phone)
    pages.wait_for(phone, "(whole) => String(adamoscope.plots.map.ranges()) === String(whole)", whole)
    assert pages.state(phone)["box"] is None


SHORT, LONG = "f=quadratic&run=nesterov", "f=rastrigin"


FITS = """() => {
  const sentence = document.getElementById("sentence"), words = document.createRange();
  words.selectNodeContents(sentence);
  return Math.abs(sentence.offsetHeight - words.getBoundingClientRect().height) < 4;
}"""


@pytest.mark.parametrize("link", [SHORT, LONG])
def test_the_sentence_has_the_room_that_it_takes(phone, link):
    pages.restore(phone, link)
    pages.wait_for(phone, FITS)


def test_nothing_moves_under_a_finger_while_the_sentence_grows_and_shrinks(phone):
    pages.restore(phone, SHORT)
    pages.at_rest(phone)
    bring(phone, phone.locator("#landscape-plot"))
    pages.wait_for(phone, FITS)
    phone.evaluate(
        """() => {
          window.seen = { tops: [], heights: [] };
          const plot = document.getElementById("landscape-plot"), sentence = document.getElementById("sentence");
          const texts = ["Short.", "A sentence of many words. ".repeat(12), "Short.", "More words. ".repeat(9)];
          let frame = 0;
          const look = () => {
            sentence.textContent = texts[Math.floor(frame++ / 2) % texts.length];
            adamoscope.fitSentence();
            seen.tops.push(plot.getBoundingClientRect().top);
            seen.heights.push(sentence.offsetHeight);
            if (!window.lifted) requestAnimationFrame(look);
          };
          window.addEventListener("pointerdown", () => look(), { once: true, capture: true });
          window.addEventListener("pointerup", () => (window.lifted = true), { once: true, capture: true });
        }"""
    )
    x, y = pages.at_share(phone, "landscape", 0.4, 0.5)
    start = pages.middle(phone.locator("#landscape-plot .handle").first)
    touch(phone, (start, (x, y)), moves=12)
    pages.wait_for(phone, "window.lifted")
    seen = phone.evaluate("seen")
    assert max(seen["heights"]) > min(seen["heights"]) + 60
    assert seen["heights"] == sorted(seen["heights"])  # no room is taken back from under the finger
    assert max(seen["tops"]) - min(seen["tops"]) <= 1


def test_two_fingers_off_the_plots_magnify_the_page(phone):
    bring(phone, phone.locator("#sentence"))
    x, y = pages.middle(phone.locator("#sentence"))
    touch(phone, ((x - 20, y), (x - 80, y)), ((x + 20, y), (x + 80, y)))
    pages.wait_for(phone, "visualViewport.scale > 1.1")
    assert pages.state(phone)["view"] is None


def double_tap(page, x, y, between):
    """Two taps of one finger, so many seconds apart on the events' own clock."""
    session = page.context.new_cdp_session(page)
    start = page.evaluate("Date.now()") / 1000
    for time in (start, start + between):
        finger = {"x": x, "y": y, "id": 0}
        session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [finger], "timestamp": time})
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [], "timestamp": time + 0.02})
    session.detach()


@pytest.mark.parametrize("between", [0.03, 0.08, 0.15, 0.3])
@pytest.mark.parametrize(("plot", "link"), [("landscape", "view=-2,0,0,2"), ("map", "box=0,2,0,2")])
def test_a_double_tap_zooms_out_and_moves_nothing(phone, plot, link, between):
    pages.restore(phone, f"steps=2000&{link}")
    pages.wait_for(phone, "adamoscope.map?.size > 0 && !adamoscope.mapStale && adamoscope.plots.map.drawn")
    bring(phone, phone.locator(f"#{plot}-plot"))
    state, count = pages.state(phone), phone.evaluate("history.length")
    double_tap(phone, *pages.at_share(phone, plot, 0.3, 0.7), between)
    pages.wait_for(phone, f"adamoscope.state.{FIELDS[plot]} === null")
    pages.at_rest(phone)
    assert {name for name, value in pages.state(phone).items() if value != state[name]} == {FIELDS[plot]}
    assert pages.address_state(phone) == pages.state(phone)
    assert phone.evaluate("visualViewport.scale") == 1
    assert phone.evaluate("history.length") == count
