"""Formulas as data: expression graphs, their text form, exact derivatives, and native code.

A formula is parsed or traced into a graph (:mod:`.expression`), differentiated symbolically
(:mod:`.derivatives`), and compiled through llvmlite, numba's own back end (:mod:`.native`).
"""
