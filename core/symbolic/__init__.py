"""Symbolic mathematics: expression graphs, the table of operations, exact derivatives, rewrites.

A formula is parsed or an optimizer's step is traced into a graph (:mod:`.expression`), differentiated
(:mod:`.derivatives`), rewritten, and compiled (:mod:`core.compile`). What there is to know of a function stands in one
row of the table :mod:`.operations`.
"""

from . import operations  # fills the table before anything is built

__all__ = ["operations"]
