"""Read B2 flows: one record, one invoice or one whole flow at a time, losing nothing.

Reading never fails on content: the only exception is `FormatError`, when the bytes are no B2 flow at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flatfile import (
    CHUNK,
    Detection,
    FormatError,
    Layout,
    Readable,
    Record,
    Sequence,
    Source,
    detect,
    iter_blocks,
    opaque,
    open_source,
)
from flatfile.fixed import BOM
from fse.facture import Facture
from fse.flux import Flux
from fse.normes import LENGTH, UNKNOWN, Norme, norm_of, norme

#: What a reading gives: invoices, and the records that stand outside any invoice.
Item = Facture | Record

#: Record types told apart by three bytes: their layout cannot be remembered from one byte.
_WHOLE = (b"0", b"9")

_MOST_REMEMBERED = 4096


class B2Sequence(Sequence):
    """Which B2 record may follow which: the professional's number (2-10) stays through a batch."""

    constant = slice(1, 10)

    def follows(self, current: bytes, following: bytes) -> bool:
        """Same number, or a record that opens or closes the file or a batch, or nothing but filling."""
        if following[1:10] == current[1:10]:
            return True
        first = following[:1]
        return (
            following[:3] in (b"000", b"999")
            or (first == b"1" and following[69:71] == b"B2")
            or not following.strip(b"\0\x1a \r\n")
            # After record 000 or 6, the next batch brings another number.
            or (current[:3] == b"000" and first in b"123456")
        )


class Reading:
    """One pass over one flow.

    - `norme`: the norm, told by record 000 or imposed by the caller;
    - `detection`: what the first bytes look like;
    - `ends`: line ends met, by the number of the record they follow, when they are not all alike;
    - `eol`: the line end of the first record (empty in a regular file);
    - `count`: records read so far; `size`: bytes read so far.

    Raises `FormatError`: `fichier.vide`, `fichier.inconnu` (fact `lookalike`), `fichier.noemie` when the
    file is a NOEMIE return, and what `open_source` raises.
    """

    def __init__(
        self,
        source: Readable | Source,
        *,
        norm: str | None = None,
        layouts: Path | None = None,
        chunk: int = CHUNK,
    ) -> None:
        self.source = source if isinstance(source, Source) else open_source(source)
        head = self.source.head
        self.detection = recognise(head)
        self.norme: Norme = norme(norm or norm_of(head.removeprefix(BOM)), layouts)
        self.chunk = chunk
        self.eol = b""
        self.ends: dict[int, bytes] = {}
        self.count = 0
        self.size = 0
        self._opaque: dict[int, Layout] = {LENGTH: UNKNOWN}

    def raw_records(self) -> Iterator[tuple[Layout, bytes, int]]:
        """Layout, bytes and offset of each record. A record of a wrong length keeps the layout of its type."""
        remembered: dict[bytes, Layout] = {}
        layout_of = self.norme.layout_of
        for block in iter_blocks(self.source, LENGTH, B2Sequence(), self.chunk):
            offset, stride = block.offset, block.stride
            self._note_ends(block.raws, block.eol)
            self.size = offset + stride * len(block.raws)
            for raw in block.raws:
                self.count += 1
                key = raw[:1] + raw[35:36] + raw[38:39]
                layout = remembered.get(key)
                if layout is None:
                    layout = layout_of(raw)
                    if raw[:1] not in _WHOLE and len(remembered) < _MOST_REMEMBERED:
                        remembered[key] = layout
                if len(raw) != LENGTH:
                    layout = self._damaged(raw, layout)
                yield layout, raw, offset
                offset += stride

    def _note_ends(self, raws: list[bytes], eol: bytes) -> None:
        if self.count == 0:
            self.eol = eol
        if eol != self.eol:
            for number in range(self.count + 1, self.count + 1 + len(raws)):
                self.ends[number] = eol

    def _damaged(self, raw: bytes, layout: Layout) -> Layout:
        """A record much shorter than it should be, or that is no record, is kept without a layout."""
        if layout is not UNKNOWN and len(raw) >= LENGTH // 2:
            return layout
        return self._opaque.setdefault(len(raw), opaque(max(len(raw), 1)))

    def records(self) -> Iterator[Record]:
        """Each record of the flow."""
        number = 0
        for layout, raw, offset in self.raw_records():
            number += 1
            yield Record(layout, raw, offset, number)

    def items(self) -> Iterator[Item]:
        """Invoices, and records that stand outside any invoice, in file order.

        An invoice goes from a record 2 to the record 5 that closes it. A missing 2 or 5 does not lose
        the others: a line without a header starts an invoice of its own, a header ends the invoice
        before it. Records of unknown type stay where they are.
        """
        lot: Record | None = None
        opened: Facture | None = None
        number = 0
        closed = False  # the invoice that is open has its record 5
        for layout, raw, offset in self.raw_records():
            number += 1
            name = layout.name
            first = name[0]
            if first in "345" or (first == "2" and name != "2"):
                if opened is None or closed:
                    if opened is not None:
                        yield opened
                    opened = Facture([], [], [], number, lot)
                    closed = False
                opened.layouts.append(layout)
                opened.raws.append(raw)
                opened.offsets.append(offset)
                if name == "5":
                    closed = True
            elif name == "2":
                if opened is not None:
                    yield opened
                opened = Facture([layout], [raw], [offset], number, lot)
                closed = False
            elif name == "?" and opened is not None and not closed:
                opened.layouts.append(layout)
                opened.raws.append(raw)
                opened.offsets.append(offset)
            else:
                if opened is not None:
                    yield opened
                    opened = None
                record = Record(layout, raw, offset, number)
                if name == "1":
                    lot = record
                elif name == "6":
                    yield record
                    lot = None
                    continue
                yield record
        if opened is not None:
            yield opened


def recognise(head: bytes) -> Detection:
    """Check that a file may be a B2 flow; raises `FormatError` when it cannot be."""
    if not head:
        raise FormatError("fichier.vide")
    detection = detect(head)
    if detection.family == "noemie":
        raise FormatError("fichier.noemie")
    if detection.family != "b2":
        raise FormatError("fichier.inconnu", lookalike=detection.lookalike)
    return detection


def iter_records(source: Readable, *, norm: str | None = None, layouts: Path | None = None) -> Iterator[Record]:
    """Each record of a B2 flow; memory stays bounded whatever the size. See `Reading` for errors."""
    reading = Reading(source, norm=norm, layouts=layouts)
    with reading.source:
        yield from reading.records()


def iter_factures(
    source: Readable, *, norm: str | None = None, layouts: Path | None = None
) -> Iterator[Facture]:
    """Each invoice of a B2 flow; memory stays bounded whatever the size. See `Reading` for errors."""
    reading = Reading(source, norm=norm, layouts=layouts)
    with reading.source:
        for item in reading.items():
            if isinstance(item, Facture):
                yield item


def read_flux(
    source: Readable,
    *,
    norm: str | None = None,
    layouts: Path | None = None,
    chunk: int = CHUNK,
) -> Flux:
    """Read a whole B2 flow in memory.

    `source` is a path, bytes, or a binary file (gzip is recognised); `norm` imposes a norm (see
    `fse.normes.NORMS`), `layouts` is a directory with a site's own `b2.csv`. Raises `FormatError` when
    the bytes are no B2 flow, `LayoutError` when the site's table is wrong.
    """
    reading = Reading(source, norm=norm, layouts=layouts, chunk=chunk)
    with reading.source:
        items = list(reading.items())
    return Flux(items, reading.norme, reading.detection, reading.eol, reading.ends, reading.source.name)
