"""What the README promises: CI runs its test command, its tables are whole and true, core stands alone."""

import re
import subprocess
import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

import core
from core.parameters import Choice
from tests.optimizers.oracles import ORACLES
from tests.readme import OPTIMIZERS, plain, table
from tests.test_floors import FLOORS, ROOMS, room_of

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
    named = re.findall(r"[\w-]+", " ".join(row["dependency"].lower() for row in table("dependency")))
    assert package.lower() in named


def test_the_table_has_a_row_for_every_optimizer_in_the_choosers_order():
    assert list(OPTIMIZERS) == list(core.optimizers())


def flow_names(method):
    """The names of a method's flows, whatever is chosen, its first by default first."""
    choices = [p for p in method.parameters if isinstance(p, Choice)]
    names = {}
    for options in product(*(sorted(p.choices, key=lambda option: option != p.default) for p in choices)):
        values = core.resolved(method.name, {p.name: option for p, option in zip(choices, options, strict=True)})
        names |= dict.fromkeys(flow.name for flow in method.limits_at(values))
    return list(names)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_row_says_what_is_declared(name):
    row, method = OPTIMIZERS[name], core.OPTIMIZERS[name]
    assert re.findall(r"`(\w+)`", row["flow, by variants"]) == flow_names(method)
    assert (row["flow, by variants"] == "none") is (not flow_names(method))
    assert row["clock"] == plain(method.clock_rule)
    assert str(method.year) in row["source"]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_time_runs_as_the_row_says(name):
    run, clock = core.run(name, "matyas", steps=10, learning_rate=0.04), OPTIMIZERS[name]["clock"]
    for sign, code in {" ": "*", "√η": "η**0.5", "²": "**2", "^": "**", "−": "-"}.items():
        clock = clock.replace(sign, code)
    symbols = {p.symbol: run.parameters[p.name] for p in core.OPTIMIZERS[name].numeric}
    np.testing.assert_allclose(run.time, eval(clock, symbols | {"η": 0.04, "k": np.arange(11)}), rtol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_row_names_the_oracles(name):
    named = ORACLES.keys() & OPTIMIZERS[name]["checked against"].split(", ")
    assert named == {title for title, checked in ORACLES.items() if name in checked}
    assert named


def tree():
    """What the README says of how it is built: (folder, name) of each line, the name "" for the folder itself."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## How it is built")[2].split("```")[1]
    folder, found = "", []
    for line in filter(None, text.splitlines()):
        indent, names, meaning = re.fullmatch(r"( *)(\S+(?:, \S+)*)(?: {2,}(.*))?", line).groups()
        folder = folder if indent else names.rstrip("/")
        found += [(folder, name) for name in names.split(", ")] if indent else [(folder, "")]
        assert meaning or names in ("core/", "dashboard/")
    return found


@pytest.mark.parametrize(("folder", "name"), tree())
def test_what_the_tree_names_is_there(folder, name):
    path, suffix = ROOT / folder / name, ".js" if folder.startswith("assets") else ".py"
    assert path.is_dir() if name.endswith("/") or not name else path.with_suffix(suffix).is_file()


@pytest.mark.parametrize("package", FLOORS)
def test_the_tree_names_every_room(package):
    seen = {path.stem + "/" * path.is_dir() for path in (ROOT / package).iterdir() if path.name[0] not in "_."}
    assert {name for folder, name in tree() if folder == package and name} == seen - {"py"}


@pytest.mark.parametrize("package", FLOORS)
def test_the_tree_stands_as_the_floors_do(package):
    rooms = [room_of(f"{folder}.{name.rstrip('/')}") for folder, name in tree() if folder == package and name]
    floors = [ROOMS[room] for room in rooms]
    assert floors == sorted(floors, reverse=True)


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "core/optimizers/README.md", "core/regimes/README.md"]
)
def test_every_file_that_is_named_exists(file):
    text, here = (ROOT / file).read_text(encoding="utf-8"), (ROOT / file).parent
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)
    named = re.findall(r"`((?:core|dashboard|tests|assets)/[\w./]*)`", text)
    assert [name for name in links if not (here / name).exists()] == []
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_core_knows_nothing_of_the_page():
    answer = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL_OF_CORE], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.split() == []
