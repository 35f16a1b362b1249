"""The page's state and its link. Nothing here draws: figures, services and questions import it."""

from dashboard.state.link import MAXIMUM_LINK, VERSION, decode, encode, refused_objective
from dashboard.state.state import (
    AT,
    AXES,
    COORDINATES,
    DEFAULT_STEPS,
    DYNAMICS,
    FARTHEST,
    HELD,
    HORIZON,
    LANDSCAPES,
    LARGEST_SPAN,
    LEVELS,
    LINKED,
    MAXIMUM_RUNS,
    MAXIMUM_STEPS,
    OBJECTIVES,
    OVERLAYS,
    RULE,
    SCALES,
    SLOTS,
    STEPS,
    TOLERANCE,
    WINDOWS,
    RunState,
    State,
    as_json,
    labels,
    option_text,
    titles_of,
)

__all__ = [
    "AT", "AXES", "COORDINATES", "DEFAULT_STEPS", "DYNAMICS", "FARTHEST", "HELD", "HORIZON", "LANDSCAPES",
    "LARGEST_SPAN", "LEVELS", "LINKED", "MAXIMUM_LINK", "MAXIMUM_RUNS", "MAXIMUM_STEPS", "OBJECTIVES", "OVERLAYS",
    "RULE", "SCALES", "SLOTS", "STEPS", "TOLERANCE", "VERSION", "WINDOWS", "RunState", "State", "as_json", "decode",
    "encode", "labels", "option_text", "refused_objective", "titles_of",
]  # fmt: skip
