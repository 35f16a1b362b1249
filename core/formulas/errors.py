"""The error that a formula cannot be read, with the place and a suggestion."""

from ..errors import InputError


class FormulaError(InputError):
    """A formula that cannot be read.

    Parameters
    ----------
    text : str
        The formula as it was given.
    reason : str
        What is wrong, as a short sentence without a full stop.
    position : int or None
        Index in `text` of the first character at fault; ``len(text)`` is its end, None the formula as a whole.
    length : int
        How many characters from there are at fault.
    suggestion : str
        What was probably meant, as a short sentence without a full stop; empty where nothing is probable.

    Attributes
    ----------
    message : str
        Reason and suggestion for a person who sees the formula beside it. ``str(error)`` names the parameter, its
        value and the place as well.
    """

    def __init__(self, text, reason, position=None, length=1, suggestion=""):
        self.text, self.reason, self.position, self.length = text, reason, position, length
        self.suggestion = suggestion
        self.message = f"{reason}: {suggestion}" if suggestion else reason
        place = "" if position is None else f" (character {position + 1})"
        super().__init__(f"objective = {_shortened(text)}{place}: {self.message}")

    def __reduce__(self):
        return type(self), (self.text, self.reason, self.position, self.length, self.suggestion)


def _shortened(text, most=120):
    """The text quoted, cut where it is too long for a message."""
    return repr(text) if len(text) <= most else f"{text[:most]!r}..."
