"""Choosers of Dash's own: each hands its value to the page's state in the browser."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from core.parameters import Choice
from dashboard.page import ids
from dashboard.page.controls import parameters


def register(app: Dash) -> None:
    """Connect the choosers to the scripts by clientside callbacks."""

    def hand(function, *inputs):
        app.clientside_callback(
            ClientsideFunction("adamoscope", function),
            Output(ids.IGNORED, "data", allow_duplicate=True),
            *inputs,
            prevent_initial_call=True,
        )

    app.clientside_callback(
        ClientsideFunction("adamoscope", "start"),
        Output(ids.IGNORED, "data"),
        Input(ids.SPECIFICATION, "data"),
    )
    hand("objective", Input(ids.OBJECTIVE, "value"))
    hand("formula", Input(ids.FORMULA, "value"))
    hand("add", Input(ids.ADD, "value"))
    hand("variant", Input(ids.VARIANT, "value"))
    for p in parameters().values():
        if isinstance(p, Choice):
            hand("choice", Input(f"p-{p.name}", "value"), Input(f"p-{p.name}", "id"))
