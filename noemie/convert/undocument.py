"""JSON documents turned back into the files that they hold; see `noemie.convert.document`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple

import msgspec

from flatfile import FormatError, Layout, LayoutError, Readable, Source, open_source
from fse import norme
from noemie.convert.document import FORMAT, SCHEMA_VERSION, is_document
from noemie.convert.errors import ConvertError, HiddenValuesError
from noemie.convert.physical import read_frames, rebuild
from noemie.convert.values import RAW, build_record, raw_bytes
from noemie.tables import layouts as entity_layouts

#: Longest line of a document, in bytes; one laid out otherwise is read whole.
_LONGEST_LINE: Final = 1 << 20

_OPENING: Final = b'"records":['
_EOLS: Final = ("", "\r\n", "\n", "\r")


class Restored(NamedTuple):
    """What was written: the family, the records, the bytes, and whether they are those of the original file.

    `same` is `None` when the document does not tell.
    """

    family: str
    records: int
    bytes: int
    same: bool | None


def read_document(
    source: Readable,
    destination: BinaryIO,
    *,
    expected: Literal["b2", "noemie", ""] = "",
    layouts: Path | None = None,
) -> Restored:
    """Write the flow or the return that a document holds; an unchanged document gives the same bytes.

    A flow is written in bounded memory when the document has a record a line, as it was made; anything else
    is held in memory. Raises `FormatError` (`fichier.vide`, `fichier.inconnu`) when it is no document of
    ours, `HiddenValuesError`, and `ConvertError` that names the record and the field at fault.
    """
    with open_source(source) as opened:
        if not opened.head:
            raise FormatError("fichier.vide")
        if not is_document(opened.head):
            raise FormatError("fichier.inconnu", lookalike="JSON" if opened.head[:1] in b"{[" else "?")
        document = _Document(opened)
        head = document.head
        if head.get("format") != FORMAT or head.get("schema_version") != SCHEMA_VERSION:
            raise ConvertError("format", format=FORMAT, version=SCHEMA_VERSION)
        if head.get("values") is not True:
            raise HiddenValuesError("valeurs")
        family = head.get("family")
        if family not in ("b2", "noemie") or (expected and family != expected):
            raise ConvertError("famille", family=expected or "b2, noemie")
        writer = _Writer(destination)
        if family == "b2":
            _write_flow(document, writer, layouts)
        else:
            _write_return(document, writer, layouts)
        told = document.end.get("sha256")
        same = writer.digest == told if isinstance(told, str) else None
        return Restored(family, document.count, writer.size, same)


class _Writer:
    """Writes and counts."""

    def __init__(self, destination: BinaryIO) -> None:
        self._destination = destination
        self._hash = hashlib.sha256()
        self.size = 0

    def write(self, raw: bytes) -> None:
        self._destination.write(raw)
        self._hash.update(raw)
        self.size += len(raw)

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


# --- reading ----------------------------------------------------------------------------------------------


class _Document:
    """A document read as it comes: `head`, then `records()`, then `end`."""

    def __init__(self, source: Source) -> None:
        self.count = 0
        self.end: dict[str, Any] = {}
        self._lines = _lines(source)
        self._whole: list[Any] | None = None
        first = next(self._lines)
        if first.rstrip().endswith(_OPENING):
            self.head = _parsed(first.rstrip() + b"]}", 0)
            return
        whole = _parsed(first + b"".join(self._lines), 0)
        records = whole.pop("records", None)
        if not isinstance(records, list):
            raise ConvertError("liste")
        self.head = self.end = whole
        self._whole = records

    def records(self) -> Iterator[dict[str, Any]]:
        """Each record."""
        for told in self._whole if self._whole is not None else self._by_lines():
            self.count += 1
            if not isinstance(told, dict):
                raise ConvertError("enregistrement", self.count)
            yield told

    def _by_lines(self) -> Iterator[Any]:
        for line in self._lines:
            text = line.strip()
            if text.startswith(b"]"):
                rest = text + b"".join(self._lines)
                self.end = _parsed(b'{"records":[' + rest, 0)
                return
            if text:
                yield _parsed(text.removesuffix(b","), self.count + 1)
        raise ConvertError("liste", self.count)


def _parsed(text: bytes, number: int) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ConvertError("json", number) from None
    if not isinstance(found, dict):
        raise ConvertError("objet", number)
    return found


def _lines(source: Source) -> Iterator[bytes]:
    """Lines with their ends; one that is too long comes in pieces."""
    rest = b""
    for piece in iter(source.read, b""):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            yield line + b"\n"
        if len(rest) > _LONGEST_LINE:
            yield rest
            rest = b""
    yield rest


# --- writing ----------------------------------------------------------------------------------------------


def _write_flow(document: _Document, writer: _Writer, layouts: Path | None) -> None:
    head = document.head
    try:
        known: Mapping[str, Layout] = norme(str(head.get("norme")), layouts).layouts
    except LayoutError:
        raise ConvertError("norme") from None
    eol = _eol(head.get("eol"), 0)
    for told in document.records():
        raw = _raw(told, known, document.count)
        writer.write(raw + (_eol(told["eol"], document.count) if "eol" in told else eol))


def _write_return(document: _Document, writer: _Writer, layouts: Path | None) -> None:
    known = entity_layouts(layouts)
    entities: list[bytes] = []
    gaps: list[tuple[int, bytes]] = []
    for told in document.records():
        if "gap" in told:
            gaps.append((len(entities), _gap(told["gap"], document.count)))
        entities.append(_raw(told, known, document.count))
    if "gap" in document.end:
        gaps.append((len(entities), _gap(document.end["gap"], 0)))
    envelope = document.head.get("envelope")
    if envelope not in ("P1", "P2", "P3"):
        raise ConvertError("enveloppe")
    writer.write(rebuild(envelope, read_frames(document.head.get("frames")), gaps, entities))


def _raw(told: dict[str, Any], known: Mapping[str, Layout], number: int) -> bytes:
    """The bytes of a record."""
    if RAW in told:
        return raw_bytes(told[RAW], number)
    type, fields = told.get("type"), told.get("fields")
    layout = known.get(type) if isinstance(type, str) else None
    if layout is None:
        raise ConvertError("type", number)
    if not isinstance(fields, dict):
        raise ConvertError("contenu", number)
    return build_record(layout, fields, number)


def _eol(told: object, number: int) -> bytes:
    if told not in _EOLS:
        raise ConvertError("fin-de-ligne", number)
    return str(told).encode("ascii")


def _gap(told: object, number: int) -> bytes:
    if not isinstance(told, str) or told.strip("\r\n"):
        raise ConvertError("fin-de-ligne", number)
    return told.encode("ascii")
