"""A new optimizer is one file: a copy of the project that is given one has it everywhere, and its tests hold.

The copy's tests are run with newcomer/toy.py added: the common ones on it, those of its use on the page, and those of
what ships. Only the last may ask for more, and do: a row in the README's table, with which comes a twin.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("core", "dashboard", "assets", "tests", "app.py", "README.md", "pyproject.toml", "requirements.txt")
ASKS_FOR_A_ROW = "test_the_table_has_a_row_for_every_optimizer_in_the_choosers_order"


@pytest.fixture
def project(tmp_path):
    """A copy of the project, compiled kernels included, with one optimizer more."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "tests" / "newcomer" / "toy.py", tmp_path / "core" / "optimizers")
    return tmp_path


def outcomes(project):
    """Test -> what it says where it fails, else an empty text."""
    files = "python_files=test_*.py toy_in_use.py"
    selection = ["--ignore=tests/browser", "-k", f"toy or ships or {ASKS_FOR_A_ROW}"]
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=outcomes.xml", "-o", files, *selection]
    answer = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
    assert answer.returncode in (0, 1), answer.stdout + answer.stderr
    cases = ElementTree.parse(project / "outcomes.xml").iter("testcase")
    return {f"{c.get('classname')}.{c.get('name')}": "".join(part.get("message", "") for part in c) for c in cases}


def test_one_file_is_an_optimizer(project):
    found = outcomes(project)
    in_use = [test for test in found if "toy_in_use" in test]
    common = [test for test in found if "toy" in test.partition("[")[2]]
    assert len(in_use) == 5
    assert len(common) > 40
    failed = {test.rpartition(".")[2]: message for test, message in found.items() if message}
    assert list(failed) == [ASKS_FOR_A_ROW], failed
    assert "toy" in failed[ASKS_FOR_A_ROW]
