"""The hand scanner of binary zones: from bytes to places of groups and fields, nothing copied.

    zone   := group*                     no header, count, terminator or checksum
    group  := id length field*           id: 2 bytes, big-endian; the fields fill the length exactly
    field  := length value               no field id: the position (1, 2, 3...) is the identity
    length := one byte 00..7F            the value itself
            | 8n then n bytes, n = 1..4  big-endian value

Every length is verified before a byte behind it is read. `fse.ssv.reference` says the same in construct;
the tests prove that both agree on valid and on damaged bytes. Grammar: [medintux cards], docs/sources.md.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from flatfile import FormatError

#: Longest form of a length: bytes that follow the form byte.
LONGEST_FORM: Final = 4

#: Bytes of the shortest group: its id and a length of zero.
HEADER: Final = 3

#: One group in so many has its place written down, so that any group is found without reading them all.
MARK: Final = 1024

#: What a length starts with.
_FORMS: Final = "00-7F, 81-84"

_FILLING = re.compile(rb"[\x00\x1a\r\n ]*\Z")


class Damage(NamedTuple):
    """Where and why the reading of a zone stops; groups before it are whole.

    - `code`: rule id (`zone.tronquee`, `zone.longueur-interdite`, `zone.groupe-deborde`,
      `zone.champ-deborde`, `zone.octets-finaux`);
    - `number`: 1-based number of the damaged group in the zone; `group`: its id, -1 when there is none;
    - `field`: 1-based position of the damaged field, 0 when the group itself is meant;
    - `offset`: 0-based place of that field or group; `start`: of the group;
    - `content`, `readable`: the bytes of the damaged group that hold whole fields;
    - `expected`: what the message quotes: a number of bytes, or the accepted forms.
    """

    code: str
    number: int
    group: int
    field: int
    offset: int
    start: int
    content: int
    readable: int
    expected: str = ""


class Scan(NamedTuple):
    """What one pass over a zone gives: how many whole groups, where they end, the damage if any.

    `marks` holds the offset of groups 0, `MARK`, 2 x `MARK`... (0-based numbers).
    """

    total: int
    end: int
    marks: array[int]
    damage: Damage | None


class Header(NamedTuple):
    """Places of one group: `offset` of its id, content from `start` to `stop`."""

    id: int
    form: int
    offset: int
    start: int
    stop: int


class Piece(NamedTuple):
    """Places of one field: `offset` of its length, value from `start` to `stop`, 1-based `position`."""

    position: int
    form: int
    offset: int
    start: int
    stop: int


def scan(raw: bytes) -> Scan:
    """Verify every length of a zone, in one pass and without an object for each group."""
    end, at, number = len(raw), 0, 0
    marks = array("Q")
    while at < end:
        start = at
        if not number % MARK:
            start = at = _after_copies(raw, marks, at)
            number = len(marks) * MARK
            if at >= end:
                break
            marks.append(start)
        if end - at >= HEADER and (length := raw[at + 2]) < 0x80:
            at += HEADER
            stop = at + length
        else:
            at, stop = _open(raw, start, end)
        if at < 0 or stop > end:
            return Scan(number, start, marks, damage_at(raw, start, number + 1))
        while at < stop:
            length = raw[at]
            at = at + 1 + length if length < 0x80 else _step(raw, at, stop)
        if at != stop:
            return Scan(number, start, marks, damage_at(raw, start, number + 1))
        number += 1
    return Scan(number, at, marks, None)


def read_groups(raw: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Id and field values of every group, in one pass: the way to read zones in bulk.

    Raises `FormatError` at the first damage, after the groups before it.
    """
    end, at, number = len(raw), 0, 0
    while at < end:
        number += 1
        start = at
        if end - at >= HEADER and (length := raw[at + 2]) < 0x80:
            at += HEADER
            stop = at + length
        else:
            at, stop = _open(raw, start, end)
        if at < 0 or stop > end:
            raise error_of(damage_at(raw, start, number))
        values: list[bytes] = []
        append = values.append
        while at < stop:
            length = raw[at]
            if length < 0x80:
                following = at + 1 + length
                append(raw[at + 1 : following])
            else:
                following = _step(raw, at, stop)
                append(raw[at + 1 + (length & 0x7F) : following])
            at = following
        if at != stop:
            raise error_of(damage_at(raw, start, number))
        yield (raw[start] << 8) | raw[start + 1], values


def _after_copies(raw: bytes, marks: array[int], at: int) -> int:
    """Offset after the copies, from `at` on, of the last block of `MARK` groups; marks are made for them.

    A zone of millions of groups that are all the same is so read in no time.
    """
    if marks:
        block = raw[marks[-1] : at]
        while raw.startswith(block, at):
            marks.append(at)
            at += len(block)
    return at


