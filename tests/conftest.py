"""What all tests share: the order they run in and where the stored references are."""

import faulthandler
import os
from pathlib import Path

import hypothesis
import pytest

from tests import chromium

TESTS = Path(__file__).parent

# The first call of a kernel compiles it, and a busy machine takes longer for anything: hypothesis' limits of time count
# neither. And CI should fail for a change, not for the day's random numbers.
hypothesis.settings.register_profile(
    "adamoscope", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize=True
)
hypothesis.settings.load_profile("adamoscope")


def pytest_collection_modifyitems(items):
    """Mark all of tests/browser, and run those last: what is fast to fail should fail fast."""
    for item in items:
        if item.path.is_relative_to(TESTS / "browser"):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Group the tests of a function, and those of a file of the browser's."""
    from tests.scheduling import Groups  # not earlier: pytest rewrites the plugin's assertions first

    return Groups(config, log)


stderr = pytest.StashKey[int]()


def pytest_configure(config):
    config.stash[stderr] = os.dup(2)  # before the output is captured


def limit_time(config):
    """End the process with the stack of every thread where what follows takes longer than a test may."""
    seconds = float(config.getini("faulthandler_timeout"))
    faulthandler.dump_traceback_later(seconds, file=config.stash[stderr], exit=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item):
    """Limit the time of the teardown, too: pytest lifts its limit as soon as a test has failed."""
    limit_time(item.config)
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session):
    """Limit the time of the session's end: with `-x` or Ctrl+C what is shared is torn down only here.

    The limit goes on to the end of the process, lest a thread holds it up. A worker of pytest-xdist waits for its
    controller, which ends it.
    """
    limit_time(session.config)
    result = yield
    if hasattr(session.config, "workerinput"):
        faulthandler.cancel_dump_traceback_later()
    return result


@pytest.fixture(scope="session")
def reference():
    """The folder of stored references."""
    return TESTS / "reference"


@pytest.fixture(scope="session", autouse=True)
def settings_of_the_tests_own(tmp_path_factory):
    """No setting of whoever runs the tests, as of a cache on disk that holds older answers, and no folder of theirs."""
    with pytest.MonkeyPatch.context() as environment:
        for name in [name for name in os.environ if name.startswith("ADAMOSCOPE_") and name != chromium.VARIABLE]:
            environment.delenv(name)
        environment.setenv("ADAMOSCOPE_JOBS", str(tmp_path_factory.mktemp("jobs")))
        yield
