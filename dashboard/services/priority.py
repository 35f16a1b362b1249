"""Who computes first: hands on sliders before maps, and only the newest map of each page."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from contextlib import contextmanager

PAGES_REMEMBERED = 1000


class Priority:
    """Counts the quick questions under way, and remembers the newest slow one of each page."""

    def __init__(self):
        self._quick = 0
        self._newest: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def quick(self):
        """While this is held, slow work pauses between its blocks."""
        with self._lock:
            self._quick += 1
        try:
            yield
        finally:
            with self._lock:
                self._quick -= 1

    def slow(self, page: str, serial: int):
        """A `should_stop` for slow work: waits for quick questions, says yes when the page asked anew."""
        with self._lock:
            self._newest[page] = max(serial, self._newest.get(page, serial))
            self._newest.move_to_end(page)
            while len(self._newest) > PAGES_REMEMBERED:
                self._newest.popitem(last=False)

        def should_stop():
            deadline = time.monotonic() + 0.25  # so that a stream of quick questions cannot starve a map
            while self._quick and time.monotonic() < deadline:
                time.sleep(0.001)
            return self._newest.get(page, serial) > serial

        return should_stop
