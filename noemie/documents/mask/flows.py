"""The records of a B2 flow to be masked, each with what its line and its neighbours tell of it.

Private to `noemie.documents.mask`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from flatfile import Layout, Readable
from fse import Reading
from fse.lignes import ROGNE, UTF8, as_written, without_cuts
from noemie.documents.mask.damage import is_broken, rigid_defects

#: The last ASCII character, and what stands for one beyond it that was erased: lines keep their lengths.
_ASCII, _ACCENT = 0x7F, 0xC9


class Piece(NamedTuple):
    """One record to be masked, and the bytes between it and the next one."""

    layout: Layout
    raw: bytes
    offset: int
    end: bytes
    #: Whether it stands beside a broken one, which may have some of its bytes.
    doubtful: bool = False
    #: How its line was written, when not as the record it holds (`fse.lignes`).
    ways: tuple[str, ...] = ()
    #: Whether the line end keeps it apart from the next one: those of a wrapped flow stand anywhere.
    apart: bool = False

    @property
    def size(self) -> int:
        """Bytes of its line, without the line end."""
        return len(as_written(self.raw, self.ways))

    def written(self, after: bytes) -> bytes:
        """The line of its masked copy: as long as its own."""
        if UTF8 in self.ways:
            pairs = zip(self.raw, after, strict=True)
            after = bytes(new if new > _ASCII or old <= _ASCII else _ACCENT for old, new in pairs)
        return as_written(after, self.ways)

    def record_of(self, line: bytes) -> bytes:
        """The record that such a line holds in a masked copy."""
        line = without_cuts(line, self.ways)
        if UTF8 in self.ways:
            line = line.decode("utf-8", "replace").encode("latin-1", "replace")
        return line.ljust(len(self.raw)) if ROGNE in self.ways else line


def iter_pieces(source: Readable, norm: str | None, layouts: Path | None) -> Iterator[Piece]:
    """The records of a flow, each with what its neighbours tell of it."""
    before, current = None, None
    for following in chain(_records(source, norm, layouts), (None,)):
        if current is not None:
            beside = [
                other
                for other, apart in (
                    (before, before is not None and before.apart),
                    (following, current.apart),
                )
                # A line end between two records keeps them apart.
                if other is not None and not apart and is_broken(other.layout, other.raw, current.raw)
            ]
            yield current._replace(doubtful=current.doubtful or bool(beside))
        before, current = current, following


def _records(source: Readable, norm: str | None, layouts: Path | None) -> Iterator[Piece]:
    reading = Reading(source, norm=norm, layouts=layouts, keep_ends=True)
    with reading.source:
        for number, (layout, raw, offset) in enumerate(reading.raw_records(), start=1):
            ways = reading.ways.get(number, ())
            # Bytes lost within a line are not told from the blanks that its end lost.
            moved = ROGNE in ways and bool(rigid_defects(layout, raw))
            end = reading.ends.get(number, reading.eol)
            yield Piece(layout, raw, offset, end, moved, ways, bool(end) and reading.coupes is None)