def iter_blocks(scanned: Scan) -> Iterator[tuple[int, int, int]]:
    """Number of groups before it, first offset and stop of each block of at most `MARK` groups."""
    marks = scanned.marks
    for rank in range(-(-scanned.total // MARK)):
        stop = marks[rank + 1] if (rank + 1) * MARK < scanned.total else scanned.end
        yield rank * MARK, marks[rank], stop


def count_ids(raw: bytes, scanned: Scan) -> Counter[int]:
    """Number of whole groups of each id."""
    found: Counter[int] = Counter()
    block, ids = b"", Counter[int]()
    for _, at, stop in iter_blocks(scanned):
        if raw[at:stop] != block:
            block, ids = raw[at:stop], Counter()
            while at < stop:
                length = raw[at + 2]
                ids[(raw[at] << 8) | raw[at + 1]] += 1
                at = at + HEADER + length if length < 0x80 else _open(raw, at, stop)[1]
        found.update(ids)
    return found


def iter_headers(raw: bytes, at: int, count: int) -> Iterator[Header]:
    """Places of `count` groups, from the one at offset `at`; they were verified by `scan`."""
    for _ in range(count):
        start = at
        length = raw[at + 2]
        form = 0
        at += HEADER
        if length > 0x7F:
            form = length & 0x7F
            at += form
            length = int.from_bytes(raw[at - form : at], "big")
        yield Header((raw[start] << 8) | raw[start + 1], form, start, at, at + length)
        at += length


def iter_pieces(raw: bytes, at: int, stop: int) -> Iterator[Piece]:
    """Places of the fields between two offsets; they were verified by `scan`."""
    position = 0
    while at < stop:
        position += 1
        offset = at
        length = raw[at]
        form = 0
        at += 1
        if length > 0x7F:
            form = length & 0x7F
            at += form
            length = int.from_bytes(raw[at - form : at], "big")
        yield Piece(position, form, offset, at, at + length)
        at += length


def iter_values(raw: bytes, at: int, stop: int) -> Iterator[bytes]:
    """Values of the fields between two offsets; they were verified by `scan`."""
    while at < stop:
        length = raw[at]
        if length < 0x80:
            following = at + 1 + length
            yield raw[at + 1 : following]
        else:
            following = _step(raw, at, stop)
            yield raw[at + 1 + (length & 0x7F) : following]
        at = following


def count_fields(raw: bytes, at: int, stop: int) -> int:
    """Number of fields between two offsets."""
    count = 0
    while at < stop:
        length = raw[at]
        at = at + 1 + length if length < 0x80 else _step(raw, at, stop)
        count += 1
    return count


def first_wasteful(raw: bytes, at: int, stop: int) -> Piece | None:
    """The first field whose length is written in a longer form than needed."""
    position = 0
    while at < stop:
        position += 1
        length = raw[at]
        if length < 0x80:
            at += 1 + length
            continue
        following, form = _step(raw, at, stop), length & 0x7F
        start = at + 1 + form
        if form > shortest_form(following - start):
            return Piece(position, form, at, start, following)
        at = following
    return None


def shortest_form(length: int) -> int:
    """Bytes that must follow the form byte to write a length; 0 when one byte does."""
    return 0 if length < 0x80 else (length.bit_length() + 7) // 8


def error_of(damage: Damage) -> FormatError:
    """The error that a strict reading raises."""
    return FormatError(
        damage.code,
        damage.offset,
        expected=damage.expected,
        group=damage.group,
        number=damage.number,
        field=damage.field,
    )


def _open(raw: bytes, at: int, end: int) -> tuple[int, int]:
    """Start and stop of the content of the group at `at`; a negative start when its header is wrong."""
    if end - at < HEADER:
        return -1, end
    length = raw[at + 2]
    if length < 0x80:
        return at + HEADER, at + HEADER + length
    form = length & 0x7F
    start = at + HEADER + form
    if not 1 <= form <= LONGEST_FORM or start > end:
        return -1, end
    return start, start + int.from_bytes(raw[start - form : start], "big")


def _step(raw: bytes, at: int, stop: int) -> int:
    """Offset after the field at `at`, whose length has a long form.

    A forbidden form gives an offset that no group ends at, as an overrun does.
    """
    form = raw[at] & 0x7F
    start = at + 1 + form
    if not 1 <= form <= LONGEST_FORM or start > stop:
        return stop + 1
    return start + int.from_bytes(raw[start - form : start], "big")


# --- damage: slower, asked once -----------------------------------------------------------------------


def damage_at(raw: bytes, start: int, number: int) -> Damage:
    """What is wrong with the group at `start`."""
    found = _header_damage(raw, start, number) or _content_damage(raw, start, number)
    if _FILLING.match(raw, start):
        left = str(len(raw) - start)
        return Damage("zone.octets-finaux", number, -1, 0, start, start, start, start, left)
    return found


def _header_damage(raw: bytes, start: int, number: int) -> Damage | None:
    end = len(raw)
    id = int.from_bytes(raw[start : start + 2], "big") if end - start >= 2 else -1
    damage = Damage("zone.tronquee", number, id, 0, start, start, end, end, str(HEADER))
    if end - start < HEADER:
        return damage
    form = raw[start + 2]
    if form < 0x80:
        return None
    if not 0x80 < form <= 0x80 + LONGEST_FORM:
        return damage._replace(code="zone.longueur-interdite", expected=_FORMS)
    needed = HEADER + form - 0x80
    return damage._replace(expected=str(needed)) if end - start < needed else None


def _content_damage(raw: bytes, start: int, number: int) -> Damage:
    """The group runs over the end of the zone, or one of its fields over the end of the group."""
    end = len(raw)
    content, stop = _open(raw, start, end)
    id = int.from_bytes(raw[start : start + 2], "big")
    field, at, code, expected = _field_damage(raw, content, min(stop, end))
    damage = Damage(code, number, id, field, at, start, content, at, expected)
    if stop > end:
        return damage._replace(code="zone.groupe-deborde", field=0, offset=start, expected=str(end - content))
    return damage


def _field_damage(raw: bytes, at: int, stop: int) -> tuple[int, int, str, str]:
    """Position, offset, rule and remaining bytes of the first field that does not fit before `stop`."""
    position = 0
    while at < stop:
        position += 1
        form = raw[at]
        if form == 0x80 or form > 0x80 + LONGEST_FORM:
            return position, at, "zone.longueur-interdite", _FORMS
        following = at + 1 + form if form < 0x80 else _step(raw, at, stop)
        if following > stop:
            return position, at, "zone.champ-deborde", str(stop - at - 1)
        at = following
    return position, at, "", ""
