"""A regime map for print, as SVG: cells as an embedded PNG; axes, names and lines as text and strokes."""

from __future__ import annotations

import base64
import math
import struct
import zlib
from dataclasses import dataclass, field
from html import escape

import numpy as np

from dashboard.drawing.layers import colour_scale
from dashboard.drawing.regime_map import labels

# The page's light palette (assets/page.css): a regime's area, and its name on it
COLOURS = {
    "converging": ("#dfe9d8", "#2f4a24"),
    "oscillation": ("#8fbfd6", "#123f57"),
    "spike": ("#ecd27a", "#594300"),
    "divergence": ("#5d3f6a", "#ffffff"),
    "undecided": ("#c6c5c1", "#3d3c39"),
}
INK, SOFT, NONE = "#22262b", "#5d646c", "#ffffff"
FONT = "'Source Sans 3', 'Source Sans Pro', 'Helvetica Neue', Arial, sans-serif"
SUBSCRIPTS = {ord("₀") + digit: str(digit) for digit in range(10)}


@dataclass(frozen=True)
class PrintedAxis:
    """
    An axis of a printed map.

    Attributes
    ----------
    title : str
        Plain text, with Unicode's subscripts.
    low, high : float
        Its ends, in its own units.
    log : bool
        Whether the units are decades.
    """

    title: str
    low: float
    high: float
    log: bool

    def ticks(self) -> list[tuple[float, str]]:
        """(place in the axis's units, text with the power of ten after a caret), five or so."""
        span = self.high - self.low
        if self.log and span >= 2:
            every = math.ceil(span / 6)
            first, last = math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9)
            return [(decade, f"10^{decade}".replace("-", "−")) for decade in range(first, last + 1, every)]
        if self.log:
            low, high = 10**self.low, 10**self.high
            return [(math.log10(v), f"{v:.6g}") for v in _even(low, high) if v > 0]
        return [(v, f"{v:.6g}".replace("-", "−")) for v in _even(self.low, self.high)]


def _even(low, high):
    """Multiples of 1, 2 or 5 times a power of ten between two values, at most six."""
    power = 10.0 ** math.floor(math.log10((high - low) / 5))
    step = next(m * power for m in (1, 2, 5, 10) if (high - low) / (m * power) <= 6)
    return [round(i * step, 12) for i in range(math.ceil(low / step), math.floor(high / step) + 1)]


@dataclass(frozen=True)
class Scale:
    """
    What colours the cells in place of their regimes.

    Attributes
    ----------
    title : str
    values : ndarray, shape (rows, columns)
        NaN where there is none.
    low, high : float
        Ends of the colour bar.
    log : bool
        Whether the bar is logarithmic.
    below, above : bool
        Whether some values lie beyond the ends.
    """

    title: str
    values: np.ndarray
    low: float
    high: float
    log: bool
    below: bool = False
    above: bool = False

    def indices(self, count: int) -> np.ndarray:
        """0 to count - 1 along the bar, and count where there is no number."""
        with np.errstate(all="ignore"):
            place, ends = (np.log(v) if self.log else v for v in (self.values, np.array([self.low, self.high])))
            share = (place - ends[0]) / (ends[1] - ends[0]) if ends[1] > ends[0] else place - place + 0.5
        none = np.isnan(self.values)
        return np.where(none, count, np.round((count - 1) * np.clip(np.where(none, 0, share), 0, 1))).astype(np.uint8)


@dataclass(frozen=True)
class Panel:
    """
    One printed map.

    Attributes
    ----------
    title : str
    x, y : PrintedAxis
    regime : ndarray of int8, shape (rows, columns)
        The first row is at the bottom; negative where a cell is invalid.
    names : tuple of str
        The regimes' names, in the order of their numbers.
    lines : list of (str, ndarray)
        What a line is called, and its points (m, 2) in the axes' units, NaN between pieces.
    notes : tuple of str
        Further text below the title.
    scale : Scale, optional
        What colours the cells, if not regimes.
    """

    title: str
    x: PrintedAxis
    y: PrintedAxis
    regime: np.ndarray
    names: tuple[str, ...]
    lines: list = field(default_factory=list)
    notes: tuple[str, ...] = ()
    scale: Scale | None = None


