"""Lint, types, then all tests, on every processor and the browser's last: `python -m tests [pytest's arguments]`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import chromium

ROOT = Path(__file__).parents[1]
CHECKS = (["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"], ["tests.scripts"])
# In groups (tests/conftest.py) and in the order of the tests, where pytest-xdist would begin with the largest
SIDE_BY_SIDE = ["-n", "logical", "--no-loadscope-reorder"]


class CheckReminder:
    """Repeats a failed check above pytest's closing line, where it is not overlooked."""

    def pytest_terminal_summary(self, terminalreporter):
        terminalreporter.write_sep(
            "=", "the checks before the tests found faults: see the top of this output", red=True
        )


def check():
    """Whether lint and types are clean."""
    print("ruff, mypy, and the page's scripts", flush=True)
    codes = [subprocess.run([sys.executable, "-m", *command], cwd=ROOT).returncode for command in CHECKS]
    return not any(codes)


def main(arguments):
    os.environ[chromium.VARIABLE] = chromium.find_or_install()
    clean = check()
    tests = pytest.main(["--rootdir", str(ROOT), *SIDE_BY_SIDE, *arguments], plugins=[] if clean else [CheckReminder()])
    return int(tests) or int(not clean)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
