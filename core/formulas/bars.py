"""Which bars open and which close an absolute value: |x||y|, 2|x| and ||x| - 1| have one sensible reading each."""

from __future__ import annotations

from dataclasses import replace

from .errors import FormulaError

MOST_STEPS = 4000
BARS = ("|", "‖", "|<", "|>")
EXPECTING = ("operator", "open", "root", "frac", "function")  # kinds after which a value must follow
MEASURED = ("variable", "unknown")


def with_sides(text, tokens):
    """The tokens with every bar as an opening or closing bracket; FormulaError where none or several readings are."""
    bars = [i for i, token in enumerate(tokens) if token.is_operator(*BARS)]
    if not bars:
        return tokens
    found = _readings(tokens)
    if found is None:
        _fail(text, tokens[bars[0]], "this has too many bars", "write abs(...)")
    if not found:
        _fail(text, tokens[bars[0]], "these bars do not come in pairs", "write abs(...)")
    ranked = sorted(((_oddness(tokens, sides), sides) for sides in found), key=lambda pair: pair[0])
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        _fail(text, tokens[bars[0]], "these bars can be read in two ways", "write abs(...)")
    sides = ranked[0][1]
    return [
        replace(t, kind=sides[i], text="‖" if t.text == "‖" else "|") if i in sides else t for i, t in enumerate(tokens)
    ]


def _fail(text, token, reason, suggestion):
    raise FormulaError(text, reason, token.start, token.end - token.start, suggestion)


def _readings(tokens):
    """Every choice of sides that matches, as {place: "open" or "close"}; None where there are too many to try."""
    found: list[dict[int, str]] = []
    pending: list[tuple[int, tuple[str, ...], dict[int, str]]] = [(0, (), {})]  # place, open brackets, sides so far
    steps = 0
    while pending:
        at, within, sides = pending.pop()
        steps += 1
        if steps > MOST_STEPS:
            return None
        while at < len(tokens):
            token = tokens[at]
            if token.is_operator(*BARS):
                break
            if token.kind == "open":
                within = (*within, "(")
            elif token.kind == "close":
                if not within or within[-1] != "(":
                    break
                within = within[:-1]
            at += 1
        if at == len(tokens):
            if not within:
                found.append(sides)
            continue
        token = tokens[at]
        if token.kind == "close":
            continue
        kind = "‖" if token.text == "‖" else "|"
        expected = at == 0 or (sides.get(at - 1) or tokens[at - 1].kind) in EXPECTING
        if token.text != "|>":
            pending.append((at + 1, (*within, kind), sides | {at: "open"}))
        if token.text != "|<" and not expected and within and within[-1] == kind:
            pending.append((at + 1, within[:-1], sides | {at: "close"}))
    return found


def _oddness(tokens, sides):
    """Penalties that rank readings: for absolute values of a number and for bars that open between a factor and a sign;
    then for bars with white space on the wrong side."""
    odd = spaced = 0
    opened = []
    for i, side in sorted(sides.items()):
        if side == "open":
            opened.append(i)
            behind = i > 0 and (sides.get(i - 1) or tokens[i - 1].kind) not in EXPECTING
            odd += behind and tokens[i + 1].is_operator("+", "-")
            spaced += tokens[i + 1].spaced
        else:
            inside = tokens[opened.pop() + 1 : i]
            odd += not any(t.kind in MEASURED for t in inside)
            spaced += tokens[i].spaced
    return odd, spaced
