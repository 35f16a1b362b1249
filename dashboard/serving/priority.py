"""Who computes first: hands on sliders before maps, and only the newest map of each page."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict, deque
from contextlib import contextmanager

PAGES_REMEMBERED = 1000
STREAM = 0.25  # s between two blocks of slow work that a stream of quick questions can hold up: it never starves
MOVES = 3  # questions that make a hand: the last of a drag may come after the map that is asked for on its release
NEXT_MOVE = 0.12  # s after a hand's question in which the next one is expected
HELD = 2.0  # s that hands hold slow work up before one rests: who waits for it may be someone else


class Priority:
    """Counts the quick questions under way, and remembers the newest slow one of each page.

    Parameters
    ----------
    now : callable
        The clock, in seconds.
    wait : callable
        wait(condition, seconds): for a notification of the condition, whose lock is held, at most that long.
    """

    def __init__(self, now=time.monotonic, wait=threading.Condition.wait):
        self._now, self._wait = now, wait
        self._quick = 0
        self._hand = deque([-math.inf] * MOVES, maxlen=MOVES)  # when it asked, the latest last
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)  # no quick question is under way
        self._outdated = threading.Condition(self._lock)  # some slow question may be

    @contextmanager
    def quick(self, hand: bool = False):
        """While this is held, slow work pauses between its blocks; what was under way before a hand's question pauses
        until the hand rests."""
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

    def slow(self, page: str, serial: int):
        """A `should_stop` for slow work: waits for quick questions, says yes when the page asked anew."""
        asked, held = self._now(), []
        with self._lock:
            self._newest[page] = max(serial, self._newest.get(page, serial))
            self._newest.move_to_end(page)
            while len(self._newest) > PAGES_REMEMBERED:
                self._newest.popitem(last=False)
            self._idle.notify_all()
            self._outdated.notify_all()

        def outdated():
            return self._newest.get(page, serial) > serial

        def should_stop():
            stream = self._now() + STREAM
            with self._lock:
                while not outdated():
                    now = self._now()
                    hand = self._hand[-1] + NEXT_MOVE if self._hand[0] > asked else now
                    held[:] = (held or [now + HELD]) if hand > now else []
                    hand = min([hand, *held])
                    until = max(hand, stream if self._quick else now)
                    if until <= now:
                        break
                    # who waits for a hand is not to be woken after each of its questions
                    self._wait(self._outdated if hand > now else self._idle, until - now)
            return outdated()

        return should_stop
