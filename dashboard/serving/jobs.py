"""Big maps as background jobs of this process: one at a time, tile by tile into a folder.

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
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

import core
from core import InputError
from core.regimes import INVALID
from core.tiling import Progress, folder_of, layer_of
from dashboard.drawing import regime_map as figure
from dashboard.drawing.layers import LAYERS, measured
from dashboard.questions import printed
from dashboard.questions.big_map import big_map
from dashboard.questions.cells import lines_of
from dashboard.questions.map import RegimeMap
from dashboard.questions.packing import pack
from dashboard.serving.handlers import FAILED
from dashboard.state import State, decode, encode

FOLDER = "ADAMOSCOPE_JOBS"
LABELLED = 256  # cells along a side, of the coarser map on which labels are placed
_log = logging.getLogger(__name__)


def tile_of(size: int) -> int:
    """Cells along a tile's side: some dozens of tiles, so that progress is seen and a cancelled job loses little."""
    return min(128, max(32, size // 8))


@dataclass
class Job:
    """A big map and how far it is.

    Attributes
    ----------
    link : str
        The state whose plane and box it is.
    size : int
        Cells along a side.
    steps : int
        Of the run in hand.
    state : str
        "running", "finished", "cancelled", "failed", or "stopped" by a restart of the server.
    said : str
        Why it failed.
    number : int
        In milliseconds since 1970: new to every page.
    progress : Progress, optional
    tiles : list of (int, int, int, int)
        Row, column, rows and columns of each finished tile, in the order they came.
    regime : (size, size) int8, optional
        The cells known so far.
    file : Path, optional
        The finished map.
    """

    link: str
    size: int
    steps: int
    state: str = "running"
    said: str = ""
    number: int = 0
    progress: Progress | None = None
    tiles: list = field(default_factory=list)
    regime: np.ndarray | None = None
    file: Path | None = None

    @cached_property
    def question(self) -> RegimeMap:
        return big_map(decode(self.link)[0], self.size, self.steps)

    @property
    def layers(self) -> list[str]:
        """The layers that can colour its cells."""
        names = [name for name, layer in LAYERS.items() if not layer.extra or name == self.question.layer]
        return [name for name in names if name != "distance" or len(self.question.grid.f.minimizers)]

    @property
    def asked(self) -> dict:
        """The arguments of `core.tiled_map`, without the objective."""
        cells = self.question.cells
        extra = {} if cells.extra is None else {"layers": (cells.extra,), "tolerance": cells.tolerance}
        return cells.grid.budget.arguments() | cells.grid.arguments() | extra

    def labels(self) -> list[dict]:
        """Where the regimes' labels stand."""
        assert self.regime is not None
        every = -(-self.size // LABELLED)
        x, y = (units[::every] for units in self.question.grid.plane.units())
        return figure.labels(self.regime[::every, ::every], x, y, core.REGIMES)

    def place(self, folder) -> Path:
        """The folder of its tiles."""
        return folder_of(folder, self.question.grid.f, tile_of(self.size), **self.asked)


class Jobs:
    """The job of this process, or the last one of the process before.

    Parameters
    ----------
    slow : callable
        ``slow(queue, serial) -> should_stop``, which blocks while interactive questions run.
    """

    def __init__(self, slow: Callable):
        self.slow, self._cancelled, self._lock = slow, threading.Event(), threading.Lock()
        self.job: Job | None = None
        self._thread: threading.Thread | None = None
        self.folder = Path(os.environ.get(FOLDER) or Path(tempfile.gettempdir()) / "adamoscope-jobs")
        try:
            told = json.loads(self._record.read_text(encoding="utf-8"))
            self.job = Job(told["link"], told["size"], told["steps"], state="stopped")
            big_map(decode(told["link"])[0], told["size"], told["steps"])
        except (OSError, ValueError, KeyError, TypeError):  # none, or of another version
            self.job = None

    @property
    def _record(self):
        return self.folder / "job.json"

    def start(self, state: State, size: int, steps: int) -> None:
        """Begin, or go on with the tiles that are there.

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
            job = Job(encode(state), size, steps, number=number, regime=np.full((size, size), INVALID, np.int8))
            self.folder.mkdir(parents=True, exist_ok=True)
            self._record.write_text(
                json.dumps({"link": job.link, "size": job.size, "steps": job.steps}), encoding="utf-8"
            )
            self._cancelled.clear()
            self.job = job
            self._thread = threading.Thread(target=self._run, args=(job,), name="job", daemon=True)
            self._thread.start()

    def resume(self) -> None:
        """Go on with the job that was cancelled, or stopped with the server."""
        if self.job is None:
            raise InputError("There is no big map to go on with.")
        self.start(decode(self.job.link)[0], self.job.size, self.job.steps)

    def cancel(self) -> None:
        """Stop after the current block of steps; the finished tiles stay."""
        self._cancelled.set()

    def wait(self, seconds: float) -> None:
        """Block until the job's thread ends."""
        if self._thread is not None:
            self._thread.join(seconds)

    def _run(self, job: Job) -> None:
        question, yields = job.question, self.slow("big map", job.number)

        def should_stop():
            yields()
            return self._cancelled.is_set()

        def found(row, column, tile):
            rows, columns = tile.regime.shape
            job.regime[row : row + rows, column : column + columns] = tile.regime
            job.tiles.append((row, column, rows, columns))

        def progress(made):
            job.progress = made

        try:
            core.tiled_map(
                self.folder,
                question.grid.f,
                tile=tile_of(job.size),
                thresholds=question.thresholds,
                progress=progress,
                found=found,
                should_stop=should_stop,
                **job.asked,
            )
            job.file = job.place(self.folder) / "map.npz"
            job.state = "finished"
        except core.Cancelled:
            job.state = "cancelled"
        except InputError as error:
            job.state, job.said = "failed", str(error)
        except Exception:  # the end of the thread: nobody else would log it
            _log.exception("big map %s", job.link)
            job.state, job.said = "failed", FAILED

    def status(self) -> dict:
        """What the page is told of the job; {"state": "none"} where there is none."""
        job = self.job
        if job is None:
            return {"state": "none"}
        side = -(-job.size // tile_of(job.size))
        return {
            "state": job.state,
            "said": job.said,
            "number": job.number,
            "size": job.size,
            "steps": job.steps,
            "link": job.link,
            "done": len(job.tiles),
            "total": side**2,
            "seconds_left": job.progress.seconds_left if job.progress else None,
            "plane": job.question.grid.plane.name,
            "window": job.question.grid.plane.window,
            "layers": job.layers,
        }

    def tiles(self, since: int, layer: str = "regime") -> bytes:
        """The tiles from the `since`-th on: `tiles` are their (row, column, rows, columns), each an array by number.

        Of a layer but the regime also its values, "values <number>"; with the first tiles the theory's lines, and,
        once the map is finished, the places of the regimes' names. InputError for a layer that the job has not.
        """
        job = self.job
        if job is None or job.regime is None:
            return pack({"number": job.number if job else 0, "tiles": [], "regimes": core.REGIMES}, {})
        _check(job, layer)
        finished, tiles, arrays = job.state == "finished", job.tiles[since:], {}
        for i, (row, column, rows, columns) in enumerate(tiles):
            arrays[str(i)] = job.regime[row : row + rows, column : column + columns]
            if layer != "regime":
                values = layer_of(job.place(self.folder), row, column, layer)
                arrays[f"values {i}"] = measured(values, LAYERS[layer], job.question.grid.f.minimum)[1]
        if since == 0:
            arrays |= lines_of(job.question.grid)
        header = {"number": job.number, "tiles": tiles, "regimes": core.REGIMES}
        return pack(header | {"labels": job.labels() if finished else []}, arrays)

    def finished(self) -> Job:
        """The job, if it is finished; InputError otherwise."""
        if self.job is None or self.job.state != "finished":
            raise InputError("There is no finished big map.")
        return self.job

    def picture(self, layer: str = "regime") -> str:
        """The finished map as SVG, coloured by a layer; InputError where there is none, or it has no such layer."""
        job = self.finished()
        assert job.regime is not None
        assert job.file is not None
        _check(job, layer)
        values = None
        if layer != "regime":
            with np.load(job.file) as file:
                values = file[f"layer {layer}"]
        return printed.picture(job.question.grid, job.regime, decode(job.link)[0].lines, layer, values)


def _check(job, layer):
    if layer not in job.layers:
        raise InputError(f"layer = {layer!r}: must be one of {', '.join(job.layers)}")
