"""Downsampling keeps every visible extreme, and axes hold what they show."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.drawing import curves, paths
from dashboard.drawing.columns import columns


@pytest.mark.parametrize("span", [(0, 40_000), (12_345.5, 23_456.0), (39_800, 40_000), (-100, 50_000)])
@pytest.mark.parametrize("width", [1, 37, 600])
def test_every_column_keeps_its_least_greatest_first_and_last(span, width):
    x, y = np.arange(40_001.0), np.random.default_rng(2).normal(size=40_001) ** 7
    kept_x, kept_y = columns(x, y, span, width)
    assert np.all(np.diff(kept_x) > 0)
    np.testing.assert_array_equal(kept_y, y[kept_x.astype(int)])  # only points of the curve
    assert len(kept_x) <= max(4 * (width + 2), 4 * width + 2)

    def by_column(x, y):
        place = np.floor((x - span[0]) * (width / (span[1] - span[0])))
        found = {}
        for column, value in zip(place.tolist(), y.tolist(), strict=True):
            low, high, first, _ = found.get(column, (value, value, value, value))
            found[column] = (min(low, value), max(high, value), first, value)
        return {c: v for c, v in found.items() if 0 <= c < width}

    assert by_column(kept_x, kept_y) == by_column(x, y)
    # one point beyond either end, where there is one
    assert kept_x[0] <= max(span[0], 0)
    assert kept_x[-1] >= min(span[1], 40_000)


def gap_to_polyline(points, line):
    """The distance of each point to the nearest of the line's segments."""
    a, b = line[:-1], line[1:]
    d = b - a
    length = np.maximum((d * d).sum(axis=1), 1e-300)
    t = np.clip(((points[:, None] - a) * d).sum(axis=2) / length, 0, 1)
    gaps = np.linalg.norm(points[:, None] - (a + t[..., None] * d), axis=2)
    return np.nanmin(np.where(np.isnan(gaps), np.inf, gaps), axis=1)


@pytest.mark.parametrize("seed", range(5))
def test_no_visible_point_of_a_path_is_more_than_a_pixel_from_what_is_drawn(seed):
    random = np.random.default_rng(seed)
    points = np.cumsum(random.normal(size=(1500, 2)) * 10 ** random.uniform(-4, 0, (1500, 1)), axis=0)
    view, pixels = ((-4.0, 3.0), (-2.0, 5.0)), np.array([800, 500])
    drawn, index = np.split(paths.path(points, *view, *pixels), [2], axis=1)
    low = np.array([view[0][0], view[1][0]])
    unit = (points - low) / 7.0
    visible = unit[((unit >= 0) & (unit <= 1)).all(axis=1)]
    assert len(visible) > 50
    assert gap_to_polyline(visible * pixels, drawn * pixels).max() <= 1
    if ((unit[-1] > -8) & (unit[-1] < 9)).all():
        np.testing.assert_array_equal(drawn[-1], unit[-1])
        assert index[-1] == len(points) - 1
    kept = np.isfinite(drawn[:, 0]) & ((drawn > -8) & (drawn < 9)).all(axis=1)
    np.testing.assert_array_equal(drawn[kept], unit[index[kept, 0].astype(int)])
    assert np.all(np.diff(index[:, 0]) >= 0)
    assert len(drawn) <= 2 * len(points) + 2


def test_a_path_that_leaves_is_cut_at_the_box_and_comes_back():
    points = np.array([[0.5, 0.5], [1e300, 0.5], [1e300, -1e300], [0.5, 0.25], [0.25, 0.25]])
    drawn, index = np.split(paths.path(points, (0, 1), (0, 1), 100, 100), [2], axis=1)
    np.testing.assert_allclose(drawn[:2], [[0.5, 0.5], [9, 0.5]])
    assert np.all(np.isnan(drawn[2]))
    assert np.nanmax(np.abs(drawn)) <= 9 + 1e-9
    np.testing.assert_array_equal(drawn[-2:], [[0.5, 0.25], [0.25, 0.25]])
    np.testing.assert_array_equal(index[:, 0], [0, 1, 1, 3, 3, 4])


