"""NOEMIE returns as documents: the entities, and all that frames them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

from flatfile import Layout, Readable, open_source
from noemie.documents.convert.flows import fields_of
from noemie.documents.convert.model import Digest, Document, End, Head, Item
from noemie.documents.convert.physical import frames_of, gaps_of
from noemie.documents.hidden import Hider, is_whole, names_people
from noemie.returns.borders import Envelope
from noemie.returns.lecture import Lecture, lectures
from noemie.returns.reader import is_wrapped, read_retour, recognise
from noemie.returns.tables import layouts as entity_layouts


def tell_return(source: Readable, *, values: bool, layouts: Path | None = None) -> Document:
    """A return as a document, read in memory; without `values`, personal data are hidden.

    `source` is read several times: a path, or bytes. Raises what `noemie.read_retour` raises.
    """
    known = entity_layouts(layouts)
    digest = Digest()
    with open_source(source) as opened:
        found = recognise(opened, known)
        envelope, unwrap = cast(Envelope, found.envelope), is_wrapped(found)
        frames = frames_of(opened, envelope, digest, unwrap=unwrap)
    head = Head("noemie", values, envelope=envelope, frames=frames)
    end = End()
    digest.tell(end, values=values)
    return Document(head, _items(source, known, head, end, unwrap=unwrap), end)


def _items(
    source: Readable, known: Mapping[str, Layout], head: Head, end: End, *, unwrap: bool
) -> Iterator[Item]:
    retour = read_retour(source, layouts=known, blanks=False)  # documents tell the bytes that are there
    hider = None if head.values else Hider(labels=names_people(retour))
    read = lectures(retour)
    entities = (lecture.record for lecture in lectures(retour))
    for record, gap in gaps_of(source, cast(Envelope, head.envelope), entities, unwrap=unwrap):
        if record is None:
            end.gap = gap
            return
        yield _item(next(read), gap, hider)
        end.count = record.number


def _item(lecture: Lecture, gap: bytes, hider: Hider | None) -> Item:
    record = lecture.record
    whole = is_whole(record)
    return Item(
        record.number,
        record.offset,
        record.layout.name,
        fields_of(record, hider, lecture.illisibles) if whole else None,
        None if whole or hider else record.raw,
        len(record.raw),
        None,
        gap,
        retour=lecture.rang,
        ordre=lecture.ordre if whole else "",
        douteux=tuple(sorted(lecture.choisis | lecture.illisibles)) if whole else (),
    )
