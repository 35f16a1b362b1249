"""The controls, made from the declarations: a parameter that an optimizer declares gets its slider here."""

from __future__ import annotations

from functools import cache

from dash import dcc, html

import core
from core.parameters import RATE_PARAMETERS, RATES, Choice, Parameter
from dashboard.page import ids
from dashboard.page.attributes import attributes
from dashboard.page.quantity import Quantity
from dashboard.state import COORDINATES, OBJECTIVES, STEPS, State, option_text

# Where the eye looks first; anything else that an optimizer declares follows
ORDER = ("learning_rate", "momentum", "beta1", "beta2", "a", "b", "epsilon")


def parameters() -> dict[str, Parameter | Choice]:
    """Every parameter and choice that any optimizer declares, by name, in the order of the page."""
    found: dict[str, Parameter | Choice] = {}
    for optimizer in core.OPTIMIZERS.values():
        for p in optimizer.parameters:
            found.setdefault(p.name, p)
    for rate, decay in RATES.items():
        if decay in found:
            found[rate] = RATE_PARAMETERS[rate]
    rank = {name: i for i, name in enumerate(ORDER)}
    return dict(sorted(found.items(), key=lambda item: rank.get(item[0], len(rank))))


@cache
def opening() -> set:
    """The parameters of the run that the page opens on: shown from the start, so that nothing moves when it comes."""
    return {p.name for p in State.default().edited.declaration.parameters} | set(RATE_PARAMETERS)


def named(dropdown: str) -> str:
    """The id for the text that names a dropdown: Dash's own refers to it, and to the value shown."""
    return f"{dropdown}-value-count"


def _quantity(p, prefix="p", unit=0):
    return html.Div(
        Quantity(f"{prefix}-{p.name}", p, unit),
        id=f"row-{prefix}-{p.name}",
        className="row",
        hidden=prefix == "f" or (prefix == "p" and p.name not in opening()),  # the browser shows what the state has
    )


def _choice(choice: Choice):
    options = [{"label": str(option_text(o)), "value": option_text(o)} for o in choice.choices]
    return html.Div(
        [
            html.Span(choice.label, id=named(f"p-{choice.name}"), className="quantity-label"),
            dcc.Dropdown(
                options,
                option_text(choice.default),
                id=f"p-{choice.name}",
                clearable=False,
                searchable=False,
            ),
            html.P(id=f"p-{choice.name}-idle", className="idle-says"),
        ],
        id=f"row-p-{choice.name}",
        className="row chooser choice",
        hidden=choice.name not in opening(),
    )


def select(field, label, options, id=None):
    """
    A chooser of one linked field of the state: the browser's own, which keyboards and screen readers know.

    Parameters
    ----------
    field : str
        The field's name.
    label : str
        The accessible name.
    options : iterable of (str, str)
        Value and text of each option.
    id : str, optional
        By default the field's name.
    """
    return html.Select(
        [html.Option(text, value=value) for value, text in options],
        id=id or field,
        className="quiet",
        **attributes(data_field=field, aria_label=label),
    )


def toggle(field, text, meaning):
    """
    A linked field of the state that is on or off.

    Parameters
    ----------
    field : str
        The field's name, which is the id.
    text : str
        On the button.
    meaning : str
        In its tooltip.
    """
    return html.Button(
        text,
        id=field,
        className="quiet toggle",
        type="button",
        role="switch",
        title=meaning,
        **attributes(data_field=field, aria_checked="false"),
    )


def segmented(id, label, options):
    """
    Two or three alternatives side by side; the scripts put the radio buttons in.

    Parameters
    ----------
    id : str
    label : str
        The accessible name.
    options : iterable of (str, str)
        Value and text of each.
    """
    return html.Div(
        [html.Label(text, className="segment", **attributes(data_value=key)) for key, text in options],
        id=id,
        className="segments",
        role="radiogroup",
        **attributes(aria_label=label),
    )


def by_family() -> list[dict]:
    """The optimizers under their families' headings, in the order of their first members; headings cannot be chosen."""
    families = dict.fromkeys(o.family for o in core.OPTIMIZERS.values())
    options = []
    for family in families:
        heading = html.Span(family, className="heading")
        options.append({"label": heading, "value": f"family {family}", "disabled": True, "search": family})
        options += [
            {"label": o.title, "value": o.name, "search": f"{o.title} {o.name} {family}"}
            for o in core.OPTIMIZERS.values()
            if o.family == family
        ]
    return options


def controls() -> html.Div:
    """The column of controls."""
    objectives = [{"label": e.title, "value": e.name} for e in OBJECTIVES.values()]
    own = {p.name: p for entry in OBJECTIVES.values() for p in entry.parameters}
    every = parameters()
    return html.Div(
        [
            html.Section(
                [
                    html.H2("Landscape", id=named(ids.OBJECTIVE)),
                    html.Div(
                        dcc.Dropdown(
                            objectives, "rosenbrock", id=ids.OBJECTIVE, clearable=False, placeholder="your formula"
                        ),
                        className="chooser",
                    ),
                    html.Label("Formula", htmlFor=ids.FORMULA, className="unseen"),
                    dcc.Input(
                        id=ids.FORMULA,
                        type="text",
                        debounce=True,
                        className="formula",
                        spellCheck=False,
                        placeholder="a formula in x and y",
                    ),
                    html.P(id=ids.FORMULA_REFUSAL, className="refusal", role="alert"),
                    html.Div(
                        [html.Span("read as", className="aside"), html.Div(id=ids.UNDERSTOOD_FORMULA)],
                        id=ids.UNDERSTOOD,
                        className="understood",
                        role="group",
                        hidden=True,
                        **attributes(aria_label="The formula as it is read"),
                    ),
                    *[_quantity(p, "f") for p in own.values()],
                    _quantity(COORDINATES["x"], "s"),
                    _quantity(COORDINATES["y"], "s"),
                ]
            ),
            html.Section(
                [
                    html.H2("Optimizers", id=named(ids.ADD)),
                    html.Div(id=ids.RUNS, className="runs", role="group", **attributes(aria_label="Runs")),
                    html.Div(
                        dcc.Dropdown(
                            by_family(),
                            id=ids.ADD,
                            placeholder="+ compare with …",
                            className="add",
                            clearable=False,
                            maxHeight=430,
                            optionHeight=30,
                        ),
                        className="chooser",
                    ),
                    *[_quantity(p) for p in every.values() if not isinstance(p, Choice)],
                    html.Div(
                        [
                            html.Span("hold", className="quantity-label"),
                            segmented(
                                ids.HELD,
                                "Which pair is held while the learning rate moves",
                                [("rates", "a, b"), ("decays", "β₁, β₂")],
                            ),
                            html.Span("while η moves", id="held-says", className="aside", role="status"),
                        ],
                        id="row-held",
                        className="row held",
                    ),
                    _quantity(STEPS, "s", unit=1),
                    *[_choice(p) for p in every.values() if isinstance(p, Choice)],
                    html.Div(
                        [
                            html.Span("ODE limit", id=named(ids.VARIANT), className="quantity-label"),
                            dcc.Dropdown(id=ids.VARIANT, clearable=False, searchable=False),
                        ],
                        id=f"row-{ids.VARIANT}",
                        className="row chooser variant",  # the browser fills it with what the run has to choose from
                    ),
                ]
            ),
        ],
        className="controls",
    )
