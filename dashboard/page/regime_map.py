"""The regime map's caption, and what the scripts need to know of it."""

from __future__ import annotations

from math import log2

from dash import html

import core
from dashboard.catalogue import planes
from dashboard.catalogue.layers import LAYERS
from dashboard.catalogue.lines import LINES
from dashboard.drawing.layers import RARE, colour_scale
from dashboard.drawing.theory_lines import told
from dashboard.page import ids
from dashboard.questions.map import SIZES


def specification() -> dict:
    """What the scripts need to know of planes, layers and colours."""
    every = planes.every()
    names = {name for plane in every for name in plane.split(",")}
    scales = {name: planes.PARAMETERS[name].scale if name in planes.PARAMETERS else "linear" for name in names}
    return {
        "sizes": SIZES,
        "lines": {name: told(line) for name, line in LINES.items()},
        "axes": {n: {"symbol": planes.symbol(n), "title": planes.title(n), "scale": scales[n]} for n in names},
        "layers": {
            name: {"title": layer.title, "unit": layer.unit, "extra": layer.extra, "log": layer.log}
            for name, layer in LAYERS.items()
        },
        "colours": colour_scale(),
        "rare": RARE,
    }


def clock_power(optimizer) -> float:
    """p where a step of the optimizer's clock is learning_rate^p long, at its default parameters."""
    values = core.resolved(optimizer.name, {})
    twice = values | {"learning_rate": 2 * values["learning_rate"]}
    return round(log2(optimizer.clock(twice) / optimizer.clock(values)), 9)


def caption() -> list:
    """Beside the map's heading: choosers that the scripts fill, and how fine the map is."""
    return [
        html.Span(id="map-tools", className="tools"),
        html.Div([html.Span(id="map-foot"), html.Span(id=ids.STATUS, role="status")], className="foot"),
    ]
