"""Python's garbage collector rests while numba compiles.

A compilation makes millions of objects, and most of them live as long as it does: the collector goes over them again
and again and frees next to nothing. That was a sixth of a first start.
"""

from __future__ import annotations

import gc
import threading

from numba.core import event


class CollectorPause(event.Listener):
    """Disables the collector at the start of the first of the compilations under way, and enables it after the last.

    One that was disabled already stays so.
    """

    def __init__(self) -> None:
        self._lock, self._running, self._enable = threading.Lock(), 0, False

    def on_start(self, event) -> None:
        with self._lock:
            if self._running == 0:
                self._enable = gc.isenabled()
                gc.disable()
            self._running += 1

    def on_end(self, event) -> None:
        with self._lock:
            self._running -= 1
            if self._running == 0 and self._enable:
                gc.enable()


event.register("numba:compile", CollectorPause())
