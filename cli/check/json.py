"""The report as JSON. Its structure is published: `check.schema.json`, made from `cli.check.document`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cli.check.data import fichier, stale_data
from cli.check.document import SCHEMA, SCHEMA_VERSION
from cli.check.model import Report, Totals
from cli.io.streamed import Streamed
from cli.words.speech import language


def pieces(report: Report) -> Iterator[str]:
    """The report in JSON; keys keep the order of the schema."""
    document, totals = Streamed("check", SCHEMA_VERSION), Totals()
    yield document.head + document.value("lang", language()) + document.rows("files")
    for file in report.files:
        totals.add(file)
        yield document.row(fichier(file))
    yield document.rows_end() + document.value("summary", totals)
    if report.stale is not None:
        yield document.value("stale", [stale_data(*entry) for entry in report.stale])
    yield document.end()


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `write` gives."""
    made: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return made
