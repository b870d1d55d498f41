"""A table that people keep or receive, as rows of cells: CSV as spreadsheets save it, or a sheet of an xlsx.

A cell is text, stripped; of an xlsx a number is written in full with a point, a day as ISO. Nothing is known
here of what columns mean. openpyxl reads xlsx (extra `xlsx`).
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from flatfile import FormatError
from flatfile.source import most_bytes

_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_DELIMITERS: Final = (";", "\t", ",", "|")

#: A row: its number in the file, from 1, and its cells.
Row = tuple[int, list[str]]


def is_workbook(data: bytes) -> bool:
    """Whether these are the bytes of an xlsx."""
    return data.startswith(_ZIP) and b"[Content_Types].xml" in data[:4096] + data[-65536:]


def rows(data: bytes, feuille: str = "") -> Iterator[Row]:
    """The rows that hold something; `feuille` is the sheet of an xlsx, the first one by default.

    Raises `FormatError` (`tableau.illisible`), and `ImportError` without openpyxl.
    """
    yield from _sheet(data, feuille) if is_workbook(data) else _csv(data)


def _csv(data: bytes) -> Iterator[Row]:
    text = _decoded(data)
    lines = text.splitlines()
    first = next((line for line in lines if line.strip()), "")
    told = first.strip().strip('"').lower()
    delimiter = told[4:5] or ";" if told.startswith("sep=") else max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells) and not (
                len(cells) <= 2 and cells[0].strip().lower().startswith("sep=")
            ):
                yield reader.line_num, [" ".join(cell.split()) for cell in cells]
    except csv.Error:
        raise FormatError("tableau.illisible") from None


def _decoded(data: bytes) -> str:
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _sheet(data: bytes, feuille: str) -> Iterator[Row]:
    from noemie.documents.envelopes import BROKEN

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except BROKEN:
        raise FormatError("tableau.illisible") from None
    if size > most_bytes():
        raise FormatError("fichier.trop-grand", most_bytes(), expected=str(most_bytes()))
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        if feuille and feuille not in book.sheetnames:
            raise FormatError("tableau.feuille")
        sheet = book[feuille] if feuille else book.worksheets[0]
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            told = [_cell(cell) for cell in cells]
            if any(told):
                yield number, told
    except FormatError:
        raise
    except Exception:  # what openpyxl raises on a broken book has no common class
        raise FormatError("tableau.illisible") from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        # What a person sees: 21.1, not the nearest binary fraction.
        return f"{Decimal(repr(value)).normalize():f}"
    return " ".join(str(value).split())
