"""Read B2 flows: one record, one invoice or one whole flow at a time, losing nothing.

Reading never fails on content: the only exception is `FormatError`, when the bytes are no B2 flow at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from flatfile import (
    CHUNK,
    Engine,
    Finding,
    Layout,
    Readable,
    Record,
    Source,
    iter_blocks,
    opaque,
    open_source,
)
from flatfile.detect import start_of
from flatfile.fixed import BOM, Block
from flatfile.source import HEAD
from fse.facture import Facture
from fse.lignes import COUPES, Ecart, Ligne, cut_at, ecart, is_trimmed, read_line
from fse.normes import LENGTH, UNKNOWN, Norme, norm_of, norme, reference_norme
from fse.recognise import is_wrapped, recognise, without_cuts
from fse.sequence import B2Sequence

if TYPE_CHECKING:
    from fse.coupures import Deplie
    from fse.flux import Flux

#: What a reading gives: invoices, and the records that stand outside any invoice.
Item = Facture | Record

#: Bytes 1, 36 and 39 of a record.
_Key = tuple[int, int, int]

_MOST_REMEMBERED = 4096

#: 000 and 999 are told by three bytes: one is not enough to remember them by.
_APART = opaque(1)

#: Fillers that a transfer leaves at the end of a file.
FILLING = b"\0\x1a \r\n"

#: Where a record stands: at the head of an invoice, within it, at its end, outside any, or wherever it is.
_HEADER, _INSIDE, _TOTAL, _OUTSIDE, _ANYWHERE = b"HITO?"

#: A whole invoice, or one record that is to be looked at alone.
_WHOLE_INVOICE = re.compile(rb"H[I?]*T|.")


class _Places(dict[Layout, int]):
    """Layout -> where a record of that type stands."""

    def __missing__(self, layout: Layout) -> int:
        place = self[layout] = place_of(layout)
        return place


def place_of(layout: Layout) -> int:
    """Where a record of this type stands: a byte of `HITO?`."""
    type = layout.name
    place = {"2": _HEADER, "5": _TOTAL, "?": _ANYWHERE}.get(type)
    if place is None:
        place = _INSIDE if type[0] in "2345" else _OUTSIDE
    return place


class Reading:
    """One pass over one flow.

    - `norme`: the norm, told by record 000 or imposed by the caller;
    - `detection`: what the first bytes look like; `is_short`: whether they are all there is;
    - `eol`: the line end of the first record (empty in a regular file), `eol_offset` its place;
    - `uneven`: number of the first record whose line end differs from `eol`, its line end and the place of
      that, or nothing;
    - `ends`: with `keep_ends`, all line ends that differ from `eol`, by the number of the record they follow;
    - `odd`: the first record whose line was written in each way that `fse.lignes` undoes; with
      `keep_ends`, `ways` has those of every such record;
    - `coupes`: where the cuts of a wrapped flow stand (`fse.coupures`), nothing in another one;
    - `engine`: `reference` decodes records by their `construct` declarations, which is slow;
    - `count`: records read so far; `size`: bytes read so far; `before`: how many of the first records are
      none (`is_filling`).

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
        keep_ends: bool = False,
        engine: Engine = "fast",
    ) -> None:
        self.source = source if isinstance(source, Source) else open_source(source)
        try:
            head = self.source.head
            self.detection = recognise(head)
            self.is_short = len(head) < HEAD
            wrapped = is_wrapped(self.detection)
            if wrapped:
                head = without_cuts(head)
            head = head[start_of(head) :]
            named = reference_norme if engine == "reference" else norme
            self.norme: Norme = named(norm or norm_of(head), layouts)
        except BaseException:
            if self.source is not source:
                self.source.close()
            raise
        self.chunk = chunk
        self.eol = b""
        self.eol_offset = 0
        self.uneven: tuple[int, bytes, int] | None = None
        self.ends: dict[int, bytes] = {}
        self.count = 0
        self.size = 0
        self.before = 0
        self.odd: dict[str, Ecart] = {}
        self.ways: dict[int, tuple[str, ...]] = {}
        self._trimmed = is_trimmed(head)
        self._feed = _unwrapping(self.source) if wrapped else None
        self.coupes = self._feed.coupes if self._feed is not None else None
        self._keep_ends = keep_ends
        self._opaque: dict[int, Layout] = {LENGTH: UNKNOWN}
        self._eol_known = wrapped
        self._remembered: dict[_Key, Layout] = {}

    def blocks(self) -> Iterator[Block]:
        """The records, in blocks: of whole records, or of one that is damaged; `layouts` tells theirs."""
        for block in iter_blocks(self._feed or self.source, LENGTH, B2Sequence(), self.chunk):
            read, end = block, block.offset + block.length
            if block.length != LENGTH and (line := self._line(block)) is not None:
                end += len(block.eol) - len(line.eol)
                read = Block(block.offset, line.raw + line.eol, LENGTH, line.eol)
            self._note_ends(read, end if self.coupes is None else self.coupes.place(end))
            self.count += read.count
            self.size = block.offset + len(block.data)
            if self._feed is None:
                yield read
            else:
                yield from self._cut(self._feed, block, read)

    def layouts(self, block: Block) -> tuple[Layout, ...]:
        """Layout of each record of a block; one that is much shorter than it should be has none."""
        if block.length != LENGTH:
            return (self._damaged(block.raws[0]),)
        return self._layouts(block)

    def _cut(self, feed: Deplie, block: Block, read: Block) -> Iterator[Block]:
        """Each record of a block of a wrapped flow, at its place in the file."""
        place = feed.coupes.place
        self.size = place(self.size)
        start, stride, eol = block.offset, block.stride, read.eol
        for number, raw in enumerate(read.raws, self.count - read.count + 1):
            inside, end = feed.taken(start, stride - len(eol))
            if inside:
                ways = tuple(cut_at(at, found) for at, found in inside)
                if COUPES not in self.odd and number > self.before:
                    self.odd[COUPES] = ecart(ways[0], b"", number, place(start))
                if self._keep_ends:
                    self.ways[number] = self.ways.get(number, ()) + ways
            if end and self._keep_ends:
                self.ends[number] = end
            yield Block(place(start), raw + eol, len(raw), eol)
            start += stride

    def _line(self, block: Block) -> Ligne | None:
        """The record of a line that was written in another way; nothing when it is of no known type."""
        line = read_line(block.raws[0], block.eol, trimmed=self._trimmed)
        if line is None or self.norme.layout_of(line.raw) is UNKNOWN:
            return None
        number = self.count + 1
        for way in line.ways:
            if way not in self.odd:
                odd = ecart(way, block.raws[0], number, block.offset)
                place = odd.offset if self.coupes is None else self.coupes.place(odd.offset)
                self.odd[way] = odd._replace(offset=place)
        if self._keep_ends:
            self.ways[number] = line.ways
        return line

    def _layouts(self, block: Block) -> tuple[Layout, ...]:
        """Layout of each record, from the bytes that tell its type, seen as columns: 1, 36 and 39."""
        data, stride, remembered = block.data, block.stride, self._remembered
        columns = data[::stride], data[35::stride], data[38::stride]
        try:
            found = tuple(map(remembered.__getitem__, zip(*columns, strict=True)))
        except KeyError:
            self._remember(dict(zip(zip(*columns, strict=True), block.raws, strict=True)))
            found = tuple(map(remembered.__getitem__, zip(*columns, strict=True)))
        if _APART in found:
            layout_of = self.norme.layout_of
            return tuple(
                layout_of(raw) if layout is _APART else layout
                for layout, raw in zip(found, block.raws, strict=True)
            )
        return found

    def _remember(self, examples: dict[_Key, bytes]) -> None:
        """Learn the layout of each key, from a record that has it."""
        remembered = self._remembered
        if len(remembered) + len(examples) > _MOST_REMEMBERED:
            remembered.clear()
        for key, raw in examples.items():
            remembered[key] = _APART if key[0] in b"09" else self.norme.layout_of(raw)

    def raw_records(self) -> Iterator[tuple[Layout, bytes, int]]:
        """Layout, bytes and offset of each record; of a wrong length, it keeps the layout of its type."""
        for block in self.blocks():
            offset = block.offset
            for layout, raw in zip(self.layouts(block), block.raws, strict=True):
                yield layout, raw, offset
                offset += block.stride

    def _note_ends(self, block: Block, offset: int) -> None:
        """Remember line ends; `offset` is the place of the first one of the block."""
        eol = block.eol
        if self.before == self.count and is_filling(Record(UNKNOWN, block.raws[0], 0, self.count + 1)):
            self.before += 1
            if self._keep_ends:
                self.ends[self.before] = eol
            return
        if not self._eol_known:
            self.eol, self.eol_offset, self._eol_known = eol, offset, True
        if eol != self.eol:
            first = self.count + 1
            self.uneven = self.uneven or (first, eol, offset)
            if self._keep_ends:
                self.ends.update(dict.fromkeys(range(first, first + block.count), eol))

    def _damaged(self, raw: bytes) -> Layout:
        """A record much shorter than it should be, or that is no record, is kept without a layout."""
        layout = self.norme.layout_of(raw)
        if layout is not UNKNOWN and len(raw) >= LENGTH // 2:
            return layout
        found = self._opaque.get(len(raw))
        if found is None:
            found = self._opaque[len(raw)] = opaque(max(len(raw), 1))
        return found

    def records(self) -> Iterator[Record]:
        """Each record of the flow."""
        number = 1
        for block in self.blocks():
            numbers = range(number, number + block.count)
            yield from map(Record, self.layouts(block), block.raws, block.offsets, numbers)
            number += block.count

    def items(self) -> Iterator[Item]:
        """Invoices, and records that stand outside any invoice, in file order.

        An invoice goes from a record 2 to the record 5 that closes it. A missing 2 or 5 does not lose
        the others: a line without a header starts an invoice of its own, a header ends the invoice
        before it. Records of unknown type stay where they are.
        """
        places = _Places()
        state = _Gathering()
        number = 1
        for block in self.blocks():
            raws, layouts, offsets = block.raws, self.layouts(block), block.offsets
            marks = bytes(map(places.__getitem__, layouts))
            for found in _WHOLE_INVOICE.finditer(marks):
                start, stop = found.span()
                if stop - start > 1:
                    if state.opened is not None:
                        yield state.close()
                    lot = state.lot
                    yield Facture(
                        layouts[start:stop], raws[start:stop], offsets[start:stop], number + start, lot
                    )
                else:
                    yield from state.take(
                        marks[start], Record(layouts[start], raws[start], offsets[start], number + start)
                    )
            number += len(raws)
        if state.opened is not None:
            yield state.close()

    def due(self, item: Item) -> Iterable[Finding]:
        """Findings of this reading itself, to be told before those on `item`; see `fse.compare`."""
        return ()


