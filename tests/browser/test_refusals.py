"""What a browser may refuse a page: storage, history, clipboard, an origin. The page works all the same."""

import urllib.parse

import pytest

from tests.browser import pages

BLOCKED_STORAGE = """for (const name of ["localStorage", "sessionStorage"])
  Object.defineProperty(window, name, { get() { throw new DOMException("Access is denied", "SecurityError"); } });"""

# Every write is refused, as by Safari past a hundred in half a minute, until window.allowed is set
REFUSED_HISTORY = """window.refused = 0;
for (const name of ["replaceState", "pushState"]) {
  const own = history[name].bind(history);
  history[name] = (...given) => {
    if (window.allowed) return own(...given);
    window.refused += 1;
    throw new DOMException("Attempt to use history more than 100 times per 30 seconds", "SecurityError");
  };
}"""

NO_CLIPBOARD = 'Object.defineProperty(navigator, "clipboard", { value: undefined });'
CLIPBOARD_THAT_REFUSES = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: () => Promise.reject(new DOMException("Write permission denied", "NotAllowedError")) },
});"""
NO_COMMAND = "document.execCommand = () => false;"


@pytest.fixture
def prepared(browser, server):
    """Opens the page where a script has run before its own; complaints of it fail the test."""
    opened, complaints = [], []

    def open_with(script, link="steps=500"):
        context = pages.visitor(browser, complaints)
        page = context.__enter__()
        opened.append(context)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        page.add_init_script(script)
        pages.open_page(page, server, link)
        return page

    yield open_with
    for context in opened:
        context.__exit__(None, None, None)
    assert complaints == []


def test_the_page_starts_and_works_without_storage(prepared):
    page = prepared(BLOCKED_STORAGE)
    with pytest.raises(Exception, match="Access is denied"):
        page.evaluate("window.localStorage")
    theme = page.evaluate("document.documentElement.dataset.theme")
    page.get_by_role("button", name="Switch colours").click()
    pages.wait_for(page, "(theme) => document.documentElement.dataset.theme !== theme", theme)
    pages.enter(page, "Steps", "777")
    pages.wait_for(page, "adamoscope.state.steps === 777")
    pages.at_rest(page)
    assert "steps=777" in pages.address(page)


def test_the_page_works_in_a_frame_without_an_origin(browser, server):
    complaints = []
    with pages.visitor(browser, complaints) as page:
        frame = f'<iframe sandbox="allow-scripts" width="1400" height="850" src="{server}/?steps=500"></iframe>'
        page.route("**/course", lambda route: route.fulfill(body=frame, content_type="text/html"))
        page.goto(f"{server}/course")
        frame = page.frames[-1]
        pages.wait_for(frame, "window.adamoscope?.ready")
        assert frame.evaluate("window.origin") == "null"
        assert frame.locator("#sentence").inner_text().startswith("Adam ")
        before = pages.drawn(frame)
        pages.enter(frame, "Steps", "777")
        pages.wait_until_redrawn(frame, before)
        assert pages.state(frame)["steps"] == 777
        frame.locator("#rule").scroll_into_view_if_needed()
        pages.wait_for(frame, "document.querySelector('#rule').innerText.length > 40")
        assert frame.locator("#notice").is_hidden()
    assert complaints == []


def test_a_refused_history_leaves_no_change_undone(prepared):
    page = prepared("window.allowed = true;" + REFUSED_HISTORY)
    before = pages.drawn(page)
    page.evaluate("window.allowed = false")
    url = pages.address(page)
    page.get_by_role("link", name="the quartic, calm").click()
    pages.wait_for(page, "adamoscope.state.objective === 'quartic'")
    pages.wait_until_redrawn(page, before)
    pages.wait_for(page, "window.refused > 0")
    assert pages.address(page) == url
    assert page.locator("#formula").input_value() == "(x+y)^4 + (x/2-y/2)^4"
    pages.wait_for(page, "document.querySelector('#sentence').innerText.includes('no curvature')")
    pages.enter(page, "Steps", "777")
    pages.wait_for(page, "adamoscope.state.steps === 777")
    assert pages.slider(page, "Steps").count() == 1
    assert page.locator("#notice").is_hidden()
    # a link to a place on the page is no way back
    pages.outcome(
        page,
        """() => new Promise((resolve) => {
          window.addEventListener("popstate", resolve, { once: true }); // told of after the page has been
          window.location.hash = "#instrument";
        })""",
    )
    assert page.evaluate("window.location.hash") == "#instrument"
    assert pages.state(page)["steps"] == 777
    # the link that is copied is that of the state, not of the address
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for(timeout=pages.TIMEOUT)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "f=quartic" in copied
    assert "steps=777" in copied
    # as soon as the browser lets it, the address follows by itself, and Back leads to where the page was
    page.evaluate("window.allowed = true")
    pages.at_rest(page)
    assert "f=quartic" in pages.address(page)
    assert "steps=777" in pages.address(page)
    page.go_back()
    pages.wait_for(page, "adamoscope.state.objective === 'rosenbrock'")


@pytest.mark.parametrize("script", [NO_CLIPBOARD, CLIPBOARD_THAT_REFUSES], ids=["none", "refuses"])
def test_copy_link_without_a_clipboard(prepared, script):
    page = prepared(script, "f=x^2%2B(y-1)^2&steps=432")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for(timeout=pages.TIMEOUT)
    link = page.evaluate("adamoscope.shareAddress()")
    field = pages.field(page, "Steps")
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.press("Control+V")
    assert field.input_value() == link
    query = urllib.parse.urlsplit(link).query
    assert query == "f=x%5E2%2B%28y-1%29%5E2&steps=432"


def test_where_nothing_copies_the_link_is_shown_selected(prepared):
    page = prepared(CLIPBOARD_THAT_REFUSES + NO_COMMAND)
    page.get_by_role("button", name="Copy link").click()
    dialog = page.get_by_role("dialog", name="Copy the link")
    field = dialog.get_by_role("textbox")
    assert field.input_value() == pages.address(page)
    selected = "({ value, selectionStart, selectionEnd }) => value.slice(selectionStart, selectionEnd)"
    assert page.evaluate(f"({selected})(document.activeElement)") == pages.address(page)
    assert "selected" in dialog.inner_text()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached", timeout=pages.TIMEOUT)
    assert page.get_by_role("button", name="Copy link").count() == 1
