"""The regime map's caption, and what the scripts need to know of it."""

from __future__ import annotations

from dash import html

from dashboard import ids, planes
from dashboard.figures.layers import LAYERS, colour_scale
from dashboard.services.maps import SIZES


def specification() -> dict:
    """What the scripts need to know of planes, layers and colours."""
    every = planes.every()
    names = {name for plane in every for name in plane.split(",")}
    scales = {name: planes.PARAMETERS[name].scale if name in planes.PARAMETERS else "linear" for name in names}
    return {
        "sizes": SIZES,
        "axes": {n: {"symbol": planes.symbol(n), "title": planes.title(n), "scale": scales[n]} for n in names},
        "layers": {name: {"title": layer.title, "unit": layer.unit} for name, layer in LAYERS.items()},
        "colours": colour_scale(),
    }


def caption() -> list:
    """Beside the map's heading: choosers that the scripts fill, and how fine the map is."""
    return [
        html.Span(id="map-tools", className="tools"),
        html.Div([html.Span(id="map-foot"), html.Span(id=ids.STATUS, role="status")], className="foot"),
    ]
