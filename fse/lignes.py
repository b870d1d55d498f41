"""Lines of a flow that a program or a mail wrote in another way than the record they hold.

Two ways are undone, for the record is then known to the byte, and written again as it was:

- `rogne`: the blanks at the end of each line were taken off. A flow is read so when lines separate its
  records, none of them ends with a blank, and some are too short;
- `utf-8`: its characters outside ASCII were written on two bytes. A line is read so when it is too long, is
  UTF-8, and has the length of a record once each character is one byte.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from flatfile.findings import both
from fse.normes import LENGTH

ROGNE: Final = "rogne"
UTF8: Final = "utf-8"

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
    """A record as its line had it: what `read_line` undoes."""
    if ROGNE in ways:
        raw = raw.rstrip(b" ")
    return raw.decode("latin-1").encode("utf-8") if UTF8 in ways else raw
