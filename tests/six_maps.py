"""`python -m tests.six_maps`: the README's picture of six regime maps, with the lines that hold on each and how well
each separates.

Writes assets/readme/six_maps.png: about two minutes on two cores.
"""

from pathlib import Path

import numpy as np
from playwright.sync_api import sync_playwright

import core
from core.regimes import SETTLED
from dashboard.catalogue.lines import LINES
from dashboard.drawing.print_map import svg
from dashboard.questions.grid import Grid
from dashboard.questions.printed import panel
from dashboard.state import decode
from tests import chromium

OBJECTIVES = ("quadratic", "quartic", "rosenbrock", "beale", "himmelblau", "linear_network")
SHOWN = {"proof": "4b", "contraction": "8b", "ripple-edge": "ripple", "quadratic-spikes": "spikes"}
SIZE, STEPS = 256, 40_000
PICTURE = Path(__file__).parents[1] / "assets/readme/six_maps.png"


def one(objective: str):
    """The map of Adam at eta = 0.001 over a and b, from the objective's own start, as a panel."""
    state = decode(f"f={objective}&steps={STEPS}&lines={','.join(SHOWN)}")[0]
    grid, _ = Grid.of(state, SIZE)
    solved = core.regime_map(grid.f, **grid.budget.arguments(), **grid.arguments())
    found = {text: core.separation(solved, LINES[name], shortest=SETTLED) for name, text in SHOWN.items()}
    shares = ", ".join(f"{text} {share:.2f}" for text, share in found.items() if not np.isnan(share))
    print(f"{objective}: {shares}", flush=True)
    return panel(grid, solved.regime, state.lines, notes=(f"separation: {shares}",))


def picture(text: str, path: Path) -> None:
    """The SVG as a PNG, drawn by Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.set_content(f'<body style="margin:0">{text}')
        page.locator("svg").screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    picture(svg([one(objective) for objective in OBJECTIVES], columns=3, side=270), PICTURE)
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")
