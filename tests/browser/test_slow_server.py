"""A server that answers late: what is changed meanwhile is not lost, and what is done twice is done once."""

from contextlib import contextmanager

import pytest

from tests.browser import pages


@contextmanager
def no_answers(page):
    """The server's answers about the state wait until the block ends."""
    held = []
    page.route("**/data/state?*", lambda route: held.append(route))
    try:
        yield held
    finally:
        page.unroute("**/data/state?*")  # and those that wait go on


def arrived(page, held, count):
    """Wait until so many questions have arrived: Playwright hears of them while it waits for something."""
    for _ in range(200):
        if len(held) >= count:
            return
        pages.frames(page)
    pytest.fail(f"{len(held)} questions arrived, not {count}")


def values(page, run=0):
    return pages.state(page)["runs"][run]["values"]


def test_every_value_typed_in_a_row_counts(page):
    with no_answers(page) as held:
        for label, text in [("Learning rate", "0.002"), ("b", "31"), ("ε", "0.25"), ("Start x", "1.5"), ("b", "32")]:
            pages.enter(page, label, text)
        page.get_by_role("combobox", name="Scale of the curves").select_option("linear")
        assert values(page)["learning_rate"] == 0.001
        arrived(page, held, 6)
    pages.wait_for(page, "adamoscope.state.scale === 'linear'")
    pages.at_rest(page)
    state = pages.state(page)
    assert (state["start"], state["scale"]) == ([1.5, 2], "linear")
    found = values(page)
    assert (found["learning_rate"], found["b"], found["epsilon"]) == (0.002, 32, 0.25)
    assert pages.address_state(page) == state


def test_a_slider_moved_meanwhile_counts_too(page):
    with no_answers(page):
        pages.enter(page, "ε", "0.25")
        before = pages.drawn(page)
        pages.slider(page, "b").press("ArrowLeft")
        pages.wait_until_redrawn(page, before)
        b = values(page)["b"]
    pages.wait_for(page, "adamoscope.edited().values.epsilon === 0.25")
    pages.at_rest(page)
    assert values(page)["b"] == b != 100
    assert pages.address_state(page) == pages.state(page)


def test_what_is_refused_takes_nothing_else_with_it(page):
    pages.restore(page, "f=log(x)+y^2&x=1&y=1&steps=500")
    with no_answers(page):
        pages.enter(page, "ε", "0.25")
        pages.enter(page, "Start x", "-3")
        pages.enter(page, "b", "31")
    pages.wait_for(page, "adamoscope.edited().values.b === 31")
    pages.at_rest(page)
    assert pages.state(page)["start"] == [1, 1]
    assert "not finite" in page.locator("#s-x-refusal").inner_text()
    assert (values(page)["epsilon"], values(page)["b"]) == (0.25, 31)


def test_another_link_takes_the_place_of_what_waits(page):
    with no_answers(page):
        pages.enter(page, "ε", "0.25")
        page.get_by_role("link", name="the quartic, calm").click()
    pages.wait_for(page, "adamoscope.state.objective === 'quartic'")
    pages.at_rest(page)
    assert values(page)["epsilon"] != 0.25


def test_a_value_is_that_of_the_run_for_which_it_was_typed(page):
    pages.restore(page, "steps=500&run=adam&run=rmsprop&run=gd&edit=0")
    chips = page.get_by_role("group", name="Runs")
    with no_answers(page):
        pages.enter(page, "ε", "0.25")
        chips.get_by_role("button", name="RMSprop", exact=True).click()
        pages.enter(page, "Learning rate", "0.004")  # the fields are still Adam's
    pages.wait_for(page, "adamoscope.state.edit === 1")
    pages.at_rest(page)
    assert (values(page, 0)["epsilon"], values(page, 0)["learning_rate"]) == (0.25, 0.004)
    assert values(page, 1)["learning_rate"] != 0.004


@pytest.mark.parametrize("twice", [True, False])
def test_a_run_is_removed_once(page, twice):
    pages.restore(page, "steps=500&run=adam&run=rmsprop&run=gd&edit=2")
    chips = page.get_by_role("group", name="Runs")
    with no_answers(page):
        chips.get_by_role("button", name="Remove Adam").click()
        chips.get_by_role("button", name="Remove Adam" if twice else "Remove RMSprop").click()
    pages.wait_for(page, "(runs) => adamoscope.state.runs.length === runs", 2 if twice else 1)
    pages.at_rest(page)
    left = [run["optimizer"] for run in pages.state(page)["runs"]]
    assert left == (["rmsprop", "gd"] if twice else ["gd"])
    assert pages.state(page)["edit"] == len(left) - 1
