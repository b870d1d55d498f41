"""Rows of plain columns as Arrow: numbers, texts, days, truths; those of a data set by table and day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Literal

from flatfile.arrow import arrow, spare_array

__all__ = ["Columns", "Row", "RowsByDay", "Type", "record_batch", "schema_of"]

Row = dict[str, Any]
Type = Literal["text", "count", "cents", "date", "truth"]

#: The type of each column, by name.
Columns = Mapping[str, Type]

#: Rows of one table that wait before they are an Arrow batch.
_WAITING: Final = 1024


def schema_of(columns: Columns) -> Any:
    """The Arrow schema of a table; needs `pyarrow`."""
    pa = arrow()
    types = {
        "text": pa.string(),
        "count": pa.int64(),
        "cents": pa.int64(),
        "date": pa.date32(),
        "truth": pa.bool_(),
    }
    return pa.schema([(column, types[kind]) for column, kind in columns.items()])


def record_batch(columns: Columns, rows: list[Row]) -> Any:
    """Some rows of a table as a `pyarrow.RecordBatch`; days are given as ISO texts, empty for none."""
    schema = schema_of(columns)
    arrays = [spare_array([row.get(column) for row in rows], schema.field(column).type) for column in columns]
    return arrow().record_batch(arrays, schema=schema)


class RowsByDay:
    """Rows of some tables on their way to the parts of a data set; `write` is that of its `Parts`."""

    def __init__(self, tables: Mapping[str, Columns], write: Callable[[str, Any], None]) -> None:
        self._tables = tables
        self._write = write
        self._waiting: dict[tuple[str, dt.date | None], list[Row]] = {}

    def add(self, table: str, day: dt.date | None, rows: Iterable[Row]) -> None:
        """Add rows of a file of that day."""
        for row in rows:
            waiting = self._waiting.setdefault((table, day), [])
            waiting.append(row)
            if len(waiting) >= _WAITING:
                self._flush(table, day)

    def end(self) -> None:
        """Write what waits."""
        for table, day in [*self._waiting]:
            self._flush(table, day)

    def _flush(self, table: str, day: dt.date | None) -> None:
        from noemie.documents.dataset import place_of

        rows = self._waiting.pop((table, day))
        self._write(place_of(table, day=day), record_batch(self._tables[table], rows))
