"""Numbers from expressions, for the tests: by one compiled point, or by a compiled block of lanes."""

import ctypes

import numpy as np

from core.compile import llvm

POINT = ctypes.CFUNCTYPE(None, ctypes.c_double, ctypes.c_double, ctypes.c_void_p)
BLOCK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_double, ctypes.c_int64, ctypes.c_int64)


def at_points(expressions, x, y):
    """The expressions at arrays of equal length: (expressions, n), as compiled for single points."""
    expressions = list(expressions)
    function, out = llvm.compile_point(expressions), np.empty((len(x), len(expressions)))
    code = POINT(function.address)
    for row, *point in zip(out, x, y, strict=True):
        code(*point, row.ctypes.data)
    return out.T


def at_point(expressions, x, y):
    """The expressions' values at one (x, y), as compiled for single points."""
    return at_points(expressions, [x], [y])[:, 0]


def in_lanes(expressions, values, lanes, parameters=()):
    """The expressions at arrays of equal length, name -> values: (expressions, n), as compiled for lanes.

    `parameters`: the names of those values that no step changes.
    """
    expressions, names = list(expressions), [name for name in values if name not in parameters]
    rows, places = ({name: i for i, name in enumerate(each)} for each in (names, parameters))
    outputs = {len(names) + i: node for i, node in enumerate(expressions)}
    compiled = llvm.compile_block(outputs, rows, places, lanes)
    function = BLOCK(compiled.address)
    table, fixed = (np.array([np.asarray(values[n], dtype=float) for n in each]) for each in (names, parameters))
    count = table.shape[1]
    found = np.empty((len(expressions), count))
    for start in range(0, count, lanes):
        block = np.zeros((len(names) + len(expressions), lanes))
        width = min(lanes, count - start)
        block[: len(names), :width] = table[:, start : start + width]
        given = np.zeros((max(1, len(parameters)), lanes))
        given[: len(parameters), :width] = fixed[:, start : start + width] if parameters else 0.0
        given[:, width:] = given[:, :1]
        function(block.ctypes.data, given.ctypes.data, 1.0, 1, lanes)
        found[:, start : start + width] = block[len(names) :, :width]
    return found
