"""Keep the memory of large arrays between answers, to avoid page faults.

glibc's malloc maps memory for every large array and unmaps it when the array is freed, and the kernel zeroes each page
on its first use: a third of the time of an answer about 40,000 steps. Without glibc this does nothing.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD = -1, -2, -3  # of malloc.h
LARGEST, KEPT = 16 << 20, 64 << 20  # bytes: larger arrays are still mapped; free memory that is kept


def keep() -> None:
    """Tell malloc to reuse memory instead of returning it to the system; idempotent."""
    with suppress(OSError, AttributeError, TypeError):  # no such library, or no such function in it
        mallopt = ctypes.CDLL(None).mallopt
        for option, value in ((M_MMAP_THRESHOLD, LARGEST), (M_TRIM_THRESHOLD, KEPT), (M_TOP_PAD, LARGEST)):
            mallopt(option, value)
