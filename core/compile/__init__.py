"""Expressions to machine code: calling convention, LLVM, steps, ODE systems, WebAssembly, numba's cache on disk."""

from .version import CORE, LIBRARIES, source_hash

__all__ = ["CORE", "LIBRARIES", "source_hash"]
