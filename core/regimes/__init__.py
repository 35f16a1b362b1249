"""Adam's regimes: the statistics of a run's window, the rule that names a regime, and the map."""

from .conditions import THE_NETWORK, case_of
from .course import STATISTICS, crest_factors
from .extras import has_sharpness
from .levels import Level, known_level, level
from .lines import Line, line
from .names import INVALID, UNDECIDED
from .plane import MOST_STEPS
from .rule import DESCRIPTIONS, MOVABLE, QUESTIONS, Thresholds, questions
from .scoring import SETTLED, Scoring
from .statistics import BLOCKS, Statistics, window_length

__all__ = [
    "BLOCKS",
    "DESCRIPTIONS",
    "INVALID",
    "MOST_STEPS",
    "MOVABLE",
    "QUESTIONS",
    "SETTLED",
    "STATISTICS",
    "THE_NETWORK",
    "UNDECIDED",
    "Level",
    "Line",
    "Scoring",
    "Statistics",
    "Thresholds",
    "case_of",
    "crest_factors",
    "has_sharpness",
    "known_level",
    "level",
    "line",
    "questions",
    "window_length",
]
