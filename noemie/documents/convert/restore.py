"""Documents turned back into the files that they tell."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from flatfile import Layout, LayoutError
from fse import norme
from fse.lignes import as_written
from fse.ssv import tables
from noemie.documents.convert.errors import ConvertError, HiddenValuesError
from noemie.documents.convert.field_values import build
from noemie.documents.convert.model import Digest, Document, Family, Item
from noemie.documents.convert.physical import rebuild
from noemie.documents.convert.zones import zone_bytes
from noemie.returns.borders import Envelope
from noemie.returns.jour import with_ordre
from noemie.returns.rejet import REJET, form_for
from noemie.returns.tables import layouts as entity_layouts


class Restored(NamedTuple):
    """What was written: the family, the records, the bytes, and whether they are those of the original file.

    `same` is `None` when the document does not tell.
    """

    family: Family
    records: int
    bytes: int
    same: bool | None


def restore(
    document: Document,
    destination: BinaryIO,
    *,
    expected: Family | None = None,
    layouts: Path | None = None,
) -> Restored:
    """Write the file that a document tells; an unchanged document gives the same bytes.

    Flows and zones are written as they come, a return once it is whole in memory. Raises
    `HiddenValuesError`, `LayoutError`, and `ConvertError` that names the record and the field at fault.
    """
    if expected and document.head.family != expected:
        raise ConvertError("famille", family=document.head.family)
    if not document.head.values:
        raise HiddenValuesError
    writer = _Writer(destination)
    _WRITERS[document.head.family](document, writer, layouts)
    told = document.end.sha256
    same = writer.digest.hexadecimal == told if told else None
    return Restored(document.head.family, writer.records, writer.digest.size, same)


class _Writer:
    """Writes and counts."""

    def __init__(self, destination: BinaryIO) -> None:
        self._destination = destination
        self.digest = Digest()
        self.records = 0

    def write(self, raw: bytes) -> None:
        self._destination.write(raw)
        self.digest.add(raw)


def _write_flow(document: Document, writer: _Writer, layouts: Path | None) -> None:
    try:
        # The norm first, so that a site's wrong table is not taken for an unknown norm.
        norme(document.head.norme)
    except LayoutError:
        raise ConvertError("norme") from None
    known = norme(document.head.norme, layouts).layouts
    eol = document.head.eol
    for item in document:
        writer.records += 1
        writer.write(as_written(_raw(item, known), item.ways) + (eol if item.eol is None else item.eol))


def _write_return(document: Document, writer: _Writer, layouts: Path | None) -> None:
    known = entity_layouts(layouts)
    entities: list[bytes] = []
    gaps: list[tuple[int, bytes]] = []
    for item in document:
        writer.records += 1
        if item.gap:
            gaps.append((len(entities), item.gap))
        entities.append(_raw(item, known))
    if document.end.gap:
        gaps.append((len(entities), document.end.gap))
    if document.head.envelope not in ("P1", "P2", "P3"):
        raise ConvertError("enveloppe")
    writer.write(rebuild(cast(Envelope, document.head.envelope), document.head.frames, gaps, entities))


def _write_zone(document: Document, writer: _Writer, layouts: Path | None) -> None:
    known = tables(layouts)
    for item in document:
        writer.records += 1
        writer.write(zone_bytes(item, known))


_WRITERS = {"b2": _write_flow, "noemie": _write_return, "ssv": _write_zone}


def _raw(item: Item, known: Mapping[str, Layout]) -> bytes:
    """The bytes of a record."""
    if item.fields is None:
        if item.raw is None:
            raise ConvertError("contenu", item.number)
        return item.raw
    layout = known.get(item.type)
    if layout is None:
        raise ConvertError("type", item.number)
    if item.ordre:
        layout = with_ordre(layout, item.ordre)
    elif layout.name == REJET:
        layout = form_for(layout, item.fields.get("code_rejet"))
    return build(layout, item.fields, item.number)
