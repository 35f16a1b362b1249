"""Who may import whom: each room of the house imports rooms below it only."""

import ast
import importlib
import inspect
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the ground up. A module belongs to the longest prefix; `core` itself is its __init__.py.
FLOORS = {
    "core": [
        ["core.errors"],
        ["core.compile.version", "core.parameters", "core.registry"],
        ["core.compile.machine_code"],
        ["core.symbolic"],
        ["core.formulas", "core.schedules"],
        ["core.optimizers"],
        ["core.compile"],
        ["core.objectives"],
        ["core.integrate"],
        ["core.regimes"],
        ["core.runs"],
        ["core.analyses"],
        ["core.api"],
        ["core.tiling"],
        ["core"],
    ],
    "dashboard": [
        ["dashboard.catalogue"],
        ["dashboard.state"],
        ["dashboard.drawing", "dashboard.text"],
        ["dashboard.questions"],
        ["dashboard.page"],
        ["dashboard.serving"],
        ["dashboard"],
    ],
}
ROOMS = {room: floor for floors in FLOORS.values() for floor, rooms in enumerate(floors) for room in rooms}
FILES = [path for package in FLOORS for path in sorted((ROOT / package).rglob("*.py"))]


def module_of(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


# What the dashboard may import of core: packages whose __init__.py says what is public, not modules within them
DOORS = {"core", "core.parameters", "core.registry", "core.schedules", "core.tiling", "core.errors"} | {
    f"core.{room}" for room in ("analyses", "compile", "formulas", "objectives", "optimizers", "regimes")
}

MODULES = {module_of(path): path for path in FILES}


def room_of(module):
    name = module
    while name not in ROOMS or (name in FLOORS and module not in FLOORS):
        name = name.rpartition(".")[0]
        if not name:
            raise KeyError(f"{module} is in no room of FLOORS")
    return name


def absolute(path, node):
    """The module that a `from ... import` names."""
    if not node.level:
        return node.module or ""
    package = path.relative_to(ROOT).parts[:-1]
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def imports(path, everywhere=True):
    """The project's modules that a file imports; `everywhere`: within its functions, too."""
    tree = ast.parse(path.read_text())
    nodes = ast.walk(tree) if everywhere else tree.body
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.partition(".")[0] in FLOORS)
        elif isinstance(node, ast.ImportFrom):
            source = absolute(path, node)
            if source.partition(".")[0] in FLOORS:
                for alias in node.names:
                    full = f"{source}.{alias.name}"
                    yield full if full in MODULES else source


@pytest.mark.parametrize("module", MODULES)
def test_nothing_imports_a_room_above(module):
    package, room = module.partition(".")[0], room_of(module)
    for imported in imports(MODULES[module]):
        other = imported.partition(".")[0]
        if other != package:
            assert (package, other) == ("dashboard", "core"), f"{module} imports {imported}"
            continue
        above = room_of(imported)
        assert ROOMS[above] < ROOMS[room] or above == room, f"{module} in {room} imports {imported} in {above}"


def test_there_is_no_cycle_of_imports():
    graph = {}
    for module, path in MODULES.items():
        graph[module] = {name for name in imports(path, everywhere=False) if name in MODULES and name != module}
        # a package that re-exports its modules is imported with each of them
        graph[module] = {n for n in graph[module] if not module.startswith(f"{n}.")}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports form a cycle: {' -> '.join(error.args[1])}")


@pytest.mark.parametrize("library", ["dash", "flask", "plotly", "waitress"])
def test_only_page_and_serving_know_the_web(library):
    for module, path in MODULES.items():
        roots = {
            alias.name.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.Import)
            for alias in node.names
        } | {
            node.module.partition(".")[0]
            for node in ast.walk(ast.parse(path.read_text()))
            if isinstance(node, ast.ImportFrom) and node.module
        }
        if not module.startswith(("dashboard.page", "dashboard.serving")):
            assert library not in roots, f"{module} imports {library}"


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("dashboard")])
def test_the_dashboard_imports_core_by_its_doors(module):
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            assert not (name or "").startswith("core") or name in DOORS, f"{module} imports {name}"


@pytest.mark.parametrize("package", [name for name, path in MODULES.items() if path.name == "__init__.py"])
def test_no_package_gives_another_thing_the_name_of_a_module_within_it(package):
    if package == "core":
        return  # core.objectives() and core.optimizers() are the functions that its users know
    loaded = importlib.import_module(package)
    for module in (name for name in MODULES if name.rpartition(".")[0] == package):
        name = module.rpartition(".")[2]
        assert inspect.ismodule(getattr(loaded, name, loaded)), f"{package}.{name} hides the module of this name"
