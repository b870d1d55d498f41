"""Small plots as SVG text: read on a screen, by a screen reader, on a black and white print.

Series differ by their hatching, never by colour alone; every value is written. Each plot has a title and a
description; the pages that hold one also give its figures in a table. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final, NamedTuple

_WIDTH: Final = 720
_TOP: Final = 30
_LEFT: Final = 8
_LABEL: Final = 11
_INK: Final = "#222"

#: Fills of the series, in order: full, hatched, dotted.
_FILLS: Final = (_INK, "url(#{key}-h)", "url(#{key}-d)")
_PATTERNS: Final = (
    '<pattern id="{key}-h" width="6" height="6" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/>'
    f'<rect width="2.5" height="6" fill="{_INK}"/></pattern>'
    '<pattern id="{key}-d" width="6" height="6" patternUnits="userSpaceOnUse">'
    f'<rect width="6" height="6" fill="#fff"/><circle cx="3" cy="3" r="1.5" fill="{_INK}"/></pattern>'
)


class Series(NamedTuple):
    """One series: its name, its values, and how they are written."""

    name: str
    values: Sequence[float]
    texts: Sequence[str]


def columns(key: str, title: str, desc: str, labels: Sequence[str], series: Sequence[Series]) -> str:
    """Upright bars, those of one label side by side; values below zero count as zero.

    `key` tells the plots of one page apart. At most three series.
    """
    height = 230
    base = height - 34
    top = max([value for one in series for value in one.values] + [0]) or 1
    slot = (_WIDTH - 2 * _LEFT) / max(len(labels), 1)
    bar = min(slot * 0.8 / len(series), 60)
    shapes = [f'<line x1="{_LEFT}" y1="{base}" x2="{_WIDTH - _LEFT}" y2="{base}" stroke="{_INK}"/>']
    for rank, label in enumerate(labels):
        middle = _LEFT + slot * (rank + 0.5)
        start = middle - bar * len(series) / 2
        for number, one in enumerate(series):
            tall = max(one.values[rank], 0) / top * (base - _TOP - 20)
            x = start + number * bar
            shapes.append(_bar(x + 1, base - tall, bar - 2, tall, _fill(key, number)))
            # Long figures go upright when bars are thin.
            shapes.append(_value(x + bar / 2, base - tall - 4, one.texts[rank], turned=bar < 46))
        shapes.append(_text(middle, base + 15, label, "middle"))
    return _frame(key, title, desc, height, shapes, series)


def rows(key: str, title: str, desc: str, labels: Sequence[str], series: Series) -> str:
    """Lying bars, one under the other, each under its label; values below zero count as zero."""
    step = 36
    height = _TOP + step * max(len(labels), 1) + 6
    top = max([*series.values, 0]) or 1
    shapes = []
    for rank, (label, value, text) in enumerate(zip(labels, series.values, series.texts, strict=True)):
        y = _TOP + step * rank
        wide = max(value, 0) / top * (_WIDTH - 2 * _LEFT - 110)
        shapes.append(_text(_LEFT, y + 11, label, "start"))
        shapes.append(_bar(_LEFT, y + 16, wide, 12, _fill(key, 0)))
        shapes.append(_text(_LEFT + wide + 6, y + 26, text, "start"))
    return _frame(key, title, desc, height, shapes, ())


def _frame(
    key: str, title: str, desc: str, height: int, shapes: Sequence[str], series: Sequence[Series]
) -> str:
    legend = "".join(_legend(key, series)) if len(series) > 1 else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {_WIDTH} {height}" '
        f'aria-labelledby="{key}-t {key}-x" font-family="sans-serif" font-size="{_LABEL}" fill="{_INK}">'
        f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-x">{escape(desc)}</desc>'
        f"<defs>{_PATTERNS.replace('{key}', key)}</defs>{legend}{''.join(shapes)}</svg>"
    )


def _legend(key: str, series: Sequence[Series]) -> Iterator[str]:
    x = float(_LEFT)
    for number, one in enumerate(series):
        yield _bar(x, 6, 12, 12, _fill(key, number))
        yield _text(x + 17, 16, one.name, "start")
        x += 40 + 7 * len(one.name)


def _fill(key: str, number: int) -> str:
    return _FILLS[number].replace("{key}", key)


def _bar(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{fill}" '
        f'stroke="{_INK}"/>'
    )


def _value(x: float, y: float, text: str, *, turned: bool) -> str:
    if not turned:
        return _text(x, y, text, "middle")
    return (
        f'<text x="{x + 4:.1f}" y="{y:.1f}" transform="rotate(-60 {x + 4:.1f} {y:.1f})" font-size="9">'
        f"{escape(text)}</text>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
