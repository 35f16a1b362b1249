"""The address bar holds the whole state, and any address opens."""

import pytest

from tests.browser import pages


@pytest.fixture
def page(window):
    """The module's window, on what it opens on."""
    page, complaints = window
    pages.restore(page, "")
    yield page
    assert complaints == []


def rest_when(page, condition):
    pages.wait_for(page, condition)
    pages.at_rest(page)


def test_a_session_opens_again_in_a_new_browser(page, browser):
    pages.choose(page, "objective", "Three-hump camel")
    rest_when(page, "adamoscope.state.objective === 'three_hump_camel'")
    before = pages.drawn(page)
    page.mouse.click(*pages.at_share(page, "landscape", 0.15, 0.8))
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    pages.enter(page, "Steps", "12345")
    rest_when(page, "adamoscope.state.steps === 12345")
    pages.choose(page, "add-run", "Heavy ball")
    rest_when(page, "adamoscope.state.runs.length === 2")
    pages.slider(page, "Learning rate").press("ArrowLeft")
    pages.at_rest(page)
    page.get_by_role("group", name="Runs").get_by_role("button", name="Adam", exact=True).click()
    rest_when(page, "adamoscope.state.edit === 0")
    page.get_by_role("radio", name="β₁, β₂").check()
    rest_when(page, "adamoscope.state.runs[0].held === 'decays'")
    before = pages.drawn(page)
    slider = pages.slider(page, "β₂")
    box = slider.bounding_box()
    pages.drag(page, pages.middle(slider), (box["x"] + 0.7 * box["width"], box["y"] + box["height"] / 2))
    page.mouse.up()
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    pages.drag(page, pages.at_share(page, "landscape", 0.3, 0.3), pages.at_share(page, "landscape", 0.7, 0.7))
    page.mouse.up()
    rest_when(page, "adamoscope.state.view !== null")

    state, drawn = pages.state(page), pages.drawn(page)
    sentence, formula = page.locator("#sentence").inner_text(), page.locator("#formula").input_value()
    complaints = []
    with pages.visitor(browser, complaints) as other:
        other.goto(pages.address(page))
        pages.at_rest(other)
        assert pages.state(other) == state
        assert pages.drawn(other) == drawn
        assert other.locator("#sentence").inner_text() == sentence
        assert other.locator("#formula").input_value() == formula
        assert other.get_by_role("radio", name="β₁, β₂").is_checked()
        assert other.locator("#notice").is_hidden()
        assert pages.address(other) == pages.address(page)
    assert complaints == []


def test_a_lesson_and_the_way_back(page):
    pages.enter(page, "Steps", "3000")
    rest_when(page, "adamoscope.state.steps === 3000")
    state, drawn, url = pages.state(page), pages.drawn(page), pages.address(page)
    page.get_by_role("link", name="the quartic, calm").click()
    rest_when(page, "adamoscope.state.objective === 'quartic'")
    assert pages.address(page).endswith("?f=quartic")
    assert "no curvature" in page.locator("#sentence").inner_text()
    page.go_back()
    rest_when(page, "adamoscope.state.objective === 'rosenbrock'")
    assert (pages.state(page), pages.drawn(page), pages.address(page)) == (state, drawn, url)
    page.go_forward()
    rest_when(page, "adamoscope.state.objective === 'quartic'")


def test_every_lesson_opens_without_a_notice(page):
    lessons = page.locator("#lessons a.lesson")
    assert lessons.count() >= 4
    sentences = set()
    for lesson in lessons.all():
        page.evaluate("adamoscope.state.left = true")
        lesson.click()
        rest_when(page, "!adamoscope.state.left")
        assert page.locator("#notice").is_hidden()
        assert lesson.get_attribute("title")
        sentences.add(page.locator("#sentence").inner_text())
    assert len(sentences) >= 4


def test_copy_link(page):
    pages.enter(page, "Steps", "777")
    rest_when(page, "adamoscope.state.steps === 777")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for(timeout=pages.TIMEOUT)
    assert page.evaluate("navigator.clipboard.readText()") == pages.address(page)


