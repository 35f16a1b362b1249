"""β₁, β₂ and a, b: two views of the same numbers, one of them held while the learning rate moves."""

import pytest

from tests.browser import pages

ID = {"β₁": "p-beta1", "β₂": "p-beta2", "a": "p-a", "b": "p-b"}


def shown(page, *labels):
    """The numbers in the fields of these parameters."""
    return [float(pages.field(page, label).input_value()) for label in labels]


def hold(page, pair):
    """Turn the switch that says which pair is held."""
    page.get_by_role("radio", name=pair).check()
    pages.wait_for(page, "(held) => adamoscope.state.runs[0].held === held", "rates" if "a" in pair else "decays")
    pages.at_rest(page)


@pytest.mark.parametrize("held", ["a, b", "β₁, β₂"])
@pytest.mark.parametrize(("moved", "follows"), [("β₂", "a"), ("a", "β₂"), ("β₁", "b"), ("b", "β₁")])
def test_one_of_a_pair_moves_the_other(page, held, moved, follows):
    hold(page, held)
    before = shown(page, follows)
    slider = pages.slider(page, moved)
    slider.focus()
    for _ in range(5):
        slider.press("ArrowLeft")
    pages.wait_for(page, "([id, value]) => adamoscope.quantities[id].value() !== value", [ID[follows], before[0]])
    pages.at_rest(page)
    beta2, a, beta1, b, eta = shown(page, "β₂", "a", "β₁", "b", "Learning rate")
    assert shown(page, follows) != before
    assert a == pytest.approx((1 - beta2) / eta, rel=1e-5)
    assert b == pytest.approx((1 - beta1) / eta, rel=1e-5)
    assert pages.address_state(page) == pages.state(page)


def test_the_held_pair_stays_while_the_learning_rate_moves(page):
    hold(page, "a, b")
    pages.enter(page, "Learning rate", "0.0001")
    pages.wait_for(page, "adamoscope.state.runs[0].values.learning_rate === 0.0001")
    pages.at_rest(page)
    assert shown(page, "a", "b") == [1, 100]
    assert shown(page, "β₂", "β₁") == pytest.approx([0.9999, 0.99])

    hold(page, "β₁, β₂")
    assert shown(page, "a", "b", "β₂", "β₁") == pytest.approx([1, 100, 0.9999, 0.99])  # nothing has moved
    pages.enter(page, "Learning rate", "0.001")
    pages.wait_for(page, "adamoscope.state.runs[0].values.learning_rate === 0.001")
    pages.at_rest(page)
    assert shown(page, "β₂", "β₁") == pytest.approx([0.9999, 0.99])
    assert shown(page, "a", "b") == pytest.approx([0.1, 10])


def test_a_held_pair_stops_at_its_limit_and_returns_with_the_learning_rate(page):
    slider = pages.slider(page, "Learning rate")
    pages.enter(page, "Learning rate", "0.1")  # b = 100 would make β₁ = 1 - 100 * 0.1 negative
    pages.wait_for(page, "document.getElementById('limits').innerText.includes('limit')")
    pages.at_rest(page)
    assert shown(page, "a", "b", "β₁") == [1, 10, 0]
    assert "b = 100 is held" in page.locator("#limits").inner_text()
    assert pages.state(page)["runs"][0]["values"]["b"] == 100  # what is held is not forgotten

    before = pages.drawn(page)
    slider.focus()
    slider.press("Home")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert shown(page, "Learning rate", "a", "b") == [1e-5, 1, 100]
    assert page.locator("#limits").inner_text() == ""
    assert pages.address_state(page) == pages.state(page)


def test_a_link_keeps_the_pair_beyond_its_limit(page):
    pages.restore(page, "steps=2000&run=adam,learning_rate:0.1,b:100")
    assert shown(page, "b", "β₁") == [10, 0]
    pages.enter(page, "Learning rate", "0.001")
    pages.wait_for(page, "adamoscope.state.runs[0].values.learning_rate === 0.001")
    pages.at_rest(page)
    assert shown(page, "b", "β₁") == [100, 0.9]
