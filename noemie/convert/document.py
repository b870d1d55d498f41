"""Files as JSON documents, without losing a byte, and back.

A document is one JSON object, one record a line, so that a file of any size is written and read in bounded
memory:

    {"format":"sesam-noemie/records","schema_version":1,"family":"b2","norme":"PS-2003C","eol":"","values":true,
    "records":[ {"record":1,"offset":0,"type":"000","fields":{"type_emetteur":"TP",…}}, …
    ],"count":16,"bytes":2048,"sha256":"…"}

- `fields` holds typed values (amounts in cents, days in ISO, decimals as text); a field whose bytes are not
  the canonical writing of any value is `{"raw": "…"}`, latin-1 text. Constants and blanks are left out.
- A record whose layout is not known, or that is damaged, has `raw` in place of `fields`.
- `eol` is the line end of a B2 flow; a record that ends otherwise has its own. A return has `envelope`,
  `frames` (prefix, bytes of data, suffix, times) and, on a record that line ends precede, `gap`.
- `values` is false when personal values are hidden (`•••`): such a document cannot be turned back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from flatfile import Readable, Record, open_source
from fse import Reading
from noemie._hidden import HIDDEN, Hider, is_whole, names_people
from noemie.convert.physical import frames_of, gaps_of
from noemie.convert.values import RAW, fields_of
from noemie.physical import Envelope
from noemie.reader import iter_entites, read_retour, recognise
from noemie.tables import layouts as entity_layouts

FORMAT: Final = "sesam-noemie/records"
SCHEMA_VERSION: Final = 1


class Written(NamedTuple):
    """What was written: the family, the records, and the bytes of the file that they make up."""

    family: str
    records: int
    bytes: int


def write_b2(
    source: Readable,
    destination: BinaryIO,
    *,
    values: bool,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Written:
    """Write a flow as a document; see the module. Raises what `fse.Reading` raises."""
    reading = Reading(source, norm=norm, layouts=layouts, keep_ends=True)
    digest = _Digest()

    def told() -> Iterator[_Told]:
        hider = None if values else Hider()
        for number, (layout, raw, offset) in enumerate(reading.raw_records(), start=1):
            end = reading.ends.get(number, reading.eol)
            digest.add(raw + end)
            extra = {} if end == reading.eol else {"eol": end.decode("ascii")}
            yield _told(Record(layout, raw, offset, number), hider, extra)

    with reading.source:
        records = told()
        first = next(records)  # it tells how the others end
        head = {"norme": reading.norme.name, "eol": reading.eol.decode("ascii"), "values": values}
        count = _write(destination, "b2", head, chain((first,), records), lambda: digest.told(values=values))
    return Written("b2", count, digest.size)


def write_noemie(
    source: Readable, destination: BinaryIO, *, values: bool, layouts: Path | None = None
) -> Written:
    """Write a return as a document; see the module. Raises what `noemie.iter_entites` raises."""
    known = entity_layouts(layouts)
    digest = _Digest()
    with open_source(source) as opened:
        for piece in iter(opened.read, b""):
            digest.add(piece)
    with open_source(source) as opened:
        envelope: Envelope = recognise(opened, known).envelope  # type: ignore[assignment]  # of a return
        frames = frames_of(opened, envelope)
    hider = None if values else Hider(labels=names_people(read_retour(source, layouts=known)))
    end: dict[str, Any] = digest.told(values=values)

    def told() -> Iterator[_Told]:
        for record, gap in gaps_of(source, envelope, iter_entites(source, layouts=known)):
            extra = {"gap": gap.decode("ascii")} if gap else {}
            if record is not None:
                yield _told(record, hider, extra)
            else:
                end.update(extra)

    head = {"envelope": envelope, "frames": [frame.told for frame in frames], "values": values}
    count = _write(destination, "noemie", head, told(), lambda: end)
    return Written("noemie", count, digest.size)


#: A record as data.
_Told = dict[str, Any]


def _told(record: Record, hider: Hider | None, extra: dict[str, Any]) -> _Told:
    told: _Told = {"record": record.number, "offset": record.offset, "type": record.type, **extra}
    layout, whole = record.layout, is_whole(record)
    if hider is None:
        return told | ({"fields": fields_of(record)} if whole else {RAW: record.raw.decode("latin-1")})
    if not whole:
        return told | {"length": len(record.raw), RAW: HIDDEN}
    hidden = hider.fields(record)
    fields = fields_of(record)
    for name, value in fields.items():
        if name in hidden and value not in (None, ""):
            fields[name] = HIDDEN
        elif isinstance(value, str):
            fields[name] = hider.text(layout.by_name[name], value)
    return told | {"fields": fields}


class _Digest:
    """Size and SHA-256 of a file that is read once."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    def add(self, raw: bytes) -> None:
        self.size += len(raw)
        self._hash.update(raw)

    def told(self, *, values: bool) -> dict[str, Any]:
        """A digest tells which file it is, to who has it: it goes with the values only."""
        return {"bytes": self.size, **({"sha256": self._hash.hexdigest()} if values else {})}


def _write(
    destination: BinaryIO,
    family: str,
    head: dict[str, Any],
    records: Iterable[_Told],
    end: Callable[[], dict[str, Any]],
) -> int:
    start = _encode({"format": FORMAT, "schema_version": SCHEMA_VERSION, "family": family, **head})
    destination.write(start[:-1] + b',"records":[\n')
    count = 0
    for told in records:
        destination.write((b",\n" if count else b"") + _encode(told))
        count += 1
    destination.write(b"\n]," + _encode({"count": count, **end()})[1:] + b"\n")
    return count


def _encode(data: dict[str, Any]) -> bytes:
    return msgspec.json.encode(data)


def is_document(head: bytes) -> bool:
    """Whether a file begins as a document of ours, even if it was laid out again."""
    return head.lstrip()[:1] == b"{" and FORMAT.encode() in head[:_HEAD]


_HEAD: Final = 4096
