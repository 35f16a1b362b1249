"""What `pip install .` gives a notebook: the core under the name adamoscope, and no package called core."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

NOTEBOOK = """
import importlib.util
import adamoscope
from adamoscope import analyses
run = adamoscope.run("adam", "quadratic", steps=100)
print(run.regime, adamoscope.__name__, analyses.__name__, len(adamoscope.published_map().regime))
print(importlib.util.find_spec("core"))
"""


def test_the_packages_are_the_folders():
    folders = {path.parent.relative_to(ROOT) for path in (ROOT / "core").rglob("__init__.py")}
    named = {".".join(("adamoscope", *folder.parts[1:])) for folder in folders}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == named


def test_the_core_s_dependencies_have_the_page_s_ranges():
    pinned = set(
        re.findall(r"^[\w-]+[~=<>!].*$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    )
    assert set(PROJECT["project"]["dependencies"]) <= pinned


def test_core_imports_itself_by_relative_names():
    absolute = {
        path.name: found
        for path in (ROOT / "core").rglob("*.py")
        if (found := re.findall(r"^\s*(?:from|import) core\b.*$", path.read_text(encoding="utf-8"), re.MULTILINE))
    }
    assert absolute == {}


def test_a_notebook_imports_adamoscope(tmp_path):
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(tmp_path / "site"), "."]
    shutil.copytree(ROOT / "core", tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    installed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert installed.returncode == 0, installed.stderr
    (tmp_path / "elsewhere").mkdir()
    answer = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{NOTEBOOK}"],
        cwd=tmp_path / "elsewhere", capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.splitlines() == ["converging adamoscope adamoscope.analyses 40", "None"]
