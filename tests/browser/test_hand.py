"""What a hand on a control takes: the connection that the page keeps, the pointer's place, a draft of the limits."""

import json
from itertools import pairwise

import pytest

from dashboard.questions import found
from tests.browser import pages
from tests.browser.test_sliders import point_at, shares

SHORT = "steps=2000"


@pytest.fixture
def stranger(browser, server):
    """A page of its own that is not yet open, and what the browser complains of."""
    complaints = []
    with pages.visitor(browser, complaints) as page:
        yield page
    assert complaints == []


def drag_along(page, label, to):
    slider = pages.slider(page, label)
    pages.drag(page, point_at(slider, shares(slider)), point_at(slider, to), steps=12)


def asked_by_http(page):
    """The names of the questions that the page asks by HTTP from now on."""
    names = []
    page.on("request", lambda request: names.append(request.url.partition("/data/")[2].partition("?")[0]))
    return names


def test_the_page_and_the_server_agree_on_what_goes_over_the_connection(page):
    paths = page.evaluate(
        "Object.values(adamoscope.channels).filter((channel) => channel.live).map(({ path }) => path)"
    )
    assert sorted(paths) == sorted(name for name, question in found().items() if question.live)


def test_questions_go_over_the_connection(page):
    pages.wait_for(page, "adamoscope.connected()")
    names, before = asked_by_http(page), pages.drawn(page)
    drag_along(page, "b", 0.4)
    pages.wait_until_redrawn(page, before)
    page.mouse.up()
    pages.at_rest(page)
    assert "state" in names
    assert not {"runs", "cell", "steps"} & set(names)


def test_without_a_connection_the_page_asks_by_http_and_leaves_it_at_that(stranger, server):
    stranger.add_init_script(
        """window.opened = 0;
        window.WebSocket = class extends EventTarget {
          constructor() {
            super();
            window.opened += 1;
            setTimeout(() => this.dispatchEvent(new Event("close")));
          }
        };"""
    )
    names = asked_by_http(stranger)
    pages.open_page(stranger, server, SHORT)
    before = pages.drawn(stranger)
    pages.wait_for(stranger, "opened === 1")
    del names[:]
    drag_along(stranger, "b", 0.4)
    pages.wait_until_redrawn(stranger, before)
    stranger.mouse.up()
    pages.at_rest(stranger)
    assert "runs" in names
    pages.idle(stranger)
    assert stranger.evaluate("opened") == 1


def test_a_connection_that_falls_silent_is_given_up(stranger, server):
    stranger.route_web_socket("**/data/live", lambda socket: socket.on_message(lambda text: None))
    stranger.add_init_script(
        "adamoscope.patience = 300;"
    )  # also for the questions of the opening, if it is there by then
    pages.open_page(stranger, server, SHORT)
    pages.wait_for(stranger, "adamoscope.connected()")
    names, before = asked_by_http(stranger), pages.drawn(stranger)
    pages.enter(stranger, "b", "30")
    pages.wait_until_redrawn(stranger, before)
    pages.at_rest(stranger)
    assert "runs" in names


def test_a_connection_that_breaks_loses_no_question_and_is_opened_again(stranger, server):
    connections = []

    def broken_once(socket):
        connections.append([])
        if len(connections) == 1:
            socket.on_message(lambda text: socket.close())
            return
        onward = socket.connect_to_server()
        socket.on_message(lambda text: (connections[-1].append(text), onward.send(text)))

    stranger.route_web_socket("**/data/live", broken_once)
    pages.open_page(stranger, server, SHORT)
    pages.wait_for(stranger, "adamoscope.connected()")
    before = pages.drawn(stranger)
    pages.enter(stranger, "b", "30")
    pages.wait_until_redrawn(stranger, before)
    pages.at_rest(stranger)
    shown = pages.drawn(stranger)

    pages.wait_for(stranger, "adamoscope.connected()")
    assert len(connections) == 2
    pages.enter(stranger, "b", "31")
    pages.wait_until_redrawn(stranger, shown)
    pages.at_rest(stranger)
    assert any(" runs?" in text for text in connections[1])


def test_a_pointer_s_place_is_the_one_that_the_browser_gives_the_thumb(page):
    slider = pages.slider(page, "b")
    slider.evaluate(
        """(slider) => {
          window.places = [];
          const heard = (event) => places.push([event.type, adamoscope.quantityValue("p-b")]);
          for (const type of ["pointerrawupdate", "input"]) slider.addEventListener(type, heard);
        }"""
    )
    x, y = point_at(slider, shares(slider))
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(1, 25):
        page.mouse.move(x - 3.3 * i, y)
        pages.wait_for(page, "!adamoscope.channels.runs.busy")
    page.mouse.up()
    places = page.evaluate("places")
    pairs = [(a[1], b[1]) for a, b in pairwise(places) if (a[0], b[0]) == ("pointerrawupdate", "input")]
    assert len(pairs) >= 20
    # the browser reckons in 64ths of a pixel: between two values it may take the other one
    assert sum(raw != own for raw, own in pairs) <= 2, json.dumps(pairs)
    assert all(raw == pytest.approx(own, rel=0.03) for raw, own in pairs)


def test_in_the_hand_the_limits_are_a_draft_and_at_rest_those_of_the_link(page):
    pages.restore(page, "steps=20000&run=adam,a:10,b:30&curve=loss")
    slider = pages.slider(page, "b")
    before = pages.drawn(page)
    # released where nothing is asked for, the drag's last picture stays
    pages.drag(page, point_at(slider, shares(slider)), point_at(slider, 0.42), steps=20)
    pages.wait_until_redrawn(page, before)
    pages.wait_for(page, "!adamoscope.channels.runs.busy && !adamoscope.channels.flows.busy")
    assert page.evaluate("[adamoscope.inHand, adamoscope.channels.flows.question.draft]") == [True, 1]
    draft = pages.drawn(page)
    page.mouse.up()
    pages.at_rest(page)
    final, axes = pages.drawn(page), page.evaluate("adamoscope.plots.curves.ranges()")
    (runs, limits), (drafted_runs, drafted_limits) = json.loads(final), json.loads(draft)
    assert runs == drafted_runs
    assert limits != drafted_limits
    link = pages.address(page).partition("?")[2]
    pages.restore(page, "steps=10")
    pages.restore(page, link)
    assert pages.drawn(page) == final
    assert page.evaluate("adamoscope.plots.curves.ranges()") == axes


def test_in_the_hand_the_loss_axis_keeps_some_room(page):
    pages.restore(page, "steps=20000&run=adam,a:1,b:100")
    ranges = "adamoscope.plots.curves.ranges().slice(2)"
    low, high = page.evaluate(ranges)
    assert high - low > 8
    page.evaluate("adamoscope.inHand = true")
    page.evaluate(
        """([low, high]) => {
          adamoscope.shown.runs.axis = [low + 2, high];
          adamoscope.showAxis();
        }""",
        [low, high],
    )
    assert page.evaluate(ranges) == [low, high]
    page.evaluate("adamoscope.inHand = false, adamoscope.showAxis()")
    pages.wait_for(page, f"String({ranges}) === '{low + 2:g},{high:g}'")


def test_a_key_s_thumb_goes_with_its_answer_and_does_not_wait_for_a_late_one(page):
    slider = pages.slider(page, "b")
    page.evaluate(
        """(slider) => {
          const { question } = adamoscope;
          const known = new Map();
          window.told = [];
          window.gate = null;
          window.frames = 0;
          window.putBack = () => {
            adamoscope.question = question;
            window.requestAnimationFrame = frame;
          };
          adamoscope.question = async (...asked) => {
            const key = JSON.stringify(asked.slice(0, 2)), before = known.get(key);
            const answer = before ?? (await question(...asked));
            if (asked[0] !== "runs") return answer;
            await gate?.promise;
            known.set(key, answer);
            told.push([Boolean(before), slider.value, frames]);
            return answer;
          };
          const frame = window.requestAnimationFrame;
          window.requestAnimationFrame = (act) => (frames++, frame.call(window, act));
        }""",
        slider.element_handle(),
    )

    def press(key, late=False):
        pages.idle(page)  # what is under way asks for frames of its own
        before = slider.input_value()
        page.evaluate("(late) => { told.length = frames = 0; gate = late ? Promise.withResolvers() : null; }", late)
        slider.press(key)
        if late:
            pages.wait_for(page, "([slider, before]) => slider.value !== before", [slider.element_handle(), before])
            assert page.evaluate("told.length") == 0
            page.evaluate("gate.resolve()")
        pages.wait_for(page, "told.length > 0")
        (at_once, then, frames), *_ = page.evaluate("told")
        pages.at_rest(page)
        assert slider.input_value() != before
        return at_once, then != before, frames

    # to and fro, so that the answers of the last two are there at once
    to_and_fro = [press(key) for key in ("ArrowRight", "ArrowLeft") * 3]
    assert to_and_fro[-2:] == [(True, False, 0)] * 2  # nor has a frame been asked for
    assert press("ArrowRight", late=True)[1]
    page.evaluate("putBack()")


