"""Names as people write them: exact, in another spelling, by an alias, or not at all, and then the nearest."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from types import MappingProxyType

# What other programs and papers call a thing that has another name here. Titles, labels and symbols need no entry:
# they are aliases already.
ALIASES = {
    "f": ("function", "objective", "formula", "loss"),
    "x": ("x0", "start x", "x start"),
    "y": ("y0", "start y", "y start"),
    "run": ("runs", "optimizer", "optimiser", "method", "opt"),
    "steps": ("iterations", "iters", "n steps", "num steps", "max steps", "max iter"),
    "tolerance": ("tol",),
    "learning_rate": ("lr", "alpha", "step size", "learn rate"),
    "epsilon": ("eps",),
    "beta1": ("b1",),
    "beta2": ("b2",),
    "weight_decay": ("wd", "decay"),
    "rho": ("decay rate",),
    "gd": ("sgd", "gradient descent"),
    "heavy_ball": ("polyak", "sgd momentum"),
    "nesterov": ("nag",),
    "sign_gd": ("sign sgd",),
    "rosenbrock": ("banana",),
    "on": ("1", "true", "yes"),
    "off": ("0", "false", "no"),
    "1": ("on", "true", "yes"),
    "0": ("off", "false", "no"),
}
LIKE = 0.6  # difflib's ratio from which a name is worth offering
LONGEST = 40  # characters of a text that are compared
_NONE: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=1024)
def normal(text: str) -> str:
    """The letters and digits of a name, without case, width or subscripts; Greek letters by their names."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("√", "sqrt")
    return "".join(_spelt(c) for c in plain if c.isalnum())


def _spelt(c):
    name = unicodedata.name(c, "") if "α" <= c <= "ω" else ""
    return name.removeprefix("GREEK SMALL LETTER ").lower().replace("lamda", "lambda") if name else c


class Names:
    """A set of names that can be asked for in other spellings.

    Parameters
    ----------
    names : iterable of str
        The names as they stand in a link.
    also : iterable of (str, str), optional
        Further spellings, each with its name: labels, symbols.
    titles : mapping of str to str, optional
        What the page calls a name, where that is another text; a spelling of it as well.
    """

    def __init__(self, names: Iterable[str], also: Iterable[tuple[str, str]] = (), titles: Mapping[str, str] = _NONE):
        self.names = tuple(names)
        known = set(self.names)
        spellings = [(name, name) for name in self.names]
        spellings += [(alias, name) for name in self.names for alias in ALIASES.get(name, ())]
        spellings += [(title, name) for name, title in titles.items()]
        spellings += [(text, name) for text, name in also if name in known]
        self._by_form: dict[str, str] = {}
        for text, name in spellings:
            if form := normal(text):
                self._by_form.setdefault(form, name)
        self._exact, self._titles = known, titles

    def __contains__(self, text):
        return text in self._exact

    def __iter__(self):
        return iter(self.names)

    def find(self, text: str) -> str | None:
        """The name that the text means, or None."""
        return text if text in self._exact else self._by_form.get(normal(text))

    def title(self, name: str) -> str:
        """What the page calls a name."""
        return self._titles.get(name, name)

    def nearest(self, text: str) -> str | None:
        """The name that is spelt most like a text that means none, if any is near."""
        found = get_close_matches(normal(text), self._by_form, 1, LIKE)
        return self._by_form[found[0]] if found else None


__all__ = ["ALIASES", "Names", "normal"]