def _unwrapping(source: Source) -> Deplie:
    from fse.coupures import Deplie  # few flows need it

    return Deplie(source)


class _Gathering:
    """Records taken one by one, where a whole invoice is not seen at once."""

    def __init__(self) -> None:
        self.lot: Record | None = None  # record 1 of the batch that is open
        self.opened: list[Record] | None = None  # an invoice whose record 5 has not been met yet

    def take(self, place: int, record: Record) -> Iterator[Item]:
        """What is complete once a record is met at such a place."""
        if self.opened is not None and place in b"IT?":
            self.opened.append(record)
            if place == _TOTAL:
                yield self.close()
            return
        if self.opened is not None:
            yield self.close()
        if place in b"HIT":
            self.opened = [record]
            if place == _TOTAL:
                yield self.close()
            return
        if record.type == "1":
            self.lot = record
        yield record
        if record.type == "6":
            self.lot = None

    def close(self) -> Facture:
        """The invoice that is open."""
        facture = Facture.of(self.opened or [], self.lot)
        self.opened = None
        return facture


def is_filling(record: Record) -> bool:
    """Whether a record is none: a byte order mark, or less than a record of filling."""
    mark = record.raw == BOM and record.number == 1
    return mark or (len(record.raw) < LENGTH and not record.raw.strip(FILLING))


