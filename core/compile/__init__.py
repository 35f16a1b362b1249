"""Expressions to machine code: the calling convention, LLVM, compiled steps and ODE systems, numba's cache on disk."""