def test_keys_go_by_the_slider_s_steps_and_stop_at_its_ends(page):
    slider = pages.slider(page, "b")
    low, high, step = (float(slider.get_attribute(name)) for name in ("min", "max", "step"))

    def place():
        return float(slider.input_value())

    for key, way in (("ArrowRight", 1), ("ArrowUp", 1), ("ArrowLeft", -1), ("ArrowDown", -1)):
        before = place()
        slider.press(key)
        pages.at_rest(page)
        assert place() == pytest.approx(before + way * step, abs=step / 2)
    for key, end in (("End", high), ("Home", low)):
        slider.press(key)
        slider.press("ArrowRight" if key == "End" else "ArrowLeft")
        pages.at_rest(page)
        assert place() == pytest.approx(end, abs=step / 2)
        assert float(pages.field(page, "b").input_value()) == page.evaluate("adamoscope.quantityValue('p-b')")


def test_a_hand_that_moves_the_start_over_the_path_asks_for_no_steps(page):
    pages.restore(page, "steps=2000")
    x, y = pages.middle(page.get_by_role("button", name="Start point"))
    page.mouse.move(x, y)
    pages.idle(page)  # the pointer rests there, and has all that it asks for
    asked = page.evaluate("adamoscope.channels.steps.asked")
    before = pages.drawn(page)
    pages.drag(page, (x, y), (x + 60, y + 8), steps=20)
    pages.idle(page)
    assert page.evaluate("adamoscope.channels.steps.asked") == asked
    page.mouse.up()
    pages.at_rest(page)
    assert pages.drawn(page) != before
    place = pages.data_at(page, "landscape", x + 60, y + 8)
    assert page.evaluate("adamoscope.state.start") == pytest.approx(place, abs=0.01)
    page.mouse.move(x + 55, y + 8)
    pages.wait_for(page, f"adamoscope.channels.steps.asked > {asked}")


def test_in_the_hand_only_the_edited_run_is_drawn_anew_and_the_picture_is_the_same(page):
    pages.restore(page, "steps=2000&run=adam,a:10,b:30&run=rmsprop&run=gd,learning_rate:0.001&edit=0")
    page.evaluate(
        """() => {
          window.under = {};
          for (const [name, plot] of Object.entries(adamoscope.plots)) {
            under[name] = 0;
            const { keep } = plot;
            plot.keep = (context, things, draw) => keep.call(plot, context, things, (on) => (under[name]++, draw(on)));
          }
        }"""
    )
    slider = pages.slider(page, "b")
    pages.drag(page, point_at(slider, shares(slider)), point_at(slider, 0.42), steps=20)
    pages.wait_for(page, "!adamoscope.channels.runs.busy && !adamoscope.channels.flows.busy")
    alike = page.evaluate(
        """() => [["landscape", "paths"], ["curves", "lines"]].map(([name, layer]) => {
          const plot = adamoscope.plots[name], { width, height } = plot.canvases[layer];
          const pixels = (inHand) => {
            adamoscope.inHand = inHand;
            plot.redraw(layer);
            const paper = new OffscreenCanvas(width, height).getContext("2d");
            paper.fillStyle = "white";
            paper.fillRect(0, 0, width, height);
            paper.drawImage(plot.canvases[layer], 0, 0);
            return paper.getImageData(0, 0, width, height).data;
          };
          const [kept, anew] = [pixels(true), pixels(false)];
          adamoscope.inHand = true;
          delete plot.keep;
          const apart = kept.reduce((most, value, i) => Math.max(most, Math.abs(value - anew[i])), 0);
          return [new Set(anew).size > 20, apart];
        })"""
    )
    drawn = page.evaluate("[under.landscape, under.curves]")
    page.mouse.up()
    pages.at_rest(page)
    for coloured, apart in alike:
        assert coloured
        assert apart <= 8  # of 255: where several strokes cross a line of the grid they are rounded in another order
    # once, and once more for each time that an axis moved
    assert 1 <= drawn[0] <= 3
    assert 1 <= drawn[1] <= 8


@pytest.mark.parametrize("size", [(1440, 900), (1366, 768), (390, 844)])
def test_canvases_have_the_pixels_of_their_boxes(page, size):
    pages.resize(page, *size)
    stretched = page.evaluate(
        """() => Object.values(adamoscope.plots).flatMap((plot) => Object.values(plot.canvases))
          .filter((canvas) => canvas.offsetParent)
          .map((canvas) => [canvas, canvas.getBoundingClientRect()])
          .map(([canvas, box]) => [canvas.width - Math.round(box.right) + Math.round(box.left),
            canvas.height - Math.round(box.bottom + scrollY) + Math.round(box.top + scrollY)])"""
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    assert len(stretched) >= 3
    assert {tuple(apart) for apart in stretched} == {(0, 0)}