def curve(y, x=None, status="completed"):
    y = np.asarray(y, dtype=float)
    return np.linspace(0, 1, len(y)) if x is None else np.asarray(x), y, status


@given(st.lists(st.floats(-299, 300), min_size=1, max_size=20))
def test_a_log_axis_is_in_whole_decades_and_holds_what_it_shows(values):
    low, high = curves.axis_range([curve(values)], "log")
    assert low == int(low)
    assert high == int(high)
    assert low < high
    assert high >= max(values)
    assert low <= min(values) or high - low == curves.SHOWN_DECADES


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_a_linear_axis_has_room_at_both_ends(values):
    low, high = curves.axis_range([curve(values)], "linear")
    assert low < min(values)
    assert high > max(values)


def test_axes_ignore_what_is_out_of_sight_and_follow_a_leaving_run_only_so_far():
    seen = curve([1.0, 50.0, 2.0], [0.0, 1.5, 1.0])
    assert curves.axis_range([seen], "log") == curves.axis_range([curve([1.0, 2.0])], "log")
    assert curves.axis_range([], "log") == [0.0, 1.0]
    leaving = curve([2.0, 300.0], status="diverged")
    assert curves.axis_range([curve([0.0, 1.0]), leaving], "log")[1] <= 2 + curves.LEAVING_DECADES + 1
    assert curves.axis_range([curve([0.0, 1.0]), curve([2.0, 300.0])], "log")[1] >= 300


def test_the_axes_own_units():
    values = np.array([-5.0, 0.0, 0.5, 99.0])
    np.testing.assert_array_equal(curves.in_axis_units(values, "linear", 1.0), values)
    np.testing.assert_allclose(curves.in_axis_units(values[2:], "log", 1.0), np.log10(values[2:]))
    assert curves.in_axis_units(values, "log", 1.0)[1] == np.log10(curves.DEEPEST)
    symmetric = curves.in_axis_units(values, "symlog", 0.01)
    np.testing.assert_allclose(np.sign(symmetric) * 0.01 * (10 ** np.abs(symmetric) - 1), values, atol=1e-12)
    np.testing.assert_allclose(symmetric[[0, 2]], [-np.log10(501), np.log10(51)])


def test_a_zoom_into_a_scribble_brings_back_every_stroke_in_view():
    """Of 200,000 points to and fro over the plane only a share can be drawn; of a small view, all."""
    points = np.random.default_rng(5).uniform(-1, 1, (200_000, 2))
    ranges = ((0.10, 0.12), (0.20, 0.22))
    drawn = paths.path(points, *ranges, 500, 500)
    inside = np.all((points > [0.10, 0.20]) & (points < [0.12, 0.22]), axis=1)
    kept = (drawn[:, :2] > 0).all(axis=1) & (drawn[:, :2] < 1).all(axis=1)
    assert inside.sum() >= 15
    at = {tuple(row) for row in np.round(drawn[kept, :2], 9)}
    assert at == {tuple(row) for row in np.round((points[inside] - [0.1, 0.2]) / 0.02, 9)}


def test_a_scribble_is_every_stroke_between_pixels_once():
    """Against a dictionary of pairs of pixels, either way round."""
    random = np.random.default_rng(8)
    points = random.integers(0, 12, (30_000, 2)) / 12 + 0.03 + 1e-3 * random.uniform(size=(30_000, 2))
    size = 120
    drawn = paths.path(points, (0, 1), (0, 1), size, size)
    assert len(points) > paths.MOST

    def strokes(ends):
        pixels = np.floor(ends * size).astype(int)
        return [frozenset(map(tuple, pair)) for pair in pixels.tolist()]

    once = strokes(drawn[:, :2].reshape(-1, 3, 2)[:, :2])
    assert len(once) == len(set(once))
    everyone = set(strokes(np.stack([points[:-1], points[1:]], axis=1)))
    assert set(once) <= everyone
    assert len(once) >= min(len(everyone), paths.MOST) - 12  # segments within one pixel may be left out
