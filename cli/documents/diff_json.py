"""Differences as one JSON document, written as they are found: files of any size take the same memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import msgspec

from cli.documents.diff_model import ComparedFile, Differences
from cli.words.screen import SCHEMA_VERSION
from cli.words.speech import language
from noemie.documents.diff.comparison import Comparison, Tally

#: The key whose values are written as they are found, and those that are known after it.
_UNITS: Final = "units"
_AFTER: Final = ("units_shown", "units_total", "counts")


def document(comparison: Comparison, names: tuple[str, str], limit: int) -> Iterator[str]:
    """Pieces of the document, each ending with a line end.

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
    body = msgspec.to_builtins(whole)
    known = {name: value for name, value in body.items() if name not in (_UNITS, *_AFTER)}
    head = {"schema_version": SCHEMA_VERSION, "command": "diff", **known}
    yield _pretty(head, 0).removesuffix("\n}") + f',\n  "{_UNITS}": ['
    told = 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            yield ("," if told > 1 else "") + "\n    " + _pretty(msgspec.to_builtins(unit), 4)
    yield ("\n  " if told else "") + "],\n"
    shown = min(told, limit) if limit else told
    tail = dict(zip(_AFTER, (shown, told, tally.counts), strict=True))
    yield _pretty(tail, 0).removeprefix("{\n") + "\n"


def _pretty(data: object, margin: int) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * margin)
