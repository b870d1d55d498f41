"""A flow already in memory, read again by a check as if it came from its file."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from flatfile.source import HEAD
from fse.flux import Flux
from fse.lignes import ROGNE, UTF8, Ecart, as_written, ecart, kind_of
from fse.reader import Item, Reading, is_filling


class Relecture(Reading):
    """What `Reading` tells of a file, told of a flow that was read."""

    def __init__(self, flux: Flux) -> None:
        self.norme = flux.norme
        self.detection = flux.detection
        self.eol, self.ends = flux.eol, flux.ends
        self._flux = flux
        self.coupes = flux.coupes
        self.before = before = sum(1 for _ in takewhile(is_filling, flux.records))
        ends = {
            record.number: record.offset + len(as_written(record.raw, flux.ways.get(record.number, ())))
            for record in flux.records
        }
        self.eol_offset = ends.get(1 + before, 0)
        uneven = (
            (number, eol, ends[number])
            for number, eol in flux.ends.items()
            if number > before and not (flux.coupes is not None and flux.coupes.is_cut(ends[number]))
        )
        self.uneven = next(uneven, None)
        self.odd: dict[str, Ecart] = {}
        for record in flux.records if flux.ways else ():
            ways = flux.ways.get(record.number, ())
            for way in ways:
                if (kind := kind_of(way)) not in self.odd:
                    line = as_written(record.raw, tuple(one for one in ways if one in (ROGNE, UTF8)))
                    odd = ecart(way, line, record.number, record.offset)
                    if self.coupes is not None and kind == UTF8:
                        start = odd.offset - record.offset
                        odd = odd._replace(offset=self.coupes.within(record.offset, start, 1)[0])
                    self.odd[kind] = odd
        self.count = len(flux.records)
        self.size = len(flux.to_bytes())
        self.is_short = self.size < HEAD

    def items(self) -> Iterator[Item]:
        """See `Reading`."""
        yield from self._flux.items
