"""What the page opens on, in which sizes and colours, and that nothing comes from elsewhere."""

import re

import pytest

from dashboard.questions.map import SIZES as BY_DYNAMICS
from tests.browser import pages

SIZES = BY_DYNAMICS["steps"]

SLIDERS = ["Start x", "Start y", "Learning rate", "β₁", "β₂", "a", "b", "ε", "Steps"]


@pytest.fixture(scope="module")
def opened(browser, server):
    """The page as it opens at 1440 x 900: (page, complaints, paths of what was loaded)."""
    complaints, loaded = [], []
    with pages.visitor(browser, complaints, color_scheme="light") as page:
        page.on("response", lambda answer: loaded.append((answer.status, answer.url)))
        pages.open_page(page, server)
        yield page, complaints, loaded


def test_it_opens_on_adam_spiking_on_rosenbrock(opened):
    page, complaints, _ = opened
    state = pages.state(page)
    assert (state["objective"], state["start"], state["steps"]) == ("rosenbrock", [-1.5, 2], 40_000)
    assert [run["optimizer"] for run in state["runs"]] == ["adam"]
    fields = {label: float(pages.field(page, label).input_value()) for label in ("Learning rate", "a", "b", "Steps")}
    assert fields == {"Learning rate": 1e-3, "a": 1, "b": 100, "Steps": 40_000}
    assert "spikes" in page.locator("#sentence").inner_text()
    assert page.evaluate("adamoscope.shown.runs.runs[0].regime") == "spike"
    assert page.evaluate("adamoscope.shown.flows.flows[0].title")
    assert page.locator("#notice").is_hidden()
    assert pages.address(page).endswith("/")
    assert complaints == []


def test_its_map_has_three_regimes_with_their_names(opened):
    page, complaints, _ = opened
    pages.map_ready(page, SIZES[-1])
    counts = page.evaluate(
        "adamoscope.map.regimes.map((_, i) => adamoscope.map.arrays.regime.filter((r) => r === i).length)"
    )
    cells = SIZES[-1] ** 2
    assert sum(count > 0.03 * cells for count in counts) >= 3
    assert {"spike", "oscillation", "divergence"} <= {label["name"] for label in page.evaluate("adamoscope.map.labels")}
    assert complaints == []


def test_every_slider_has_its_name_and_a_field(opened):
    page, _, _ = opened
    shown = [s for s in page.locator(".controls").get_by_role("slider").all() if s.is_visible()]
    assert [s.get_attribute("aria-label") for s in shown] == SLIDERS
    for label in SLIDERS:
        assert pages.slider(page, label).count() == 1
        assert pages.field(page, label).is_visible()


def test_a_frame_has_no_more_to_do_than_it_must(opened):
    """What costs every move of a slider: fields that the browser's autofill goes through, canvases with nothing on,
    canvases that are copied although they stay as they are."""
    page, _, _ = opened
    assert (
        page.evaluate("[...document.querySelectorAll('input, select, textarea')].filter((field) => !field.form)") == []
    )
    layers = page.evaluate(
        """Object.values(adamoscope.plots).flatMap((plot) => Object.entries(plot.canvases))
           .filter(([, canvas]) => canvas.offsetWidth).map(([name]) => name)"""
    )
    assert sorted(layers) == ["cells", "ground", "lines", "paths"]
    assert page.evaluate(
        "['ground', 'paths'].map((name) => adamoscope.plots.landscape.canvases[name].getContext('2d') === null)"
    ) == [True, False]  # an image that is shown, and one that is drawn on
    assert page.evaluate("adamoscope.plots.map.canvases.cells.getContext('2d')") is None
    assert page.evaluate("document.querySelector('#examples canvas')?.offsetWidth ?? 0") == 0  # far below


def test_the_rule_is_typeset(opened):
    page, complaints, loaded = opened
    assert not any("mathjax" in url for _, url in loaded)  # for what is not in sight yet
    page.locator("#rule").scroll_into_view_if_needed()
    page.locator("#rule mjx-container").first.wait_for(timeout=pages.TIMEOUT)
    assert page.locator("#rule .block").count() == 2  # the step and its limit
    assert page.locator("#rule mjx-container svg, #rule mjx-container mjx-math").count() >= 2
    assert "$" not in page.locator("#rule").inner_text()
    assert complaints == []


