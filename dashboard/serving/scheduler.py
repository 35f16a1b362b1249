"""Scheduling of questions: interactive ones first, slow ones cancelled by a newer one of their page.

Slow work asks `should_stop` between its blocks. The call blocks while interactive questions run or a control is
dragged, and returns True once the work is outdated.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import contextmanager

from cachetools import LRUCache

QUEUES_REMEMBERED = 1000
STREAM = 0.25  # s that quick questions can delay one block of slow work, so that it never starves
MOVES = 3  # questions that count as a drag: the last one of a drag may come after the map asked for on its release
NEXT_MOVE = 0.12  # s after a question of a drag within which the next one is expected
HELD = 2.0  # s that a moving hand delays slow work at most: another user may be waiting for that work


class HandPause:
    """
    How long one piece of slow work waits while a control is dragged: at most HELD seconds.

    After such a pause the same drag does not delay the work again.
    """

    def __init__(self):
        self._longest: float | None = None  # when this pause ends at the latest; None while no hand moves

    def until(self, rests: float, now: float) -> float:
        """
        When the work may go on.

        Parameters
        ----------
        rests : float
            When the drag counts as ended; up to `now` if it has.
        now : float

        Returns
        -------
        float
            By the clock of `now`.
        """
        if rests <= now:
            self._longest = None
            return rests
        if self._longest is None:
            self._longest = now + HELD
        return min(rests, self._longest)


class Scheduler:
    """
    Counts the quick questions under way, and remembers the newest slow one of each queue.

    Parameters
    ----------
    now : callable
        The clock, in seconds.
    wait : callable
        ``wait(condition, seconds)`` waits for a notification of the condition, whose lock is held, for at most that
        many seconds.
    """

    def __init__(self, now=time.monotonic, wait=threading.Condition.wait):
        self._now, self._wait = now, wait
        self._quick = 0
        self._hand = deque([-math.inf] * MOVES, maxlen=MOVES)  # when it asked, the latest last
        self._newest: LRUCache[str, int] = LRUCache(QUEUES_REMEMBERED)
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)  # no quick question is under way
        self._outdated = threading.Condition(self._lock)  # some slow question may be

    @contextmanager
    def quick(self, hand: bool = False):
        """
        A context in which slow work pauses between its blocks.

        Parameters
        ----------
        hand : bool
            Whether a control is being dragged. Slow work that began before then pauses until the drag ends.
        """
        with self._lock:
            self._quick += 1
            if hand:
                self._hand.append(self._now())
        try:
            yield
        finally:
            with self._lock:
                self._quick -= 1
                if not self._quick:
                    self._idle.notify_all()

    def slow(self, queue: str, serial: int) -> Callable[[], bool]:
        """
        Register slow work; older work of the same queue is outdated from now on.

        Parameters
        ----------
        queue : str
            What its work supersedes: for instance the maps of one page.
        serial : int
            The number of the question in its queue; a larger one is newer.

        Returns
        -------
        callable
            ``should_stop() -> bool``. It blocks while quick questions run, for at most STREAM seconds, or during a
            drag, for at most HELD; True once the work is outdated.
        """
        asked, pause = self._now(), HandPause()
        with self._lock:
            self._newest[queue] = max(serial, self._newest.get(queue, serial))
            self._idle.notify_all()
            self._outdated.notify_all()

        def outdated():
            return self._newest.get(queue, serial) > serial

        def should_stop():
            stream = self._now() + STREAM
            with self._lock:
                while not outdated():
                    now = self._now()
                    rests = self._hand[-1] + NEXT_MOVE if self._hand[0] > asked else now
                    hand = pause.until(rests, now)
                    until = max(hand, stream if self._quick else now)
                    if until <= now:
                        return False
                    # a wait for the end of a drag is not woken by the end of each of its questions
                    self._wait(self._outdated if hand > now else self._idle, until - now)
                return True

        return should_stop
