"""Large regime maps as a resumable job: tile by tile, each stored on disk, with retries when a worker is lost.

Tiles run on all cores here, a thread each, or on the workers of a Dask scheduler where the environment variable
ADAMOSCOPE_SCHEDULER has its address (`pip install distributed`; the workers need this package too).
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .api import check_map, regime_map
from .compile.version import core_version
from .errors import InputError
from .objectives import Objective
from .objectives import objective as objective_of
from .parameters import callback, shown, whole, wrong
from .regimes.extras import EXTRA_LAYERS
from .regimes.map import Cancelled, RegimeMap, checked_threads
from .regimes.plane import checked_axis
from .regimes.rule import THRESHOLDS, Thresholds, checked_thresholds

SCHEDULER = "ADAMOSCOPE_SCHEDULER"
RETRIES = 3  # of a tile whose worker was lost


@dataclass(frozen=True)
class Progress:
    """
    Progress of a job.

    Attributes
    ----------
    done, total : int
        Tiles.
    seconds_left : float or None
        Estimated from the rate since this call began; None before the first tile.
    """

    done: int
    total: int
    seconds_left: float | None


def tiled_map(
    folder,
    objective: str | Objective,
    *,
    x,
    y,
    tile: int = 128,
    progress: Callable[[Progress], None] | None = None,
    found: Callable[[int, int, RegimeMap], None] | None = None,
    thresholds: Thresholds = THRESHOLDS,
    should_stop: Callable[[], bool] | None = None,
    threads: int | None = None,
    scheduler: str | None = None,
    **question,
) -> RegimeMap:
    """
    Compute core.regime_map tile by tile; a job that is run again continues with the stored tiles.

    Parameters
    ----------
    folder : path
        Tiles are stored in a subfolder named by a hash of the question and of this package's version. The whole map is
        written there, too, as `map.npz`.
    objective : str or Objective
        A name, a formula, or an objective.
    x, y, **question
        As for core.regime_map.
    tile : int
        Cells along a tile's side, 1 to 65,536.
    progress : callable, optional
        Called with a :class:`Progress` after every tile.
    found : callable, optional
        Called with the first row, the first column and the map of every tile, stored tiles first.
    thresholds : Thresholds
        The rule's numbers; tiles do not depend on them.
    should_stop : callable, optional
        Polled between tiles and within them; True cancels the job.
    threads : int, optional
        How many tiles are computed at a time on this machine; as many as there are processors by default.
    scheduler : str, optional
        A Dask scheduler's address; the environment variable ADAMOSCOPE_SCHEDULER by default.

    Returns
    -------
    RegimeMap

    Raises
    ------
    InputError
        As core.regime_map, and for a layer that needs the least value of an objective without a known one.
    Cancelled
        When should_stop says so; finished tiles stay.
    """
    tile, threads = whole("tile", tile, 1, 65_536), checked_threads(threads)
    progress, found = callback("progress", progress), callback("found", found)
    thresholds, should_stop = checked_thresholds(thresholds), callback("should_stop", should_stop)
    if scheduler is not None and not isinstance(scheduler, str):
        raise wrong("scheduler", scheduler, "the address of a Dask scheduler, or None")
    if not isinstance(folder, str | os.PathLike):
        raise wrong("folder", folder, "the path of a folder")
    check_map(objective, x=x, y=y, **question)
    _check_floor(objective_of(objective), question.get("layers", ()))
    asked = _asked(objective, x, y, question)
    (x_name, xs), (y_name, ys) = asked["x"], asked["y"]
    place = Path(folder) / key(asked, tile)
    place.mkdir(parents=True, exist_ok=True)
    (place / "question.json").write_text(_text(asked, tile), encoding="utf-8")

    corners = [(i, j) for i in range(0, ys.size, tile) for j in range(0, xs.size, tile)]
    files = {corner: place / f"tile {corner[0]} {corner[1]}.npz" for corner in corners}
    missing = [corner for corner in corners if not files[corner].exists()]
    pieces = {(i, j): asked | {"x": (x_name, xs[j : j + tile]), "y": (y_name, ys[i : i + tile])} for i, j in missing}
    for (i, j), file in files.items():
        if found is not None and file.exists():
            found(i, j, load(file).classified(thresholds))
    began, done = time.monotonic(), len(corners) - len(missing)
    address = scheduler or os.environ.get(SCHEDULER)
    for corner, piece in _remote(pieces, address, should_stop) if address else _local(pieces, should_stop, threads):
        save(piece, files[corner])
        done += 1
        if found is not None:
            row, column = corner
            found(row, column, piece.classified(thresholds))
        if progress is not None:
            pace = (time.monotonic() - began) / (done - len(corners) + len(missing))
            progress(Progress(done, len(corners), pace * (len(corners) - done)))
    grid = _joined(files, (x_name, xs), (y_name, ys))
    grid = grid.classified(thresholds)
    save(grid, place / "map.npz", _text(asked | {"thresholds": thresholds}, tile))
    return grid


def folder_of(folder, objective, tile: int, x, y, **question) -> Path:
    """
    The folder in which :func:`tiled_map` keeps the tiles of a question, and its map.npz.

    Parameters
    ----------
    folder : path
    objective, x, y, tile, **question
        As for :func:`tiled_map`.

    Returns
    -------
    Path
    """
    return Path(folder) / key(_asked(objective, x, y, question), tile)


def _asked(objective, x, y, question):
    f, axes = objective_of(objective), {"x": checked_axis("x", x), "y": checked_axis("y", y)}
    return question | axes | {"objective": _told(f, axes.values())}


def _told(objective, axes):
    """An objective as text: its name, and its parameters but for those on the axes."""
    return [objective.name, {n: v for n, v in objective.parameters.items() if n not in {name for name, _ in axes}}]


def key(asked: dict, tile: int) -> str:
    """
    The name of a question's folder: a hash, whatever the order of its keys.

    Parameters
    ----------
    asked : dict
    tile : int

    Returns
    -------
    str
    """
    return hashlib.sha256(_text(asked, tile).encode()).hexdigest()[:24]


def _text(asked, tile):
    def plain(value):
        if isinstance(value, Thresholds):
            return asdict(value)
        return value.tolist() if isinstance(value, np.ndarray | np.generic) else list(value)

    return json.dumps(asked | {"tile": tile, "version": core_version()}, sort_keys=True, default=plain)


def _check_floor(objective, layers):
    layers = (layers,) if isinstance(layers, str) else layers
    wanting = [name for name in layers if name in EXTRA_LAYERS and EXTRA_LAYERS[name].needs_floor]
    if wanting and objective.minimum is None:
        allowed = f"by tiles, {', '.join(wanting)} must have an objective of known minimum"
        raise InputError(f"layers = {shown(layers)}: {allowed}")


def compute(piece: dict) -> RegimeMap:
    """
    Compute one tile.

    Parameters
    ----------
    piece : dict
        The arguments of core.regime_map, the objective as name and parameters.

    Returns
    -------
    RegimeMap
    """
    name, parameters = piece["objective"]
    return regime_map(**piece | {"objective": objective_of(name, **parameters)})


def _local(pieces, should_stop, threads) -> Iterator:
    """Yield finished tiles from a thread pool of the job's own, so that interactive maps do not queue behind them."""
    with ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="tiles") as pool:
        corners = {
            pool.submit(compute, piece | {"threads": 1, "should_stop": should_stop}): corner
            for corner, piece in pieces.items()
        }
        try:
            for future in as_completed(list(corners)):
                if should_stop is not None and should_stop():
                    raise Cancelled
                yield corners.pop(future), future.result()
        finally:
            for future in corners:
                future.cancel()