def png(index: np.ndarray, palette: list[str], transparent: int | None = None) -> bytes:
    """
    A picture as a PNG file with a palette (ISO/IEC 15948, colour type 3).

    Parameters
    ----------
    index : ndarray of uint8, shape (rows, columns)
        Entries of the palette; the first row is on top.
    palette : list of str
        Colours as "#rrggbb".
    transparent : int, optional
        The entry that is transparent.

    Returns
    -------
    bytes
    """
    rows, columns = index.shape

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    lines = np.zeros((rows, columns + 1), dtype=np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = index
    header = struct.pack(">IIBBBBB", columns, rows, 8, 3, 0, 0, 0)
    colours = b"".join(bytes.fromhex(colour[1:]) for colour in palette)
    alpha = b"" if transparent is None else chunk(b"tRNS", b"\xff" * transparent + b"\0")
    body = chunk(b"IHDR", header) + chunk(b"PLTE", colours) + alpha
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)) + chunk(b"IEND", b"")


def svg(panels: list[Panel], columns: int = 1, side: float = 420.0) -> str:
    """
    Maps side by side as an SVG file.

    Parameters
    ----------
    panels : list of Panel
    columns : int
        Panels in a row.
    side : float
        Width and height of each map, in pixels.

    Returns
    -------
    str
    """
    left, right, top, bottom = 58.0, 76.0, 30.0 + 15.0 * max(len(p.notes) for p in panels), 46.0
    wide, high = left + side + right, top + side + bottom
    rows = -(-len(panels) // columns)
    width, height = wide * columns, high * rows
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" font-family="{escape(FONT)}" font-size="12" fill="{INK}">',
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
    ]
    for i, panel in enumerate(panels):
        place = left + wide * (i % columns), top + high * (i // columns)
        parts.append(f'<g transform="translate({place[0]:g} {place[1]:g})">{_panel(panel, side)}</g>')
    return "\n".join([*parts, "</svg>\n"])


def _panel(panel: Panel, side) -> str:
    x_axis, y_axis = panel.x, panel.y

    def x(units):
        return side * (units - x_axis.low) / (x_axis.high - x_axis.low)

    def y(units):
        return side * (1 - (units - y_axis.low) / (y_axis.high - y_axis.low))

    palette = [COLOURS[name][0] for name in panel.names]
    cells = np.where(panel.regime < 0, len(palette), panel.regime).astype(np.uint8)
    if panel.scale:
        palette = colour_scale()
        cells = panel.scale.indices(len(palette))
    image = base64.b64encode(png(cells[::-1], [*palette, NONE], len(palette))).decode()
    parts = [
        f'<image width="{side:g}" height="{side:g}" preserveAspectRatio="none" image-rendering="pixelated" '
        f'href="data:image/png;base64,{image}"/>',
        _text(panel.title, 0, -12 - 15 * len(panel.notes), weight=600, size=14),
        *(
            _text(note, 0, -11 - 15 * (len(panel.notes) - 1 - i), colour=SOFT, size=11.5)
            for i, note in enumerate(panel.notes)
        ),
    ]
    for units, text in x_axis.ticks():
        parts += [_stroke([(x(units), side), (x(units), side + 4)]), _text(text, x(units), side + 17, "middle")]
    for units, text in y_axis.ticks():
        parts += [_stroke([(-4, y(units)), (0, y(units))]), _text(text, -7, y(units) + 4, "end")]
    parts += [
        f'<rect width="{side:g}" height="{side:g}" fill="none" stroke="{SOFT}" stroke-width="0.7"/>',
        _text(x_axis.title, side / 2, side + 37, "middle", size=13),
        f'<g transform="translate(-42 {side / 2:g}) rotate(-90)">{_text(y_axis.title, 0, 0, "middle", size=13)}</g>',
    ]
    for called, points in panel.lines:
        parts += _line(called, points, x, y, side)
    if panel.scale:
        return "".join([*parts, *_bar(panel.scale, palette, side, -12 - 15 * len(panel.notes))])
    rows, columns = panel.regime.shape
    middle_x, middle_y = (
        axis.low + (axis.high - axis.low) * (np.arange(count) + 0.5) / count
        for axis, count in ((x_axis, columns), (y_axis, rows))
    )
    taken: list[tuple[float, float]] = []
    for label in labels(panel.regime, middle_x, middle_y, panel.names):
        area, on = COLOURS[label["name"]]
        at = min(max(x(label["x"]), 40), side - 40), y(label["y"]) + 4
        while any(abs(at[0] - u) < 80 and abs(at[1] - v) < 15 for u, v in taken):
            at = at[0], at[1] + 5
        taken.append(at)
        parts.append(_text(label["name"], *at, "middle", colour=on, weight=600, size=13.5, halo=area))
    return "".join(parts)


def _bar(scale, palette, side, y):
    """At the right end of the title's line: what the colours are of, low, the colours, high."""
    wide, right = 120.0, side - 56.0
    left, part = right - wide, wide / len(palette)
    stripes = [
        f'<rect x="{left + i * part:.2f}" y="{y - 9:g}" width="{part + 0.3:.2f}" height="9" fill="{colour}"/>'
        for i, colour in enumerate(palette)
    ]
    return [
        *stripes, _text("≥ " * scale.above + _number(scale.high), right + 6, y, size=11.5),
        _text("≤ " * scale.below + _number(scale.low), left - 6, y, "end", size=11.5),
        _text(scale.title, left - 74, y, "end", size=12),
    ]  # fmt: skip


def _number(value):
    """Three digits, with a power of ten after a caret where it is far from 1."""
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.3g}".replace("-", "−")
    digits, power = f"{value:.1e}".split("e")
    return f"{'' if digits == '1.0' else digits + '·'}10^{int(power)}".replace("-", "−")


