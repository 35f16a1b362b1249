"""The edited run's update rule and its ODE limit, as they run with its values. Reads the link, draws the rule."""

from __future__ import annotations

from dash import Dash, Input, Output, dcc, html

from core.compile import typeset
from dashboard.page import ids
from dashboard.state import decode


def register(app: Dash) -> None:
    """Draw the rule of each committed state by a callback."""

    @app.callback(Output(ids.RULE, "children"), Input(ids.COMMITTED, "data"), prevent_initial_call=True)
    def show_rule(link):
        state, _ = decode(link or "")
        return rule(state.edited)


def rule(run) -> list:
    """
    Discrete rule and ODE limit, each with its source, the limit with its start and its clock.

    Parameters
    ----------
    run : RunState

    Returns
    -------
    list of html.Div
    """
    declaration, flow, values = run.declaration, run.limit(), run.resolved()
    blocks = [_block("each step", typeset.rule(declaration, values), f"{declaration.source}.")]
    if flow is not None:
        at_start = f"${flow.initial}$, clock ${flow.clock_rule}$. {flow.source}."
        equation = typeset.equation(declaration, flow, values, flow.coefficients(values))
        blocks.append(_block(f"ODE limit: {flow.title}", equation, at_start))
    return blocks


def _block(title, latex, source):
    return html.Div(
        [
            html.H3(title),
            dcc.Markdown(f"$${latex}$$", mathjax=True, className="equation"),
            dcc.Markdown(source, mathjax=True, className="source"),
        ],
        className="block",
    )
