"""Every pair of colours that the style sheet sets on each other can be told apart, in light and dark (WCAG 2.1, 1.4.3
and 1.4.11)."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "assets" / "page.css").read_text()
SELECTORS = {"light": ":root {", "dark": ':root[data-theme="dark"] {'}
RUNS = tuple(f"run-{i}" for i in range(6))
REGIMES = ("converging", "oscillation", "spike", "divergence", "undecided")
GROUNDS = ("paper", "panel")
TEXTS = [(text, ground) for text in ("ink", "soft", "accent", *RUNS) for ground in GROUNDS]
TEXTS += [("ink", "accent-soft"), ("accent", "accent-soft")]
TEXTS += [(f"on-{regime}", f"regime-{regime}") for regime in REGIMES]
# Marks: the runs on the landscape's own colours, a box's edge beside its ground
MARKS = [(run, ground) for run in RUNS for ground in ("ground-low", "ground-high")]
MARKS += [(mark, ground) for mark in ("soft", "accent") for ground in ("ground-low", "ground-high")]


def colours(theme):
    """The custom properties of a theme that are opaque colours."""
    block = CSS.split(SELECTORS[theme], 1)[1].split("}", 1)[0]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour):
    """Relative luminance of an sRGB colour (WCAG 2.1)."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_knows_its_ends():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # WebAIM's well-known near miss


@pytest.mark.parametrize("theme", SELECTORS)
@pytest.mark.parametrize(("pairs", "least"), [(TEXTS, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_every_pair_can_be_told_apart(theme, pairs, least):
    known = colours(theme)
    found = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}
