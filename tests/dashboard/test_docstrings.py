"""Everything public in the dashboard is described: modules, classes, functions, and the parameters of long lists."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [*sorted((ROOT / "dashboard").rglob("*.py")), ROOT / "app.py"]
FEW = 2  # parameters that one sentence can describe


def public(body, owner=""):
    """(name, node) of every public class, function and method."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            yield f"{owner}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{node.name}.")


def named(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_modules_classes_and_functions_have_docstrings(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    # a method may be described by the class that it overrides one of
    assert [name for name, node in public(tree.body) if "." not in name and not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", FILES, ids=named)
def test_functions_of_several_parameters_and_dataclasses_list_them(path):
    missing = []
    for name, node in public(ast.parse(path.read_text(encoding="utf-8")).body):
        described = ast.get_docstring(node) or ""
        if isinstance(node, ast.ClassDef):
            count = sum(isinstance(each, ast.AnnAssign) and "ClassVar" not in ast.unparse(each) for each in node.body)
        else:
            count = len(node.args.args) + len(node.args.kwonlyargs) if "." not in name else 0
        if count > FEW and not ("Parameters\n---" in described or "Attributes\n---" in described):
            missing.append(name)
    assert missing == []