def iter_records(
    source: Readable, *, norm: str | None = None, layouts: Path | None = None, engine: Engine = "fast"
) -> Iterator[Record]:
    """Each record of a B2 flow; memory stays bounded whatever the size. See `Reading` for errors."""
    reading = Reading(source, norm=norm, layouts=layouts, engine=engine)
    with reading.source:
        yield from reading.records()


def iter_factures(
    source: Readable, *, norm: str | None = None, layouts: Path | None = None, engine: Engine = "fast"
) -> Iterator[Facture]:
    """Each invoice of a B2 flow; memory stays bounded whatever the size. See `Reading` for errors."""
    reading = Reading(source, norm=norm, layouts=layouts, engine=engine)
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
    engine: Engine = "fast",
) -> Flux:
    """Read a whole B2 flow in memory.

    `source` is a path, bytes, or a binary file (gzip is recognised); `norm` imposes a norm (see
    `fse.normes.NORMS`), `layouts` is a directory with a site's own `b2.csv`;
    `engine` is one of those of `Reading`. Raises `FormatError` when
    the bytes are no B2 flow, `LayoutError` when the site's table is wrong.
    """
    from fse.flux import Flux

    reading = Reading(source, norm=norm, layouts=layouts, chunk=chunk, keep_ends=True, engine=engine)
    with reading.source:
        reading.source.bound()
        items = list(reading.items())
    return Flux(
        items,
        reading.norme,
        reading.detection,
        reading.eol,
        reading.ends,
        reading.source.name,
        reading.ways,
        reading.coupes,
    )
