"""Compiled code and stored answers belong to one version of the source: an edit anywhere in it leaves them behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from core.compile import machine_code
from core.compile.version import CORE, LIBRARIES, core_version, source_hash
from dashboard.questions.solutions import Setting
from dashboard.serving import cache

ROOT = Path(__file__).parents[1]

FLOW = """
import core
flow = core.flow("gd", "quadratic", start=(1.0, 0.5), duration=1.0, learning_rate=0.1)
print(flow.position[-1, 0])
"""

# A package whose one kernel calls the other file's, and a script beside it that registers nothing
USER = """
from numba import njit
from toy.callee import inner
@njit(cache=True)
def outer(x):
    return inner(x) + 1
"""
CALLEE = """
from numba import njit
@njit
def inner(x):
    return {factor} * x
"""
TOY = """
import os
from numba import njit
from core.compile import machine_code
machine_code.register(os.path.join(os.getcwd(), "toy"))
from toy.user import outer
print(outer(10))
print(sum(outer.stats.cache_hits.values()))
print(outer.stats.cache_path)
"""


def python(code, folder, **environment):
    """What a fresh process prints, in lines."""
    known = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    paths = os.pathsep.join([str(folder), str(ROOT)])
    answer = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=folder, capture_output=True, text=True, timeout=300,
        env=known | {"PYTHONPATH": paths} | {name: str(value) for name, value in environment.items()},
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return answer.stdout.splitlines()


@pytest.fixture
def toy(tmp_path):
    """A folder with the package in it."""
    package = tmp_path / "toy"
    package.mkdir()
    (package / "user.py").write_text(USER, encoding="utf-8")
    edit(tmp_path, 2)
    return tmp_path


def edit(folder, factor):
    """Change what the callee computes, but neither its size nor its time."""
    callee = folder / "toy" / "callee.py"
    callee.write_text(CALLEE.format(factor=factor), encoding="utf-8")
    os.utime(callee, (1e9, 1e9))


def test_a_flow_runs_the_code_that_stands_in_another_file(tmp_path):
    shutil.copytree(CORE, tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    assert float(python(FLOW, tmp_path)[0]) == pytest.approx(0.36787944, rel=1e-5)
    callee = tmp_path / "core" / "integrate" / "dop853.py"
    text = callee.read_text(encoding="utf-8")
    edited = text.replace("work.reached[i] = argument[i]", "work.reached[i] = 7.0")
    assert edited != text
    callee.write_text(edited, encoding="utf-8")
    assert float(python(FLOW, tmp_path)[0]) == 7.0


def test_an_edit_of_a_callee_compiles_anew_and_its_reversal_finds_the_old_code(toy):
    answer, hits, place = python(TOY, toy)
    assert (answer, hits) == ("21", "0")
    assert Path(place).is_relative_to(toy / "toy" / "__pycache__")
    assert python(TOY, toy) == ["21", "1", place]
    edit(toy, 3)
    answer, hits, other = python(TOY, toy)
    assert (answer, hits) == ("31", "0")
    assert other != place
    edit(toy, 2)
    assert python(TOY, toy) == ["21", "1", place]


def test_the_folder_is_below_the_one_that_the_user_names(toy):
    chosen = toy / "chosen"
    answer, _, place = python(TOY, toy, NUMBA_CACHE_DIR=chosen)
    assert answer == "21"
    assert Path(place).is_relative_to(chosen)
    assert Path(place).relative_to(chosen).parts[0].startswith(machine_code.PREFIX)
    assert python(TOY, toy, NUMBA_CACHE_DIR=chosen)[1] == "1"


def test_the_users_own_locators_stay_for_the_users_own_functions(toy):
    (toy / "mine.py").write_text(CALLEE.format(factor=5).replace("@njit", "@njit(cache=True)"), encoding="utf-8")
    code = TOY + "from mine import inner; inner(1); print(inner.stats.cache_path)"
    for given in ({}, {"NUMBA_CACHE_LOCATOR_CLASSES": "InTreeCacheLocator,UserWideCacheLocator"}):
        answer, _, place, mine = python(code, toy, **given)
        assert answer == "21"
        assert Path(place).parent.name.startswith(machine_code.PREFIX)
        assert Path(mine) == toy / "__pycache__"


def test_where_nothing_can_be_written_code_is_compiled_all_the_same(toy):
    """Files stand where folders should be: that stops root as well, whom a mode does not."""
    for name in ("toy/__pycache__", "cache", "home"):
        (toy / name).write_text("", encoding="utf-8")
    places = {"NUMBA_CACHE_DIR": toy / "cache", "XDG_CACHE_HOME": toy / "home"}
    answer, _, place = python(TOY, toy, **places)
    assert answer == "21"
    assert not Path(place).exists()  # a temporary folder, gone with its process
    (toy / "home").unlink()
    answer, _, place = python(TOY, toy, **places)
    assert answer == "21"
    assert Path(place).is_relative_to(toy / "home")


def test_old_folders_go_but_for_the_newest_and_those_in_use(tmp_path):
    names = [f"{machine_code.PREFIX}{i:016x}" for i in range(12)]
    for age, name in enumerate(names):
        (tmp_path / name / "toy").mkdir(parents=True)
        (tmp_path / name / "toy" / "kernel.nbc").write_text("", encoding="utf-8")
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    os.utime(tmp_path / names[-1])  # used just now
    others = [f"{machine_code.PREFIX}notes", "adamoscope-jobs", "0123456789abcdef", "toy_0123456789abcdef"]
    for name in others:
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (1, 1))
    machine_code.prune(tmp_path)
    kept = {names[-1], *names[: machine_code.KEPT - 1]}
    assert {path.name for path in tmp_path.iterdir()} == kept | set(others)


def test_folders_in_use_stay_however_many(tmp_path):
    for i in range(3 * machine_code.KEPT):
        (tmp_path / f"{machine_code.PREFIX}{i:016x}").mkdir()
    machine_code.prune(tmp_path)
    assert len(list(tmp_path.iterdir())) == 3 * machine_code.KEPT


@pytest.mark.parametrize("name", ["__init__.py", "integrate/dop853.py", "regimes/published_regime_map.csv"])
def test_every_file_of_core_is_part_of_its_version(tmp_path, name):
    copy = shutil.copytree(CORE, tmp_path / "core", ignore=shutil.ignore_patterns("__pycache__"))
    assert source_hash(copy, more=LIBRARIES) == core_version()
    with (copy / name).open("a", encoding="utf-8") as file:
        file.write("\n")
    assert source_hash(copy, more=LIBRARIES) != core_version()


PAGE_FILES = sorted(path.relative_to(cache.DASHBOARD) for path in cache.DASHBOARD.rglob("*.py"))


def test_a_change_in_any_file_of_the_page_changes_the_keys_of_stored_answers(tmp_path, monkeypatch):
    copy = shutil.copytree(cache.DASHBOARD, tmp_path / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))

    def key():
        cache.version.cache_clear()
        return cache.stored_key(Setting("quadratic", {}, (0.0, 0.0), 1))

    try:
        present = key()
        monkeypatch.setattr(cache, "DASHBOARD", copy)
        assert key() == present
        seen = {present}
        for name in PAGE_FILES:
            content = (copy / name).read_bytes()
            (copy / name).write_bytes(content + b"\n")
            seen.add(key())
            (copy / name).write_bytes(content)
        assert len(seen) == 1 + len(PAGE_FILES)
        (copy / "serving" / "added.py").write_bytes(b"")
        assert key() not in seen
        monkeypatch.setattr(cache, "LIBRARIES", ("0.1",))
        (copy / "serving" / "added.py").unlink()
        assert key() not in seen
    finally:
        cache.version.cache_clear()


def test_text_that_moves_between_files_and_files_that_move_are_changes(tmp_path):
    one, other = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("x = 1\n", encoding="utf-8")
    other.write_text("y = 2\n", encoding="utf-8")
    first = source_hash(tmp_path)
    one.write_text("x = 1\ny = 2\n", encoding="utf-8")
    other.write_text("", encoding="utf-8")
    moved = source_hash(tmp_path)
    other.rename(tmp_path / "c.py")
    assert len({first, moved, source_hash(tmp_path)}) == 3
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.py").write_text("", encoding="utf-8")
    (tmp_path / ".a.py.swp.py").write_text("", encoding="utf-8")
    again = source_hash(tmp_path)
    (tmp_path / "__pycache__" / "a.py").write_text("z", encoding="utf-8")
    (tmp_path / ".a.py.swp.py").write_text("z", encoding="utf-8")
    assert source_hash(tmp_path) == again


def test_a_folder_without_source_has_no_version(tmp_path):
    with pytest.raises(ValueError, match=r"folders: .* holds no source file"):
        source_hash(tmp_path)


def test_the_kernels_of_core_and_of_the_page_are_kept_by_content():
    from core.integrate import integrator
    from dashboard.drawing import columns

    for kernel, package in ((integrator._loop, CORE), (columns._columns, cache.DASHBOARD)):
        place = Path(kernel.stats.cache_path)
        assert place.parent == machine_code.folder(package)
        assert place.parent.name == f"{machine_code.PREFIX}{machine_code.version(package)}"
