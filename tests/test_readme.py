"""What the README promises: CI runs its test command, its table is whole, core stands alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COMMAND = (
    "python3 -m venv .venv && "
    ".venv/bin/pip install -q -r requirements.txt -r tests/requirements.txt && "
    ".venv/bin/python -m tests"
)
REQUIRED = re.findall(r"^[\w-]+", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)

# Every module of core, so that one which is imported late cannot bring the page in by the back door.
IMPORT_ALL_OF_CORE = """
import importlib, pkgutil, sys
import core
for module in pkgutil.walk_packages(core.__path__, "core."):
    importlib.import_module(module.name)
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"dash", "plotly", "flask"}))
"""


@pytest.mark.parametrize("file", ["README.md", ".ci/run"])
def test_the_test_command_stands_in(file):
    assert COMMAND in (ROOT / file).read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("package", REQUIRED)
def test_the_table_of_dependencies_names(package):
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    first_cells = [line.split("|")[1].lower() for line in lines if line.startswith("|")]
    assert any(re.search(rf"(?<![\w-]){package.lower()}(?![\w-])", cell) for cell in first_cells)


def test_core_knows_nothing_of_the_page():
    answer = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL_OF_CORE], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []
