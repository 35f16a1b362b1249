"""The rooms of assets/js: who may import whom, no cycles, one file that knows the browser's global object."""

import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

JS = Path(__file__).parents[2] / "assets" / "js"
FILES = {path.relative_to(JS).as_posix(): path for path in sorted(JS.rglob("*.js"))}
# From the ground up: a room imports those before it. Beside the rooms, dash.js may be imported by all; facade.js and
# main.js put the rooms together, and are imported by nobody but each other.
ROOMS = ["dom", "ask", "state", "draw", "questions", "hand", "page"]
GROUND, TOP = "dash.js", {"facade.js", "main.js"}
NOT = {"draw": {"ask"}}  # what is drawn comes with the answers: drawing asks for nothing

IMPORT = re.compile(r'^(?:import|export)\b[^;"]*?\bfrom "([^"]+)";', re.MULTILINE)
COMMENTS = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)


def imports(name):
    folder = FILES[name].parent
    return [(folder / path).resolve().relative_to(JS).as_posix() for path in IMPORT.findall(FILES[name].read_text())]


def room(name):
    return name.split("/")[0] if "/" in name else None


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_rooms_below_its_own_only(name):
    if name in TOP:
        return
    for other in imports(name):
        assert other in FILES
        assert other not in TOP
        if other == GROUND:
            continue
        assert name != GROUND
        assert ROOMS.index(room(other)) <= ROOMS.index(room(name)), f"{name} imports {other}, which is above it"
        assert room(other) not in NOT.get(room(name), ()), f"{name} imports {other}"


def test_no_module_imports_itself_by_others():
    order = TopologicalSorter({name: imports(name) for name in FILES})
    assert len(list(order.static_order())) == len(FILES)


def test_every_module_is_reached_from_main():
    reached, due = set(), ["main.js"]
    while due:
        name = due.pop()
        if name not in reached:
            reached.add(name)
            due += imports(name)
    assert reached == set(FILES)


def test_one_file_names_the_browser_s_global_object():
    named = re.compile(r"(?<![.\w\"'])(window|globalThis)\b(?!\s*[:\w}])")
    code = {name: COMMENTS.sub("", path.read_text()) for name, path in FILES.items()}
    assert {name for name, text in code.items() if named.search(text)} == {GROUND}
