"""Registries without a list: what the files of a folder declare."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pkgutil import iter_modules
from typing import Any


def declared(package: str, folders: Iterable[str], attribute: str) -> dict[str, Any]:
    """
    Collect what the modules of a package declare, so that to add one is to add a file.

    Parameters
    ----------
    package : str
        The package's ``__name__``.
    folders : iterable of str
        The package's ``__path__``.
    attribute : str
        The name that a declaring module binds, such as ``OPTIMIZER``. Modules without it are helpers and left out.

    Returns
    -------
    dict
        Module name -> what it declares, in alphabetical order.
    """
    modules = {module.name: import_module(f"{package}.{module.name}") for module in iter_modules(folders)}
    return {name: getattr(module, attribute) for name, module in modules.items() if hasattr(module, attribute)}
