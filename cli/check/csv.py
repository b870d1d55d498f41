"""The report as CSV (RFC 4180, UTF-8), a finding a line, safe to open in a spreadsheet.

A cell that a spreadsheet would take for a formula starts with an apostrophe, which it shows as text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Final

from msgspec import UNSET, UnsetType, structs

from cli.check.data import fichier, left_out_text, probleme
from cli.check.model import FileReport, Report
from cli.io.inputs import title
from cli.words.cells import cell
from cli.words.remarks import Remarque
from flatfile.csv_text import CsvText


@dataclass(frozen=True, slots=True, kw_only=True)
class Ligne:
    """A line of the table: its columns in order, empty where there is nothing to tell."""

    file: str
    rule: str = ""
    severity: str = ""
    title: str = ""
    message: str = ""
    fix: str = ""
    expected: str = ""
    facture: str = ""
    lot: str = ""
    record: int | str = ""
    type: str = ""
    offset: int | str = ""
    length: int | str = ""
    field: str = ""
    label: str = ""
    start: int | str | UnsetType = ""
    end: int | str | UnsetType = ""
    count: int = 1
    confidence: str = ""
    source: str = ""
    occurrence: int | str | UnsetType = ""
    position: int | str | UnsetType = ""
    found: str = ""
    cause: str = ""
    explained_by: str = ""


COLUMNS: Final = tuple(field.name for field in fields(Ligne))


def write(report: Report) -> str:
    """The report in CSV; a file that cannot be read has a line of its own."""
    lines = (astuple(line) for file in report.files for line in _lines(file))
    cells = ([cell("" if value is UNSET else value) for value in line] for line in lines)
    return CsvText().rows([COLUMNS, *cells])


def _lines(file: FileReport) -> Iterator[Ligne]:
    if file.unreadable is not None:
        yield Ligne(**structs.asdict(probleme(file.unreadable, file.name).error), severity="error")
        return
    told = fichier(file)
    for remark in (*told.findings, *told.notes):
        yield _line(told.file, remark)
        for below in remark.explained:
            yield _line(told.file, below, f"{remark.rule} ({remark.record})")
    for one in file.left_out:
        yield Ligne(file=title(file.name), severity="info", message=left_out_text(one), count=one.count)


def _line(file: str, remark: Remarque, explained_by: str = "") -> Ligne:
    told = structs.asdict(remark) | {"count": remark.times}
    del told["consequences"]
    return Ligne(file=file, explained_by=explained_by, **told)
