"""What stands below the instrument, one section each. To add one: write a file here that declares SECTION."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from dash import html


@dataclass(frozen=True)
class Section:
    """title: the heading;  order: its place;  build() -> what stands below the heading."""

    title: str
    order: int
    build: Callable


def sections() -> list:
    """Every section of this folder, in order."""
    modules = {m.name: import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)}
    ordered = sorted(modules.items(), key=lambda item: item[1].SECTION.order)
    return [
        html.Section(
            [html.H2(m.SECTION.title), *m.SECTION.build()],
            id=f"section-{name}",
            className="section",
            **{"aria-label": m.SECTION.title},
        )
        for name, m in ordered
    ]
