"""A pack of cells: many runs side by side, only their statistics kept, and no step that cannot change a thing."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.compile.program import LOSS_ROW, NEGLIGIBLE_POWER, PADDING, TAINT_ROW, X_ROW, Y_ROW, Program

# Steps between looks at the cells, at least. A power of two: a cell on a cycle of 2 or 4 iterates comes back to itself
# too. A look costs as much for few cells as for many, so few take more steps to it: up to a millisecond's WORK.
SEGMENT = 512
WORK = 2**19  # cell-steps
LONG = SEGMENT // 4  # steps of a block from which on it pays to look for cells that need no more

_PROTOTYPE = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double, ctypes.c_int64, ctypes.c_int64
)  # ctypes lets go of the GIL for the call


PLAIN, OBSERVED = 0, 1


class Memory:
    """Arrays by name, whose memory is kept for the next of that name: the system clears every page that it gives."""

    def __init__(self):
        self._held: dict[str, np.ndarray] = {}

    def array(self, name, shape) -> np.ndarray:
        """Contiguous, of no particular values; the array that had the name before is lost."""
        size = math.prod(shape)
        if name not in self._held or self._held[name].size < size:
            self._held[name] = np.empty(size)
        return self._held[name][:size].reshape(shape)


@dataclass(frozen=True)
class Window:
    """What is counted over a run's last iterates, in equal blocks.

    fresh: what the observing step's last rows start every block from;  blocks: how many;  fold(rows, steps): called
    at the end of a block with those rows, (len(fresh), cells), which it may write over, and the block's steps, gives
    what is kept of them, (kept, cells).
    """

    fresh: Sequence[float]
    blocks: int
    fold: Callable
    kept: int


class Pack:
    """Cells under way together. Cells that left the finite numbers, or came back to a state they had, are put aside.

    `table` has a row per quantity and a column per cell, as it was when the cell was last put aside; `rows` those
    under way, in the table's columns `place`: the table itself while all are. `final` (rows, cells) gets the last
    iterate of each cell, `blocks` (blocks, kept, cells) its statistics; NaN for cells that left early.
    """

    def __init__(
        self,
        programs: Callable[[bool], tuple[Program, Program]],
        start,
        parameters,
        first,
        window: Window,
        memory: Memory | None = None,
    ):
        """programs(settled) -> the plain step, and the one that observes;  start: (x, y), each (cells,), a multiple
        of PADDING;  parameters: (parameters, cells), contiguous;  first: name -> what a recorded row starts the run
        from, if not 0;  memory: where the arrays are, its own unless given: a pack that follows another may have the
        same."""
        self.programs, self.window, self.memory = programs, window, memory or Memory()
        fresh = window.fresh
        advance, observe = programs(False)
        self.returns = advance.autonomous
        self.powers = advance.power_rows
        self.state, self.kept = slice(0, advance.power_rows.stop), slice(0, advance.size)
        self.lasting, self.per_block = slice(0, observe.size - len(fresh)), slice(observe.size - len(fresh), None)
        self.fresh = np.asarray(fresh)[:, None]
        cells = len(start[0])
        self.parameters = parameters
        self.table = self.memory.array("table", (observe.size, cells))
        self.table[:] = 0.0
        self.table[X_ROW], self.table[Y_ROW] = start
        advance.begin(self.table, dict(zip(advance.parameters, parameters, strict=True)))
        for name, value in first.items():
            self.table[observe.rows[name]] = value
        self.blocks = self.memory.array("blocks", (window.blocks, window.kept, cells))
        self._take(np.arange(cells))

    def run(self, steps: int, window: int, pause: Callable[[], None]):
        """Take the steps, with statistics over the last `window` iterates: a multiple of the blocks, or 0.

        `pause` is called between segments, and may raise.
        """
        plain = steps - window + 1 if window else steps
        taken = 0
        while taken < plain and self.rows.size:
            pause()
            count = self._until_the_next_look(taken, plain - taken)
            before = self._copied(self.kept) if count % SEGMENT == 0 else None
            self._step(PLAIN, taken + 1, count)
            taken += count
            self._put_aside([] if before is None else self._returned(before))
        self._rejoin()
        if window == 0:
            self.blocks[:] = np.nan
            self._finish(PLAIN, steps + 1, 1)
            return
        length = window // len(self.blocks)
        for block in range(len(self.blocks)):
            pause()
            last = block == len(self.blocks) - 1
            if last:
                self._rejoin()
            self.rows[self.per_block] = self.fresh
            before = self._copied(self.lasting) if length >= LONG and not last else None
            (self._finish if last else self._step)(OBSERVED, plain + block * length + 1, length)
            done = None if before is None else self._returned(before)
            repeated = done is not None and done.any()
            alike = slice(block, None if repeated else block + 1)  # what is put aside would repeat this block
            self.blocks[alike, :, self.place] = self.window.fold(self.rows[self.per_block], length)
            if done is not None:
                self._put_aside(done)

    def _until_the_next_look(self, taken, remaining):
        """Steps of the next segment. The odd one comes first, and what remains is a multiple of any other: then a
        cell that comes back after one will be there at the end as well."""
        if remaining % SEGMENT:
            return remaining % SEGMENT
        most = min(taken, WORK // self.rows.shape[1])  # nor more than lie behind: else who is at rest waits long
        count = SEGMENT
        while 2 * count <= most and remaining % (2 * count) == 0:
            count *= 2
        return count

    def _finish(self, kind, k, count):
        """Step, and keep the iterate that the last call saw with its loss, and what the window counted."""
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
        self.final = self.memory.array("final", self.table.shape)
        self.final[:, left] = self.blocks[:, :, left] = np.nan
        self.final[:, self.place] = self.rows

    def _copied(self, which):
        rows = self.rows[which]
        copy = self.memory.array("copy", rows.shape)
        copy[:] = rows
        return copy

    def _rejoin(self):
        """All cells go on but those that left."""
        if isinstance(self.place, slice) and np.isfinite(self.rows[TAINT_ROW]).all():
            return
        self._put_aside(slice(None))
        self._take(np.flatnonzero(np.isfinite(self.table[TAINT_ROW])))

    def _returned(self, before):
        """Which columns are as they were, bit for bit: as many steps more would leave them so again."""
        after = self.rows[: len(before)]
        found = np.zeros(after.shape[1], dtype=bool)
        if self.returns:
            found = (after[X_ROW] == before[X_ROW]) & (after[Y_ROW] == before[Y_ROW])
            found[found] = (after[:, found].view(np.int64) == before[:, found].view(np.int64)).all(axis=0)
        return found

    def _put_aside(self, done):
        """Go on without these columns, and without those that left."""
        left = np.isnan(self.rows[TAINT_ROW])
        left[done] = True
        if left.any():
            self.table[:, self.place] = self.rows
            self._take(np.unique(self.columns[~left]))

    def _take(self, cells):
        """Put these cells under way, padded with copies."""
        self.columns = np.resize(cells, -(-cells.size // PADDING) * PADDING)
        if cells.size == self.table.shape[1]:
            self.place, self.rows, self.under_way = slice(None), self.table, self.parameters
            return
        self.place = self.columns
        self.rows = self._chosen("rows", self.table)
        self.under_way = self._chosen("under way", self.parameters)

    def _chosen(self, name, table):
        """The columns under way, side by side."""
        found = self.memory.array(name, (len(table), self.columns.size))
        if self.columns.size:
            np.take(table, self.columns, axis=1, out=found, mode="clip")  # "clip" writes without a buffer between
        return found

    def _step(self, kind, k, count):
        rows, parameters = self.rows, self.under_way
        if rows.size:
            powers = rows[self.powers]
            if powers.size and powers.min() < NEGLIGIBLE_POWER:  # once for many steps: in each it would cost more
                powers[powers < NEGLIGIBLE_POWER] = 0.0
            settled = powers.size > 0 and powers.max() == 0.0
            program = self.programs(settled)[kind]  # held: a cache that another thread fills may drop it meanwhile
            function = _PROTOTYPE(program.function.address)
            function(rows.ctypes.data, parameters.ctypes.data, float(k), count, rows.shape[1])
