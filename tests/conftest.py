"""What all tests share: the order they run in and where the stored references are."""

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
    """Side by side, the tests of a function stay together, and all of the browser's.

    Those share one server and one Chromium, and count on a processor for each. (`--dist loadgroup` does not group
    with pytest 9.2: pytest-xdist issue 1386.)
    """
    from xdist.scheduler import LoadScopeScheduling  # not earlier: pytest rewrites the plugin's assertions first

    class Groups(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return "browser" if nodeid.startswith("tests/browser/") else nodeid.partition("[")[0]

    return Groups(config, log)


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
