"""The landscape's other views, surface and phase, against the objective and core's analyses."""

import numpy as np
import pytest

import core
from dashboard.drawing.extremes import with_extremes
from dashboard.drawing.landscape import landscape
from dashboard.drawing.surface import surface
from dashboard.questions import phase
from dashboard.questions.packing import unpack
from dashboard.questions.question import asked
from dashboard.state import decode

RANGES = ((-2.0, 2.0), (-1.0, 3.0))


def answered(link, span=None):
    assert decode(link)[1] == []
    return unpack(asked(phase.QUESTION, link=link, **(dict(zip(("k0", "k1"), span, strict=True)) if span else {})))


@pytest.mark.parametrize("source", [*core.objectives(), "sin(x) cos(y) + x/10", "abs(x) + abs(y)", "log(x)"])
def test_every_surface_rises_with_its_objective(source):
    f = core.objective(source)
    header, arrays = surface(f, *f.domain)
    height = arrays["height"]
    rows, columns = height.shape
    values = f.value(np.linspace(*f.domain[0], columns)[None, :], np.linspace(*f.domain[1], rows)[:, None])
    finite = np.isfinite(values)
    assert np.array_equal(np.isfinite(height), finite)
    order = np.argsort(values[finite], kind="stable")
    assert np.all(np.diff(height[finite][order]) >= -1e-6)
    assert height[finite].min() >= 0
    ticks = np.array([at for at, _ in header["ticks"]])
    assert np.all(np.diff(ticks) > 0)
    assert ticks[-1] <= height[finite].max()


@pytest.mark.parametrize("source", [*core.objectives(), "sin(x) cos(y) + x/10", "abs(x) + abs(y)", "exp(x y)"])
def test_contours_divide_every_landscape(source):
    """Neither does one pit take all the lines, nor one plain: no shade covers half of the view."""
    f = core.objective(source)
    _, arrays = landscape(f, *f.domain)
    starts, shade = arrays["starts"].astype(int), arrays["shade"]
    assert np.count_nonzero(np.diff(starts)) >= 12
    assert np.histogram(shade, bins=15, range=(0, 255))[0].max() < 0.5 * shade.size


def test_reducing_a_table_keeps_the_extremes_of_every_column():
    table = np.random.default_rng(3).standard_normal((50_000, 3))
    table[31_234, 1], table[7_001, 2], table[100:200] = 90, -90, np.nan
    kept = with_extremes(table, 4000)
    assert len(kept) <= 4001
    assert np.array_equal(np.nanmin(kept, 0), np.nanmin(table, 0))
    assert np.array_equal(np.nanmax(kept, 0), np.nanmax(table, 0))
    assert np.array_equal(kept[[0, -1]], table[[0, -1]])
    assert with_extremes(table[:10], 4000) is not None


def test_adam_s_phase_is_its_distance_and_corrected_moments():
    header, arrays = answered("landscape=phase&coordinate=y&steps=500")
    run = core.run("adam", "rosenbrock", start=(-1.5, 2.0), steps=500, learning_rate=1e-3, a=1.0, b=100.0)
    k = np.arange(1, 501)
    assert [axis["type"] for axis in header["axes"]] == ["log"] * 3
    assert arrays["run 0"] == pytest.approx(np.abs(run.position[1:, 1] - 1.0), rel=1e-12)
    assert arrays["run 1"] == pytest.approx(np.abs(run.state["first_moment"][1:, 1] / (1 - 0.9**k)), rel=1e-9)
    second = run.state["second_moment"][1:, 1] / (1 - 0.999**k)
    assert arrays["run 2"] == pytest.approx(np.sqrt(second) + 1e-8, rel=1e-9)
    assert len(arrays["flow 0"]) > 100


def test_the_phase_is_of_the_steps_that_the_curves_show():
    _, zoomed = answered("landscape=phase&steps=500", (100, 120))
    _, tail = answered("landscape=phase&steps=500&window=tail")
    _, by_time = answered("landscape=phase&steps=500&axis=time", (0.1, 0.12))
    assert len(zoomed["run 0"]) == 21
    assert len(tail["run 0"]) == 201
    assert by_time["run 0"].tolist() == zoomed["run 0"].tolist()


def test_what_a_phase_cannot_show_is_said():
    header, arrays = answered("landscape=phase&steps=500&run=adam,flow:sign_flow,learning_rate:0.001")
    assert "sign flow" in header["note"]
    assert "flow 0" not in arrays
    header, _ = answered("landscape=phase&steps=500&run=lion")
    assert "no known limit" in header["note"]
    assert len(header["axes"]) == 2
    header, _ = answered("landscape=phase&steps=500&f=saddle")
    assert header["axes"][0] == {"title": "x", "type": "linear"}


@pytest.mark.parametrize("optimizer", core.optimizers())
def test_every_method_has_a_phase(optimizer):
    header, arrays = answered(f"landscape=phase&steps=300&run={optimizer}")
    for j in range(len(header["axes"])):
        assert np.isfinite(arrays[f"run {j}"]).any()
