"""The Arrow form of tables: schemas, types, arrays of cells; needs `pyarrow`."""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import pyarrow as pa

from noemie.documents.convert.columns import MASKED, Cell, Column, Table

#: Digits of an amount in euros, two of which are decimals.
AMOUNT: Final = (19, 2)

SCHEMA_VERSION: Final = "1"

#: Name of the column that tells rows of several files from one another.
FILE: Final = "fichier"


def schema_of(table: Table, *, family: str, norme: str, values: bool, named: bool = False) -> Any:
    """The Arrow schema of a table, with the facts of its columns as metadata.

    `named` is for rows of several files: the first column, `fichier`, tells which.
    """
    metadata = {
        "sesam_noemie.schema_version": SCHEMA_VERSION,
        "sesam_noemie.version": _version(),
        "sesam_noemie.family": family,
        "sesam_noemie.norme": norme,
        "sesam_noemie.record": table.name,
        "sesam_noemie.layouts": table.layout.family if table.layout else "",
        "sesam_noemie.values": "true" if values else "false",
    }
    fields = [_field(column, table) for column in table.columns]
    if named:
        fields.insert(0, pa.field(FILE, pa.string(), nullable=False))
    return pa.schema(fields, metadata=metadata)


@cache
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
    return pa.field(column.name, type_of(column), metadata=metadata or None)


@lru_cache(maxsize=4096)
def type_of(column: Column) -> Any:
    """The Arrow type of a column; that of a list of codes keeps each different one once."""
    if column.type == "decimal" and column.field is not None:
        whole, _, decimals = column.field.kind.parameter.partition("+")
        return pa.decimal128(int(whole) + int(decimals), int(decimals))
    if is_coded(column):
        return pa.dictionary(pa.int32(), pa.string())
    return {
        "integer": pa.int64(),
        "amount": pa.decimal128(*AMOUNT),
        "date": pa.date32(),
        "time": pa.time32("s"),
    }.get(column.type, pa.string())


def is_coded(column: Column) -> bool:
    """Whether a text is one of a list: each different one is kept once."""
    return column.type == "text" and column.field is not None and bool(column.field.list)


def array_of(column: Column, cells: list[Cell]) -> Any:
    """The Arrow array of the cells of a column; a hidden one is empty."""
    if any(cell is MASKED for cell in cells):
        cells = [None if cell is MASKED else cell for cell in cells]
    if column.type != "amount":
        return pa.array(cells, type_of(column))
    # Cents are the digits of euros with two decimals: only the place of the point is told anew.
    cents = pa.array(cells, pa.int64()).cast(pa.decimal128(AMOUNT[0], 0))
    return pa.Array.from_buffers(type_of(column), len(cells), cents.buffers(), null_count=cents.null_count)
