"""The report as CSV (RFC 4180, UTF-8), a finding a line, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula starts with an apostrophe, which it shows as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from cli.check.data import file_data, left_out_text
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


def write(report: Report) -> str:
    """The report in CSV; a file that cannot be read has a line of its own."""
    rows = (row for file in report.files for row in _rows(file))
    return CsvText().rows([COLUMNS, *([cell(row.get(name, "")) for name in COLUMNS] for row in rows)])


def _rows(file: FileReport) -> Iterator[dict[str, Any]]:
    data = file_data(file)
    if "error" in data:
        yield {**data["error"], "severity": "error", "count": 1}
        return
    for remark in (*data["findings"], *data["notes"]):
        yield {"file": data["file"], "count": 1, **remark}
        for below in remark.get("consequences", ()):
            explained = f"{remark['rule']} ({remark['record']})"
            yield {"file": data["file"], "count": 1, **below, "explained_by": explained}
    for one in file.left_out:
        yield {
            "file": data["file"],
            "severity": "info",
            "message": left_out_text(one),
            "count": one.count,
        }