def test_fonts_and_scripts_come_from_the_server(opened, server):
    page, complaints, loaded = opened
    families = page.evaluate(
        "[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family.replaceAll('\"', ''))"
    )
    assert {"Source Sans 3", "Source Serif 4"} <= set(families)
    assert any(url.endswith(".woff2") for _, url in loaded)
    assert all(url.startswith((server, "data:", "blob:")) for _, url in loaded)
    assert [url for status, url in loaded if status >= 400] == []
    assert complaints == []


def test_scripts_styles_and_fonts_are_loaded_once_from_addresses_that_browsers_keep(opened):
    page, _, loaded = opened
    files = [url for _, url in loaded if re.search(r"\.(?:js|css|woff2)(?:\?|$)", url)]
    assert any("plotly" in url for url in files)
    assert [url for url in files if files.count(url) > 1] == []
    told = {url: page.request.get(url).headers for url in files}
    late = [url for url in files if "/async-" in url]  # Dash's own loader names no version: revalidated
    assert [url for url in late if "etag" not in told[url]] == []
    assert [url for url in files if url not in late and "immutable" not in told[url].get("cache-control", "")] == []


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1440, 900)])
def test_the_instrument_fits_a_desk_s_screen(opened, width, height):
    page, complaints, _ = opened
    page.set_viewport_size({"width": width, "height": height})
    page.locator("#rule").scroll_into_view_if_needed()
    page.locator("#rule mjx-container").first.wait_for(timeout=pages.TIMEOUT)  # the widest formula may push too
    page.evaluate("scrollTo(0, 0)")
    pages.wait_for(
        page,
        """([width, height]) => innerWidth === width && document.documentElement.scrollWidth <= width
        && document.querySelector(".instrument").offsetHeight <= height""",
        [width, height],
    )
    pages.at_rest(page)
    for name in ("landscape", "curves", "map", "player", "inspector"):
        box = page.locator(f"#{name}").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= height
    steps = pages.slider(page, "Steps").bounding_box()
    assert steps["y"] + steps["height"] <= height
    assert complaints == []


def test_light_and_dark(opened):
    page, complaints, _ = opened
    root = page.locator("html")
    seen = {}
    for theme in ("light", "dark"):
        if root.get_attribute("data-theme") != theme:
            page.get_by_role("button", name="Switch colours").click()
        assert root.get_attribute("data-theme") == theme
        seen[theme] = page.evaluate(
            """() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color,
              ...["ground", "paths"].map((name) => adamoscope.plots.landscape.canvases[name].toDataURL()),
              adamoscope.plots.curves.canvases.lines.toDataURL(), adamoscope.plots.map.canvases.cells.toDataURL()]"""
        )
    assert all(light != dark for light, dark in zip(seen["light"], seen["dark"], strict=True))
    page.get_by_role("button", name="Switch colours").click()
    assert complaints == []


def test_it_opens_dark_where_dark_is_preferred_on_a_phone(browser, server):
    complaints = []
    with pages.visitor(browser, complaints, 390, 844, color_scheme="dark", has_touch=True) as page:
        pages.open_page(page, server, "steps=2000")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        for name in ("landscape", "curves", "map"):
            plot = page.locator(f"#{name}-plot")
            plot.scroll_into_view_if_needed()
            box = plot.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
            assert box["width"] > 250
            assert box["height"] > 150
            assert page.evaluate(
                "(name) => Object.values(adamoscope.plots[name].canvases).every((c) => c.width > 250)", name
            )
        before = pages.drawn(page)
        for label in SLIDERS:
            slider = pages.slider(page, label)
            slider.scroll_into_view_if_needed()
            box = slider.bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 390
        pages.slider(page, "Learning rate").tap()
        pages.wait_until_redrawn(page, before)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
