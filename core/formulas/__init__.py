"""Formulas as data: expression graphs, their text form, exact derivatives, and native code.

A formula is parsed or traced into a graph (:mod:`.expression`), differentiated symbolically
(:mod:`.derivatives`), and compiled through llvmlite, numba's own back end (:mod:`.native`). What there is to know of
a function stands in one row of the table :mod:`.operations`.
"""

from core.formulas import operations  # fills the table before anything is built

__all__ = ["operations"]
