"""The theory's lines by the names that a link holds."""

from __future__ import annotations

import core
from core.regimes import THE_NETWORK, Line

PUBLISHED_MAP = "published-map"

# What was read off the published map is shown with its outline
LINES: dict[str, Line] = {
    line.name.replace(",", "").replace(" ", "-"): line for line in core.LINES if THE_NETWORK not in line.conditions
}
LINE_NAMES = (*LINES, PUBLISHED_MAP)
USUAL = ("proof", "contraction", "ripple-edge")
