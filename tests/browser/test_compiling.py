"""While a question waits for a server that compiles, the page says so."""

from tests.browser import pages


def test_the_page_says_that_the_server_compiles_until_it_answers(page):
    sentence, held = page.locator("#compiling"), []
    page.route("**/data/state?*", lambda route: held.append(route))
    page.route("**/data/compiling", lambda route: route.fulfill(json={"compiling": True}))
    assert not sentence.is_visible()
    place = page.locator("main").bounding_box()
    pages.enter(page, "ε", "0.25")
    sentence.wait_for(state="visible")
    assert page.locator("main").bounding_box() == place  # it moves nothing
    page.unroute("**/data/state?*")
    for route in held:
        route.continue_()
    sentence.wait_for(state="hidden")
    page.unroute("**/data/compiling")


def test_a_server_that_is_merely_slow_does_not_say_it(page):
    held = []
    page.route("**/data/state?*", lambda route: held.append(route))
    # the server of the tests may be compiling for another of them
    page.route("**/data/compiling", lambda route: route.fulfill(json={"compiling": False}))
    pages.enter(page, "ε", "0.5")
    with page.expect_response("**/data/compiling"):
        pass
    with page.expect_response("**/data/compiling"):  # the answer before this one has been read
        pass
    assert not page.locator("#compiling").is_visible()
    page.unroute("**/data/state?*")
    page.unroute("**/data/compiling")