NASTY = {
    "script": "f=%3Cscript%3Ewindow.hurt%3D1%3C/script%3E",
    "image": "f=%3Cimg+src%3Dx+onerror%3D%22window.hurt%3D1%22%3E&steps=900",
    "code": "f=__import__('os').system('true')&steps=900",
    "steps": "steps=-1",
    "too many steps": "steps=1e300&run=gd",
    "no such run": "run=foo&steps=900",
    "numbers": "run=adam,learning_rate:nan,a:-5,b:inf,epsilon:%F0%9F%98%80&x=1e999&y=&steps=abc",
    "both pairs": "run=adam,a:1,beta2:0.5&steps=900",
    "ranges": "view=1,0,0,1&span=nan,1,2,3&edit=17&scale=loud&window=door&flow=maybe&steps=900",
    "long": "steps=900&f=" + "x%2B" * 5000 + "x",
    "deep": "steps=900&f=" + "(" * 2000 + "x" + ")" * 2000,
    "unicode": "steps=900&f=%E2%88%82%F0%9F%A6%86%00%FF%ZZ&%E2%80%AE=1",
    "many runs": "steps=900" + "&run=adam" * 300,
    "version": "v=99&steps=900",
    "HTML": "f=booth&amp;steps=900&amp;stpes=1",
    "aliases": "F=Booth&lr=0,01&run=sgd&steps=900",
    "beyond float64": "run=adagrad_norm,b0:1e308&f=1e300+x^2%2By&steps=900&box=-400,0,-1,1",
    "no gradient": "f=x^y&x=-1&steps=900&curve=sharpness&kappa=1",
    "too many decades": "scale=symlog&span=0,100,100,1e12&steps=900",
    "too narrow": "view=1,1.0000000000000002,0,1&steps=900",
}


MEANT = {
    "a plus": ("f=x^2+y^2&steps=900", "x^2+y^2", 900),
    "a form": ("f=x%5E2+%2B+y%5E2&steps=900", "x^2 + y^2", 900),
    "HTML": ("f=x^2+y^2&amp;steps=900", "x^2+y^2", 900),
    "HTML by numbers": ("f=x^2+y^2&#38;steps=900", "x^2+y^2", 900),
    "encoded twice": ("f=x%255E2%252By%255E2&steps=900", "x^2+y^2", 900),
    "the end of a sentence": ("f=x^2+y^2&steps=900).", "x^2+y^2", 900),
    "a place on the page": ("f=x^2+y^2&steps=900#instrument", "x^2+y^2", 900),
}


@pytest.mark.parametrize("name", MEANT)
def test_a_damaged_link_opens_what_was_meant(window, server, name):
    page, complaints = window
    link, formula, steps = MEANT[name]
    page.goto("about:blank")
    pages.open_page(page, server, link)
    assert pages.state(page)["objective"] == formula
    assert pages.state(page)["steps"] == steps
    assert page.locator("#formula").input_value() == formula
    assert page.locator("#notice").is_hidden()
    assert complaints == []


def test_a_notice_stays_until_someone_has_changed_something(page):
    pages.restore(page, "steps=300&follow=1&stpes=5")
    pages.wait_for(page, "adamoscope.state.view !== null")
    pages.at_rest(page)
    assert "did you mean steps?" in pages.notice(page)
    pages.enter(page, "Steps", "301")
    page.locator("#notice").wait_for(state="hidden", timeout=pages.TIMEOUT)


def test_a_very_narrow_view_is_held_by_the_link(page):
    pages.restore(page, "f=x^2%2By^2&steps=300&x=1&run=gd,learning_rate:1e-12&follow=1")
    pages.wait_for(page, "adamoscope.state.view !== null")
    pages.at_rest(page)
    view = pages.state(page)["view"]
    assert 0 < view[1] - view[0] < 1e-7
    assert 0 < view[3] - view[2] < 1e-7
    assert page.locator("#notice").is_hidden()
    assert pages.address_state(page)["view"] == view


@pytest.mark.parametrize("name", NASTY)
def test_nonsense_opens_with_a_notice(window, server, name):
    page, complaints = window
    page.goto("about:blank")
    pages.open_page(page, server, NASTY[name])
    assert len(pages.notice(page)) > 10
    assert page.evaluate("window.hurt") is None
    assert page.locator("#sentence").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert pages.address_state(page) == pages.state(page)
    assert complaints == []
