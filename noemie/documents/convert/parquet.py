"""One Parquet file; needs `pyarrow`."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any, BinaryIO, Final

import pyarrow as pa
import pyarrow.parquet as pq

from noemie.documents.convert.columns import MASKED, Cell, Column, Table
from noemie.documents.convert.rows import Rows

#: Digits of an amount in euros, two of which are decimals.
AMOUNT: Final = (19, 2)

SCHEMA_VERSION: Final = "1"

#: Rows of a row group.
_GROUP: Final = 1 << 16


class ParquetTable:
    """Writes the rows of one record type, batch after batch."""

    def __init__(self, stream: BinaryIO, table: Table, rows: Rows) -> None:
        self._columns = table.columns
        metadata = {
            "sesam_noemie.schema_version": SCHEMA_VERSION,
            "sesam_noemie.version": _version(),
            "sesam_noemie.family": rows.family,
            "sesam_noemie.norme": rows.norme,
            "sesam_noemie.record": table.name,
            "sesam_noemie.layouts": table.layout.family if table.layout else "",
            "sesam_noemie.values": "true" if rows.hider is None else "false",
        }
        self._schema = pa.schema([_field(column, table) for column in table.columns], metadata=metadata)
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd")
        self._kept: list[Any] = []
        self._size = 0

    def write(self, columns: list[list[Cell]]) -> None:
        """Write some rows, given column by column."""
        arrays = [_array(column, cells) for column, cells in zip(self._columns, columns, strict=True)]
        batch = pa.record_batch(arrays, schema=self._schema)
        self._kept.append(batch)
        self._size += batch.num_rows
        if self._size >= _GROUP:
            self._flush()

    def close(self) -> None:
        """Write the end of the file."""
        if self._kept:
            self._flush()
        self._writer.close()

    def abort(self) -> None:
        """Let go of the file while it is open: pyarrow would write to it later, and complain."""
        with suppress(Exception):
            self._writer.writer.close()
        self._writer.is_open = False

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_batches(self._kept, self._schema), row_group_size=_GROUP)
        self._kept, self._size = [], 0


def _version() -> str:
    try:
        return version("sesam-noemie")
    except PackageNotFoundError:
        return ""


def _field(column: Column, table: Table) -> Any:
    field = column.field
    told: dict[str, str] = {}
    if field is not None and table.layout is not None:
        told = {
            "label_fr": field.label_fr,
            "label_en": field.label_en,
            "kind": field.kind.name,
            "list": field.list,
            "start": str(field.start),
            "length": str(field.length),
            "source": f"{table.layout.family} {table.layout.name}",
            "note": field.note,
            "confidence": field.confidence,
            "personal": field.personal,
            "hidden": "true" if column.hidden else "",
            "unit": "EUR" if column.type == "amount" else "",
        }
    metadata = {name: text for name, text in told.items() if text}
    return pa.field(column.name, _type(column), metadata=metadata or None)


def _type(column: Column) -> Any:
    if column.type == "decimal" and column.field is not None:
        whole, _, decimals = column.field.kind.parameter.partition("+")
        return pa.decimal128(int(whole) + int(decimals), int(decimals))
    return {
        "integer": pa.int64(),
        "amount": pa.decimal128(*AMOUNT),
        "date": pa.date32(),
        "time": pa.time32("s"),
    }.get(column.type, pa.string())


def _array(column: Column, cells: list[Cell]) -> Any:
    if any(cell is MASKED for cell in cells):
        cells = [None if cell is MASKED else cell for cell in cells]
    if column.type != "amount":
        return pa.array(cells, _type(column))
    # Cents are the digits of euros with two decimals: only the place of the point is told anew.
    cents = pa.array(cells, pa.int64()).cast(pa.decimal128(AMOUNT[0], 0))
    return pa.Array.from_buffers(_type(column), len(cells), cents.buffers(), null_count=cents.null_count)
