"""Lines of a flow that a program or a mail wrote in another way than the record they hold: undone, and told.

These ways are undone, for the record is then known to the byte, and written again as it was:

- `rogne`: the blanks at the end of each line were taken off. A flow is read so when lines separate its
  records, none of them ends with a blank, and some are too short;
- `utf-8`: its characters outside ASCII were written on two bytes. A line is read so when it is too long, is
  UTF-8, and has the length of a record once each character is one byte;
- `CRLF-76` (or `LF`, `CR`): a line end stands after so many bytes of it, as the others of a flow that was
  wrapped (`fse.coupures`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from flatfile import Finding
from flatfile.findings import both
from fse.normes import LENGTH
from fse.rules.registre import finds
from fse.rules.valeurs import end_name

if TYPE_CHECKING:
    from fse.reader import Reading

ROGNE: Final = "rogne"
UTF8: Final = "utf-8"

#: All the cuts of a flow are one way.
COUPES: Final = "coupes"

#: Line ends by their names, those of mail.
ENDS: Final = {"CRLF": b"\r\n", "LF": b"\n", "CR": b"\r"}
_NAMES: Final = {end: name for name, end in ENDS.items()}
#: A way in which a line was written, as documents tell it.
WAYS: Final = re.compile(rf"{ROGNE}|{UTF8}|({'|'.join(ENDS)})-([1-9][0-9]{{0,4}})")

_EOL: Final = re.compile(rb"\r\n|\n|\r")
#: Bytes of a record that tell its type: a shorter line may be anything.
_TELLING: Final = 39
#: Lines that must be seen to say how a flow is written.
_FEWEST: Final = 3


class Ligne(NamedTuple):
    """The record that a line holds, its line end, and the ways in which it was written."""

    raw: bytes
    eol: bytes
    ways: tuple[str, ...]


def is_trimmed(head: bytes) -> bool:
    """Whether a flow that starts so has lines without the blanks at their end."""
    lines = [line for line in _EOL.split(head)[:-1] if line]
    short = sum(len(line) < LENGTH for line in lines)
    return len(lines) >= _FEWEST and bool(short) and not any(line.endswith(b" ") for line in lines)


def read_line(raw: bytes, eol: bytes, *, trimmed: bool) -> Ligne | None:
    """The record that a line of a wrong length holds; nothing when it is damaged in another way."""
    ways: list[str] = []
    if len(raw) > LENGTH and not raw.isascii():
        text = raw.rstrip(b"\r\n")
        eol = raw[len(text) :] or eol
        try:
            raw = text.decode("utf-8").encode("latin-1")
        except UnicodeError:
            return None
        ways.append(UTF8)
    if trimmed and _TELLING <= len(raw) < LENGTH and not raw.endswith(b" "):
        raw = raw.ljust(LENGTH)
        ways.append(ROGNE)
    return Ligne(raw, eol, tuple(ways)) if ways and len(raw) == LENGTH else None


class Ecart(NamedTuple):
    """The first record whose line was written in some way: its number, its bytes, what is told."""

    number: int
    offset: int
    length: int
    found: str
    expected: str


def ecart(way: str, line: bytes, number: int, offset: int) -> Ecart:
    """What tells that a line of this number, at this offset, was written in some way."""
    cut = WAYS.fullmatch(way)
    if cut is not None and cut[1]:
        end = ENDS[cut[1]]
        return Ecart(number, offset + int(cut[2]), len(end), end_name(end), "")
    if way == UTF8:
        at = next(at for at, byte in enumerate(line) if byte > 127)
        piece = line[at:].decode("utf-8", "ignore")[0].encode()
        found = character_found(piece, "utf-8", at + 1)
        expected = both("un octet par caractère", "one byte a character")
        return Ecart(number, offset + at, len(piece), found, expected)
    found, expected = (both(f"{count} octets", f"{count} bytes") for count in (len(line), LENGTH))
    return Ecart(number, offset, len(line), found, expected)


def character_found(piece: bytes, encoding: str, position: int) -> str:
    """A character beyond ASCII, its bytes and its position in the record (from 1)."""
    character = piece.decode(encoding, "replace")
    shown = f"« {character} » " if character.isprintable() and not character.isspace() else ""
    count, hexa = len(piece), piece.hex(" ").upper()
    several = "s" if count > 1 else ""
    return both(
        f"{shown}{count} octet{several} ({hexa}), position {position}",
        f"{shown}{count} byte{several} ({hexa}), position {position}",
    )


def as_written(raw: bytes, ways: tuple[str, ...]) -> bytes:
    """A record as its line had it: what `read_line` undoes, and the cuts."""
    if ROGNE in ways:
        raw = raw.rstrip(b" ")
    if UTF8 in ways:
        raw = raw.decode("latin-1").encode("utf-8")
    cuts = list(_cuts(ways))
    places = [0, *(place for place, _ in cuts), len(raw)]
    ends = [*(end for _, end in cuts), b""]
    pieces = (raw[start:stop] for start, stop in pairwise(places))
    return b"".join(piece + end for piece, end in zip(pieces, ends, strict=True)) if cuts else raw


def without_cuts(line: bytes, ways: tuple[str, ...]) -> bytes:
    """A line of `as_written` without its cuts."""
    for place, end in _cuts(ways):
        line = line[:place] + line[place + len(end) :]
    return line


def cut_at(place: int, end: bytes) -> str:
    """The way of a line that has a line end after `place` bytes."""
    return f"{_NAMES[end]}-{place}"


def kind_of(way: str) -> str:
    """A way as `Ecart` is kept for it: that of all cuts is one."""
    return way if way in (ROGNE, UTF8) else COUPES


def are_ways(ways: tuple[str, ...]) -> bool:
    """Whether these are ways in which a line may have been written."""
    places = [place for place, _ in _cuts(ways)]
    return all(map(WAYS.fullmatch, ways)) and all(one < other for one, other in pairwise(places))


def _cuts(ways: tuple[str, ...]) -> Iterator[tuple[int, bytes]]:
    """Places of the cuts among the bytes of a line, and what stands there, in order."""
    for way in ways:
        found = WAYS.fullmatch(way) if way not in (ROGNE, UTF8) else None
        if found is not None:
            yield int(found[2]), ENDS[found[1]]


# --- what is told of them -----------------------------------------------------------------------------------


@finds(
    "fichier.octet-final",
    "fichier.fin-de-ligne",
    "fichier.fin-de-ligne-mixte",
    "fichier.coupures",
    "fichier.blancs-retires",
    "fichier.utf-8",
)
def check_lines(reading: Reading, records: int) -> Iterator[Finding]:
    """Line ends: all alike, or not; the last record may do without. One finding for one cause.

    `records` is how many were read.
    """
    uneven = reading.uneven is not None and reading.uneven[0] < records
    if COUPES in reading.odd:
        yield _told("fichier.coupures", reading.odd[COUPES])
    if ROGNE in reading.odd:
        yield _told("fichier.blancs-retires", reading.odd[ROGNE])
    elif reading.eol and not uneven:
        yield Finding(
            "fichier.fin-de-ligne",
            reading.before + 1,
            reading.eol_offset,
            len(reading.eol),
            found=end_name(reading.eol),
        )
    if UTF8 in reading.odd:
        yield _told("fichier.utf-8", reading.odd[UTF8])
    if reading.uneven is not None:
        number, eol, offset = reading.uneven
        if uneven:
            yield Finding(
                "fichier.fin-de-ligne-mixte",
                number,
                offset,
                len(eol),
                expected=end_name(reading.eol),
                found=end_name(eol),
            )
        elif not reading.eol:
            # Alone to have a line end, the last record is followed by extra bytes.
            yield Finding("fichier.octet-final", number, offset, len(eol), found=end_name(eol))


def _told(rule: str, odd: Ecart) -> Finding:
    return Finding(rule, odd.number, odd.offset, odd.length, expected=odd.expected, found=odd.found)
