"""Numbers in the browser: the same texts as Python's, and values that stay what they were typed."""

import math
import urllib.parse

import pytest

from dashboard.state.numbers import brief_texts, chosen_texts, number_text, rounded
from tests.browser import pages
from tests.dashboard.test_numbers import doubles


def test_the_browser_tells_numbers_as_python_does(page):
    values = [value for value in doubles(1500) if value != 0.0 or math.copysign(1, value) > 0]
    assert page.evaluate("(values) => values.map(adamoscope.numberText)", values) == [number_text(v) for v in values]
    for digits in (1, 3, 4, 7, 15):
        near = page.evaluate("([values, n]) => values.map((v) => adamoscope.rounded(v, n))", [values, digits])
        assert list(map(float, near)) == [rounded(value, digits) for value in values]
    kin = [values[i : i + 3] for i in range(0, 300, 3)] + [[0.99999, 0.99998], [100.0, 100.00001, 0.1]]
    assert page.evaluate("(kin) => kin.map((one) => adamoscope.briefTexts(one))", kin) == [brief_texts(v) for v in kin]
    assert page.evaluate("(kin) => kin.map((one) => adamoscope.chosenTexts(one))", kin) == [
        chosen_texts(v) for v in kin
    ]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("shortNumber(0.99999)", "0.99999"), ("shortNumber(1.0000000000000009)", "≈ 1"),
        ("shortNumber(-0.9999999)", "≈ -1"),
        ("shortNumber(1)", "1"), ("shortNumber(0)", "0"), ("shortNumber(166.66666666666683)", "167"),
        ("shortNumber(1.2e-7)", "1.2·10⁻⁷"), ("shortNumber(Infinity)", "∞"), ("percentText(0.9997)", "99.97 %"),
        ("percentText(0.9997, 2)", "99.97 %"), ("percentText(0.99999999)", "> 99.99 %"), ("percentText(1)", "100 %"),
        ("percentText(0)", "0 %"), ("percentText(1e-9)", "< 0.01 %"), ("percentText(0.0004)", "0.04 %"),
        ("percentText(0.456, 2)", "46 %"), ("fixedText(0.99999, 5)", "0.99999"), ("fixedText(0.9999999, 5)", "≈ 1"),
        ("fixedText(1.0000000000000009, 5)", "≈ 1"), ("fixedText(1, 5)", "1.0000"), ("fixedText(-0.5, 5)", "−0.50000"),
        ("fixedText(166.66666666666683, 5)", "166.67"),
    ],
)  # fmt: skip
def test_a_measured_number_is_no_limit_that_it_is_not(page, call, text):
    assert page.evaluate(f"adamoscope.{call}") == text


def test_every_share_but_none_and_all_is_told_apart_from_both(page):
    shares = (
        [10.0**-k for k in range(1, 18)] + [1 - 10.0**-k for k in range(1, 16)] + [k / 2304 for k in range(1, 2304)]
    )
    for digits in (2, 3):
        texts = page.evaluate("([all, n]) => all.map((share) => adamoscope.percentText(share, n))", [shares, digits])
        assert not {"0 %", "100 %"} & set(texts)
        for share, text in zip(shares, texts, strict=True):
            if text[0] not in "<>":
                assert float(text[:-2]) == pytest.approx(100 * share, rel=0.5 * 10 ** (1 - digits), abs=1e-12)


def test_what_follows_from_the_pair_that_is_held_leads_back_to_it(page):
    """Over learning rates and decay factors: beta -> rate -> beta is the same number, by core's rule at the edge."""
    found = page.evaluate(
        """() => {
          const A = adamoscope, wrong = [], longest = [];
          for (const eta of [1e-5, 3e-4, 6e-4, 1e-3, 0.002, 0.0123, 0.1, 1 / 3, 1])
            for (const beta of [0, 0.1, 0.3, 0.5, 0.9, 0.95, 0.97, 0.99, 0.999, 0.9999, 0.99999]) {
              const run = { held: "decays", values: { learning_rate: eta, beta1: beta, beta2: beta } };
              A.hold(run, "rates");
              longest.push(A.numberText(run.values.a));
              // between 1/2 and 1 there is such a rate; below, float64 has more decay factors than 1 - x has values
              // at the edge by core's rule: nearer to 0 than 1e-12 it is 0
              const exact = 1 - run.values.a * eta, back = Math.abs(exact) < 1e-12 ? 0 : exact;
              const apart = Math.abs(back - beta);
              if (beta < 0.5 ? apart > 2 ** -52 : apart) wrong.push([eta, beta, run.values.a]);
              A.hold(run, "decays");
              if (run.values.beta2 !== beta) wrong.push([eta, beta, run.values.beta2]);
            }
          return [wrong, longest];
        }"""
    )
    assert found[0] == []
    assert {"1", "100", "900"} <= set(found[1])
    assert not [text for text in found[1] if "0000000" in text.partition(".")[2]]


