"""Tables written as CSV, or as Parquet with `pyarrow` (extra `parquet`): one file for each record type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack
from decimal import Decimal
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from flatfile.arrow import arrow, require_columns
from flatfile.cells import guard_cell
from flatfile.csv_text import CsvText
from noemie.documents.convert.columns import MASKED, Cell, Column, Table, cells_of
from noemie.documents.convert.rows import Rows
from noemie.documents.hidden import HIDDEN

if TYPE_CHECKING:
    from noemie.documents.columns.batches import Batch

#: Opens one file by its name; the file is whole when the context ends without an exception.
Opener = Callable[[str], AbstractContextManager[BinaryIO]]

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")


class WrittenTables(NamedTuple):
    """File names and how many rows each holds."""

    tables: dict[str, int]
    records: int


def write_csv(rows: Rows, open_table: Opener, check: Callable[[], object] = bool) -> WrittenTables:
    """Write one CSV file for each record type (`b2-4M.csv`): UTF-8, commas, a header line, CR LF.

    Amounts are in euros with two decimals, days in ISO. A text that a spreadsheet would take for a formula
    gets an apostrophe in front, a control character is written `\\x1b`. A hidden value is `•••`.
    """
    with ExitStack() as stack:

        def open_sink(table: Table) -> _CsvTable:
            return _CsvTable(stack.enter_context(open_table(_file_name(rows, table.name, "csv"))), table)

        counts = _fill(rows, open_sink)
        check()  # before any table takes its name
    return _written(rows, "csv", counts)


def write_parquet(rows: Rows, open_table: Opener, check: Callable[[], object] = bool) -> WrittenTables:
    """Write one Parquet file for each record type (`b2-4M.parquet`), with typed columns.

    Amounts are `decimal128(19, 2)` in euros, coefficients decimals, days `date32`, numbers `int64`, the rest
    text. The metadata of a column give its labels, kind, place, code list, confidence and whether it is
    personal; a hidden one is empty and says so. Raises `MissingLibraryError` without `pyarrow` or `numpy`.
    """
    require_columns()
    from flatfile.parquet import ParquetFile

    files: dict[str, ParquetFile] = {}
    with ExitStack() as stack:
        try:
            for batch in _batches(rows):
                name = batch.table.name
                if name not in files:
                    stream = stack.enter_context(open_table(_file_name(rows, name, "parquet")))
                    files[name] = ParquetFile(stream, batch.rows.schema)
                files[name].write(batch.rows)
            for file in files.values():
                file.close()
        except BaseException:
            for file in files.values():
                file.abort()
            raise
        check()  # before any table takes its name
    return _written(rows, "parquet", {name: file.rows for name, file in files.items()})


def arrow_tables(rows: Rows) -> dict[str, Any]:
    """One `pyarrow.Table` for each record type (`4M`), with the columns of `write_parquet`.

    Raises `MissingLibraryError` without `pyarrow` or `numpy`.
    """
    made: dict[str, list[Any]] = {}
    for batch in _batches(rows):
        made.setdefault(batch.table.name, []).append(batch.rows)
    pa = arrow()
    return {name: pa.Table.from_batches(made[name]) for name in sorted(made)}


def _batches(rows: Rows) -> Iterator[Batch]:
    require_columns()
    from noemie.documents.columns.batches import batches_of

    return batches_of(rows)


def _file_name(rows: Rows, table: str, extension: str) -> str:
    # The types of a site's table may hold anything; a name of file may not.
    return f"{rows.family}-{_UNSAFE.sub('_', table)}.{extension}"


def _written(rows: Rows, extension: str, counts: dict[str, int]) -> WrittenTables:
    tables = {_file_name(rows, name, extension): count for name, count in sorted(counts.items())}
    return WrittenTables(tables, sum(counts.values()))


class _CsvTable:
    """One CSV file."""

    def __init__(self, stream: BinaryIO, table: Table) -> None:
        self._stream, self._text = stream, CsvText()
        self._columns = table.columns
        self._write([[column.name for column in table.columns]])

    def write(self, columns: list[list[Cell]]) -> None:
        """Write some rows, given column by column."""
        texts = [_texts(column, cells) for column, cells in zip(self._columns, columns, strict=True)]
        self._write(zip(*texts, strict=True))

    def _write(self, lines: Iterable[Iterable[str | Decimal]]) -> None:
        self._stream.write(self._text.rows(lines).encode("utf-8"))


def _texts(column: Column, cells: list[Cell]) -> list[str | Decimal]:
    write = _euros if column.type == "amount" else _text
    return [write(cell) for cell in cells]


def _text(cell: Cell) -> str | Decimal:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guard_cell(cell if cell.isprintable() else _visible(cell))
    if isinstance(cell, Decimal):
        return cell
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    return HIDDEN if cell is MASKED else str(cell)


def _euros(cell: Cell) -> str | Decimal:
    return Decimal(cell).scaleb(-2) if isinstance(cell, int) else _text(cell)


def _visible(text: str) -> str:
    """Text without any character that could act on a terminal."""
    return "".join(c if c.isprintable() or c == "\u00a0" else f"\\x{ord(c):02x}" for c in text)


def _fill(rows: Rows, open_sink: Callable[[Table], _CsvTable]) -> dict[str, int]:
    """Write all rows; the number of rows of each table, by its name."""
    counts: dict[str, int] = {}
    sinks: dict[str, _CsvTable] = {}
    for table, entries in rows.grouped():
        if table.name not in sinks:
            sinks[table.name], counts[table.name] = open_sink(table), 0
        sinks[table.name].write(cells_of(table, entries, rows.hider))
        counts[table.name] += len(entries)
    return counts
