"""Every slider by mouse and by keys, and every number field."""

import pytest

from tests.browser import pages

LABELS = ["Learning rate", "β₁", "β₂", "a", "b", "ε", "Start x", "Start y", "Steps"]


def shares(slider):
    """Where a slider stands, from 0 to 1."""
    return slider.evaluate("s => (s.valueAsNumber - Number(s.min)) / (Number(s.max) - Number(s.min))")


def point_at(slider, share):
    """The pixel of a slider's thumb at a share of its way."""
    box, thumb = slider.bounding_box(), 15
    return box["x"] + thumb / 2 + share * (box["width"] - thumb), box["y"] + box["height"] / 2


@pytest.mark.parametrize("label", LABELS)
def test_mouse_and_arrow_keys_move_value_pictures_and_address(page, label):
    slider, field = pages.slider(page, label), pages.field(page, label)
    before, value, address = pages.drawn(page), field.input_value(), pages.address(page)
    share = shares(slider)

    pages.drag(page, point_at(slider, share), point_at(slider, 0.85 if share < 0.6 else 0.3))
    pages.wait_until_redrawn(page, before)  # while the button is down
    page.mouse.up()
    pages.at_rest(page)
    dragged, dragged_address = field.input_value(), pages.address(page)
    assert dragged != value
    assert dragged_address != address
    assert pages.address_state(page) == pages.state(page)
    assert slider.get_attribute("aria-valuetext") == dragged

    before = pages.drawn(page)
    slider.focus()
    slider.press("ArrowLeft")
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert field.input_value() != dragged
    assert pages.address(page) != dragged_address
    assert pages.address_state(page) == pages.state(page)


@pytest.mark.parametrize(
    ("link", "label", "text"),
    [
        ("run=gd", "Learning rate", "2"),
        ("run=adam,learning_rate:0.0001", "a", "5000"),
        ("run=adam,learning_rate:0.0001", "b", "0.001"),
        ("", "ε", "7.5"),
        ("", "Start x", "-12.25"),
        ("", "Steps", "7"),
    ],
)
def test_a_field_takes_values_past_the_sliders_ends(page, link, label, text):
    pages.restore(page, f"steps=2000&{link}")
    before = pages.drawn(page)
    pages.enter(page, label, text)
    pages.wait_until_redrawn(page, before)
    pages.at_rest(page)
    assert float(pages.field(page, label).input_value()) == float(text)
    assert text in pages.address(page)
    assert pages.address_state(page) == pages.state(page)
    assert shares(pages.slider(page, label)) in (0, 1)


RANGES = {
    "Learning rate": "above 0",
    "β₁": "0 or more and below 1",
    "β₂": "0 or more and below 1",
    "a": "above 0",
    "b": "above 0",
    "ε": "0 or more",
    "Start x": "from -1,000,000 to 1,000,000",
    "Start y": "from -1,000,000 to 1,000,000",
    "Steps": "from 1 to 1,000,000",
}
NONSENSE = ["abc", "", "1e999", "nan", "0x10", "1 2", "-1"]


@pytest.mark.parametrize("label", LABELS)
def test_nonsense_in_a_field_is_told_there_and_the_value_stays(page, label):
    texts = NONSENSE[:-1] + (["-1e7"] if label.startswith("Start") else ["-1"])
    field, state, url = pages.field(page, label), pages.state(page), pages.address(page)
    value = field.input_value()
    for text in texts:
        pages.enter(page, label, text)
        told = page.locator(f"#{field.get_attribute('aria-describedby')}")
        assert field.get_attribute("aria-invalid") == "true", text
        said = told.inner_text()
        assert RANGES[label] in said
        assert said.startswith(f"{label} takes") or text in said or text == ""
        assert said.endswith(f"{value} stays.")
        assert field.input_value() == value
        assert (pages.state(page), pages.address(page)) == (state, url)
        field.press("End")
        field.type("0")  # who types on has read it
        assert field.get_attribute("aria-invalid") is None
        assert told.inner_text() == ""
        field.fill(value)
    field.press("Enter")
    pages.enter(page, label, "500" if label == "Steps" else "0.5")
    pages.wait_for(page, "(url) => location.href !== url", url)
    pages.at_rest(page)
    assert float(field.input_value()) in (500, 0.5)
    assert pages.address_state(page) == pages.state(page)