def _remote(pieces, address, should_stop) -> Iterator:
    """Yield finished tiles from Dask's workers. Lost tiles are retried; pending ones are cancelled at the end."""
    from distributed import Client
    from distributed import as_completed as as_finished

    try:
        connected = Client(address)
    except ValueError as error:
        raise InputError(f"scheduler = {address!r}: must be the address of a Dask scheduler: {error}") from None
    with connected as client:
        corners = {  # one thread each: a worker takes as many tiles at a time as it has
            client.submit(compute, piece | {"threads": 1}, retries=RETRIES, pure=False): corner
            for corner, piece in pieces.items()
        }
        finished = as_finished(corners, with_results=False)
        try:
            while corners:
                if should_stop is not None and should_stop():
                    raise Cancelled
                for future in finished.next_batch(block=False) or _rest():
                    yield corners.pop(future), future.result()
        finally:
            client.cancel(list(corners))


def _rest():
    time.sleep(0.05)
    return ()


def _joined(files, x, y) -> RegimeMap:
    """Join the tiles' files, by their first row and column, into one map; one tile at a time is in memory."""
    shape = (y[1].size, x[1].size)
    layers: dict[str, np.ndarray] = {}
    parameters: dict[str, list] = {}
    regime, steps = np.empty(shape, np.int8), np.empty(shape, np.int64)
    for (i, j), file in files.items():
        piece = load(file)
        place = np.s_[i : i + piece.regime.shape[0], j : j + piece.regime.shape[1]]
        regime[place], steps[place] = piece.regime, piece.steps
        for name, values in piece.layers.items():
            if name not in layers:
                layers[name] = np.full(shape, np.nan)
            layers[name][place] = values
        for name, value in piece.parameters.items():
            parameters.setdefault(name, []).append((place, value))
    joined = {name: _parameter(parts, shape) for name, parts in parameters.items()}
    return RegimeMap(x, y, regime, layers, steps, joined, piece.optimizer, piece.objective)


