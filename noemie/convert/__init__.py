"""Flows and returns as JSON, CSV or Parquet, and back from JSON without losing a byte.

| target | what it keeps |
|---|---|
| JSON | everything: turned back, it gives the same bytes. One record a line, bounded memory for flows |
| CSV | one table for each record type, safe to open in a spreadsheet |
| Parquet | the same tables with typed columns (amounts in euros, days), for analysis; needs `pyarrow` |

Personal values are hidden unless `values=True`. A JSON document without them cannot be turned back.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Literal

from flatfile import FormatError, Readable, detect, open_source
from noemie.convert.columns import Rows
from noemie.convert.document import (
    FORMAT,
    SCHEMA_VERSION,
    Written,
    is_document,
    write_b2,
    write_noemie,
)
from noemie.convert.errors import ConvertError, HiddenValuesError, MissingLibraryError
from noemie.convert.tables import Opener, WrittenTables, write_csv, write_parquet
from noemie.convert.undocument import Restored, read_document
from noemie.tables import entity_lengths

__all__ = [
    "FORMAT",
    "SCHEMA_VERSION",
    "ConvertError",
    "HiddenValuesError",
    "MissingLibraryError",
    "Opener",
    "Restored",
    "Written",
    "WrittenTables",
    "family_of",
    "from_json",
    "is_document",
    "to_csv",
    "to_json",
    "to_parquet",
]

Family = Literal["b2", "noemie"]

from_json = read_document


def family_of(source: Readable) -> Family:
    """`b2` or `noemie`. Raises `FormatError` (`fichier.vide`, `fichier.inconnu`) for anything else."""
    with open_source(source) as opened:
        if not opened.head:
            raise FormatError("fichier.vide")
        found = detect(opened.head, entity_lengths())
        if not found.family and opened.head.removeprefix(b"\xef\xbb\xbf")[65:67] != b"B2":
            raise FormatError("fichier.inconnu", lookalike=found.lookalike)
        return found.family or "b2"


def to_json(
    source: Readable,
    destination: BinaryIO,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Written:
    """Write a flow or a return as one JSON document (see `noemie.convert.document`).

    The source is read several times: a stream is kept in memory. Raises `FormatError`, `LayoutError`.
    """
    source = _twice(source)
    if family_of(source) == "noemie":
        return write_noemie(source, destination, values=values, layouts=layouts)
    return write_b2(source, destination, values=values, norm=norm, layouts=layouts)


def to_csv(
    source: Readable,
    open_table: Opener,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> WrittenTables:
    """Write a flow or a return as CSV tables (see `write_csv`). Raises `FormatError`, `LayoutError`."""
    source = _twice(source)
    return write_csv(Rows(source, family_of(source), values=values, norm=norm, layouts=layouts), open_table)


def to_parquet(
    source: Readable,
    open_table: Opener,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> WrittenTables:
    """Write a flow or a return as Parquet tables (see `write_parquet`).

    Raises `MissingLibraryError`, `FormatError`, `LayoutError`.
    """
    source = _twice(source)
    return write_parquet(
        Rows(source, family_of(source), values=values, norm=norm, layouts=layouts), open_table
    )


def _twice(source: Readable) -> Readable:
    """A source that can be read again: a stream is kept in memory."""
    if isinstance(source, (str, Path, bytes, bytearray, memoryview)):
        return source
    with open_source(source) as opened:
        return opened.read_all()
