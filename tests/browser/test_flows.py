"""Which ODE limit a run is compared with: chosen on the page, drawn, typeset, and held by the link."""

from tests.browser import pages


def titles(page):
    """The titles that the chooser of the edited run's ODE limit offers."""
    page.locator("#variant").click()
    found = page.locator(".dash-dropdown-content").get_by_role("option").all_inner_texts()
    page.keyboard.press("Escape")
    return found


def drawn_flow(page):
    return page.evaluate("adamoscope.shown.flows.flows[adamoscope.state.edit].title")


def choose(page, title):
    before = pages.drawn(page)
    pages.choose(page, "variant", title)
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)


def rule_says(page, text):
    page.locator("#rule").scroll_into_view_if_needed()  # it is typeset when it comes into sight
    pages.wait_for(page, "(text) => document.getElementById('rule').innerText.includes(text)", text)


def test_a_chosen_limit_is_drawn_typeset_and_linked(page, browser):
    pages.restore(page, "f=matyas&steps=300&run=heavy_ball")
    assert titles(page) == ["heavy-ball flow", "high-resolution flow", "gradient flow"]
    rule_says(page, "ODE limit: heavy-ball flow")
    runs = page.evaluate("adamoscope.shown.runs.arrays['path 0'].join()")
    choose(page, "gradient flow")
    assert drawn_flow(page) == "gradient flow"
    assert page.evaluate("adamoscope.shown.runs.arrays['path 0'].join()") == runs
    # in its own time, k η/(1 - μ): the whole run, not the share of it that k √η would make of it
    flow = page.evaluate("adamoscope.shown.flows.flows[0]")
    assert round(flow["end_step"]) == 300
    assert round(flow["time"], 6) == 3
    rule_says(page, "ODE limit: gradient flow")
    assert "run=heavy_ball,flow:gradient_flow" in pages.address(page)
    assert pages.address_state(page) == pages.state(page)

    drawn, state, complaints = pages.drawn(page), pages.state(page), []
    with pages.visitor(browser, complaints) as other:
        other.goto(pages.address(page))
        pages.at_rest(other)
        assert pages.state(other) == state
        assert pages.drawn(other) == drawn
        assert other.locator("#variant").inner_text().strip() == "gradient flow"
        rule_says(other, "ODE limit: gradient flow")
    assert complaints == []

    choose(page, "heavy-ball flow")
    assert "flow:" not in pages.address(page)


def test_the_chooser_follows_the_run_and_its_choices(page):
    pages.restore(page, "f=matyas&steps=300&run=nesterov,flow:high_resolution&run=lion&run=adam")
    assert titles(page) == ["Su-Boyd-Candès flow", "high-resolution flow"]
    before = pages.drawn(page)
    pages.choose(page, "p-schedule", "constant")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert titles(page) == ["heavy-ball flow", "high-resolution flow", "gradient flow"]
    assert drawn_flow(page) == "high-resolution flow"  # of the other schedule
    runs = page.get_by_role("group", name="Runs")
    runs.get_by_role("button", name="Lion", exact=True).click()
    pages.wait_for(page, "adamoscope.state.edit === 1")
    pages.at_rest(page)
    assert page.locator("#variant").is_hidden()
    runs.get_by_role("button", name="Adam", exact=True).click()
    pages.wait_for(page, "adamoscope.state.edit === 2")
    pages.at_rest(page)
    assert "state-space flow" in titles(page)
    assert pages.state(page)["runs"][0]["variant"] == "high_resolution"
    assert pages.address_state(page) == pages.state(page)


def test_a_limit_that_the_choices_take_away_gives_way_to_the_default(page):
    pages.restore(page, "f=matyas&steps=300&run=adam,flow:belotto_gazeau")
    assert drawn_flow(page) == "Belotto-Gazeau flow, √(v+ε)"
    before = pages.drawn(page)
    pages.choose(page, "p-bias_correction", "off")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert "ODE limit: 'belotto_gazeau' is not known" in pages.notice(page)
    assert drawn_flow(page) == "Adam flow"
    assert pages.state(page)["runs"][0]["variant"] is None
