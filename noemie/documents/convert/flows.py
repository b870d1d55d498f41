"""B2 flows as documents, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from flatfile import Layout, Readable, Record, Source
from fse import Facture, Reading
from fse.lignes import as_written
from noemie.documents.convert.field_values import Raw, Told, fillers, teller
from noemie.documents.convert.model import Digest, Document, End, Head, Item
from noemie.documents.hidden import HIDDEN, Hider, is_whole

#: One record: layout, bytes, offset, rank of its invoice, rank of its line.
Placed = tuple[Layout, bytes, int, int, int]


def tell_flow(
    source: Readable | Source, *, values: bool, norm: str | None = None, layouts: Path | None = None
) -> Document:
    """A flow as a document, told while it is read; without `values`, personal data are hidden.

    Raises what `fse.Reading` raises.
    """
    reading = Reading(source, norm=norm, layouts=layouts, keep_ends=True)
    placed = placed_records(reading)
    first = list(islice(placed, 2))  # they tell how the others end: the first may be a byte order mark
    head = Head("b2", values, reading.norme.name, reading.eol)
    end = End()
    return Document(head, _items(reading, chain(first, placed), head, end), end)


def placed_records(reading: Reading) -> Iterator[Placed]:
    """Each record of a flow with its place among invoices and lines."""
    rank = 0
    with reading.source:
        for item in reading.items():
            if not isinstance(item, Facture):
                yield item.layout, item.raw, item.offset, 0, 0
                continue
            rank += 1
            line = 0
            for layout, raw, offset in zip(item.layouts, item.raws, item.offsets, strict=True):
                line += layout.name in ("3", "4")
                yield layout, raw, offset, rank, line if layout.name[0] in "34" else 0


def _items(reading: Reading, placed: Iterator[Placed], head: Head, end: End) -> Iterator[Item]:
    hider = None if head.values else Hider()
    digest = Digest()
    for number, (layout, raw, offset, facture, ligne) in enumerate(placed, start=1):
        eol = reading.ends.pop(number, reading.eol)
        ways = reading.ways.pop(number, ())
        digest.add(as_written(raw, ways) + eol)
        record = Record(layout, raw, offset, number)
        whole = is_whole(record)
        yield Item(
            number,
            offset,
            layout.name,
            fields_of(record, hider) if whole else None,
            None if whole or hider else raw,
            len(raw),
            None if eol == head.eol else eol,
            b"",
            facture,
            ligne,
            ways=ways,
        )
        end.count = number
    digest.tell(end, values=head.values)


def fields_of(record: Record, hider: Hider | None, unsure: frozenset[str] = frozenset()) -> dict[str, Told]:
    """The fields of a whole record; with `hider`, those that may identify somebody are hidden.

    `unsure` names those whose bytes are not the writing of the value they seem to be: told by their bytes.
    """
    layout = record.layout
    told = teller(layout)(record.raw)
    for name in unsure & told.keys():
        told[name] = Raw(record.raw[layout.by_name[name].slice])
    if hider is None:
        return told
    hidden = hider.fields(record) | fillers(layout)
    for name, value in told.items():
        if name in hidden:
            told[name] = HIDDEN
        elif isinstance(value, str):
            told[name] = hider.text(layout.by_name[name], value)
    return told
