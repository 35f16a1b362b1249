"""Loops over compiled code: one run, lanes of cells side by side, and the ODE solvers."""
