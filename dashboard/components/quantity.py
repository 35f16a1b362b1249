"""A quantity under the hand: slider and number field, one value. Drawn by assets/js/quantity.js.

A component of its own because every move must reach the plots without passing through Dash's dispatch, and
because the value may lie past the slider's ends. Native inputs: names, arrow keys and touch come with them.
"""

from dash.development.base_component import Component


class Quantity(Component):
    """id, label (the accessible name), value; low, high: the slider's ends; scale: log, linear or complement
    (log in 1 - value); unit: the smallest whole step, 0 for a continuous quantity; hint: a tooltip."""

    _namespace = "adamoscope"
    _type = "Quantity"
    _children_props = []  # noqa: RUF012 - Dash's own protocol
    _base_nodes = ["children"]  # noqa: RUF012

    def __init__(self, id, label, value, low, high, scale="linear", unit=0, hint=""):
        properties = {
            "id": id,
            "label": label,
            "value": value,
            "low": low,
            "high": high,
            "scale": scale,
            "unit": unit,
            "hint": hint,
        }
        self._prop_names = list(properties)
        self._valid_wildcard_attributes = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties = []
        super().__init__(**properties)
