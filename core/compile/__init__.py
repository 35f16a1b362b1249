"""Expressions to machine code: the calling convention, LLVM, compiled steps and ODE systems, numba's cache on disk."""

from .version import CORE, LIBRARIES, source_hash

__all__ = ["CORE", "LIBRARIES", "source_hash"]
