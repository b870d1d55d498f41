"""Flows, returns and zones as JSON, XML, CSV or Parquet, and back from JSON and XML without losing a byte.

| target | what it keeps |
|---|---|
| JSON, XML | everything: turned back, they give the same bytes; bounded memory for flows |
| CSV | one table for each record type, safe to open in a spreadsheet |
| Parquet | the same tables with typed columns (amounts in euros, days), for analysis; needs `pyarrow` |

Personal values are hidden unless `values=True`. A document without them cannot be turned back. A file that
changes while it is read raises `FormatError` (`fichier.lecture`): what was written must then be thrown away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

from flatfile import FormatError, Readable, Source, open_source
from flatfile.extras import MissingLibraryError
from flatfile.unchanged import unchanged
from fse import Flux
from fse.ssv import tables as zone_tables
from noemie.documents.convert.errors import ConvertError, HiddenValuesError
from noemie.documents.convert.flows import tell_flow
from noemie.documents.convert.json_form import read_json, write_json
from noemie.documents.convert.model import FORMAT, SCHEMA_VERSION, Document, Family
from noemie.documents.convert.restore import Restored, restore
from noemie.documents.convert.returns import tell_return
from noemie.documents.convert.rows import FlowRows, ReturnRows, Rows
from noemie.documents.convert.tables import Opener, WrittenTables, arrow_tables, write_csv, write_parquet
from noemie.documents.convert.zones import tell_zone
from noemie.documents.recognise import expect, recognise
from noemie.returns.retour import Retour

__all__ = [
    "FORMAT",
    "SCHEMA_VERSION",
    "ConvertError",
    "Form",
    "HiddenValuesError",
    "Kind",
    "MissingLibraryError",
    "Opener",
    "Restored",
    "Written",
    "WrittenTables",
    "WrongKindError",
    "from_json",
    "from_xml",
    "kind_of",
    "to_arrow",
    "to_csv",
    "to_json",
    "to_parquet",
    "to_xml",
]

#: What a document is written in, empty for a file that is none.
Form = Literal["json", "xml", ""]

#: Names of families in documents.
_FAMILIES: dict[str, Family] = {"b2": "b2", "noemie": "noemie", "zone": "ssv"}


class Kind(NamedTuple):
    """What a file is: a flow, a return, a zone, or a document (`form`) of one that is not known yet."""

    family: Family | Literal[""]
    form: Form


class Written(NamedTuple):
    """What was written: the family, the records, and the bytes of the file that they make up."""

    family: Family
    records: int
    bytes: int


class WrongKindError(Exception):
    """A zone has no tables; a document is no file to convert."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.family or kind.form)
        self.kind = kind


def kind_of(head: bytes) -> Kind:
    """What a file that starts with `head` is.

    Raises `FormatError` (`fichier.vide`, `fichier.inconnu`) for anything else, documents of other programs
    included; `lookalike` says what it looks like.
    """
    found = expect(recognise(head), "b2", "noemie", "zone", "document")
    if found.family == "document":
        return Kind("", "json" if found.form == "json" else "xml")
    return Kind(_FAMILIES[found.family], "")


