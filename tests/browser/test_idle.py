"""A control that changes nothing in the chosen case is disabled and says why; the map offers no axis along it."""

import pytest

import core
from dashboard.state import labels
from tests.browser import pages


def choose(page, dropdown, option):
    pages.choose(page, dropdown, option)
    pages.wait_for(
        page,
        "([name, value]) => adamoscope.edited().values[name] === value",
        [dropdown.removeprefix("p-"), option],
    )
    pages.at_rest(page)


def told(page, name):
    """(disabled, reason) of a parameter's slider and field."""
    slider, field = (page.locator(f"#p-{name} input").nth(i) for i in (0, 1))
    assert slider.is_disabled() == field.is_disabled()
    why = page.locator(f"#p-{name}-idle").inner_text()
    assert slider.get_attribute("aria-describedby") == (f"p-{name}-idle" if why else None)
    return slider.is_disabled(), why


def test_the_momentum_of_nesterov_waits_for_the_constant_schedule(page):
    pages.restore(page, "steps=500&run=nesterov")
    disabled, why = told(page, "momentum")
    assert disabled
    assert "convex" in why
    planes = page.get_by_label("Plane of the map").locator("option")
    assert "learning_rate,momentum" not in [option.get_attribute("value") for option in planes.all()]
    choose(page, "p-schedule", "constant")
    assert told(page, "momentum") == (False, "")
    assert "learning_rate,momentum" in [option.get_attribute("value") for option in planes.all()]
    pages.enter(page, "Momentum", "0.5")
    pages.wait_for(page, "adamoscope.edited().values.momentum === 0.5")
    pages.at_rest(page)
    assert page.locator("#limits").inner_text() == ""
    choose(page, "p-schedule", "convex")
    pages.wait_for(page, "document.getElementById('limits').innerText.includes('changes nothing here')")
    assert pages.state(page)["runs"][0]["values"]["momentum"] == 0.5  # kept for the way back


@pytest.mark.parametrize("case", ["adam", "rmsprop", "adagrad", "heavy_ball", "nesterov", "custom"])
def test_the_browser_agrees_with_the_declarations_in_every_special_case(page, case):
    pages.restore(page, f"steps=300&run=general,special_case:{case}")
    optimizer = core.OPTIMIZERS["general"]
    idle = optimizer.idle(core.resolved("general", {"special_case": case, "a": 1.0, "b": 100.0}))
    for p in optimizer.numeric:
        assert told(page, p.name) == (p.name in idle, idle.get(p.name, ""))
    for rate, decay in (("a", "beta2"), ("b", "beta1")):
        assert told(page, rate) == (decay in idle, idle.get(decay, ""))
    assert page.locator("#row-held").is_visible() == (not {"beta1", "beta2"} <= set(idle))
    offered = page.get_by_label("Plane of the map").locator("option")
    axes = {name for option in offered.all() for name in option.get_attribute("value").split(",")}
    assert not axes & set(idle)


def test_where_epsilon_goes_is_no_question_while_it_is_0(page):
    pages.restore(page, "steps=300&run=adam,epsilon:0")
    assert page.locator("#p-epsilon_inside_root").is_disabled()
    assert page.locator("#p-epsilon_inside_root-idle").inner_text() == "ε is 0"
    pages.enter(page, "ε", "0.001")
    pages.wait_for(page, "!document.getElementById('p-epsilon_inside_root').disabled")
    assert page.locator("#p-epsilon_inside_root-idle").inner_text() == ""


def test_runs_are_titled_alike_in_both_languages(page):
    """The chips' titles are made in the browser, those on the pictures by the server."""
    links = [
        "run=adam,b:10&run=adam,b:10.00001,epsilon:1e-4&run=gd",
        "run=adam,beta1:0.9,beta2:0.99999&run=adam,beta1:0.9,beta2:0.99998&edit=1",
        "run=nesterov&run=nesterov,schedule:constant,momentum:0.99999&run=nesterov,schedule:constant,learning_rate:1e-5",
        "run=rmsprop,a:166.66666666666683&run=rmsprop,a:166.6&run=rmsprop,bias_correction:on",
    ]
    for link in links:
        pages.restore(page, f"steps=200&{link}")
        titles = page.evaluate("adamoscope.titles(adamoscope.state)")
        assert titles == page.evaluate("adamoscope.state.runs.map((run) => run.title)")
        assert len(set(titles)) == len(titles)
    assert set(page.evaluate("Object.keys(adamoscope.specification.optimizers.adam.labels)")) == set(
        labels(core.OPTIMIZERS["adam"])
    )
