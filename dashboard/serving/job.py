"""One big map: its cells, computed tile by tile into a folder, and what the page is told of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

import core
from core import InputError
from core.regimes import INVALID
from core.tiling import Progress, folder_of, layer_of
from dashboard.catalogue.layers import LAYERS
from dashboard.drawing import regime_map as figure
from dashboard.drawing.layers import scaled_to_bar
from dashboard.questions import printed
from dashboard.questions.big_map import big_map
from dashboard.questions.cells import lines_of
from dashboard.questions.map import RegimeMap
from dashboard.questions.packing import pack
from dashboard.state import decode

LABELLED = 256  # cells along a side, of the coarser map on which labels are placed


def tile_of(size: int) -> int:
    """Cells along a tile's side: some dozens of tiles, so that progress is seen and a cancelled job loses little."""
    return min(128, max(32, size // 8))


def no_tiles() -> bytes:
    """The packed tiles where there is no job."""
    return pack({"number": 0, "tiles": [], "regimes": core.REGIMES}, {})


def no_cells(size: int) -> np.ndarray:
    """A map's cells, none of them known yet: shape (size, size), int8."""
    return np.full((size, size), INVALID, np.int8)


@dataclass
class Job:
    """
    A big map and how far it is.

    Attributes
    ----------
    folder : Path
        Of all jobs; each map has a folder within.
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
        The cells known so far; None for a job of the process before.
    """

    folder: Path
    link: str
    size: int
    steps: int
    state: str = "running"
    said: str = ""
    number: int = 0
    progress: Progress | None = None
    tiles: list[tuple[int, int, int, int]] = field(default_factory=list)
    regime: np.ndarray | None = None

    @cached_property
    def question(self) -> RegimeMap:
        """The map as a question of the page."""
        return big_map(decode(self.link)[0], self.size, self.steps)

    @property
    def layers(self) -> list[str]:
        """The layers that can colour its cells."""
        names = [name for name, layer in LAYERS.items() if not layer.extra or name == self.question.layer]
        return [name for name in names if name != "distance" or len(self.question.grid.f.minimizers)]

    @property
    def arguments(self) -> dict:
        """The arguments of `core.tiled_map`, without the objective."""
        cells = self.question.cells
        extra = {} if cells.extra is None else {"layers": (cells.extra,), "tolerance": cells.tolerance}
        return cells.grid.budget.arguments() | cells.grid.arguments() | extra

    @property
    def place(self) -> Path:
        """The folder of its tiles."""
        return folder_of(self.folder, self.question.grid.f, tile_of(self.size), **self.arguments)

    @property
    def file(self) -> Path:
        """The map as a whole, once it is finished."""
        return self.place / "map.npz"

    def compute(self, should_stop: Callable[[], bool]) -> None:
        """
        Compute the tiles that are not in the folder yet.

        Parameters
        ----------
        should_stop : callable
            ``should_stop() -> bool``, asked between two blocks of steps.

        Raises
        ------
        core.Cancelled
            If `should_stop` says so.
        InputError
            If the map cannot be computed.
        """
        regime = self.regime
        assert regime is not None

        def found(row, column, tile):
            rows, columns = tile.regime.shape
            regime[row : row + rows, column : column + columns] = tile.regime
            self.tiles.append((row, column, rows, columns))

        def progress(made):
            self.progress = made

        core.tiled_map(
            self.folder,
            self.question.grid.f,
            tile=tile_of(self.size),
            thresholds=self.question.thresholds,
            progress=progress,
            found=found,
            should_stop=should_stop,
            **self.arguments,
        )

    def status(self) -> dict:
        """What the page is told of the job."""
        side = -(-self.size // tile_of(self.size))
        return {
            "state": self.state,
            "said": self.said,
            "number": self.number,
            "size": self.size,
            "steps": self.steps,
            "link": self.link,
            "done": len(self.tiles),
            "total": side**2,
            "seconds_left": self.progress.seconds_left if self.progress else None,
            "plane": self.question.grid.plane.name,
            "window": self.question.grid.plane.box,
            "layers": self.layers,
        }

    def packed_tiles(self, since: int, layer: str = "regime") -> bytes:
        """
        The finished tiles from a number on, for the page.

        Parameters
        ----------
        since : int
        layer : str

        Returns
        -------
        bytes
            Packed: `tiles` are their (row, column, rows, columns), each an array by number. Of a layer but the regime
            also its values, "values <number>"; with the first tiles the theory's lines, and, once the map is finished,
            the places of the regimes' names.

        Raises
        ------
        InputError
            If the job does not have the layer.
        """
        if self.regime is None:
            return pack({"number": self.number, "tiles": [], "regimes": core.REGIMES}, {})
        self._check(layer)
        finished, tiles, arrays = self.state == "finished", self.tiles[since:], {}
        for i, (row, column, rows, columns) in enumerate(tiles):
            arrays[str(i)] = self.regime[row : row + rows, column : column + columns]
            if layer != "regime":
                values = layer_of(self.place, row, column, layer)
                arrays[f"values {i}"] = scaled_to_bar(values, LAYERS[layer], self.question.grid.f.minimum)[1]
        if since == 0:
            arrays |= lines_of(self.question.grid)
        header = {"number": self.number, "tiles": tiles, "regimes": core.REGIMES}
        return pack(header | {"labels": self._labels() if finished else []}, arrays)

    def picture(self, layer: str = "regime") -> str:
        """
        The finished map for print.

        Parameters
        ----------
        layer : str
            What colours the cells.

        Returns
        -------
        str
            SVG.

        Raises
        ------
        InputError
            If the job does not have the layer.
        """
        assert self.regime is not None
        self._check(layer)
        values = None
        if layer != "regime":
            with np.load(self.file) as file:
                values = file[f"layer {layer}"]
        return printed.picture(self.question.grid, self.regime, decode(self.link)[0].lines, layer, values)

    def _labels(self) -> list[dict]:
        """Where the regimes' labels stand."""
        assert self.regime is not None
        every = -(-self.size // LABELLED)
        x, y = (units[::every] for units in self.question.grid.plane.units())
        return figure.labels(self.regime[::every, ::every], x, y, core.REGIMES)

    def _check(self, layer):
        if layer not in self.layers:
            raise InputError(f"layer = {layer!r}: must be one of {', '.join(self.layers)}")
