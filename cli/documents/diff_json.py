"""Differences as one JSON document, written as they are found: files of any size take the same memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from cli.words.screen import SCHEMA_VERSION
from cli.words.speech import Lang
from noemie.documents.diff.comparison import Comparison, Tally


def document(comparison: Comparison, names: tuple[str, str], lang: Lang, limit: int) -> Iterator[str]:
    """Pieces of the document, each ending with a line end.

    `units` holds at most `limit` units, 0 for all; `counts` counts them all. Keys are those of `UnitDiff`.
    """
    tally = Tally(comparison)
    head = {
        "schema_version": SCHEMA_VERSION,
        "command": "diff",
        "lang": lang,
        "before": _side(names[0], comparison.before),
        "after": _side(names[1], comparison.after),
        "family": comparison.family,
        "identical": comparison.identical,
        "shows_values": comparison.shows_values,
        "physical": msgspec.to_builtins(comparison.physical),
    }
    yield _pretty(head, 0).removesuffix("\n}") + ',\n  "units": ['
    told = 0
    for unit in comparison:
        tally.add(unit)
        told += 1
        if not limit or told <= limit:
            yield ("," if told > 1 else "") + "\n    " + _pretty(msgspec.to_builtins(unit), 4)
    yield ("\n  " if told else "") + "],\n"
    shown = min(told, limit) if limit else told
    tail = {"units_shown": shown, "units_total": told, "counts": tally.counts}
    yield _pretty(tail, 0).removeprefix("{\n") + "\n"


def _side(name: str, index: Any) -> dict[str, Any]:
    return {"file": name, "units": index.units, "lines": index.lines}


def _pretty(data: Any, margin: int) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2).replace("\n", "\n" + " " * margin)
