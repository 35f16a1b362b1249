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
    before, value, address = pages.drawn(page), field.input_value(), page.url
    share = shares(slider)

    pages.drag(page, point_at(slider, share), point_at(slider, 0.85 if share < 0.6 else 0.3))
    pages.wait_until_redrawn(page, before)  # while the button is down
    page.mouse.up()
    pages.at_rest(page)
    dragged, dragged_address = field.input_value(), page.url
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
    assert page.url != dragged_address
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
    assert text in page.url
    assert pages.address_state(page) == pages.state(page)
    assert shares(pages.slider(page, label)) in (0, 1)


NAMES = {  # how a notice may call a parameter, beside its label
    "Learning rate": "learning_rate",
    "β₁": "beta1",
    "β₂": "beta2",
    "ε": "epsilon",
    "Start x": "x",
    "Start y": "y",
    "Steps": "steps",
}
NONSENSE = ["abc", "", "1e999", "nan", "-1"]


@pytest.mark.parametrize("label", LABELS)
def test_nonsense_in_a_field_is_named_and_a_valid_value_kept(page, label):
    texts = NONSENSE[:-1] if label.startswith("Start") else NONSENSE
    for i, text in enumerate(texts):
        pages.enter(page, label, text)
        pages.wait_for(
            page,
            """([names, text]) => {
              const notice = document.getElementById("notice");
              return !notice.hidden && notice.innerText.includes(text)
                && names.some((name) => notice.innerText.includes(`${name} = `));
            }""",
            [[label, NAMES.get(label, label)], text],
        )
        pages.at_rest(page)
        value = float(pages.field(page, label).input_value())
        assert -1e6 <= value <= 1e6, text
        assert pages.address_state(page) == pages.state(page)
        pages.enter(page, label, f"{500 + i}" if label == "Steps" else f"0.{5 + i}")  # valid, and the notice goes
        page.locator("#notice").wait_for(state="hidden")
        pages.at_rest(page)


def test_a_key_held_down_is_one_change_made_when_it_is_let_go(page):
    slider, address = pages.slider(page, "b"), page.url
    slider.focus()
    for _ in range(4):  # the browser's own repeats
        before = pages.drawn(page)
        page.keyboard.down("ArrowRight")
        pages.wait_until_redrawn(page, before)
    page.wait_for_timeout(200)
    assert page.url == address
    page.keyboard.up("ArrowRight")
    pages.at_rest(page)
    assert page.url != address
    assert pages.address_state(page) == pages.state(page)
