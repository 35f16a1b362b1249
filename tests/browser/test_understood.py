"""What a typed formula was understood as stands typeset beneath its field, while it is typed too."""

import pytest

from tests.browser import pages

READ = "#understood-formula mjx-container"
SPOKEN = """[...document.querySelectorAll('#understood-formula mjx-assistive-mml math')]
  .map((math) => math.textContent.replace(/[\\s\\u2061]/g, '')).join('')"""


def type_in(page, text):
    page.locator("#formula").fill(text)


def wait_for_reading(page, spoken):
    pages.wait_for(page, f"({SPOKEN}) === {spoken!r}")
    pages.wait_for(page, "!document.querySelector('#understood').hasAttribute('data-unread')")


def test_it_follows_while_it_is_typed(page):
    assert page.locator("#understood").is_hidden()  # a built-in's own formula nobody need be told
    before = pages.state(page)
    type_in(page, "x/2y")
    wait_for_reading(page, "x2y")
    assert page.evaluate("document.querySelector('#understood mfrac').textContent") == "x2"  # (x/2) y
    type_in(page, "x/(2y)")
    pages.wait_for(page, "document.querySelector('#understood mfrac').textContent === 'x2y'")
    assert pages.state(page) == before  # nothing is taken before it is entered
    type_in(page, "x/(2y")
    pages.wait_for(page, "document.querySelector('#understood').hasAttribute('data-unread')")
    assert page.locator(READ).first.is_hidden()  # what is no formula is not shown as one
    type_in(page, "(x+y)⁴+(x/2−y/2)⁴")
    wait_for_reading(page, "(x+y)4+(x2−y2)4")
    page.locator("#formula").press("Enter")
    pages.wait_for(page, "adamoscope.state.objective.includes('⁴')")
    pages.at_rest(page)
    wait_for_reading(page, "(x+y)4+(x2−y2)4")
    assert page.locator(READ).first.is_visible()


def test_it_goes_with_a_built_in_and_comes_with_a_link(page):
    pages.restore(page, "f=sin^2%20x%2By^2")
    wait_for_reading(page, "sin2(x)+y2")
    pages.restore(page, "f=booth")
    assert page.locator("#understood").is_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_on_a_phone_in_both_colours(browser, server, scheme):
    complaints, link = [], "f=(x%2By)^4%2Bsqrt(x^2%2By^2%2B1)/(1%2Bexp(-x))%2Bmax(x,y)^2%2Bcos(2%20pi%20x)"
    with pages.visitor(browser, complaints, 390, 844, color_scheme=scheme) as page:
        pages.open_page(page, server, link)
        page.locator(READ).nth(3).wait_for()
        for box in (page.locator("#understood").bounding_box(), *(p.bounding_box() for p in page.locator(READ).all())):
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390  # a sum goes on in the next line
            assert box["height"] >= 12
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        colours = "(read) => [getComputedStyle(document.querySelector(read)).color, getComputedStyle(document.body)"
        ink, paper = page.evaluate(f"{colours}.backgroundColor]", READ)
        assert contrast(ink, paper) >= 4.5
    assert complaints == []


def contrast(one, other):
    """As the guidelines for accessible content define it."""

    def luminance(text):
        parts = [float(part) / 255 for part in text.split("(")[1].rstrip(")").split(",")[:3]]
        red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
