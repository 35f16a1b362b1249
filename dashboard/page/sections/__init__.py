"""What stands below the instrument, one section each. To add one: write a file here that declares SECTION."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dash import html

from core.registry import declared
from dashboard.page.attributes import attributes


@dataclass(frozen=True)
class Section:
    """
    One section below the instrument.

    Attributes
    ----------
    title : str
        The heading.
    order : int
        Its place.
    build : callable
        ``build() -> list``: Dash components below the heading.
    """

    title: str
    order: int
    build: Callable


def sections() -> list[html.Section]:
    """Every section of this folder, in order."""
    found = declared(__name__, __path__, "SECTION")
    return [
        html.Section(
            [html.H2(section.title), *section.build()],
            id=f"section-{name}",
            className="section",
            **attributes(aria_label=section.title),
        )
        for name, section in sorted(found.items(), key=lambda item: item[1].order)
    ]