def value_in_link(page, name):
    run = urllib.parse.parse_qs(urllib.parse.urlsplit(pages.address(page)).query)["run"][0]
    return dict(item.partition(":")[::2] for item in run.split(",")[1:])[name]


@pytest.mark.parametrize(
    ("eta", "beta"), [("0.001", "0.9"), ("0.0006", "0.9"), ("0.0003", "0.95"), ("0.001", "0.99999")]
)
def test_a_typed_beta_stays_in_field_and_link(page, eta, beta):
    pages.enter(page, "Learning rate", eta)
    pages.enter(page, "β₁", beta)
    pages.wait_for(page, "(beta) => adamoscope.edited().values.beta1 === Number(beta)", beta)
    pages.at_rest(page)
    assert pages.field(page, "β₁").input_value() == beta
    assert value_in_link(page, "beta1") == beta
    page.get_by_role("radio", name="a, b").check()
    pages.wait_for(page, "adamoscope.edited().held === 'rates'")
    pages.at_rest(page)
    assert pages.field(page, "β₁").input_value() == beta  # and so it is, seen from the rate


def test_the_pair_touched_last_is_held_and_the_one_that_moves_is_named(page):
    says = page.locator("#held-says")
    assert says.inner_text() == "while η moves"
    pages.enter(page, "Learning rate", "0.0003")
    pages.wait_for(page, "adamoscope.edited().values.learning_rate === 0.0003")
    pages.at_rest(page)
    assert says.inner_text() == "β₁, β₂ moved with η"
    assert pages.field(page, "β₁").input_value() == "0.97"
    assert "Was 0.9 " in pages.field(page, "β₁").get_attribute("title")

    pages.enter(page, "β₂", "0.95")
    pages.wait_for(page, "adamoscope.edited().held === 'decays'")
    pages.at_rest(page)
    assert says.inner_text() == "while η moves"
    assert pages.field(page, "β₁").input_value() == "0.97"
    pages.slider(page, "Learning rate").press("ArrowRight")
    pages.at_rest(page)
    assert [pages.field(page, label).input_value() for label in ("β₁", "β₂")] == ["0.97", "0.95"]
    assert says.inner_text() == "a, b moved with η"

    pages.slider(page, "a").press("ArrowRight")
    pages.wait_for(page, "adamoscope.edited().held === 'rates'")
    pages.at_rest(page)
    assert page.get_by_role("radio", name="a, b").is_checked()
    assert pages.address_state(page) == pages.state(page)


def test_a_method_with_one_rate_holds_it_in_sight_too(page):
    pages.restore(page, "steps=500&run=rmsprop")
    assert page.get_by_role("radio", name="a", exact=True).is_checked()
    pages.enter(page, "β₂", "0.9")
    pages.wait_for(page, "adamoscope.edited().held === 'decays'")
    pages.at_rest(page)
    pages.enter(page, "Learning rate", "0.02")
    pages.wait_for(page, "adamoscope.edited().values.learning_rate === 0.02")
    pages.at_rest(page)
    assert pages.field(page, "β₂").input_value() == "0.9"
    assert page.locator("#held-says").inner_text() == "a moved with η"


def test_an_answer_that_comes_while_a_number_is_typed_leaves_the_text(page):
    field = pages.field(page, "β₁")
    field.fill("0.9")
    page.evaluate("adamoscope.quantities['p-beta1'].show(0.94)")  # as the answer to an earlier change does
    assert field.input_value() == "0.9"
    field.press("Enter")
    pages.wait_for(page, "() => adamoscope.edited().values.beta1 === 0.9")
    assert field.input_value() == "0.9"


def test_an_answer_that_comes_before_the_first_key_leaves_the_number_selected(page):
    field = pages.field(page, "β₁")
    field.focus()
    field.select_text()
    page.evaluate("adamoscope.quantities['p-beta1'].show(0.94)")
    page.keyboard.insert_text("0.9")
    assert field.input_value() == "0.9"
    field.press("Enter")
    pages.wait_for(page, "() => adamoscope.edited().values.beta1 === 0.9")
