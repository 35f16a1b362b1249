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
    """Mark all of tests/browser, and run those last: what is fast to fail should fail fast.

    Where tests run side by side, those of a function stay together, and all of the browser's: they share one server
    and one Chromium, and count on a processor for each.
    """
    for item in items:
        browser = item.path.is_relative_to(TESTS / "browser")
        if browser:
            item.add_marker(pytest.mark.browser)
        item.add_marker(pytest.mark.xdist_group("browser" if browser else item.nodeid.partition("[")[0]))
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


@pytest.fixture(scope="session")
def reference():
    """The folder of stored references."""
    return TESTS / "reference"
