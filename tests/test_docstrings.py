"""What core makes public is documented in numpydoc sections: every parameter, every field, and what is returned."""

import dataclasses
import importlib
import inspect
import re

import pytest

ROOMS = (
    "core", "core.parameters", "core.optimizers", "core.objectives", "core.regimes", "core.analyses", "core.formulas",
    "core.schedules", "core.tiling", "core.registry",
)  # fmt: skip


def public():
    """(name, function or class) of all that the rooms make public, and of the methods and properties of classes."""
    seen = set()
    for room in ROOMS:
        module = importlib.import_module(room)
        own = [n for n, v in vars(module).items() if n[0] != "_" and getattr(v, "__module__", "") == room]
        for name in getattr(module, "__all__", own):
            thing = getattr(module, name)
            if id(thing) in seen or not (inspect.isfunction(thing) or inspect.isclass(thing)):
                continue
            seen.add(id(thing))
            yield f"{room}.{name}", thing
            for attribute, value in vars(thing).items() if inspect.isclass(thing) else ():
                value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
                defined = getattr(value, "__module__", "") == thing.__module__
                if attribute in getattr(thing, "__dataclass_fields__", ()):
                    continue  # a field's default
                if attribute == "__call__" or (attribute[0] != "_" and (defined or isinstance(value, property))):
                    yield f"{room}.{name}.{attribute}", value


PUBLIC = dict(public())


def sections(documented):
    """The lines of each section of a docstring by its title."""
    lines, found, title = (inspect.getdoc(documented) or "").split("\n"), {}, ""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        if line and re.fullmatch("-{3,}", below) and len(below) == len(line):
            title = line
            found[title] = []
        elif title and not re.fullmatch("-{3,}", line):
            found[title].append(line)
    return found


def listed(lines):
    """The names that a section explains."""
    heads = [line.partition(" : ")[0] for line in lines if line and not line.startswith(" ")]
    return [name.strip().lstrip("*") for head in heads for name in head.split(",")]


@pytest.mark.parametrize("name", PUBLIC)
def test_it_says_what_it_is(name):
    first = (inspect.getdoc(PUBLIC[name]) or "").split("\n")[0]
    assert first, f"{name} has no docstring"
    assert not first.startswith(name.rpartition(".")[2] + "("), "a dataclass's signature stands in for a docstring"


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if inspect.isfunction(value)])
def test_every_parameter_is_explained_and_nothing_else(name):
    function = PUBLIC[name]
    expected = set(inspect.signature(function).parameters) - {"self", "cls"}
    explained = listed(sections(function).get("Parameters", []))
    assert set(explained) == expected
    assert len(explained) == len(set(explained))
    assert {"Returns", "Yields"} & set(sections(function)), f"{name} does not say what it returns"


@pytest.mark.parametrize("name", [name for name, value in PUBLIC.items() if dataclasses.is_dataclass(value)])
def test_every_field_is_explained(name):
    documented = sections(PUBLIC[name])
    explained = listed(documented.get("Parameters", []) + documented.get("Attributes", []))
    fields = {field.name for field in dataclasses.fields(PUBLIC[name]) if field.name[0] != "_"}
    assert fields <= set(explained)


def test_a_missing_parameter_is_found():
    def wanting(one, two):
        """
        Do something.

        Parameters
        ----------
        one : int
            A colon : in a text is no name.
        """

    assert listed(sections(wanting)["Parameters"]) == ["one"]
    assert set(inspect.signature(wanting).parameters) - set(listed(sections(wanting)["Parameters"])) == {"two"}
    assert len(PUBLIC) > 150
