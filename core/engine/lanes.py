"""A block of lanes: many runs side by side, only their statistics kept."""

from __future__ import annotations

from numba import njit

from core.engine.calls import call_block
from core.engine.program import LOSS_ROW, TAINT_ROW

CHECK_EVERY = 256  # steps between looks at whether every lane has left the finite numbers


@njit(nogil=True, cache=True, error_model="numpy")
def run_block(advance, observe, rows, parameters, steps, window, resets, first, final, blocks):
    """Run `steps` steps of one block; all arrays C-contiguous float64, last axis the lanes.

    advance, observe: addresses of the plain step and of the step that keeps statistics;  rows: the working array;
    window: iterates observed at the end, 0 for none;  resets: (r,) values that the per-block rows, from row
    `first` on, start each block with;  final: like rows, the last iterate;  blocks: (BLOCKS, r, lanes), left as
    they are where every lane diverged early.
    """
    count, lanes = resets.size, rows.shape[1]
    plain = steps - window + 1
    for k in range(plain if window > 0 else steps):
        call_block(advance, rows, parameters, float(k + 1))
        if k % CHECK_EVERY == 0 and _all_tainted(rows):
            _copy(rows, final, 0)
            return
    _copy(rows, final, 0)
    if window == 0:
        call_block(advance, rows, parameters, float(steps + 1))
        _copy_loss(rows, final)
        return
    per_block = window // blocks.shape[0]
    for block in range(blocks.shape[0]):
        for r in range(count):
            for i in range(lanes):
                rows[first + r, i] = resets[r]
        for j in range(per_block):
            k = plain + block * per_block + j
            if k == steps:
                _copy(rows, final, 0)
            call_block(observe, rows, parameters, float(k + 1))
        for r in range(count):
            for i in range(lanes):
                blocks[block, r, i] = rows[first + r, i]
    _copy_loss(rows, final)
    _copy(rows, final, first + count)  # the window's counters, with the last iterate's in them


# Plain loops: numba takes seconds to compile assignments of array slices.
@njit(nogil=True, error_model="numpy")
def _copy(source, target, first):
    for r in range(first, source.shape[0]):
        for i in range(source.shape[1]):
            target[r, i] = source[r, i]


@njit(nogil=True, error_model="numpy")
def _copy_loss(source, target):
    for i in range(source.shape[1]):
        target[LOSS_ROW, i] = source[LOSS_ROW, i]
        target[TAINT_ROW, i] = source[TAINT_ROW, i]


@njit(nogil=True, error_model="numpy")
def _all_tainted(rows):
    for i in range(rows.shape[1]):  # noqa: SIM110 - numba knows no generators here
        if rows[TAINT_ROW, i] == rows[TAINT_ROW, i]:
            return False
    return True
