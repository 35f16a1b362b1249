"""From the text of a link to its names and values: undoes what mail, chats, HTML and people do to links.

Only damage that cannot be meant is undone. A text that reads as it stands is never changed: the variants that
`cleaned` gives are for texts that were refused.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import unquote

MAXIMUM_LINK = 8000
MOST_ENCODINGS = 4  # times that a link is taken to be encoded

_ADDRESS = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^?]*\?")
_ENCODED_TWICE = re.compile(r"%25[0-9A-Fa-f]{2}")
# "&amp;", also doubled, encoded, or by its number; the separator itself encoded; the old separator ";"
_AMPERSAND = re.compile(r"(?:&|%26)(?:(?:amp|(?:#|%23)0*38|(?:#|%23)x0*26)(?:;|%3B))+", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:[a-zA-Z]+\d?|#\d+|#x[0-9a-fA-F]+);")  # any other character as HTML may write it
_ENCODED_SEPARATOR = re.compile(r"%26(?=[A-Za-z_]\w*(?:=|%3D))", re.IGNORECASE)
_SEMICOLON = re.compile(r"(?:;|%3B)(?=[A-Za-z_]\w*=)", re.IGNORECASE)
_EQUALS = re.compile(r"%3D", re.IGNORECASE)
_NUMBER_AS_FACTOR = re.compile(r"[\w)\]|²³]\s+[\d.]")

_DASHES = dict.fromkeys(map(ord, "−‐‑‒–—―﹣－"), "-")
_RAISED = re.compile("[⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_WIDE = {ord("！") + i: chr(ord("!") + i) for i in range(94)}  # full-width forms of ASCII
_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"), " "
)
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")  # Markdown's backslash before punctuation
_OPENING, _CLOSING = "\"'`“„‘‚«‹<(*_~ ", "\"'`”“’‘»›>.,;:!?)]}*_~| "
_PAIRS = {")": "(", "]": "[", "}": "{"}


def split(query: str) -> list[tuple[str, str]]:
    """The names of a query with their values; escapes stand in the values still, for `readings`.

    Parameters
    ----------
    query : str
        A query string, with or without its "?", or a whole address.

    Returns
    -------
    list of (str, str)
        In the order of the link. A piece without "=" has the name "".
    """
    query = _whole(query)
    pieces = []
    for piece in query.split("&"):
        name, equals, value = piece.partition("=")
        if not equals and (found := _EQUALS.search(piece)):
            name, equals, value = piece[: found.start()], "=", piece[found.end() :]
        if not equals:
            name, value = "", name
        if name or value:
            pieces.append((visible(unquote(name)).strip(), value))
    return pieces


def _whole(query):
    """The query alone, encoded once, with "&" between its pieces."""
    query = query.encode(errors="replace").decode().strip()
    if found := _ADDRESS.match(query):
        query = query[found.end() :]
    query = query.lstrip("?")
    for _ in range(MOST_ENCODINGS):
        if not _ENCODED_TWICE.search(query) and ("=" in query or not _EQUALS.search(query)):
            break
        query = unquote(query)
    if "&" in query or "%" in query:
        query = _ENCODED_SEPARATOR.sub("&", _AMPERSAND.sub("&", query))
        query = _ENTITY.sub(lambda found: html.unescape(found[0]), query)
    query = query.partition("#")[0]
    return _SEMICOLON.sub("&", query)


def readings(value: str) -> list[str]:
    """
    The ways to decode a value: a "+" in it is a plus sign, or a space as HTML forms encode it.

    Where a plus is encoded as "%2B", a "+" is a space; where a space is encoded as "%20", or neither is, it is a plus.
    It is a plus too where a space would put a number behind a factor, which nobody writes.

    Parameters
    ----------
    value : str
        Still percent-encoded.

    Returns
    -------
    list of str
        The likeliest first.
    """
    plus = unquote(value)
    if "+" not in value:
        return [plus]
    space = unquote(value.replace("+", " "))
    form = "%2B" in value.upper() and "%20" not in value and " " not in value
    return [space, plus] if form and not _NUMBER_AS_FACTOR.search(space) else [plus, space]


def visible(text: str) -> str:
    """A text without invisible characters: zero-width ones, controls, marks of direction."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf") and not "\ufe00" <= c <= "\ufe0f")


def cleaned(text: str) -> list[str]:
    """
    Variants of a text that was refused, each further from it.

    Parameters
    ----------
    text : str

    Returns
    -------
    list of str
        Without invisible characters; without quotation marks and punctuation around it; without Markdown's escapes.
    """
    found, seen = [], {text}
    for step in (_plain, _bare, lambda text: _bare(_ESCAPED.sub("", text))):
        text = step(text)
        if text not in seen:
            seen.add(text)
            found.append(text)
    return found


def _plain(text):
    return visible(text).translate(_SPACES).translate(_WIDE).translate(_DASHES).strip()


def _bare(text):
    """Without what stands around it; a bracket that has its partner stays."""
    while text and text[0] in _OPENING and not (text[0] == "(" and text.count("(") <= text.count(")")):
        text = text[1:]
    while text and text[-1] in _CLOSING:
        last = text[-1]
        if last in _PAIRS and text.count(_PAIRS[last]) >= text.count(last):
            break
        if last == "|" and text.count("|") % 2 == 0:
            break
        text = text[:-1]
    return text


def ascii_number(text: str) -> str:
    """A number's text with plain digits, minus signs and spaces, and its power after "^"."""
    raised = _RAISED.sub(lambda found: f"^{unicodedata.normalize('NFKC', found[0])}", text)
    return _bare(_plain(raised))


__all__ = ["MAXIMUM_LINK", "ascii_number", "cleaned", "readings", "split", "visible"]
