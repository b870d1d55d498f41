"""Tables written as CSV, or as Parquet with `pyarrow` (extra `parquet`): one file for each record type."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack
from decimal import Decimal
from typing import Any, BinaryIO, Final, NamedTuple, Protocol

from flatfile.arrow import arrow
from flatfile.cells import guard_cell
from flatfile.csv_text import CsvText
from noemie.documents.convert.columns import MASKED, Cell, Column, Entry, Table, cells_of
from noemie.documents.convert.rows import Rows
from noemie.documents.hidden import HIDDEN

#: Opens one file by its name; the file is whole when the context ends without an exception.
Opener = Callable[[str], AbstractContextManager[BinaryIO]]

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9_-]")

#: Rows of a table kept before they are written.
_BATCH: Final = 4096


class WrittenTables(NamedTuple):
    """File names and how many rows each holds."""

    tables: dict[str, int]
    records: int


class Sink(Protocol):
    """Where the rows of one table go."""

    def write(self, columns: list[list[Cell]]) -> None:
        """Write some rows, given column by column."""

    def close(self) -> None:
        """Write the end of the file."""

    def abort(self) -> None:
        """Let go of a file that will not be kept, while it is still open."""


def write_csv(rows: Rows, open_table: Opener, check: Callable[[], object] = bool) -> WrittenTables:
    """Write one CSV file for each record type (`b2-4M.csv`): UTF-8, commas, a header line, CR LF.

    Amounts are in euros with two decimals, days in ISO. A text that a spreadsheet would take for a formula
    gets an apostrophe in front, a control character is written `\\x1b`. A hidden value is `•••`.
    """
    return _write(rows, "csv", open_table, _CsvTable, check)


def write_parquet(rows: Rows, open_table: Opener, check: Callable[[], object] = bool) -> WrittenTables:
    """Write one Parquet file for each record type (`b2-4M.parquet`), with typed columns.

    Amounts are `decimal128(19, 2)` in euros, coefficients decimals, days `date32`, numbers `int64`, the rest
    text. The metadata of a column give its labels, kind, place, code list, confidence and whether it is
    personal; a hidden one is empty and says so. Raises `MissingLibraryError` without `pyarrow`.
    """
    arrow()
    from noemie.documents.convert.parquet import ParquetTable

    return _write(rows, "parquet", open_table, ParquetTable, check)


def arrow_tables(rows: Rows) -> dict[str, Any]:
    """One `pyarrow.Table` for each record type (`4M`), with the columns of `write_parquet`.

    Raises `MissingLibraryError` without `pyarrow`.
    """
    arrow()
    from noemie.documents.convert.arrow import ArrowTable

    made: dict[str, ArrowTable] = {}

    def open_sink(table: Table) -> Sink:
        return made.setdefault(table.name, ArrowTable(table, rows))

    _fill(rows, open_sink)
    return {name: made[name].table() for name in sorted(made)}


class _CsvTable:
    """One CSV file."""

    def __init__(self, stream: BinaryIO, table: Table, rows: Rows) -> None:
        self._stream, self._text = stream, CsvText()
        self._columns = table.columns
        self._write([[column.name for column in table.columns]])

    def write(self, columns: list[list[Cell]]) -> None:
        """See `Sink`."""
        texts = [_texts(column, cells) for column, cells in zip(self._columns, columns, strict=True)]
        self._write(zip(*texts, strict=True))

    def close(self) -> None:
        """See `Sink`: nothing is left to write."""

    def abort(self) -> None:
        """See `Sink`."""

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


def _write(
    rows: Rows,
    extension: str,
    open_table: Opener,
    kind: Callable[[BinaryIO, Table, Rows], Sink],
    check: Callable[[], object],
) -> WrittenTables:
    def file_name(table: str) -> str:
        # The types of a site's table may hold anything; a name of file may not.
        return f"{rows.family}-{_UNSAFE.sub('_', table)}.{extension}"

    with ExitStack() as stack:

        def open_sink(table: Table) -> Sink:
            return kind(stack.enter_context(open_table(file_name(table.name))), table, rows)

        counts = _fill(rows, open_sink)
        check()  # before any table takes its name
    tables = {file_name(name): count for name, count in sorted(counts.items())}
    return WrittenTables(tables, sum(counts.values()))


def _fill(rows: Rows, open_sink: Callable[[Table], Sink]) -> dict[str, int]:
    """Write all rows; the number of rows of each table, by its name."""
    counts: dict[str, int] = {}
    sinks: dict[str, Sink] = {}
    waiting: dict[str, tuple[Table, list[Entry]]] = {}

    def write(name: str) -> None:
        table, entries = waiting[name]
        if entries:
            counts[name] += len(entries)
            sinks[name].write(cells_of(table, entries, rows.hider))
            entries.clear()

    try:
        for table, entry in rows:
            name = table.name
            found = waiting.get(name)
            if found is None:
                sinks[name] = open_sink(table)
                found = waiting[name] = (table, [])
                counts[name] = 0
            found[1].append(entry)
            if len(found[1]) >= _BATCH:
                write(name)
        for name, sink in sinks.items():
            write(name)
            sink.close()
    except BaseException:
        for sink in sinks.values():
            sink.abort()
        raise
    return counts
