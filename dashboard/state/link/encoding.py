"""From a state to its link."""

from __future__ import annotations

from urllib.parse import quote

from dashboard.state.link.runs import run_text
from dashboard.state.numbers import number_text
from dashboard.state.state import COORDINATES, DEFAULT_STEPS, LINKED, OBJECTIVES, State


def encode(state: State) -> str:
    """
    The link of a state, such that ``decode(encode(state))`` is the state.

    Parameters
    ----------
    state : State

    Returns
    -------
    str
        A query string, without fields that have their defaults.
    """
    default, parts = State.default(), []
    if state.objective != default.objective:
        parts.append(("f", state.objective))
    entry = OBJECTIVES.get(state.objective)
    for p in entry.parameters if entry else ():
        if state.objective_parameters[p.name] != p.default:
            parts.append((p.name, number_text(state.objective_parameters[p.name])))
    for name, value, usual in zip(COORDINATES, state.start, state.built().start, strict=True):
        if value != usual:
            parts.append((name, number_text(value)))
    if state.steps != DEFAULT_STEPS:
        parts.append(("steps", str(state.steps)))
    if state.runs != default.runs:
        parts += [("run", run_text(run)) for run in state.runs]
    if state.edit:
        parts.append(("edit", str(state.edit)))
    for name, kind in LINKED.items():
        if getattr(state, name) != kind.default:
            parts.append((name, kind.write(getattr(state, name))))
    return "&".join(f"{name}={_escaped(value)}" for name, value in parts)


def _escaped(text):
    """Percent-escapes for all that a chat, a mail program or Markdown may cut off, mark up or read otherwise."""
    return quote(text, safe=",:/").replace("~", "%7E")
