"""Answers questions by name. Priority, cache and single flight follow from what a question declares.

No question is known here by its name. How one travels is not known here either: by HTTP (routes.py) or on the
connection that a page keeps (live.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from dashboard.questions.fields import Fields
from dashboard.questions.question import Answer, Priority, Question
from dashboard.serving.cache import Answers
from dashboard.serving.scheduler import Scheduler

FAILED = "The server failed to answer; what went wrong is in its log."  # to the page, of a fault of the program

# Overflow is a result here, drawn and described as one, and no warning
beyond_float64 = np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Service:
    """
    Answers typed questions: the `Ask` of the server.

    Attributes
    ----------
    answers : Answers
    scheduler : Scheduler
    aside : ThreadPoolExecutor
        For answers that are computed meanwhile.
    should_stop : callable
        Of the slow question under way.
    """

    answers: Answers
    scheduler: Scheduler
    aside: ThreadPoolExecutor
    should_stop: Callable[[], bool] = _never

    def __call__(self, question: Question) -> Any:
        def answer() -> Any:
            return question.answer(self)

        return self.answers.get(question, answer) if question.cached else answer()

    def known(self, question: Question) -> bool:
        """Whether the answer is cached."""
        return self.answers.kept(question) is not None

    def meanwhile(self, question: Question) -> Future:
        """The answer, computed in another thread."""
        return self.aside.submit(self._prioritised, question)

    @beyond_float64
    def _prioritised(self, question: Question) -> Answer:
        with self.scheduler.quick():
            return self(question)

    @beyond_float64
    def handle(self, question: type[Question], fields: Fields) -> Answer:
        """
        Read a question and answer it.

        Parameters
        ----------
        question : type of Question
        fields : Fields
            As the page sends them.

        Returns
        -------
        bytes, dict or None

        Raises
        ------
        InputError
            If a field is wrong: a sentence that names it, its value and what is allowed.
        Cancelled
            If the same page has asked a newer question of the queue meanwhile.
        """
        if question.priority is Priority.QUICK:
            with self.scheduler.quick(hand=fields.flag("draft")):
                return self(question.read(fields))
        asked, service = question.read(fields), self
        if question.priority is Priority.SLOW:
            page, serial = fields.place_in_queue()
            service = replace(self, should_stop=self.scheduler.slow(f"{question.queue} {page}", serial))
        return service(asked)


@dataclass(frozen=True)
class Handler:
    """
    One kind of question, answered from its fields.

    Attributes
    ----------
    question : type of Question
    service : Service
    """

    question: type[Question]
    service: Service

    @property
    def live(self) -> bool:
        """Whether it may be asked on the connection that a page keeps."""
        return self.question.live

    def __call__(self, fields: Fields) -> Answer:
        return self.service.handle(self.question, fields)


def handlers(questions: Mapping[str, type[Question]], answers: Answers, scheduler: Scheduler) -> dict[str, Handler]:
    """
    A handler for each question.

    Parameters
    ----------
    questions : mapping of str to type of Question
        By name.
    answers : Answers
    scheduler : Scheduler

    Returns
    -------
    dict of str to Handler
        By name.
    """
    service = Service(answers, scheduler, ThreadPoolExecutor(4, thread_name_prefix="aside"))
    return {name: Handler(question, service) for name, question in questions.items()}
