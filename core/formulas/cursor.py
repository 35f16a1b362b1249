"""A place in the tokens of a formula, from which a parser reads on."""

from __future__ import annotations

from typing import NoReturn

from .errors import FormulaError
from .tokens import CLOSING, Token

MAXIMUM_DEPTH = 40


class Cursor:
    """The tokens of a text and a place in them.

    Parameters
    ----------
    text : str
        The formula as it was given, for messages.
    tokens : list of Token
        The last is of the kind "end".
    """

    def __init__(self, text: str, tokens: list[Token]):
        self.text, self.tokens, self.index, self.depth = text, tokens, 0, 0

    def fail(self, token: Token, reason: str, suggestion: str = "", end: Token | None = None) -> NoReturn:
        """Raise a FormulaError at a token, or from it to another one."""
        length = max(1, (end or token).end - token.start)
        raise FormulaError(self.text, reason, token.start, length, suggestion)

    def as_typed(self, token: Token, end: Token | None = None) -> str:
        """The text of a token, or from it to another one."""
        return self.text[token.start : (end or token).end]

    @property
    def token(self) -> Token:
        """The token at the place."""
        return self.tokens[self.index]

    def take(self, *operators: str) -> str | None:
        """Pass one of these operators if it comes next, and say which."""
        if self.token.is_operator(*operators):
            self.index += 1
            return self.tokens[self.index - 1].text
        return None

    def deeper(self) -> None:
        """Count one more level of nesting."""
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            self.fail(self.token, f"this is nested more than {MAXIMUM_DEPTH} deep")

    def check_brackets(self) -> None:
        """Fail where brackets do not match."""
        opened: list[Token] = []
        for token in self.tokens:
            if token.kind == "open":
                opened.append(token)
            elif token.kind == "close":
                if not opened:
                    self.fail(token, f"this {token.text} was never opened")
                if CLOSING[opened[-1].text] != token.text:
                    wanted = CLOSING[opened[-1].text]
                    self.fail(token, f"this {token.text} closes a {opened[-1].text}", f"write {wanted}")
                opened.pop()
        if opened:
            self.fail(opened[-1], f"this {opened[-1].text} is never closed")
