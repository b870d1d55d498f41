"""The report as CSV (RFC 4180, UTF-8), a finding a line, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula starts with an apostrophe, which it shows as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import UNSET
from msgspec.structs import asdict

from cli.check.data import fichier, left_out_text
from cli.check.document import Illisible, Remarque
from cli.check.findings import times
from cli.check.model import FileReport, Report
from cli.words.cells import cell
from flatfile.csv_text import CsvText

COLUMNS: Final = (
    "file",
    "rule",
    "severity",
    "title",
    "message",
    "fix",
    "expected",
    "facture",
    "lot",
    "record",
    "type",
    "offset",
    "length",
    "field",
    "label",
    "start",
    "end",
    "count",
    "confidence",
    "source",
    "occurrence",
    "position",
    "found",
    "cause",
    "explained_by",
)


def pieces(report: Report) -> Iterator[str]:
    """The report in CSV; a file that cannot be read has a line of its own."""
    text = CsvText()
    yield text.rows([COLUMNS])
    for file in report.files:
        yield text.rows([cell(row.get(name, "")) for name in COLUMNS] for row in rows_of(file))


def rows_of(file: FileReport) -> Iterator[dict[str, str | int]]:
    """A row for each finding, those that it explains after it; what is told of no finding at the end."""
    shown = fichier(file)
    if isinstance(shown, Illisible):
        yield {**asdict(shown.error), "severity": "error", "count": 1}
        return
    for remark in (*shown.findings, *shown.notes):
        yield {"file": shown.file, **_cells(remark)}
        for below in () if remark.consequences is UNSET else remark.consequences:
            explained = f"{remark.rule} ({remark.record})"
            yield {"file": shown.file, **_cells(below), "explained_by": explained}
    for one in file.left_out:
        yield {"file": shown.file, "severity": "info", "message": left_out_text(one), "count": one.count}


def _cells(one: Remarque) -> dict[str, str | int]:
    told = {name: value for name, value in asdict(one).items() if value is not UNSET}
    return {**told, "count": times(one)}
