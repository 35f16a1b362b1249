"""The one class of errors that bad input raises."""


class InputError(ValueError):
    """
    What was given is wrong: an unknown name, a value out of range, a wrong type, or a question without an answer.

    Its message is a sentence for the person who gave it: the parameter, the value and what is allowed. Any other
    exception, a plain ValueError included, is a fault of the program.
    """
