"""Differences as one JSON document, written as they are found: files of any size take the same memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cli.documents.diff_model import ComparedFile, Differences
from cli.io.streamed import Streamed
from cli.words.speech import language
from noemie.documents.diff.comparison import Comparison, Tally

#: The key whose values are written as they are found, and those that are known after it.
_UNITS: Final = "units"
_AFTER: Final = ("units_shown", "units_total", "counts")


def document(comparison: Comparison, names: tuple[str, str], limit: int) -> Iterator[str]:
    """Pieces of the document.

    `units` holds at most `limit` units, 0 for all; `counts` counts them all.
    """
    tally = Tally(comparison)
    whole = Differences(
        lang=language(),
        before=ComparedFile(names[0], comparison.before.units, comparison.before.lines),
        after=ComparedFile(names[1], comparison.after.units, comparison.after.lines),
        family=comparison.family,
        identical=comparison.identical,
        shows_values=comparison.shows_values,
        physical=list(comparison.physical),
        units=[],
        units_shown=0,
        units_total=0,
        counts={},
    )
    pieces = Streamed("diff")
    known = [name for name in whole.__struct_fields__ if name not in (_UNITS, *_AFTER)]
    yield (
        pieces.head
        + "".join(pieces.value(name, getattr(whole, name)) for name in known)
        + pieces.rows(_UNITS)
    )
    told = 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            yield pieces.row(unit)
    shown = min(told, limit) if limit else told
    yield pieces.rows_end()
    for name, value in zip(_AFTER, (shown, told, tally.counts), strict=True):
        yield pieces.value(name, value)
    yield pieces.end()
