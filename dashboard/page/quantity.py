"""A slider and a number field with one value. Drawn by assets/js/hand/quantity.js.

A component of its own because every move must reach the plots without passing through Dash's dispatch, and
because the value may lie past the slider's ends. Native inputs: names, arrow keys and touch come with them.
"""

import math

from dash.development.base_component import Component

from dashboard.state.phrases import bounds


class Quantity(Component):
    """A parameter's slider and number field.

    Parameters
    ----------
    id : str
    parameter : core.parameters.Parameter
        Its label is the accessible name, its slider and scale are the control's, its meaning is a tooltip, and its
        range is what the number field takes, past the slider's ends too. One whose default is an int is whole.
    unit : int
        The smallest whole step of the slider, 0 for a continuous quantity.
    """

    _namespace = "adamoscope"
    _type = "Quantity"
    _children_props = []  # noqa: RUF012 - Dash's own protocol
    _base_nodes = ["children"]  # noqa: RUF012

    def __init__(self, id, parameter, unit=0):
        low, high = parameter.slider
        properties = {
            "id": id,
            "label": parameter.label,
            "value": parameter.default,
            "low": low,
            "high": high,
            "scale": parameter.scale,
            "unit": unit,
            "hint": parameter.meaning,
            "range": valid_range(parameter),
        }
        self._prop_names = list(properties)
        self._valid_wildcard_attributes = []
        self.available_properties = self._prop_names
        self.available_wildcard_properties = []
        super().__init__(**properties)


def valid_range(parameter) -> dict:
    """
    A parameter's valid values, for the browser.

    Parameters
    ----------
    parameter : core.parameters.Parameter

    Returns
    -------
    dict
        Its bounds, None for no bound, whether they are excluded, and the range in words.
    """
    low, high = (end if math.isfinite(end) else None for end in (parameter.low, parameter.high))
    return {
        "low": low,
        "high": high,
        "open_low": parameter.open_low,
        "open_high": parameter.open_high,
        "whole": isinstance(parameter.default, int),
        "words": bounds(parameter) if low is not None else "",
    }