def _line(called, points, x, y, side):
    """The stroke, in pieces, and its name where it leaves the map."""
    broken = np.flatnonzero(np.isnan(points[:, 0]))
    pieces = [piece[~np.isnan(piece[:, 0])] for piece in np.split(points, broken)]
    pieces = [[(x(u), y(v)) for u, v in piece] for piece in pieces if len(piece) > 1]
    if not pieces:
        return []
    strokes = [_stroke(piece, "#ffffff", 3.2, 0.6) + _stroke(piece, INK, 1.3) for piece in pieces]
    px, py = max((end for piece in pieces for end in (piece[0], piece[-1])), key=lambda end: end[0] - end[1])
    if side - px < 1:
        return [*strokes, _text(called, side + 5, py + 4, size=12)]
    if py < 1:
        return [*strokes, _text(called, px, -5, "middle", size=12)]
    return [*strokes, _text(called, px, py - 5, "middle", size=12, halo="#ffffff")]


def _stroke(points, colour=SOFT, width=0.7, opacity=1.0):
    path = " ".join(f"{u:.2f},{v:.2f}" for u, v in points)
    return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="{width}" opacity="{opacity}"/>'


def _text(text, x, y, anchor="start", colour=INK, weight=400, size=12.0, halo=None):
    """One line of text: subscripts in Unicode, a power of ten after a caret."""
    inner = escape(text)
    if "^" in inner:
        base, power = inner.split("^", 1)
        inner = f'{base}<tspan dy="-0.45em" font-size="0.72em">{power}</tspan>'
    for sign, digit in SUBSCRIPTS.items():  # not every font has these signs
        low = f'<tspan dy="0.25em" font-size="0.72em">{digit}</tspan><tspan dy="-0.18em">​</tspan>'
        inner = inner.replace(chr(sign), low)
    around = f'stroke="{halo}" stroke-width="3" stroke-linejoin="round" paint-order="stroke" ' if halo else ""
    return (
        f'<text x="{x:.2f}" y="{y:.2f}" text-anchor="{anchor}" fill="{colour}" font-weight="{weight}" '
        f'font-size="{size:g}" {around}>{inner}</text>'
    )
