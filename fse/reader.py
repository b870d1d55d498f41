"""Read B2 flows: one record, one invoice or one whole flow at a time, losing nothing.

Reading never fails on content: the only exception is `FormatError`, when the bytes are no B2 flow at all.
"""

from __future__ import annotations

import re
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

#: Where a record stands: within the invoice that is open, at its head, outside any, or wherever it is.
_INSIDE, _HEADER, _OUTSIDE, _ANYWHERE = range(4)
_STAYS = (_INSIDE, _ANYWHERE)


class _Places(dict[str, int]):
    """Record type -> where it stands."""

    def __missing__(self, type: str) -> int:
        place = _OUTSIDE
        if type == "2":
            place = _HEADER
        elif type == "?":
            place = _ANYWHERE
        elif type[0] in "2345":
            place = _INSIDE
        self[type] = place
        return place


_PLACES = _Places()


#: The first bytes of an invoice's record: type, number of 9, blank, NIR and key, digits.
_INVOICE_RECORD = re.compile(rb"[2-5][0-9AB]{9} [0-9AB ]{15}[0-9 ]{9}")


class B2Sequence(Sequence):
    """Which B2 record may follow which: the professional's number (2-10) stays through a batch."""

    constant = slice(1, 10)

    def follows(self, current: bytes, following: bytes) -> bool:
        """Same number, or what looks like the start of another batch, or nothing but filling."""
        return (
            following[1:10] == current[1:10]
            or self.starts(current, following)
            or not following.strip(b"\0\x1a \r\n")
        )

    def starts(self, current: bytes, following: bytes) -> bool:
        """Whether `following` has, at its own places, what a record starts with.

        Stricter than `follows`: the same bytes may well stand in the middle of another record (the number
        of the biller is also that of the performer, zeros are everywhere).
        """
        first = following[:1]
        if first in b"2345":
            return _INVOICE_RECORD.match(following) is not None
        if first in b"16":
            return following[1:10] == current[1:10] or (first == b"1" and following[69:71] == b"B2")
        whole = following[:3]
        return (whole == b"000" and following[65:67] == b"B2") or (
            whole == b"999" and not following[63:82].strip()
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
        self._eol_known = False

    def _dispatched(self) -> Iterator[tuple[int, int, list[bytes], list[Layout]]]:
        """Offset, stride, records of each block, with their layouts."""
        remembered: dict[bytes, Layout] = {}
        is_cp = self.norme.is_cp
        for block in iter_blocks(self.source, LENGTH, B2Sequence(), self.chunk):
            raws = block.raws
            self._note_ends(raws, block.eol)
            if len(raws[0]) != LENGTH:
                layouts = [self._damaged(raws[0], self.norme.layout_of(raws[0]))]
            else:
                # The bytes that tell the type: 1 and 36, and 39 for establishments.
                keys = [raw[:36:35] + raw[38:39] for raw in raws] if is_cp else [raw[:36:35] for raw in raws]
                try:
                    layouts = [remembered[key] for key in keys]
                except KeyError:
                    layouts = [
                        self._look_up(key, raw, remembered) for key, raw in zip(keys, raws, strict=True)
                    ]
            self.count += len(raws)
            self.size = block.offset + block.stride * len(raws)
            yield block.offset, block.stride, raws, layouts

    def _look_up(self, key: bytes, raw: bytes, remembered: dict[bytes, Layout]) -> Layout:
        layout = remembered.get(key)
        if layout is None:
            layout = self.norme.layout_of(raw)
            if raw[:1] not in _WHOLE and len(remembered) < _MOST_REMEMBERED:
                remembered[key] = layout
        return layout

    def raw_records(self) -> Iterator[tuple[Layout, bytes, int]]:
        """Layout, bytes and offset of each record; of a wrong length, it keeps the layout of its type."""
        for offset, stride, raws, layouts in self._dispatched():
            for layout, raw in zip(layouts, raws, strict=True):
                yield layout, raw, offset
                offset += stride

    def _note_ends(self, raws: list[bytes], eol: bytes) -> None:
        if not self._eol_known and raws[0] != BOM:
            self.eol, self._eol_known = eol, True
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
        for number, (layout, raw, offset) in enumerate(self.raw_records(), start=1):
            yield Record(layout, raw, offset, number)

    def items(self) -> Iterator[Item]:
        """Invoices, and records that stand outside any invoice, in file order.

        An invoice goes from a record 2 to the record 5 that closes it. A missing 2 or 5 does not lose
        the others: a line without a header starts an invoice of its own, a header ends the invoice
        before it. Records of unknown type stay where they are.
        """
        lot: Record | None = None
        opened: Facture | None = None
        closed = False  # the invoice that is open has its record 5
        number = 0
        places = _PLACES
        for offset, stride, raws, layouts in self._dispatched():
            for layout, raw in zip(layouts, raws, strict=True):
                number += 1
                place = places[layout.name]
                if opened is not None and not closed and place in _STAYS:
                    opened.layouts.append(layout)
                    opened.raws.append(raw)
                    opened.offsets.append(offset)
                    closed = layout.name == "5"
                elif place <= _HEADER:
                    if opened is not None:
                        yield opened
                    opened = Facture([layout], [raw], [offset], number, lot)
                    closed = layout.name == "5"
                else:
                    if opened is not None:
                        yield opened
                        opened = None
                    record = Record(layout, raw, offset, number)
                    if layout.name == "1":
                        lot = record
                    yield record
                    if layout.name == "6":
                        lot = None
                offset += stride
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


def iter_records(
    source: Readable, *, norm: str | None = None, layouts: Path | None = None
) -> Iterator[Record]:
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
