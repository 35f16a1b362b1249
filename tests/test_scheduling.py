"""A test that ends its worker fails by itself: the run goes on without it, and ends."""

import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scheduling import Groups

ROOT = Path(__file__).parents[1]
BOUND = 300  # s: only a run that never ends takes so long

CONFTEST = """
import pytest

@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    from tests.scheduling import Groups
    return Groups(config, log)
"""
CRASH = "import os\ndef test_crash():\n    os._exit(1)\n"
PASS = "import pytest\n@pytest.mark.parametrize('n', range({}))\ndef test_pass(n):\n    pass\n"


def outcome(folder, files, *options):
    """How many tests (passed, failed) in a run of these files, and the run."""
    (folder / "conftest.py").write_text(CONFTEST)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "--rootdir", str(folder), "--no-loadscope-reorder", "-p", "no:dash"]
    command += ["-p", "no:cacheprovider", "--import-mode=importlib", "-o", f"pythonpath={ROOT}", *options, str(folder)]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=BOUND)
    last = (run.stdout.splitlines() or [""])[-1]
    counts = {word: int(count) for count, word in re.findall(r"(\d+) (passed|failed)", last)}
    return counts.get("passed", 0), counts.get("failed", 0), run


@pytest.mark.parametrize(
    ("workers", "files", "passed", "failed"),
    [
        # the rest of a file of browser tests goes on at another worker
        (1, {"tests/browser/test_a.py": PASS.format(2) + CRASH + "def test_rest():\n    pass\n"}, 3, 1),
        # one test is left, for which the new worker has no second one
        (1, {"tests/browser/test_a.py": CRASH + PASS.format(1)}, 1, 1),
        # groups that are done stand before it, and others crash as well
        (2, {f"test_{i}.py": PASS.format(1) for i in range(9)} | {f"test_{i}.py": CRASH for i in (4, 9)}, 8, 2),
    ],
    ids=["within", "one left", "done before"],
)
def test_the_run_goes_on_after_a_crash(tmp_path, workers, files, passed, failed):
    *counts, run = outcome(tmp_path, files, "-n", str(workers))
    assert counts == [passed, failed], run.stdout + run.stderr
    assert run.returncode == pytest.ExitCode.TESTS_FAILED


def test_a_test_that_hangs_ends_with_its_stack(tmp_path):
    limits = ["-o", "faulthandler_timeout=0.2", "-o", "faulthandler_exit_on_timeout=true"]
    *_, run = outcome(tmp_path, {"test_hang.py": "import time\ndef test_hang():\n    time.sleep(1e6)\n"}, *limits)
    assert run.returncode
    assert "in test_hang" in run.stderr


def test_what_shares_a_page_or_a_reference_runs_at_one_worker():
    group = functools.partial(Groups._split_scope, None)
    assert group("tests/browser/test_a.py::test_1") == group("tests/browser/test_a.py::test_2[3]")
    assert group("tests/flows/test_a.py::test_1[2]") == group("tests/flows/test_a.py::test_1[3-x]")
    assert group("tests/flows/test_a.py::test_1[2]") != group("tests/flows/test_a.py::test_2[2]")
    assert group("tests/flows/test_a.py::test_1") != group("tests/flows/test_b.py::test_1")


def test_every_test_has_a_limit_of_time(pytestconfig):
    assert 0 < float(pytestconfig.getini("faulthandler_timeout")) <= 300
    assert pytestconfig.getini("faulthandler_exit_on_timeout") is True
