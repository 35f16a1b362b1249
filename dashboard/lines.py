"""The theory's lines by the names that a link holds."""

from __future__ import annotations

import core
from core.regimes.lines import Line

PUBLISHED_MAP = "published-map"

LINES: dict[str, Line] = {line.name.replace(",", "").replace(" ", "-"): line for line in core.LINES}
NAMES = (*LINES, PUBLISHED_MAP)
USUAL = ("proof", "contraction")
