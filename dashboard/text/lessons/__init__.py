"""Lessons: a title, a link, a sentence. To add one, write a file here that declares LESSON."""

from __future__ import annotations

import pkgutil
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Lesson:
    """`link` is a query string that the page opens with; `order` places it in the list."""

    title: str
    link: str
    sentence: str
    order: int


def _found():
    modules = (import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
    return tuple(sorted((m.LESSON for m in modules), key=lambda lesson: lesson.order))


LESSONS = _found()
