"""Packs of cells: many runs side by side, of which only statistics are kept.

Cycle detection and early retirement save most of the steps. A cell whose state is bit for bit what it was some steps
ago is at a fixed point or on a cycle and will repeat it: it is retired with its statistics known. So is a cell that
left the finite numbers. The others are moved together and go on.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..compile.program import LOSS_ROW, NEGLIGIBLE_POWER, PADDING, TAINT_ROW, X_ROW, Y_ROW, Program

# Least number of steps between two searches for cycles. A power of two: cycles of 2 or 4 iterates are found too. A
# search costs as much for few cells as for many, so few cells take more steps per search: up to WORK cell-steps, about
# a millisecond.
SEGMENT = 512
WORK = 2**19  # cell-steps
LONG = SEGMENT // 4  # steps of a block from which on it pays to search for cycles within it

_PROTOTYPE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double, ctypes.c_int64, ctypes.c_int64
)  # ctypes lets go of the GIL for the call


PLAIN, OBSERVED = 0, 1


class ScratchBuffers:
    """Named scratch buffers, reused to avoid page faults."""

    def __init__(self):
        self._held: dict[str, np.ndarray] = {}

    def array(self, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """The buffer of a name.

        Parameters
        ----------
        name : str
        shape : tuple of int

        Returns
        -------
        ndarray of float64
            Contiguous and uninitialized; an array returned earlier for the same name is overwritten.
        """
        size = math.prod(shape)
        if name not in self._held or self._held[name].size < size:
            self._held[name] = np.empty(size)
        return self._held[name][:size].reshape(shape)


@dataclass(frozen=True)
class Window:
    """The window of last iterates over which statistics are taken, in equal blocks.

    Parameters
    ----------
    fresh : sequence of float
        Values that the last rows of the observing step start every block from.
    blocks : int
        Number of blocks.
    fold : callable
        ``fold(rows, steps)`` is called at the end of a block with those rows, (len(fresh), cells), which it may
        overwrite, and the block's number of steps. Returns what is kept of them, (kept, cells).
    kept : int
        Rows that ``fold`` returns.
    """

    fresh: Sequence[float]
    blocks: int
    fold: Callable
    kept: int


class Pack:
    """Cells stepped together, in one call of compiled code per segment.

    Parameters
    ----------
    programs : callable
        ``programs(settled)`` returns the plain step and the one that observes.
    start : pair of (cells,) float64
        x and y; the number of cells is a multiple of PADDING.
    parameters : (parameters, cells) float64
        C-contiguous.
    first : dict of str to float
        What a recorded row starts the run from, if not 0.
    window : Window
    buffers : ScratchBuffers, optional
        Packs that follow each other may share them.

    Attributes
    ----------
    table : (rows, cells) float64
        A row per quantity, a column per cell, as of the cell's retirement.
    rows : (rows, active) float64
        The active cells, the columns ``place`` of the table; the table itself while all are active.
    final : (rows, cells) float64
        After ``run``: the last iterate of each cell; NaN for cells that left the finite numbers.
    blocks : (blocks, kept, cells) float64
        After ``run``: the statistics; NaN for those cells.
    """

    def __init__(
        self,
        programs: Callable[[bool], tuple[Program, Program]],
        start,
        parameters,
        first,
        window: Window,
        buffers: ScratchBuffers | None = None,
    ):
        self.programs, self.window, self.buffers = programs, window, buffers or ScratchBuffers()
        fresh = window.fresh
        advance, observe = programs(False)
        self.autonomous = advance.autonomous
        self.powers = advance.power_rows
        self.state, self.kept = slice(0, advance.power_rows.stop), slice(0, advance.size)
        self.whole_window, self.per_block = slice(0, observe.size - len(fresh)), slice(observe.size - len(fresh), None)
        self.fresh = np.asarray(fresh)[:, None]
        cells = len(start[0])
        self.parameters = parameters
        self.table = self.buffers.array("table", (observe.size, cells))
        self.table[:] = 0.0
        self.table[X_ROW], self.table[Y_ROW] = start
        advance.begin(self.table, dict(zip(advance.parameters, parameters, strict=True)))
        for name, value in first.items():
            self.table[observe.rows[name]] = value
        self.blocks = self.buffers.array("blocks", (window.blocks, window.kept, cells))
        self._activate(np.arange(cells))

    def run(self, steps: int, window: int, pause: Callable[[], None]) -> None:
        """Take the steps.

        Parameters
        ----------
        steps : int
        window : int
            How many of the last iterates statistics are taken over: a multiple of the number of blocks, or 0.
        pause : callable
            Called between segments; may raise.
        """
        plain = steps - window + 1 if window else steps
        self._plain_steps(plain, pause)
        if window == 0:
            self.blocks[:] = np.nan
            self._finish(PLAIN, steps + 1, 1)
            return
        length = window // len(self.blocks)
        for block in range(len(self.blocks)):
            pause()
            self._block(block, plain + block * length + 1, length)

    def _plain_steps(self, steps, pause):
        """Take the steps before the window, and retire cells that are on a cycle or left the finite numbers.

        What lies on a cycle at the end of a segment is there at the end of the last one too. All but those that left
        are active again at the end: the window counts their steps.
        """
        taken = 0
        while taken < steps and self.rows.size:
            pause()
            count = self._segment(taken, steps - taken)
            before = self._copied(self.kept) if count % SEGMENT == 0 else None
            self._step(PLAIN, taken + 1, count)
            taken += count
            self._retire([] if before is None else self._on_cycle(before))
        self._rejoin()

    def _block(self, block, k, length):
        """Take a block's steps from number k on, and keep its statistics.

        A cell that is on a cycle at the end of the block will repeat it: it is retired, and the later blocks get the
        same statistics. The last block has all cells, since it ends in the last iterate.
        """
        last = block == len(self.blocks) - 1
        if last:
            self._rejoin()
        self.rows[self.per_block] = self.fresh
        before = self._copied(self.whole_window) if length >= LONG and not last else None
        (self._finish if last else self._step)(OBSERVED, k, length)
        cyclic = None if before is None else self._on_cycle(before)
        repeated = cyclic is not None and cyclic.any()
        alike = slice(block, None if repeated else block + 1)
        self.blocks[alike, :, self.place] = self.window.fold(self.rows[self.per_block], length)
        if cyclic is not None:
            self._retire(cyclic)

    def _segment(self, taken, remaining):
        """Number of steps up to the next search for cycles.

        The odd number comes first, so that what remains is a multiple of every later one: then a cell that comes back
        to its state after one segment is there at the end as well.
        """
        if remaining % SEGMENT:
            return remaining % SEGMENT
        # no longer than what lies behind, else a cell at rest would wait long
        most = min(taken, WORK // self.rows.shape[1])
        count = SEGMENT
        while 2 * count <= most and remaining % (2 * count) == 0:
            count *= 2
        return count

    def _finish(self, kind, k, count):
        """Take the last steps, and keep the last iterate with its loss and the statistics of the window."""
        if count > 1:
            self._step(kind, k, count - 1)
        seen = self._copied(self.state)
        self._step(kind, k + count - 1, 1)
        seen[[LOSS_ROW, TAINT_ROW]] = self.rows[[LOSS_ROW, TAINT_ROW]]
        self.rows[self.state] = seen
        if isinstance(self.place, slice):
            self.final = self.rows
            return
        left = np.ones(self.table.shape[1], dtype=bool)
        left[self.place] = False
        self.final = self.buffers.array("final", self.table.shape)
        self.final[:, left] = self.blocks[:, :, left] = np.nan
        self.final[:, self.place] = self.rows

    def _copied(self, which):
        rows = self.rows[which]
        copy = self.buffers.array("copy", rows.shape)
        copy[:] = rows
        return copy

    def _rejoin(self):
        """Make all cells active again but those that left the finite numbers."""
        if isinstance(self.place, slice) and np.isfinite(self.rows[TAINT_ROW]).all():
            return
        self._retire(slice(None))
        self._activate(np.flatnonzero(np.isfinite(self.table[TAINT_ROW])))

    def _on_cycle(self, before):
        """Which active cells are bit for bit as they were, (active,) bool: at a fixed point or on a cycle."""
        after = self.rows[: len(before)]
        found = np.zeros(after.shape[1], dtype=bool)
        if self.autonomous:
            found = (after[X_ROW] == before[X_ROW]) & (after[Y_ROW] == before[Y_ROW])
            found[found] = (after[:, found].view(np.int64) == before[:, found].view(np.int64)).all(axis=0)
        return found

    def _retire(self, cells):
        """Go on without these active cells, and without those that left the finite numbers."""
        retired = np.isnan(self.rows[TAINT_ROW])
        retired[cells] = True
        if retired.any():
            self.table[:, self.place] = self.rows
            self._activate(np.unique(self.columns[~retired]))

    def _activate(self, cells):
        """Make these the active cells, padded with copies to a multiple of PADDING."""
        self.columns = np.resize(cells, -(-cells.size // PADDING) * PADDING)
        if cells.size == self.table.shape[1]:
            self.place: slice | np.ndarray = slice(None)
            self.rows, self.of_active = self.table, self.parameters
            return
        self.place = self.columns
        self.rows = self._chosen("rows", self.table)
        self.of_active = self._chosen("parameters of active cells", self.parameters)

    def _chosen(self, name, table):
        """The columns of the active cells, side by side."""
        found = self.buffers.array(name, (len(table), self.columns.size))
        if self.columns.size:
            np.take(table, self.columns, axis=1, out=found, mode="clip")  # "clip" avoids an intermediate buffer
        return found

    def _step(self, kind, k, count):
        rows, parameters = self.rows, self.of_active
        if rows.size:
            powers = rows[self.powers]
            if powers.size and powers.min() < NEGLIGIBLE_POWER:  # once per segment, which is cheaper than in every step
                powers[powers < NEGLIGIBLE_POWER] = 0.0
            settled = powers.size > 0 and powers.max() == 0.0
            program = self.programs(settled)[kind]  # a reference: another thread may evict it from its cache meanwhile
            function = _PROTOTYPE(program.function.address)
            function(rows.ctypes.data, parameters.ctypes.data, float(k), count, rows.shape[1])
