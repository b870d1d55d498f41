"""Tables written as CSV, or as Parquet with `pyarrow` (extra `parquet`): one file for each record type."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from decimal import Decimal
from typing import Any, BinaryIO, Final, NamedTuple

from noemie._hidden import HIDDEN
from noemie.convert.columns import Cell, Column, Row, Rows, Table
from noemie.convert.errors import MissingLibraryError

#: Opens one file by its name; the file is whole when the context ends without an exception.
Opener = Callable[[str], AbstractContextManager[BinaryIO]]

#: What a spreadsheet takes for the start of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

#: Rows of a table kept before they are written.
_BATCH: Final = 8192

#: Digits of an amount in euros, two of which are decimals.
AMOUNT: Final = (19, 2)

SCHEMA_VERSION: Final = "1"


class WrittenTables(NamedTuple):
    """File names and how many rows each holds."""

    tables: dict[str, int]
    records: int


def write_csv(rows: Rows, open_table: Opener) -> WrittenTables:
    """Write one CSV file for each record type (`b2-4M.csv`): UTF-8, commas, a header line, CR LF.

    Amounts are in euros with two decimals, days in ISO. A text that a spreadsheet would take for a formula
    gets an apostrophe in front. A hidden value is `•••`.
    """
    return _write(rows, "csv", open_table, _CsvTable)


def write_parquet(rows: Rows, open_table: Opener) -> WrittenTables:
    """Write one Parquet file for each record type (`b2-4M.parquet`), with typed columns.

    Amounts are `decimal128(19, 2)` in euros, coefficients decimals, days `date32`, numbers `int64`, the rest
    text. The metadata of a column give its labels, kind, place, code list, confidence and whether it is
    personal; a hidden one is empty and says so. Raises `MissingLibraryError` without `pyarrow`.
    """
    try:
        from noemie.convert.parquet import ParquetTable
    except ImportError:
        raise MissingLibraryError("pyarrow", "parquet") from None
    return _write(rows, "parquet", open_table, ParquetTable)


class _CsvTable:
    """One CSV file."""

    def __init__(self, stream: BinaryIO, table: Table, rows: Rows) -> None:
        self._stream = stream
        self._columns = table.columns
        self._write([[column.name for column in table.columns]])

    def write(self, rows: list[Row]) -> None:
        """Write rows."""
        self._write([_texts(self._columns, row) for row in rows])

    def close(self) -> None:
        """Nothing is left to write."""

    def _write(self, lines: Iterable[list[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text).writerows(lines)
        self._stream.write(text.getvalue().encode("utf-8"))


def _texts(columns: tuple[Column, ...], row: Row) -> list[str]:
    return [
        HIDDEN if cell is None and column.name in row.hidden else _text(column, cell)
        for column, cell in zip(columns, row.cells, strict=True)
    ]


def _text(column: Column, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell
    if column.type == "amount" and isinstance(cell, int):
        return f"{'-' if cell < 0 else ''}{abs(cell) // 100}.{abs(cell) % 100:02d}"
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, dt.time):
        return cell.isoformat("minutes")
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def _write(rows: Rows, extension: str, open_table: Opener, kind: Callable[..., Any]) -> WrittenTables:
    counts: dict[str, int] = {}
    opened: dict[str, Any] = {}
    waiting: dict[str, list[Row]] = {}
    with ExitStack() as stack:
        for row in rows:
            name = f"{rows.family}-{row.table.name}.{extension}"
            if name not in opened:
                opened[name] = kind(stack.enter_context(open_table(name)), row.table, rows)
                waiting[name], counts[name] = [], 0
            counts[name] += 1
            waiting[name].append(row)
            if len(waiting[name]) >= _BATCH:
                opened[name].write(waiting[name])
                waiting[name] = []
        for name, table in opened.items():
            table.write(waiting[name])
            table.close()
    return WrittenTables(dict(sorted(counts.items())), sum(counts.values()))
