"""What all tests share: the order they run in and where the stored references are."""

from pathlib import Path

import hypothesis
import pytest

TESTS = Path(__file__).parent

# The first call of a kernel compiles it, which no deadline should count; and CI should fail for a change, not
# for the day's random numbers.
hypothesis.settings.register_profile("adamoscope", deadline=None, derandomize=True)
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
