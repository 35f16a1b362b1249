"""What the tests of the server share: nothing that one of them has changed."""

import pytest
from flask import Flask

from dashboard.questions import results
from dashboard.questions.recent import Recent
from dashboard.serving.app import answer_questions, create_app


@pytest.fixture(autouse=True)
def no_results_kept(monkeypatch):
    """What this process keeps of its runs and limits is empty at the start of a test, and gone at its end."""
    monkeypatch.setattr(results, "_parts", Recent(results._parts.limit))
    monkeypatch.setattr(results, "_took", {})


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
