"""What a formula may not have, and what was probably meant: each function raises a FormulaError at the place."""

from __future__ import annotations

import re
from typing import NoReturn

from .cursor import Cursor
from .tokens import Token

NOT_HERE = {
    "=": "this is an equation",
    ":=": "this is an equation",
    "<": "this is a comparison",
    ">": "this is a comparison",
    "<=": "this is a comparison",
    ">=": "this is a comparison",
    "!=": "this is a comparison",
}
SMALLER = "write pieces with max, min, abs or sign"


def is_decimal(cursor: Cursor, i: int) -> bool:
    """Whether the comma there stands between two digits."""
    before, comma, after = cursor.tokens[i - 1 : i + 2]
    return (
        before.kind == after.kind == "number"
        and "." not in before.text[-3:]
        and after.text[0].isdigit()
        and not (comma.spaced or after.spaced)
    )


def refuse_decimal_comma(cursor: Cursor, i: int) -> NoReturn:
    """Refuse 1,5 with the comma at place i."""
    before, after = cursor.tokens[i - 1], cursor.tokens[i + 1]
    written = cursor.as_typed(before, after)
    whole, decimals = before.text.replace(".", ""), f"{before.text}.{after.text}"
    thousands = len(re.split(r"\D", after.text, maxsplit=1)[0]) == 3
    if not before.text.isdigit() or not after.text.isdigit():  # 1.234,5 or 1,234.5
        meant = f"did you mean {whole}{'' if thousands else '.'}{after.text}?"
    else:
        meant = f"did you mean {decimals}, or {whole}{after.text}?" if thousands else f"did you mean {decimals}?"
    cursor.fail(before, f"{written} has a decimal comma", meant, after)


def refuse_comma(cursor: Cursor) -> NoReturn:
    """Refuse a comma outside a function's brackets."""
    if is_decimal(cursor, cursor.index):
        refuse_decimal_comma(cursor, cursor.index)
    cursor.fail(cursor.token, "a comma stands only between a function's values", "write a decimal point as .")


def refuse_number_behind_a_value(cursor: Cursor) -> NoReturn:
    """Refuse x2, and two numbers side by side."""
    number, before = cursor.token, cursor.tokens[cursor.index - 1]
    end, typed = _end_of_numbers(cursor), cursor.as_typed
    if before.kind == "number":
        first = _start_of_numbers(cursor)
        digits = [t.text for t in cursor.tokens[first : end + 1]]
        whole = cursor.as_typed(cursor.tokens[first], cursor.tokens[end])
        if any(t.startswith(".") for t in digits[1:]) and not number.spaced:
            meant = f"did you mean {digits[0]}{''.join(t.strip('.') for t in digits[1:])}, or {'*'.join(digits)}?"
            cursor.fail(cursor.tokens[first], f"{whole} has two decimal points", meant, cursor.tokens[end])
        meant = f"did you mean {''.join(digits)}, or {'*'.join(digits)}?"
        cursor.fail(cursor.tokens[first], f"{whole}: two numbers side by side", meant, cursor.tokens[end])
    factor = typed(before) if before.kind != "close" else "(...)"
    if not factor.strip():
        factor = "(...)"
    meant = f"did you mean {factor}^{number.text}, or {number.text}*{factor}?"
    cursor.fail(number, f"the number {number.text} stands behind {factor}", meant)


def _start_of_numbers(cursor: Cursor) -> int:
    first = cursor.index
    while first > 0 and cursor.tokens[first - 1].kind == "number":
        first -= 1
    return first


def _end_of_numbers(cursor: Cursor) -> int:
    end = cursor.index
    while cursor.tokens[end + 1].kind == "number":
        end += 1
    return end


def refuse_missing_value(cursor: Cursor) -> NoReturn:
    """Refuse a place where a value must stand and none does."""
    token, before = cursor.token, cursor.tokens[cursor.index - 1] if cursor.index else None
    if token.kind == "subscript":
        cursor.fail(token, "this index belongs to nothing", "write x_1 and x_2, or x and y")
    if token.is_operator(*NOT_HERE):
        refuse_unexpected(cursor)
    if token.kind == "end":
        behind = f" behind {cursor.as_typed(before)}" if before and cursor.as_typed(before).strip() else ""
        cursor.fail(token, f"something is missing{behind}")
    shown = cursor.as_typed(token) or token.text
    if token.kind == "close" and before is not None and before.kind == "open":
        cursor.fail(before, "there is nothing between these brackets", "", token)
    cursor.fail(token, f"something is missing before {shown}")


def refuse_unexpected(cursor: Cursor) -> NoReturn:
    """Refuse a token that cannot come next."""
    token = cursor.token
    if token.is_operator("=", ":="):
        _refuse_equation(cursor, token)
    if token.is_operator(*NOT_HERE):
        cursor.fail(token, NOT_HERE[token.text], SMALLER)
    if token.is_operator(","):
        refuse_comma(cursor)
    if token.is_operator(";"):
        cursor.fail(token, "a formula is one expression", "leave out what follows ;")
    if token.is_operator(":"):
        cursor.fail(token, ": has no meaning here", "write / for a quotient")
    if token.is_operator("//"):
        cursor.fail(token, "// has no meaning here", "write floor(x/y)")
    if token.kind == "subscript":
        cursor.fail(token, "this index belongs to nothing", "write x_1 and x_2, or x and y")
    shown = cursor.as_typed(token) or token.text
    cursor.fail(token, f"{shown} was not expected here")


def _refuse_equation(cursor: Cursor, token: Token) -> NoReturn:
    left = cursor.text[cursor.tokens[0].start : token.start].strip()
    right = cursor.text[token.end :].strip().rstrip("$.;")
    if right in ("0", ""):
        meant = f"did you mean {left}?"
    else:
        meant = f"did you mean {left} - {right if right.isalnum() else f'({right})'}?"
    cursor.fail(token, "this is an equation", meant if left else "")