def _parameter(parts, shape):
    """One value if all tiles share it, else an array over the cells."""
    first = parts[0][1]
    if not any(isinstance(values, np.ndarray) or values != first for _, values in parts):
        return first
    found = np.empty(shape, dtype=np.asarray(first).dtype)
    for place, values in parts:
        found[place] = values
    return found


def save(grid: RegimeMap, path, question: str = "") -> None:
    """
    Write a map as one .npz, atomically.

    Parameters
    ----------
    grid : RegimeMap
    path : path
    question : str, optional
        The question as text, stored beside regime, steps, axes, layers, parameters, optimizer and objective.

    Returns
    -------
    None
    """
    arrays: dict[str, Any] = {
        "regime": grid.regime,
        "steps": grid.steps,
        f"x {grid.x[0]}": grid.x[1],
        f"y {grid.y[0]}": grid.y[1],
    }
    arrays |= {f"layer {name}": layer for name, layer in grid.layers.items()}
    arrays |= {f"parameter {name}": np.asarray(value) for name, value in grid.parameters.items()}
    arrays["optimizer"] = np.array(grid.optimizer)
    if isinstance(grid.objective, Objective):
        arrays["objective"] = np.array(json.dumps(_told(grid.objective, (grid.x, grid.y))))
    if question:
        arrays["question"] = np.array(question)
    path = Path(path)
    partial = path.with_suffix(f".{os.getpid()}.partial")
    with partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    partial.replace(path)


def layer_of(place, row: int, column: int, name: str) -> np.ndarray:
    """
    Load one layer of the tile that begins at this row and column.

    Parameters
    ----------
    place : path
        The folder of the question's tiles.
    row, column : int
    name : str

    Returns
    -------
    ndarray
        NaN where the tile does not have the layer.
    """
    with np.load(Path(place) / f"tile {row} {column}.npz") as file:
        entry = f"layer {name}"
        return file[entry] if entry in file.files else np.full(file["regime"].shape, np.nan)


def load(path) -> RegimeMap:
    """
    Load a map that :func:`save` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    RegimeMap
    """
    parts: dict[str, Any] = {"x": {}, "y": {}, "layer": {}, "parameter": {}, "regime": None, "steps": None}
    with np.load(path) as file:
        for entry in file.files:
            kind, _, name = entry.partition(" ")
            if name:
                parts[kind][name] = file[entry]
            else:
                parts[kind] = file[entry]
    x, y = (next(iter(parts[axis].items())) for axis in "xy")
    parameters = {name: value if value.ndim else value.item() for name, value in parts["parameter"].items()}
    optimizer, objective = str(parts.get("optimizer", "")), None
    if "objective" in parts:
        name, own = json.loads(str(parts["objective"]))
        objective = objective_of(name, **own)
    return RegimeMap(x, y, parts["regime"], parts["layer"], parts["steps"], parameters, optimizer, objective)
