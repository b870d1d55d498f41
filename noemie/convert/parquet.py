"""One Parquet file; needs `pyarrow`."""

from __future__ import annotations

from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from noemie.convert.columns import Column, Row, Rows, Table
from noemie.convert.tables import AMOUNT, SCHEMA_VERSION


class ParquetTable:
    """Writes the rows of one record type, batch after batch."""

    def __init__(self, stream: BinaryIO, table: Table, rows: Rows) -> None:
        self._columns = table.columns
        metadata = {
            "sesam_noemie.schema_version": SCHEMA_VERSION,
            "sesam_noemie.family": rows.family,
            "sesam_noemie.norme": rows.norme,
            "sesam_noemie.record": table.name,
            "sesam_noemie.layouts": table.layout.family if table.layout else "",
        }
        self._schema = pa.schema([_field(column) for column in table.columns], metadata=metadata)
        self._writer = pq.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, rows: list[Row]) -> None:
        """Write rows."""
        if not rows:
            return
        cells = zip(*(row.cells for row in rows), strict=True)
        arrays = [_array(column, list(values)) for column, values in zip(self._columns, cells, strict=True)]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        """Write the end of the file."""
        self._writer.close()


def _field(column: Column) -> Any:
    field = column.field
    told: dict[str, str] = {}
    if field is not None:
        told = {
            "label_fr": field.label_fr,
            "label_en": field.label_en,
            "kind": field.kind.name,
            "list": field.list,
            "start": str(field.start),
            "length": str(field.length),
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


def _array(column: Column, values: list[Any]) -> Any:
    if column.type != "amount":
        return pa.array(values, _type(column))
    # Cents are the digits of euros with two decimals: only the place of the point is told anew.
    cents = pa.array(values, pa.int64()).cast(pa.decimal128(AMOUNT[0], 0))
    return pa.Array.from_buffers(_type(column), len(values), cents.buffers(), null_count=cents.null_count)
