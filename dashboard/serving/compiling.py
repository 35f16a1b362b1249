"""Whether the process is compiling numba functions, so that the page can say why it waits.

A first start compiles the numerical routines and keeps them on disk; later starts load them.
"""

from __future__ import annotations

import threading

from numba.core import event


class Compilation(event.Listener):
    """Counts the compilations under way in all threads. Functions loaded from the cache on disk are none."""

    def __init__(self) -> None:
        self._lock, self._running = threading.Lock(), 0

    def on_start(self, event) -> None:
        """Count a compilation that begins."""
        with self._lock:
            self._running += 1

    def on_end(self, event) -> None:
        """Count one that has ended, or failed."""
        with self._lock:
            self._running -= 1

    @property
    def running(self) -> bool:
        """Whether any is under way."""
        return self._running > 0


compilation = Compilation()  # numba tells of events by process, not by application
event.register("numba:compile", compilation)
