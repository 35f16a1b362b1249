"""For everyone: axe-core's rules, the keyboard, what screen readers are told, every width, and nothing that jumps."""

from contextlib import ExitStack
from functools import cache

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import pages

WIDTHS = (390, 768, 1024, 1280, 1440, 1920, 3840)
# Dash's Dropdown hides a focus target of its own that hands the focus on to its button at once.
DASHS_OWN = {"exclude": [[".dash-dropdown-focus-target"]]}
SETTINGS = {
    "opening": {},
    "opening, dark": {"color_scheme": "dark"},
    "two runs": {"link": "steps=2000&run=adam&run=heavy_ball,learning_rate:0.001"},
    "a diagnostic": {"link": "steps=2000&curve=gradient"},
    "surface": {"link": "steps=2000&landscape=surface"},
    "phase, dark": {"link": "steps=2000&landscape=phase", "color_scheme": "dark"},
    "playhead": {"link": "steps=2000&at=100&overlays=gradient,momentum,step,rates,mirror"},
    "notice": {"link": "steps=-1"},
    "notice, dark": {"link": "steps=-1", "color_scheme": "dark"},
    "formula": {"link": "steps=2000&f=x^4/2y^2%2Bsin^2%20x%2By^2"},
    "formula, dark": {"link": "steps=2000&f=x^4/2y^2%2Bsin^2%20x%2By^2", "color_scheme": "dark"},
    "narrow": {"link": "steps=2000&run=adam&run=rmsprop", "width": 390, "height": 844},
    "narrow, dark": {"link": "steps=-1&at=0", "width": 390, "height": 844, "color_scheme": "dark"},
}