def to_json(
    source: Readable,
    destination: BinaryIO,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Written:
    """Write a flow, a return or a zone as one JSON document (see `noemie.documents.convert.json_form`).

    A flow is read once, as it comes. Raises `FormatError`, `LayoutError`, `WrongKindError`.
    """
    with unchanged(source):
        document = _document(source, values=values, norm=norm, layouts=layouts)
        write_json(document, destination)
    return Written(document.head.family, document.end.count, document.end.size)


def to_xml(
    source: Readable,
    destination: BinaryIO,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Written:
    """Write a flow, a return or a zone as one XML document (see `noemie.documents.convert.xml_words`).

    Raises `MissingLibraryError` without `lxml`, `ConvertError` on a value too long for XML, and what
    `to_json` raises.
    """
    try:
        from noemie.documents.convert.xml_form import write_xml
    except ModuleNotFoundError:
        raise MissingLibraryError("lxml", "xml") from None
    with unchanged(source):
        document = _document(source, values=values, norm=norm, layouts=layouts)
        groups = zone_tables(layouts) if document.head.family == "ssv" else {}
        known = {str(id): frozenset(field.name for field in group.fields) for id, group in groups.items()}
        write_xml(document, destination, known)
    return Written(document.head.family, document.end.count, document.end.size)


def from_json(
    source: Readable, destination: BinaryIO, *, expected: Family | None = None, layouts: Path | None = None
) -> Restored:
    """Write the file that a JSON document tells (see `noemie.documents.convert.restore`).

    `expected` refuses any other family. Raises `HiddenValuesError`, `ConvertError`, `FormatError`,
    `LayoutError`.
    """
    with unchanged(source), open_source(source) as opened:
        return restore(read_json(opened), destination, expected=expected, layouts=layouts)


def from_xml(
    source: Readable, destination: BinaryIO, *, expected: Family | None = None, layouts: Path | None = None
) -> Restored:
    """Write the file that an XML document tells (see `noemie.documents.convert.restore`).

    Raises `MissingLibraryError` without `lxml`, and what `from_json` raises.
    """
    try:
        from noemie.documents.convert.xml_reader import read_xml
    except ModuleNotFoundError:
        raise MissingLibraryError("lxml", "xml") from None
    with unchanged(source), open_source(source) as opened:
        return restore(read_xml(opened), destination, expected=expected, layouts=layouts)


def to_csv(
    source: Readable,
    open_table: Opener,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> WrittenTables:
    """Write a flow or a return as CSV tables (see `write_csv`). Raises what `to_json` raises."""
    with unchanged(source) as check:
        return write_csv(_rows(source, values=values, norm=norm, layouts=layouts), open_table, check)


def to_parquet(
    source: Readable,
    open_table: Opener,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> WrittenTables:
    """Write a flow or a return as Parquet tables (see `write_parquet`).

    Raises `MissingLibraryError` without `pyarrow`, and what `to_json` raises.
    """
    with unchanged(source) as check:
        return write_parquet(_rows(source, values=values, norm=norm, layouts=layouts), open_table, check)


def to_arrow(
    source: Readable | Flux | Retour,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> dict[str, Any]:
    """A flow or a return as Arrow tables: record type (`4M`, `290`) -> `pyarrow.Table`, all in memory.

    The columns are those of `write_parquet`; personal values are empty unless `values`. What is read
    already (`Flux`, `Retour`) keeps its norm and layouts. Raises `MissingLibraryError` without `pyarrow`,
    and what `to_json` raises.
    """
    if isinstance(source, Flux):
        return arrow_tables(FlowRows(source, values=values))
    if isinstance(source, Retour):
        return arrow_tables(ReturnRows(source, values=values))
    with unchanged(source):
        return arrow_tables(_rows(source, values=values, norm=norm, layouts=layouts))


def _document(source: Readable, *, values: bool, norm: str | None, layouts: Path | None) -> Document:
    opened = open_source(source)
    kind = _kind(opened)
    if kind.family == "b2":
        return tell_flow(opened, values=values, norm=norm, layouts=layouts)
    again = _again(source, opened)
    if kind.family == "noemie":
        return tell_return(again, values=values, layouts=layouts)
    return tell_zone(again, values=values, layouts=layouts)


def _rows(source: Readable, *, values: bool, norm: str | None, layouts: Path | None) -> Rows:
    opened = open_source(source)
    kind = _kind(opened)
    if kind.family == "b2":
        return FlowRows(opened, values=values, norm=norm, layouts=layouts)
    if kind.family == "noemie":
        return ReturnRows(_again(source, opened), values=values, layouts=layouts)
    with opened:
        raise WrongKindError(kind)


def _kind(opened: Source) -> Kind:
    """What a file is; it is closed when it cannot be converted."""
    try:
        kind = kind_of(opened.head)
        if kind.form:
            raise WrongKindError(kind)
    except (FormatError, WrongKindError):
        with opened:
            raise
    return kind


def _again(source: Readable, opened: Source) -> Readable:
    """A source that can be read several times: a stream is kept in memory."""
    with opened:
        return source if isinstance(source, (str, Path, bytes)) else opened.read_all()
