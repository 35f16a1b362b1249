"""The level of a run, against NumPy read anew."""

import numpy as np
import pytest

import core
from core.regimes.level import window_least


@pytest.mark.parametrize("steps", [1, 7, 8, 9, 100, 1003])
def test_the_least_of_the_last_quarter(steps):
    run = core.run("adam", "rastrigin", start=(2.2, -1.9), steps=steps, learning_rate=0.05)
    index, least = window_least(run)
    quarter = steps // 4
    expected = run.loss[-quarter:] if quarter >= 2 else run.loss
    assert least == np.min(expected) == run.loss[index]
    assert quarter < 2 or index > steps - quarter
