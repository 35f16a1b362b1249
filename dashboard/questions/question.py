"""What a question of the page is: a frozen dataclass with its fields read and checked, its key and its answer.

An answer is computed from the fields alone, and the key is made of all of them. So a cached answer can never be that of
another question, and no field can be left out of a key.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from typing import Any, ClassVar, Protocol, Self

import numpy as np

from dashboard.questions.fields import Fields

Answer = bytes | dict | None


class Priority(Enum):
    """
    How a question is scheduled.

    PLAIN is answered at once and delays nothing. QUICK is interactive: slow work pauses until it is answered. SLOW
    pauses between its blocks while interactive questions run, and is cancelled by a newer one in its queue.
    """

    PLAIN = "plain"
    QUICK = "quick"
    SLOW = "slow"


class Keyed:
    """A frozen dataclass with a key: two of one class have the same key exactly if all their fields are equal."""

    @cached_property
    def key(self) -> str:
        """The class and all fields as canonical JSON; equal numbers are one, whatever their type."""
        return json.dumps(self._canonical)

    @cached_property
    def _canonical(self) -> list:
        """What `key` is made of; computed once, however many questions this is a field of."""
        cls = type(self)
        return [cls.__module__, cls.__qualname__, *[canonical(getattr(self, name)) for name in _names(cls)]]


_names: Callable[[Any], tuple[str, ...]] = cache(lambda cls: tuple(field.name for field in fields(cls)))


def canonical(value: Any) -> Any:
    """
    A value as plain JSON that differs where the value does: numbers by all their digits, mappings in order.

    Parameters
    ----------
    value : object

    Returns
    -------
    object
        For `json.dumps`.

    Raises
    ------
    TypeError
        For a value that is no dataclass, mapping, sequence, number, text or None.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is float or kind is int:
        return [float(value).hex()]  # in a list: a number is not the text of its digits
    if isinstance(value, Keyed):
        return value._canonical
    if isinstance(value, list | tuple):
        return ["sequence", *map(canonical, value)]
    if isinstance(value, Mapping):
        return {str(name): canonical(value[name]) for name in sorted(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: canonical(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.number):
        return [float(value).hex()]
    raise TypeError(f"a field of a question is {value!r}: must be plain values, in dataclasses, dicts and sequences")


class Ask(Protocol):
    """How a question that is being answered asks others, whose answers may be cached."""

    @property
    def should_stop(self) -> Callable[[], bool]:
        """Blocks slow work while quick questions run; True once the question is outdated."""

    def __call__(self, question: Question) -> Any:
        """The question's answer."""

    def known(self, question: Question) -> bool:
        """Whether its answer is cached."""

    def meanwhile(self, question: Question) -> Future:
        """Its answer, computed in another thread."""


class Question(Keyed):
    """One kind of question. To add one: a file in this folder that binds a subclass to QUESTION.

    The file's name is the question's: it is asked at ``/data/<name>``. The subclass is a frozen dataclass.

    Attributes
    ----------
    priority : Priority
    queue : str
        Of a slow question: a newer one in the same queue of the same page cancels it.
    cached : bool
        Whether the answer, which is bytes then, is worth a place in the cache.
    live : bool
        Whether it may also be asked on the connection that a page keeps. Those are answered one after the other, so
        none may take long.
    """

    priority: ClassVar[Priority] = Priority.QUICK
    queue: ClassVar[str] = ""
    cached: ClassVar[bool] = True
    live: ClassVar[bool] = False

    @classmethod
    def read(cls, fields: Fields) -> Self:
        """
        The question that the page's fields ask.

        Parameters
        ----------
        fields : Fields

        Returns
        -------
        Question

        Raises
        ------
        InputError
            With a bad field, its value and what is allowed.
        """
        raise NotImplementedError

    def answer(self, ask: Ask) -> Answer:
        """
        Answer the question from its own fields.

        Parameters
        ----------
        ask : Ask
            Asks other questions.

        Returns
        -------
        bytes, dict or None
            Packed arrays, a dict for JSON, or None where there is nothing to say.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Direct:
    """
    Answers questions in this thread, without a cache: for tests, and to warm up.

    Attributes
    ----------
    should_stop : callable
        ``should_stop() -> bool``, for slow questions.
    """

    should_stop: Callable[[], bool] = lambda: False

    def __call__(self, question: Question) -> Any:
        return question.answer(self)

    def known(self, question: Question) -> bool:
        return False

    def meanwhile(self, question: Question) -> Future:
        future: Future = Future()
        future.set_result(self(question))
        return future


def asked(question: type[Question], **texts) -> Any:
    """The answer to a question by its fields, as texts or numbers; without a cache."""
    return Direct()(question.read(Fields({name: str(text) for name, text in texts.items()})))
