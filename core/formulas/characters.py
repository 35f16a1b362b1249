"""What single characters mean in a formula: look-alikes, superscripts, subscripts and fractions of Unicode."""

from __future__ import annotations

import unicodedata
from fractions import Fraction

MINUS = "−–—‐‑‒﹣➖"
TIMES = "·×∗⋅∙•‧⁎✕✖⨯⋆"
DIVIDED = "÷∕⁄"
BARS = "∣❘｜"
NORMS = "‖∥"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufe0e\ufe0f\ufeff"
PRIMED = "ˆ"

_FOLDED = (
    dict.fromkeys(MINUS, "-")
    | dict.fromkeys(TIMES, "*")
    | dict.fromkeys(DIVIDED, "/")
    | dict.fromkeys(BARS, "|")
    | dict.fromkeys(NORMS, "‖")
    | dict.fromkeys(INVISIBLE, " ")
    | dict.fromkeys(PRIMED, "^")
)
# Kinds of look-alikes in Unicode's tables
_ALIKE = (
    "<wide>",
    "<narrow>",
    "<font>",
    "<noBreak>",
    "<small>",
    "<compat>",
)


def folded(text: str) -> str:
    """The text with every look-alike as its plain character, one for one, so that places stay what they are."""
    return "".join(map(_folded, text))


def _folded(character):
    if character in _FOLDED:
        return _FOLDED[character]
    if character.isascii():
        return character
    if character.isspace():
        return " "
    if unicodedata.decomposition(character).startswith(_ALIKE):
        plain = unicodedata.normalize("NFKC", character)
        if len(plain) == 1:
            return _FOLDED.get(plain, plain)
    return character


def _raised(character, kind):
    """The plain character of a superscript or subscript, or None."""
    parts = unicodedata.decomposition(character).split()
    if len(parts) != 2 or parts[0] != kind:
        return None
    return _folded(chr(int(parts[1], 16)))


def superscript(character: str) -> str | None:
    """What the character is a superscript of, or None: ² of 2, ⁻ of -, ⁽ of (, ˣ of x."""
    return _raised(character, "<super>")


def subscript(character: str) -> str | None:
    """What the character is a subscript of, or None."""
    return _raised(character, "<sub>")


def fraction(character: str) -> Fraction | None:
    """The value of a character like ½, or None."""
    if not unicodedata.decomposition(character).startswith("<fraction>"):
        return None
    top, _, bottom = unicodedata.normalize("NFKC", character).partition("⁄")
    return Fraction(int(top), int(bottom)) if bottom else None
