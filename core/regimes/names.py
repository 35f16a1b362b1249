"""The regimes' names (Ma, Wu & E 2021, and the two states beside them)."""

REGIMES = ("converging", "oscillation", "spike", "divergence", "undecided")
CONVERGING, OSCILLATION, SPIKE, DIVERGENCE, UNDECIDED = range(len(REGIMES))
INVALID = -1  # the cell's parameters are out of range
