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


@pytest.fixture(scope="session")
def reference():
    """The folder of stored references."""
    return TESTS / "reference"