# Adds up what moves without having been asked to.
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shifted += entry.value;
})).observe({ type: "layout-shift", buffered: true });
"""


def violations(page):
    """What axe-core finds against any of its rules, WCAG 2 A and AA and best practice alike, as (rule, elements)."""
    options = {"resultTypes": ["violations"]}
    found = Axe().run(page, context=DASHS_OWN, options=options).response["violations"]
    return [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found]


@pytest.fixture(scope="module")
def screens(browser, server):
    """A page for each kind of screen, opened when it is first called for: (page, complaints) of its options."""
    with ExitStack() as stack:

        @cache
        def screen(**options):
            complaints = []
            page = stack.enter_context(pages.visitor(browser, complaints, **options))
            pages.open_page(page, server)
            return page, complaints

        yield screen


@pytest.mark.parametrize("name", SETTINGS)
def test_axe_finds_nothing(screens, name):
    options = dict(SETTINGS[name])
    link = options.pop("link", "")
    page, complaints = screens(**options)
    pages.restore(page, link)
    if "at=" in link:
        page.locator("#inspector .cell").first.wait_for()
    if "f=" in link:
        page.locator("#understood mjx-container").first.wait_for()
    assert page.locator("#notice").is_hidden() == ("steps=-1" not in link)
    assert violations(page) == []
    assert complaints == []


def name_of_the_focused(session):
    """The accessible name that the browser itself computes."""
    focused = session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    tree = session.send("Accessibility.getPartialAXTree", {"objectId": focused, "fetchRelatives": False})
    return tree["nodes"][0].get("name", {}).get("value", "").strip()


# An outline, or the ring that stands for it: around the element, or drawn by its own shadow.
STOP = """() => {
  const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  return {
    body: element === document.body, html: element.outerHTML.slice(0, 120),
    visible: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
    ringed: element.matches(":focus-visible") && (outlined || style.boxShadow !== "none"),
    formula: element.querySelector("mjx-assistive-mml math")?.textContent, // MathJax gives its stops a content, no name
    area: element.closest("header, .lead, .controls, .slot, .player, .rule, .section")?.className ?? element.className,
  };
}"""


def to_the_top(page):
    """Where the tab key starts from on a page just opened."""
    page.evaluate("document.body.tabIndex = -1, document.body.focus(), document.body.removeAttribute('tabindex')")


def test_every_stop_of_the_tab_key_has_a_name_and_a_ring(page):
    session, areas, count = page.context.new_cdp_session(page), [], 0
    for section in page.locator("[id^=section-]").all():  # what comes when they are in sight has controls, too
        section.scroll_into_view_if_needed()
        pages.frames(page)
    pages.idle(page)
    to_the_top(page)
    while count < 200:
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop["body"]:
            break
        count += 1
        assert stop["visible"], stop["html"]
        assert stop["ringed"], stop["html"]
        assert stop["formula"] or name_of_the_focused(session), stop["html"]
        if stop["area"] not in areas[-1:]:
            areas.append(stop["area"])
    assert 50 < count < 200
    assert len(areas) == len(set(areas)), f"the order goes back and forth: {areas}"
    assert areas[:3] == ["skip", "", "lead"]
    shown = page.locator("input:visible, select:visible, button:visible:not(:disabled), a[href]:visible")
    radios_left_out = page.locator("#held input").count() - 1  # one stop, and arrow keys inside
    hidden_by_dash = page.locator(".dash-dropdown-focus-target").count()
    assert count >= shown.count() - radios_left_out - hidden_by_dash


def test_the_skip_link_leads_to_the_instrument(page):
    to_the_top(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the instrument")
    box = skip.bounding_box()
    assert min(box["x"], box["y"]) >= 0
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "objective"


def said(page, part):
    pages.wait_for(page, "(part) => document.getElementById('said').textContent.includes(part)", part)
    return page.locator("#said").inner_text()


def test_arrow_keys_move_both_dots_and_say_where_to(page):
    page.get_by_role("button", name="Start point").press("ArrowRight")
    pages.at_rest(page)
    x, y = pages.state(page)["start"]
    assert x > -1.5
    assert said(page, "start") == f"start {x:g}, {y:g}"
    pages.wait_for(page, "adamoscope.map?.size > 8 && !adamoscope.mapStale")
    dot = page.get_by_role("button", name="The run on the map")
    for _ in range(3):
        dot.press("Shift+ArrowRight")
    pages.at_rest(page)
    a = pages.state(page)["runs"][0]["values"]["a"]
    assert a > 2
    told = said(page, f"a {float(f'{a:.3g}'):g}")
    assert any(regime in told for regime in ("converging", "oscillation", "spike", "divergence"))


def test_the_sentence_and_the_step_are_told(page):
    assert page.locator("#sentence").get_attribute("aria-live") == "polite"
    page.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert said(page, "step 1:").count(", ") == 2


def test_playing_does_not_chatter(page):
    page.evaluate("""() => {
      window.told = [];
      new MutationObserver(() => told.push(document.getElementById("said").textContent))
        .observe(document.getElementById("said"), { childList: true });
    }""")
    page.get_by_role("slider", name="Playhead").focus()
    page.keyboard.press("Home")
    said(page, "step 0:")
    play = page.get_by_role("button", name="Play", exact=True)
    play.press("Enter")
    pages.wait_for(page, "adamoscope.state.at > 100")
    page.get_by_role("button", name="Pause").press("Enter")
    k = pages.state(page)["at"]
    said(page, f"step {k}:")
    assert len(page.evaluate("told")) == 2


def test_escape_closes_what_opens(page):
    page.locator("#objective").press("Enter")
    page.get_by_role("option", name="Beale").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("option", name="Beale").wait_for(state="detached")
    pages.restore(page, "steps=2000&box=0,1,0,1&colour=3")  # no such field, as the notice says
    pages.notice(page)
    page.keyboard.press("Escape")
    assert page.locator("#notice").is_hidden()
    assert pages.state(page)["box"] is not None  # one thing at a time
    page.keyboard.press("Escape")
    pages.wait_for(page, "adamoscope.state.box === null")


@pytest.fixture(scope="module")
def wide_or_narrow(browser, server):
    complaints = []
    with pages.visitor(browser, complaints) as page:
        pages.open_page(page, server, "steps=2000&run=adam&run=heavy_ball,learning_rate:0.001&at=100")
        page.locator("#inspector .cell").first.wait_for()
        yield page
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_width_scrolls_sideways(wide_or_narrow, width):
    page = wide_or_narrow
    pages.resize(page, width, max(700, width * 9 // 16))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    outside = """() => [...document.querySelectorAll("button, input, select, a, h1, h2, p")].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && element.checkVisibility({ visibilityProperty: true })
        && (left < -1 || right > innerWidth + 1);
    }).map((element) => element.outerHTML.slice(0, 120))"""
    assert page.evaluate(outside) == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1280, 720), (1920, 1080), (390, 844)])
def test_nothing_jumps_while_the_page_comes(browser, server, width, height):
    complaints = []
    with pages.visitor(browser, complaints, width=width, height=height) as page:
        page.context.add_init_script(SHIFTS)
        pages.open_page(page, server)
        pages.wait_for(page, "adamoscope.map?.size > 0")
        assert page.evaluate("shifted") < 0.01
    assert complaints == []
