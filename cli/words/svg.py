"""Small plots as SVG text: read on a screen, by a screen reader, on a black and white print.

Colours are those of house.css, by class, so that a plot follows the page, light or dark; series differ by
their hatching too, never by colour alone. Each plot is drawn twice, wide and thin, and the style shows the
one that fits. Each has a title and a description; the pages that hold one also give its figures in a table.
Nothing is fetched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

_WIDE: Final = 880
_HALF: Final = 470
_THIN: Final = 320
_LEFT: Final = 4
_HEIGHT: Final = 250
_TOP: Final = 48

#: Fills of the series, in order: full, hatched.
_CLASSES: Final = ("paid", "refused")


class Series(NamedTuple):
    """One series: its name, its values, and how they are written."""

    name: str
    values: Sequence[float]
    texts: Sequence[str]


def columns(
    key: str,
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Sequence[Series],
    scale: Callable[[float], str] | None = None,
) -> str:
    """Upright bars, those of one label one on the other; values below zero count as zero.

    `key` tells the plots of one page apart. At most two series. With `scale`, which writes a value, lines
    across tell how high bars are; without it, each bar bears its own, and the plot is half as wide.
    """
    return "".join(
        _columns(f"{key}{look[0]}", title, desc, labels, series, width, look, scale)
        for look, width in (("wide" if scale else "wide half", _WIDE if scale else _HALF), ("thin", _THIN))
    )


def _columns(
    key: str,
    title: str,
    desc: str,
    labels: Sequence[str],
    series: Sequence[Series],
    width: int,
    look: str,
    scale: Callable[[float], str] | None,
) -> str:
    base, size = _HEIGHT - 34, (width, _HEIGHT)
    totals = [sum(max(one.values[rank], 0) for one in series) for rank in range(len(labels))]
    step = _round_step(max([*totals, 0]))
    top = (-(-max([*totals, 0]) // step) * step if scale else max([*totals, 0])) or 1
    shapes, left = [], float(_LEFT)
    if scale:
        lines = [step * rank for rank in range(int(top // step) + 1)]
        left = 14 + 7.2 * max(len(scale(one)) for one in lines)
        for value in lines:
            y = base - value / top * (base - _TOP)
            shapes.append(f'<line class="grid" x1="{left:.1f}" y1="{y:.1f}" x2="{width}" y2="{y:.1f}"/>')
            shapes.append(_text(left - 8, y + 4, scale(value), "end"))
    slot = (width - left - _LEFT) / max(len(labels), 1)
    bar = min(slot * 0.62, 72)
    told_every = max(1, math.ceil((6.4 * max(map(len, labels), default=0) + 2) / slot))
    for rank, label in enumerate(labels):
        x = left + slot * (rank + 0.5) - bar / 2
        y = float(base)
        for number, one in enumerate(series):
            tall = max(one.values[rank], 0) / top * (base - _TOP)
            y -= tall
            # A hair of paper parts two series.
            shapes.append(_bar(x, y - number, bar, tall, _fill(key, number)))
        told = " + ".join(one.texts[rank] for one in series if one.values[rank] > 0)
        if told and scale is None:
            shapes.append(_text(x + bar / 2, y - 8, told, "middle", "strong"))
        if rank % told_every == 0:
            half = 3.6 * len(label)
            shapes.append(_text(min(max(x + bar / 2, half), width - half), base + 18, label, "middle"))
    shapes.append(f'<line class="base" x1="{left:.1f}" y1="{base}" x2="{width}" y2="{base}"/>')
    return _frame(key, title, desc, size, shapes, series, look)


def _round_step(most: float) -> float:
    """The round step that parts `most` in three to five.

    >>> _round_step(615), _round_step(4900), _round_step(0)
    (200, 1000, 1)
    """
    power = 1
    while power * 10 <= most / 3:
        power *= 10
    return next((power * one for one in (1, 2, 5) if power * one * 5 >= most), power * 10)


def rows(key: str, title: str, desc: str, labels: Sequence[str], series: Series) -> str:
    """Lying bars, one under the other, each under its label; values below zero count as zero."""
    return "".join(
        _rows(f"{key}{look[0]}", title, desc, labels, series, width, look)
        for look, width in (("wide half", _HALF), ("thin", _THIN))
    )


def _rows(
    key: str, title: str, desc: str, labels: Sequence[str], series: Series, width: int, look: str
) -> str:
    step = 44
    top = max([*series.values, 0]) or 1
    shapes = []
    for rank, (label, value, text) in enumerate(zip(labels, series.values, series.texts, strict=True)):
        y = step * rank + 4
        if 7.2 * len(label) > width - 8 * len(text):  # a title before an amount
            text = text.partition(",")[0]
        shapes.append(_text(0, y + 13, _short(label, width - 8 * len(text)), "start", "strong"))
        shapes.append(_text(width, y + 13, text, "end"))
        shapes.append(_bar(0, y + 19, width, 9, 'class="track"'))
        shapes.append(_bar(0, y + 19, max(value, 0) / top * width, 9, 'class="bar"'))
    return _frame(key, title, desc, (width, step * max(len(labels), 1) + 6), shapes, (), look)


def spans(
    key: str,
    title: str,
    desc: str,
    years: tuple[int, int],
    periods: Sequence[tuple[float, float, str]],
    at: float,
    label: str = "",
) -> str:
    """Periods on a line of years, `open` or `closed`, and a mark at one moment; years as decimals.

    `label` stands in the first period, where it fits.
    """
    return "".join(
        _spans(f"{key}{look[0]}", title, desc, years, periods, at, label, width, look)
        for look, width in (("wide", _WIDE), ("thin", _THIN))
    )


def _spans(
    key: str,
    title: str,
    desc: str,
    years: tuple[int, int],
    periods: Sequence[tuple[float, float, str]],
    at: float,
    label: str,
    width: int,
    look: str,
) -> str:
    first, last = years
    side = 20 if look == "thin" else 32
    scale = (width - 2 * side) / max(last - first, 1)

    def place(moment: float) -> float:
        return side + (min(max(moment, first), last) - first) * scale

    shapes = []
    for start, end, kind in periods:
        x = place(start)
        shapes.append(_bar(x, 14, max(place(end) - x, 2), 22, f'class="{kind}" rx="3"'))
    if periods and place(periods[0][1]) - place(periods[0][0]) > 7.5 * len(label) + 16:
        shapes.append(_text(place(periods[0][0]) + 8, 30, label, "start", "strong"))
    shapes.append(f'<line class="base" x1="0" y1="46" x2="{width}" y2="46"/>')
    step = max(1, math.ceil((last - first) * (48 if look == "thin" else 40) / width))
    for year in range(first, last + 1, step):
        x = place(year)
        shapes.append(f'<line class="base" x1="{x:.1f}" y1="46" x2="{x:.1f}" y2="52"/>')
        shapes.append(_text(x, 68, str(year), "middle"))
    shapes.append(f'<line class="mark" x1="{place(at):.1f}" y1="4" x2="{place(at):.1f}" y2="46"/>')
    return _frame(key, title, desc, (width, 74), shapes, (), look)


def _frame(
    key: str,
    title: str,
    desc: str,
    size: tuple[int, int],
    shapes: Sequence[str],
    series: Sequence[Series],
    look: str,
) -> str:
    legend, defs = "", ""
    if len(series) > 1:
        legend = "".join(_legend(key, series))
        defs = (
            f'<defs><pattern id="{key}-h" width="7" height="7" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><rect class="refused" width="7" height="7"/>'
            '<path class="hatch" d="M0 0V7"/></pattern></defs>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {look}" role="img" '
        f'viewBox="0 0 {size[0]} {size[1]}" aria-labelledby="{key}-t {key}-x">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-x">{escape(desc)}</desc>'
        f"{defs}{legend}{''.join(shapes)}</svg>"
    )


def _legend(key: str, series: Sequence[Series]) -> Iterator[str]:
    x = 0.0
    for number, one in enumerate(series):
        yield _bar(x, 0, 12, 12, _fill(key, number))
        yield _text(x + 17, 11, one.name, "start")
        x += 40 + 7 * len(one.name)


def _fill(key: str, number: int) -> str:
    return f'fill="url(#{key}-h)"' if number else f'class="{_CLASSES[0]}"'


def _bar(x: float, y: float, width: float, height: float, look: str) -> str:
    return f'<rect {look} x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _short(text: str, room: float) -> str:
    """A label cut at what fits in `room` units, about seven a character."""
    most = max(int(room / 7.2), 4)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _text(x: float, y: float, text: str, anchor: str, look: str = "") -> str:
    dress = f' class="{look}"' if look else ""
    return f'<text{dress} x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
