"""Columns of many records at once, and cells of one record after another: what both hold must be the same."""

from __future__ import annotations

import pyarrow as pa

from noemie.documents.columns import batches
from noemie.documents.convert.arrow import array_of, schema_of
from noemie.documents.convert.columns import cells_of
from noemie.documents.convert.rows import FlowRows


def one_by_one(rows: FlowRows) -> dict[str, pa.Table]:
    """Table -> its schema, then the values of each column, from cells."""
    found: dict[str, list[pa.RecordBatch]] = {}
    for table, entries in rows.grouped():
        arrays = [
            array_of(column, cells)
            for column, cells in zip(table.columns, cells_of(table, entries, rows.hider), strict=True)
        ]
        schema = schema_of(table, family="b2", norme=rows.norme, values=rows.hider is None)
        found.setdefault(table.name, []).append(pa.RecordBatch.from_arrays(arrays, schema=schema))
    return {name: pa.Table.from_batches(some) for name, some in found.items()}


def together(rows: FlowRows) -> dict[str, pa.Table]:
    """The same from the columns."""
    found: dict[str, list[pa.RecordBatch]] = {}
    for batch in batches.batches_of(rows):
        found.setdefault(batch.table.name, []).append(batch.rows)
    return {name: pa.Table.from_batches(some) for name, some in found.items()}


def compare(source: bytes, values: bool, norm: str | None = None) -> None:
    """Fails where a table, its schema or a value differs. Raises `FormatError` when the bytes are no flow."""
    told = one_by_one(FlowRows(source, values=values, norm=norm))
    found = together(FlowRows(source, values=values, norm=norm))
    assert set(found) == set(told)
    for name, table in told.items():
        found[name].validate(full=True)
        assert found[name].schema.equals(table.schema, check_metadata=True), name
        for column in table.column_names:
            assert found[name][column].to_pylist() == table[column].to_pylist(), (name, column)
