"""The bytes under a finding on a binary zone, in hexadecimal, masked, with carets under the field.

    98 │ 00 68 81 8f 06 •• •• •• •• •• •• 07 •• ••
       │             ^^ ^^ ^^ ^^ ^^ ^^ ^^

Ids and lengths are shown; so is the content of fields that are not personal, in a group whose fields are what
they should be. Each covered byte is one •• . What stands behind the damage of a zone is covered but for the
length that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cli.check.model import Excerpt
from cli.words.zone_fields import ZoneReader
from flatfile import MASK, Finding
from fse.ssv import Group, Zone, ZoneFinding

#: Columns that one byte takes.
_CELL: Final = 3

#: Bytes of context wanted before the field, and the most bytes of one line.
_AROUND: Final = 6
_MOST: Final = 32


def excerpts(zone: Zone, findings: Iterable[Finding], width: int) -> Mapping[tuple[int, str], Excerpt]:
    """Excerpts by (group number, field), at most `width` columns each."""
    made: dict[tuple[int, str], Excerpt] = {}
    reader = ZoneReader(values=False)
    for finding in findings:
        key = (finding.record, finding.field)
        if finding.record and key not in made and isinstance(finding, ZoneFinding):
            made[key] = _excerpt(zone, finding, reader, width)
    return made


def _excerpt(zone: Zone, finding: ZoneFinding, reader: ZoneReader, width: int) -> Excerpt:
    count = min(max(width // _CELL, 1), _MOST)
    begin = finding.offset
    first = max(0, begin - min(_AROUND, count // 4))
    window = range(first, min(first + count, len(zone.raw)))
    shown = {at for part in _shown(zone, finding, reader, window) for at in _both(part, window)}
    cells = [f"{zone.raw[at]:02x}" if at in shown else MASK * 2 for at in window]
    length = max(min(finding.length, window.stop - begin), 1)
    return Excerpt(" ".join(cells), first, (begin - first) * _CELL, length * _CELL - 1)


def _both(part: range, window: range) -> range:
    return range(max(part.start, window.start), min(part.stop, window.stop))


def _shown(zone: Zone, finding: ZoneFinding, reader: ZoneReader, window: range) -> Iterator[range]:
    """Places of the bytes that may be shown, as far as the window goes."""
    if finding.record <= len(zone.groups):
        yield from _of_group(zone.groups[finding.record - 1], reader, window)
        return
    partial = zone.partial
    if partial is not None:
        yield range(partial.offset, partial.start)
        for piece in partial.pieces():
            if piece.offset >= window.stop:
                break
            yield range(piece.offset, piece.start)
    yield range(finding.offset, finding.offset + _header_of(zone.raw, finding.offset, bool(finding.field)))


def _header_of(raw: bytes, at: int, is_field: bool) -> int:
    """Bytes of the id and of the length at an offset."""
    before = 0 if is_field else 2
    form = raw[at + before] if at + before < len(raw) else 0
    return before + 1 + (form & 0x7F if 0x80 < form <= 0x84 else 0)


def _of_group(group: Group, reader: ZoneReader, window: range) -> Iterator[range]:
    yield range(group.offset, group.start)
    fields = reader.group(group, empty=True).fields
    open_fields = {field.position for field in fields if not field.masked}
    for piece in group.pieces():
        if piece.offset >= window.stop:
            break
        yield range(piece.offset, piece.stop if piece.position in open_fields else piece.start)