@pytest.mark.parametrize(
    ("label", "text", "value"),
    [
        ("ε", "0,25", 0.25),
        ("Start x", "−1,25", -1.25),
        ("Steps", "12 000", 12000),
        ("Steps", "1,500", 1500),
        ("a", " 7 ", 7),
    ],
)
def test_numbers_are_read_as_people_write_them(page, label, text, value):
    url = pages.address(page)
    pages.enter(page, label, text)
    pages.wait_for(page, "(url) => location.href !== url", url)
    pages.at_rest(page)
    assert float(pages.field(page, label).input_value()) == value
    assert pages.address_state(page) == pages.state(page)


def test_a_start_where_f_is_not_finite_is_refused_in_its_field(page):
    pages.restore(page, "f=log(x)+y^2&x=1&y=1&steps=500")
    state, field = pages.state(page), pages.field(page, "Start x")
    pages.enter(page, "Start x", "-3")
    pages.wait_for(page, "document.querySelector('#s-x input[type=text]').ariaInvalid === 'true'")
    assert field.input_value() == "1"
    assert "not finite" in page.locator("#s-x-refusal").inner_text()
    assert pages.state(page) == state


def test_a_refused_horizon_is_told_beneath_it(page):
    horizon = page.get_by_role("textbox", name="Horizon of the map's runs")
    value = horizon.input_value()
    for text in ("abc", "-1", "0", "1e9"):
        horizon.fill(text)
        horizon.press("Enter")
        assert horizon.get_attribute("aria-invalid") == "true"
        assert page.locator("#horizon-refusal").inner_text().endswith(f"{value} stays.")
        assert horizon.input_value() == value


@pytest.mark.parametrize(
    ("text", "caret", "said"),
    [
        ("x^2 + foo(y)", 6, "foo"),
        ("x^2+", None, "missing"),
        ("  x @ y", 4, "@"),
        ("𝑥$", None, ""),
        ("", None, "Type a formula"),
        ("bothh", None, "booth"),
    ],
)
def test_a_refused_formula_stays_in_its_field_and_is_told_there(page, text, caret, said):
    field, state = page.locator("#formula"), pages.state(page)
    formula = field.input_value()
    field.fill(text)
    field.press("Enter")
    pages.wait_for(page, "document.getElementById('formula').ariaInvalid === 'true'")
    told = page.locator(f"#{field.get_attribute('aria-describedby')}")
    assert said in told.inner_text()
    assert len(told.inner_text()) < 200  # what is meant, not the whole grammar
    assert field.input_value() == text
    assert pages.state(page) == state
    assert page.locator("#notice").is_hidden()
    if caret is not None:
        assert page.evaluate("document.getElementById('formula').selectionStart") == caret

    pages.enter(page, "ε", "0.5")  # another change leaves the text as it is
    pages.wait_for(page, "adamoscope.state.runs[0].values.epsilon === 0.5")
    pages.at_rest(page)
    assert field.input_value() == text
    assert field.get_attribute("aria-invalid") == "true"

    field.fill(formula)
    field.press("Enter")
    pages.wait_for(page, "document.getElementById('formula').ariaInvalid !== 'true'")
    assert told.inner_text() == ""
    field.fill("x^2+3y^2")
    field.press("Enter")
    pages.wait_for(page, "adamoscope.state.objective === 'x^2+3y^2'")
    pages.at_rest(page)
    assert field.get_attribute("aria-invalid") is None


def test_back_takes_a_refused_formula_away(page):
    formula = page.locator("#formula").input_value()
    page.locator("#formula").fill("x +")
    page.locator("#formula").press("Enter")
    pages.wait_for(page, "document.getElementById('formula').ariaInvalid === 'true'")
    pages.restore(page, "steps=2000")
    pages.wait_for(page, "(formula) => document.getElementById('formula').value === formula", formula)
    assert page.locator("#formula").get_attribute("aria-invalid") is None


def test_a_key_held_down_is_one_change_made_when_it_is_let_go(page):
    slider, address = pages.slider(page, "b"), pages.address(page)
    slider.focus()
    for _ in range(4):  # the browser's own repeats
        before = pages.drawn(page)
        page.keyboard.down("ArrowRight")
        pages.wait_until_redrawn(page, before)
    pages.idle(page)
    assert pages.address(page) == address
    page.keyboard.up("ArrowRight")
    pages.at_rest(page)
    assert pages.address(page) != address
    assert pages.address_state(page) == pages.state(page)
