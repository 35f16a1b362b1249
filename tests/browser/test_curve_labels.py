"""A line's name stands where the line ends: at the right edge, or inside the plot where it ends earlier."""

import pytest

from tests.browser import pages

LABELS = """() => {
  const A = adamoscope, found = [], canvas = CanvasRenderingContext2D.prototype, { drawImage } = canvas, AROUND = 4;
  canvas.drawImage = function (image, x, y, ...size) { // a label is an image of its text, with AROUND pixels about it
    if (image.dataset?.text) found.push([image.dataset.text, x + AROUND, y + size[1] / 2]);
    return drawImage.call(this, image, x, y, ...size);
  };
  A.plots.curves.redraw();
  canvas.drawImage = drawImage;
  const { flows } = A.shown, [k0, k1] = flows.span, { left, width } = A.plots.curves.area();
  const xs = flows.arrays["curve_x 0.0"], ys = flows.arrays["curve_y 0.0"];
  const last = ys.findLastIndex(Number.isFinite);
  const x = A.plots.curves.x(k0 + xs[last] * (k1 - k0)), y = A.plots.curves.y(ys[last]);
  return [found, flows.flows[0].title, x, y, left + width];
}"""


@pytest.mark.parametrize(
    ("link", "early"),
    [
        ("f=x^2%2By^2&steps=2000&run=gd,learning_rate:0.05", False),
        ("f=x^2%2By^2&steps=20000&run=rmsprop,flow:sign_flow", True),
        ("f=quadratic&steps=2000&run=adam", False),
    ],
)
def test_a_name_stands_at_the_end_of_its_line(page, link, early):
    pages.restore(page, link)
    pages.at_rest(page)
    found, title, x, y, edge = page.evaluate(LABELS)
    assert (x < edge - 12) == early
    (at,) = [place for text, *place in found if text in (title, "its flow")]
    assert at[0] == pytest.approx((x if early else edge) + 6, abs=1)
    if early:
        assert at[1] == pytest.approx(y, abs=15)
