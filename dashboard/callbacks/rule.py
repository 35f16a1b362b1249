"""The edited run's update rule and its flow, typeset. Reads the committed link, draws the rule."""

from __future__ import annotations

from dash import Dash, Input, Output, dcc, html

import core
from dashboard import ids
from dashboard.state import decode


def register(app: Dash) -> None:
    @app.callback(Output(ids.RULE, "children"), Input(ids.COMMITTED, "data"), prevent_initial_call=True)
    def show_rule(link):
        state, _ = decode(link or "")
        return rule(state.edited)


def rule(run) -> list:
    """Discrete rule and ODE limit side by side, each with its source."""
    declaration = run.declaration
    flow = declaration.flow(core.resolved(run.optimizer, run.arguments()[0]))
    blocks = [_block("each step", declaration.rule, f"{declaration.source}. Clock {plain_clock(declaration)}.")]
    if flow is not None:
        blocks.append(_block(f"ODE limit: {flow.title}", flow.equation, f"{flow.source}."))
    return blocks


def plain_clock(declaration) -> str:
    return f"${declaration.clock_rule}$"


def _block(title, latex, source):
    return html.Div(
        [
            html.H3(title),
            dcc.Markdown(f"$${latex}$$", mathjax=True, className="equation"),
            dcc.Markdown(source, mathjax=True, className="source"),
        ],
        className="block",
    )
