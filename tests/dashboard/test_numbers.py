"""How numbers are written, over ranges of values: against Python's own printing and against exact fractions."""

import math
import struct
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from dashboard.state.numbers import brief_text, brief_texts, chosen_text, chosen_texts, number_text, rounded


def doubles(count=4000):
    """Finite float64 of every size, and the neighbours of powers of ten, of 0 and of 1."""
    generator = np.random.default_rng(7)
    bits = generator.integers(0, 2**64, count, dtype=np.uint64).tobytes()
    found = [v for (v,) in struct.iter_unpack("d", bits) if math.isfinite(v)]
    for power in range(-12, 16):
        for value in (10.0**power, 1 - 10.0 ** -abs(power), 1 + 10.0 ** -abs(power)):
            found += [value, math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value]
    return [*found, 0.0, -0.0, 5e-324, 1.7976931348623157e308]


def test_a_number_s_text_is_the_shortest_that_reads_back():
    for value in doubles():
        text = number_text(value)
        assert float(text) == value
        digits = len(Decimal(text).normalize().as_tuple().digits)
        assert digits == 1 or float(f"{value:.{digits - 2}e}") != value  # one digit fewer is another number
        assert "e+" not in text
        assert "e0" not in text
        assert "e-0" not in text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-5, "1e-5"), (1e-4, "0.0001"), (40_000.0, "40000"), (9_999_999.0, "9999999"), (1e7, "1e7"),
     (-2.5e-9, "-2.5e-9"), (0.99999, "0.99999"), (1.0000000000000009, "1.0000000000000009"), (-0.0, "0")],
)  # fmt: skip
def test_texts_as_people_write_them(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 7])
def test_fewer_digits_are_the_nearest_ones_and_never_a_limit(digits):
    for value in doubles(1000):
        near = rounded(value, digits)
        if value == 0.0 or not 1e-300 < abs(value) < 1e300:
            continue
        assert (near in (0.0, 1.0, -1.0)) == (value in (0.0, 1.0, -1.0))
        unit = Fraction(10) ** (Decimal(value).adjusted() + 1 - digits)
        # the double nearest to the decimal one: half a unit of the last digit, and a rounding
        assert abs(Fraction(near) - Fraction(value)) <= unit / 2 + Fraction(abs(value)) / 2**52


def test_halves_go_away_from_zero_as_in_a_browser():
    assert [rounded(v, 1) for v in (2.5, -2.5, 0.25, 35.0)] == [3.0, -3.0, 0.3, 40.0]
    assert rounded(1234.5, 4) == 1235.0


def test_different_numbers_have_different_texts():
    generator = np.random.default_rng(3)
    for _ in range(300):
        middle = 10 ** generator.uniform(-8, 5)
        values = list(dict.fromkeys(middle * (1 + generator.integers(0, 9, 4) * 10.0 ** -generator.integers(1, 15))))
        texts = brief_texts(values)
        assert len(set(texts)) == len(values)
    assert brief_texts([0.1, 0.1]) == ["0.1", "0.1"]
    assert brief_text(0.99999) == "0.99999"
    assert brief_text(166.66666666666683) == "166.7"


def test_a_chosen_number_that_is_told_in_fewer_digits_is_marked():
    assert chosen_texts([166.66666666666683, 166.66666666666683]) == ["≈ 166.7", "≈ 166.7"]
    assert chosen_texts([0.001, 100.0, 0.1, 0.9999, -2.5]) == ["0.001", "100", "0.1", "0.9999", "-2.5"]
    for value in doubles(500):
        text = chosen_text(value)
        assert (float(text) == value) if "≈" not in text else (float(text.removeprefix("≈ ")) != value)
