"""Fixtures of the dashboard's tests: empty caches, and clients of the routes and of the page."""

import pytest
from flask import Flask

from dashboard.questions import flows, levels, pictures, solutions
from dashboard.serving.app import answer_questions, create_app


@pytest.fixture(autouse=True)
def no_results_kept():
    """The caches of this process are empty at the start of a test, and emptied at its end."""

    def forget():
        solutions.forget()
        levels.level_of.cache_clear()
        pictures.part_of.cache_clear()
        flows._seconds.clear()

    forget()
    yield
    forget()


@pytest.fixture
def client():
    """Asks the routes under /data, with an empty cache and no question asked before."""
    server = Flask("adamoscope")
    answer_questions(server)
    return server.test_client()


@pytest.fixture(scope="session")
def page_client():
    """Asks for the page itself, which keeps nothing from one question to the next."""
    return create_app().server.test_client()
