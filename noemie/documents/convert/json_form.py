"""Documents in JSON: one object, one record a line, so that any size is written and read in bounded memory.

    {"format":"sesam-noemie/records","schema_version":1,"family":"b2","values":true,"norme":"PS-2003C","eol":"",
    "records":[
    {"record":1,"offset":0,"type":"000","fields":{"type_emetteur":"TP",…}},
    …
    ],"count":16,"bytes":2048,"sha256":"…"}

- `fields` holds typed values (see `noemie.documents.convert.field_values`); a field that is left out is
  blank, `null` is a day of zeros, `{"raw": "…"}` holds bytes that are not the writing of any value, as
  latin-1 text.
- A record whose layout is not known, or that is damaged, has `raw` in place of `fields`.
- `eol` (CRLF, LF, CR) is the line end of a flow; a record that ends otherwise has its own. A return has
  `envelope`, `frames` (prefix and suffix in hexadecimal) and, where line ends stand before an entity, `gap`.
- `written` says that the line of a record of a flow was without the blanks at its end (`rogne`), or in UTF-8,
  or that a mail wrapped it: `CRLF-76` is a line end after its first 76 bytes.
- `retour`, from 2 on, is the rank of the 000...999 of an entity where a file holds several. `ordre` is JJMMAA
  where the day of 000 was written so. `douteux` names the days that have two readings: that of 000 is the
  likely one, the others are told by their bytes.
- `values` is false when personal values are hidden (`•••`): such a document cannot be turned back.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, BinaryIO, Final

import msgspec

from flatfile import Source
from flatfile.json_keys import repeated_key
from noemie.documents.convert.errors import ConvertError
from noemie.documents.convert.field_values import Raw, Told, raw_bytes
from noemie.documents.convert.model import (
    FAMILIES,
    FORMAT,
    SCHEMA_VERSION,
    Document,
    End,
    Frame,
    Head,
    Item,
    name_ends,
    read_ends,
    read_ordre,
    read_ways,
)
from noemie.documents.hidden import HIDDEN

#: What some editors write before everything else.
_BOM: Final = b"\xef\xbb\xbf"

#: Longest line of a document, in bytes (a record is far shorter; texts in XML have the same limit), and
#: largest one that was laid out otherwise and is read whole.
_LONGEST_LINE: Final = 64 << 20
_LARGEST: Final = 1 << 28

_OPENING: Final = b'"records":['

# --- writing ----------------------------------------------------------------------------------------------


def write_json(document: Document, destination: BinaryIO) -> None:
    """Write a document."""
    start = _encode(_told_head(document.head))
    destination.write(start[:-1] + b",\n" + _OPENING)
    separator = b"\n"
    for item in document:
        destination.write(separator + _encode(_told_item(item)))
        separator = b",\n"
    end = document.end
    told: dict[str, Any] = {"count": end.count, "bytes": end.size}
    if end.gap:
        told["gap"] = name_ends(end.gap)
    if end.sha256:
        told["sha256"] = end.sha256
    destination.write(b"\n]," + _encode(told)[1:] + b"\n")


def _told_head(head: Head) -> dict[str, Any]:
    told: dict[str, Any] = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "family": head.family,
        "values": head.values,
    }
    if head.family == "b2":
        told |= {"norme": head.norme, "eol": name_ends(head.eol)}
    elif head.family == "noemie":
        frames = [
            {"prefix": one.prefix.hex(), "size": one.size, "suffix": one.suffix.hex(), "times": one.times}
            for one in head.frames
        ]
        told |= {"envelope": head.envelope, "frames": frames}
    return told


def _told_item(item: Item) -> dict[str, Any]:
    told: dict[str, Any] = {"record": item.number, "offset": item.offset, "type": item.type}
    if item.facture:
        told["facture"] = item.facture
    if item.ligne:
        told["ligne"] = item.ligne
    if item.eol is not None:
        told["eol"] = name_ends(item.eol)
    if item.gap:
        told["gap"] = name_ends(item.gap)
    if item.ways:
        told["written"] = " ".join(item.ways)
    if item.retour > 1:
        told["retour"] = item.retour
    if item.ordre:
        told["ordre"] = item.ordre
    if item.douteux:
        told["douteux"] = item.douteux
    if item.form is not None:
        told["form"] = item.form
    if item.forms:
        told["forms"] = item.forms
    if item.fields is not None:
        told["fields"] = item.fields
    else:
        told["length"] = item.length
        told["raw"] = HIDDEN if item.raw is None else item.raw.decode("latin-1")
    return told


def _told_raw(value: Any) -> dict[str, str]:
    if isinstance(value, Raw):
        return {"raw": value.data.decode("latin-1")}
    raise NotImplementedError


_encode: Final = msgspec.json.Encoder(enc_hook=_told_raw).encode

# --- reading ----------------------------------------------------------------------------------------------


def read_json(source: Source) -> Document:
    """A document from its JSON. Raises `ConvertError`, here or while it is read.

    Memory is bounded when the document has a record a line, as it was written; laid out otherwise, it is
    read whole.
    """
    lines = _lines(source)
    pieces: list[bytes] = []
    size = 0
    for line in lines:
        pieces.append(line)
        size += len(line)
        if line.rstrip().endswith(_OPENING) and (document := _read_lines(pieces, lines)):
            return document
        if size > _LARGEST:
            raise ConvertError("taille", size=_LARGEST)
    told = _parsed(b"".join(pieces), 0)
    records = told.pop("records", None)
    if not isinstance(records, list):
        raise ConvertError("liste")
    end = End()
    _read_end(told, end)
    return Document(_head(told), _items_of(iter(records)), end)


def _read_lines(pieces: list[bytes], lines: Iterator[bytes]) -> Document | None:
    """A document that has a record a line; nothing, and one more piece, when it was laid out again."""
    head = b"".join(pieces).rstrip()
    first = next(lines, b"")
    pieces.append(first)
    text = first.strip().removesuffix(b",")
    if not text.startswith(b"]") and not _is_object(text):
        return None
    end = End()
    return Document(_head(_parsed(head + b"]}", 0)), _items_of(_by_lines(chain((first,), lines), end)), end)


def _is_object(text: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(text), dict)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return False


def _head(told: dict[str, Any]) -> Head:
    if told.get("format") != FORMAT or told.get("schema_version") != SCHEMA_VERSION:
        raise ConvertError("format", format=FORMAT, version=SCHEMA_VERSION)
    family, values = told.get("family"), told.get("values")
    if family not in FAMILIES:
        raise ConvertError("famille", family=", ".join(FAMILIES))
    head = Head(family, values is True)
    if family == "b2":
        head.norme = str(told.get("norme"))
        head.eol = read_ends(told.get("eol"))
    elif family == "noemie":
        frames = told.get("frames")
        if not isinstance(frames, list):
            raise ConvertError("cadres")
        head.envelope = str(told.get("envelope"))
        head.frames = [_frame(one) for one in frames]
    return head


def _frame(told: object) -> Frame:
    match told:
        case {"prefix": str(prefix), "size": int(size), "suffix": str(suffix), "times": int(times)}:
            return make_frame(prefix, size, suffix, times)
    raise ConvertError("cadres")


def make_frame(prefix: str, size: int, suffix: str, times: int) -> Frame:
    """A frame from its told parts. Raises `ConvertError`."""
    try:
        if size >= 0 and times >= 0:
            return Frame(bytes.fromhex(prefix), size, bytes.fromhex(suffix), times)
    except ValueError:
        pass
    raise ConvertError("cadres")


def _items_of(records: Iterator[Any]) -> Iterator[Item]:
    for number, told in enumerate(records, start=1):
        if not isinstance(told, dict):
            raise ConvertError("enregistrement", number)
        yield _item(told, number)


def _item(told: dict[str, Any], number: int) -> Item:
    fields = told.get("fields")
    raw = None
    if "raw" in told:
        fields, raw = None, raw_bytes(told["raw"], number)
    elif not isinstance(fields, dict):
        raise ConvertError("contenu", number)
    else:
        for name, value in fields.items():
            if type(value) is dict:
                fields[name] = _raw(value, number, name)
            elif value is not None and type(value) is not str and type(value) is not int:
                raise ConvertError("valeur", number, name)
    type_, forms = told.get("type"), told.get("forms", {})
    if not isinstance(type_, str):
        raise ConvertError("type", number)
    if not isinstance(forms, dict):
        raise ConvertError("forme", number)
    return Item(
        number,
        0,
        type_,
        fields,
        raw,
        eol=read_ends(told["eol"], number) if "eol" in told else None,
        gap=read_ends(told["gap"], number) if "gap" in told else b"",
        form=told.get("form"),
        forms=forms,
        ways=read_ways(told.get("written", ""), number),
        ordre=read_ordre(told.get("ordre", ""), number),
    )


def _raw(told: dict[str, Any], number: int, name: str) -> Told:
    if set(told) != {"raw"}:
        raise ConvertError("valeur", number, name)
    return Raw(raw_bytes(told["raw"], number, name))


def _by_lines(lines: Iterator[bytes], end: End) -> Iterator[Any]:
    number = 0
    for line in lines:
        text = line.strip()
        if text.startswith(b"]"):
            rest = text + b"".join(lines)
            _read_end(_parsed(b'{"records":[' + rest, 0), end)
            return
        if text:
            number += 1
            yield _parsed(text.removesuffix(b","), number)
    raise ConvertError("liste", number)


def _read_end(told: dict[str, Any], end: End) -> None:
    digest = told.get("sha256")
    end.sha256 = digest if isinstance(digest, str) else ""
    end.gap = read_ends(told.get("gap", ""))


def _parsed(text: bytes, number: int) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise ConvertError("json", number) from None
    if not isinstance(found, dict):
        raise ConvertError("objet", number)
    if (twice := repeated_key(text, found)) is not None:
        offset, name = twice
        raise ConvertError("cle", number, name, line=0 if number else text.count(b"\n", 0, offset) + 1)
    return found


def _lines(source: Source) -> Iterator[bytes]:
    """Lines with their ends. Raises `ConvertError` when one is longer than any that a document has."""
    pieces: list[bytes] = []
    size, begun = 0, False
    for piece in iter(source.read, b""):
        first, *others = (piece if begun else piece.removeprefix(_BOM)).split(b"\n")
        begun = True
        pieces.append(first)
        size += len(first)
        if size > _LONGEST_LINE:
            raise ConvertError("taille", size=_LONGEST_LINE)
        for line in others:
            yield b"".join(pieces) + b"\n"
            pieces, size = [line], len(line)
    yield b"".join(pieces)
