"""How the integrator's parts are compiled."""

from typing import Any

from numba import njit

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
_INTERNAL: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# Compiled code that makes no arrays and returns none: its caller keeps those that it is given, so no references are
# counted. Counting them takes a thirtieth of the time to compile.
_BORROWING: dict[str, Any] = {"_nrt": False}

# An entry point: called from Python or by its address, runs without the GIL, is kept on disk.
entry = njit(cache=True, **_OPTIONS, **_BORROWING)

# A part of an entry point, called from compiled code only. It has no wrappers for calls from Python and C, which take a
# tenth of the time to compile. Its machine code is cached with the entry point's.
part = njit(**_OPTIONS, **_INTERNAL, **_BORROWING)

# The same for code that makes arrays.
allocating_entry = njit(cache=True, **_OPTIONS)
allocating_part = njit(**_OPTIONS, **_INTERNAL)
