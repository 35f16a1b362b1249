"""The sections below the map: a threshold moves run, sentence and map; a big map from start to download."""

import numpy as np
import pytest

from tests.browser import pages

STEPS = 20_000


@pytest.fixture
def page(window):
    page, complaints = window
    pages.restore(page, f"steps={STEPS}")
    pages.wait_for(page, "adamoscope.map?.size > 0 && !adamoscope.mapStale")
    yield page
    assert complaints == []


def spikes(page):
    return page.evaluate("adamoscope.map.arrays.regime.reduce((n, r) => n + (r === 2), 0) / adamoscope.map.size ** 2")


def test_a_threshold_moves_the_run_the_sentence_and_the_map(page):
    page.locator("#section-naming").scroll_into_view_if_needed()
    decided = page.locator("#naming-chain .decides")
    pages.wait_for(page, "document.querySelector('#naming-chain .decides .answer')?.textContent === 'yes: spike'")
    pages.wait_for(page, "adamoscope.map.size >= 64")
    before = spikes(page)
    assert before > 0.02
    pages.enter(page, "Crest factor", "1000")
    pages.wait_for(page, "!document.querySelector('#naming-chain .decides')?.textContent.includes('spike')")
    pages.at_rest(page)
    pages.wait_for(page, "adamoscope.map.arrays.regime.every((regime) => regime !== 2)")
    assert pages.address_state(page)["crest"] == 1000
    assert "spikes" not in page.locator("#sentence").inner_text()
    assert page.evaluate("adamoscope.shown.runs.runs[0].regime") != "spike"
    page.get_by_role("button", name="The usual rule").click()
    pages.wait_for(page, "document.querySelector('#naming-chain .decides .answer')?.textContent === 'yes: spike'")
    pages.wait_for(page, "adamoscope.map.arrays.regime.some((regime) => regime === 2)")
    pages.wait_for(page, "!window.location.search.includes('crest')")  # it follows the state, in its own time
    assert decided.count() == 1


def test_a_slider_renames_the_cells_at_once_by_keyboard(page):
    slider = pages.slider(page, "Crest factor")
    slider.scroll_into_view_if_needed()
    pages.wait_for(page, "adamoscope.map.size >= 64")
    size = page.evaluate("adamoscope.map.size")
    slider.focus()
    page.keyboard.press("End")
    pages.wait_for(page, "adamoscope.map.arrays.regime.every((regime) => regime !== 2)")
    assert page.evaluate("adamoscope.map.size") >= size  # not drawn coarse first
    assert pages.state(page)["crest"] == 1000


def test_a_big_map_from_start_to_download(page, tmp_path):
    page.locator("#section-big_map").scroll_into_view_if_needed()
    page.get_by_label("Steps, to 200,000").fill("200")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("256 × 256, 200 steps: finished").wait_for(timeout=pages.TIMEOUT)
    drawn = page.locator("#job-map").get_attribute("aria-label")
    assert "converging" in drawn
    page.get_by_label("coloured by").select_option("swing")
    page.locator("#job-bar .stripe").wait_for()
    assert "steps" in page.locator("#job-bar").inner_text()
    pixels = "document.querySelector('#job-map canvas').toDataURL()"
    with_lines = page.evaluate(pixels)
    page.locator("#lines tr[data-line=proof] input").click()
    pages.wait_for(page, f"{pixels} !== '{with_lines}'")
    for kind in ("npz", "svg", "png"):
        with page.expect_download() as download:
            page.locator(f"#job-{kind}").click()
        path = tmp_path / f"map.{kind}"
        download.value.save_as(path)
        assert download.value.suggested_filename == f"adamoscope-map.{kind}"
        assert path.stat().st_size > 5_000
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    with np.load(tmp_path / "map.npz") as file:
        assert file["regime"].shape == (256, 256)
        assert file["steps"].max() == 200


def test_nonsense_gets_a_sentence(page):
    page.get_by_label("Steps, to 200,000").fill("many")
    page.get_by_role("button", name="Start", exact=True).click()
    assert "many" in pages.notice(page)


HELD = """(kinds) => {
  const { question } = adamoscope;
  window.letGo = () => void (adamoscope.question = question);
  adamoscope.question = (path, ...more) => (kinds.includes(path) ? new Promise(() => {}) : question(path, ...more));
}"""


def test_numbers_of_another_objective_are_not_shown_as_this_one_s(page):
    """The answers to come are held back: what stands meanwhile must not be the old objective's."""
    shares = "[...document.querySelectorAll('#comparison td.share')].map((cell) => cell.textContent)"
    page.locator("#section-compare").scroll_into_view_if_needed()
    pages.wait_for(page, f"{shares}.every((text) => text.endsWith('%'))")
    page.evaluate(HELD, ["comparison"])
    pages.restore(page, f"f=booth&steps={STEPS}")
    pages.at_rest(page)
    pages.wait_for(page, f"{shares}.every((text) => text === '…')")
    page.evaluate("letGo()")


def test_an_example_of_another_plane_moves_nothing(page):
    page.locator("#section-regimes").scroll_into_view_if_needed()
    pages.wait_for(page, "adamoscope.examples && !adamoscope.channels.examples.busy")
    page.evaluate(HELD, ["map", "examples"])
    page.evaluate("document.getElementById('map-tools').scrollIntoView()")
    page.get_by_label("Plane of the map").select_option("beta2,beta1")
    pages.at_rest(page)
    state = pages.state(page)
    page.evaluate("document.querySelector('#examples button.regime:not([disabled])').click()")
    pages.at_rest(page)
    assert pages.state(page) == state
    page.evaluate("letGo()")
