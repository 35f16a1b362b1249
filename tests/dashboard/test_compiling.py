"""The page is told while the server compiles numba functions, and only then."""

import pytest
from numba import njit
from numba.core import event
from numba.core.errors import TypingError

from dashboard.page import ids
from dashboard.page.layout import layout


class Asking(event.Listener):
    """Asks the server whenever a compilation begins."""

    def __init__(self, client):
        self.client, self.answers = client, []

    def on_start(self, event):
        self.answers.append(answer(self.client))

    def on_end(self, event):
        pass


def answer(client):
    found = client.get("/data/compiling")
    assert found.status_code == 200
    assert found.headers["Cache-Control"] == "no-store"
    return found.get_json()


def compile_function():
    @njit
    def function(x):
        return x + 1.0

    return function


def test_the_server_says_whether_it_compiles(client):
    function = compile_function()
    assert answer(client) == {"compiling": False}
    asking = Asking(client)
    with event.install_listener("numba:compile", asking):
        function(1.0)
    assert asking.answers
    assert all(said == {"compiling": True} for said in asking.answers)
    assert answer(client) == {"compiling": False}
    with event.install_listener("numba:compile", asking):
        function(2.0)  # compiled already
    assert len(asking.answers) == 1


def test_a_compilation_that_fails_has_ended(client):
    @njit
    def wrong(x):
        return x + "a"

    with pytest.raises(TypingError):
        wrong(1.0)
    assert answer(client) == {"compiling": False}


def test_the_page_has_the_sentence_hidden():
    def parts(component):
        yield component
        children = getattr(component, "children", None) or []
        for child in children if isinstance(children, list | tuple) else [children]:
            yield from parts(child)

    (sentence,) = [part for part in parts(layout()) if getattr(part, "id", None) == ids.COMPILING]
    assert sentence.hidden
    assert sentence.role == "status"
    assert "first start compiles" in sentence.children
