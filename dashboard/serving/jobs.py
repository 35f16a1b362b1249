"""Big maps as background jobs of this process: one at a time, in a thread, taken up again after a restart.

A restart of the server loses no finished tile. The folder is that of ADAMOSCOPE_JOBS, or one among the system's
temporary files.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import core
from core import InputError
from dashboard.questions.big_map import big_map
from dashboard.serving.handlers import FAILED
from dashboard.serving.job import Job, no_cells, no_tiles
from dashboard.state import State, decode, encode

FOLDER = "ADAMOSCOPE_JOBS"
_log = logging.getLogger(__name__)


class Jobs:
    """
    The job of this process, or the last one of the process before.

    Parameters
    ----------
    slow : callable
        ``slow(queue, serial) -> should_stop``, which blocks while interactive questions run. Its answer is
        not used: a newer question cancels no job.
    """

    def __init__(self, slow: Callable):
        self.slow, self._cancelled, self._lock = slow, threading.Event(), threading.Lock()
        self.job: Job | None = None
        self.folder = Path(os.environ.get(FOLDER) or Path(tempfile.gettempdir()) / "adamoscope-jobs")
        try:
            told = json.loads(self._record.read_text(encoding="utf-8"))
            self.job = Job(self.folder, told["link"], told["size"], told["steps"], state="stopped")
            big_map(decode(told["link"])[0], told["size"], told["steps"])
        except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
            self.job = None

    @property
    def _record(self):
        return self.folder / "job.json"

    def start(self, state: State, size: int, steps: int) -> None:
        """
        Begin, or go on with the tiles that are there.

        Parameters
        ----------
        state : State
            Its plane and box.
        size : int
            Cells along a side.
        steps : int
            Of the run in hand.

        Raises
        ------
        InputError
            If a job is running, or there are too many cells or steps.
        """
        big_map(state, size, steps)
        with self._lock:
            if self.job is not None and self.job.state == "running":  # its thread may still be ending after that
                raise InputError("A big map is being computed already: cancel it, or wait until it is finished.")
            number = time.time_ns() // 1_000_000  # new to every page, whatever server it knew before
            job = Job(self.folder, encode(state), size, steps, number=number, regime=no_cells(size))
            self.folder.mkdir(parents=True, exist_ok=True)
            self._record.write_text(
                json.dumps({"link": job.link, "size": job.size, "steps": job.steps}), encoding="utf-8"
            )
            self._cancelled.clear()
            self.job = job
            threading.Thread(target=self._run, args=(job,), name="job", daemon=True).start()

    def resume(self) -> None:
        """
        Go on with the job that was cancelled, or stopped with the server.

        Raises
        ------
        InputError
            If there is none, or it is running.
        """
        if self.job is None:
            raise InputError("There is no big map to go on with.")
        self.start(decode(self.job.link)[0], self.job.size, self.job.steps)

    def cancel(self) -> None:
        """Stop after the current block of steps; the finished tiles stay."""
        self._cancelled.set()

    def _run(self, job: Job) -> None:
        wait = self.slow("big map", job.number)

        def should_stop():
            wait()
            return self._cancelled.is_set()

        try:
            job.compute(should_stop)
            job.state = "finished"
        except core.Cancelled:
            job.state = "cancelled"
        except InputError as error:
            job.said, job.state = str(error), "failed"
        except Exception:  # the end of the thread: nobody else would log it
            _log.exception("big map %s", job.link)
            job.said, job.state = FAILED, "failed"

    def status(self) -> dict:
        """What the page is told of the job; {"state": "none"} where there is none."""
        return {"state": "none"} if self.job is None else self.job.status()

    def tiles(self, since: int, layer: str = "regime") -> bytes:
        """The packed tiles of the job from a number on (see `Job.packed_tiles`); none where there is no job."""
        return no_tiles() if self.job is None else self.job.packed_tiles(since, layer)

    def finished(self) -> Job:
        """
        The job, if it is finished.

        Raises
        ------
        InputError
            If it is not, or there is none.
        """
        if self.job is None or self.job.state != "finished":
            raise InputError("There is no finished big map.")
        return self.job
