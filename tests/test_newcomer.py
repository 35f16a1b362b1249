"""One of a kind is one file or one row: a copy of the project that is given one of each has it everywhere.

The copy's tests are run with the files of tests/newcomer added: the common ones on what is new, those of its use, and
those of what ships. Only those that need an oracle ask for more: an optimizer's row in the README's table, with which
comes a twin, an objective's closed form, and whether its minima are non-singular.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
COPIED = ("core", "dashboard", "assets", "tests", "app.py", "README.md", "pyproject.toml", "requirements.txt")

# Test that asks for an oracle -> what it names
ASKS_FOR_AN_ORACLE = {
    "test_a_built_in_is_the_literature_s[toy_bowl]": "toy_bowl",
    "test_known_minimizers_are_found_first_and_no_slope_is_left[toy_bowl]": "toy_bowl",
    "test_the_table_has_a_row_for_every_optimizer_in_the_choosers_order": "toy",
}

# File of tests/newcomer -> the folder that it is put into
FILES = {
    "toy.py": "core/optimizers",
    "toy_question.py": "dashboard/questions",
    "toy_curve.py": "dashboard/catalogue/curves",
    "toy_section.py": "dashboard/page/sections",
}

# Table -> a row of it, put behind the table's first line
ROWS = {
    ("core/symbolic/operations.py", "FUNCTIONS = (\n"): (
        '    _row("toy_bump", "toybump", value=lambda u: np.exp(-u * u), expansion=lambda u: e.exp(-(u * u)),\n'
        '         slope=lambda n, u, du: -2 * u * n * du,\n'
        '         latex=r"\\operatorname{toybump}", python="np.exp(-({0}) ** 2)"),\n'
    ),
    ("core/objectives/catalogue.py", "ENTRIES = (\n"): (
        '    Entry("toy_bowl", "Toy bowl", "depth x^2 + y^2", (1.0, 1.0), _square(2), ((0.0, 0.0),),\n'
        '          parameters=(Parameter("depth", "d", "Depth", 2.0, 0.1, 10.0),)),\n'
    ),
    ("core/regimes/lines.py", "LINES = (\n"): (
        '    Line("toy line", "a = 5b", "a toy of an edge", "nobody", MEASURED, lambda b, eta, n: 5 * b,\n'
        '         (ADAMS_STEPS, CONSTANT_RATE), (DIVERGENCE,)),\n'
    ),
    ("dashboard/text/lessons.py", "LESSONS = (\n"): (
        '    Lesson("toy lesson", "f=toy_bowl", "Two curvatures, and one is a parameter."),\n'
    ),
}  # fmt: skip


@pytest.fixture
def project(tmp_path):
    """A copy of the project, compiled kernels included, with one more of each kind."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tmp_path / name)
    for file, folder in FILES.items():
        shutil.copy(ROOT / "tests" / "newcomer" / file, tmp_path / folder)
    for (file, table), row in ROWS.items():
        text = (tmp_path / file).read_text(encoding="utf-8")
        assert text.count(table) == 1
        (tmp_path / file).write_text(text.replace(table, table + row), encoding="utf-8")
    return tmp_path


def outcomes(project):
    """Test -> what it says where it fails, else an empty text."""
    files = "python_files=test_*.py toy_*in_use.py"
    selection = ["--ignore=tests/browser", "-k", "toy or ships or table_has_a_row_for_every_optimizer"]
    command = [sys.executable, "-m", "pytest", "-q", "--junitxml=outcomes.xml", "-o", files, *selection]
    answer = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=600)
    assert answer.returncode in (0, 1), answer.stdout + answer.stderr
    cases = ElementTree.parse(project / "outcomes.xml").iter("testcase")
    return {f"{c.get('classname')}.{c.get('name')}": "".join(part.get("message", "") for part in c) for c in cases}


def test_one_file_or_row_is_an_optimizer_objective_operation_line_question_curve_lesson_or_section(project):
    found = outcomes(project)
    in_use = [test for test in found if "in_use" in test]
    common = [test.partition("[")[2] for test in found]
    assert len([test for test in in_use if "toy_in_use" in test]) == 5
    assert len([test for test in in_use if "toy_rest_in_use" in test]) == 7
    assert len([case for case in common if "toy" in case and "toy_bowl" not in case]) > 40
    assert len([case for case in common if "toy_bowl" in case]) > 10
    failed = {test.rpartition(".")[2]: message for test, message in found.items() if message}
    assert failed.keys() == ASKS_FOR_AN_ORACLE.keys(), failed
    assert all(name in failed[test] for test, name in ASKS_FOR_AN_ORACLE.items())
