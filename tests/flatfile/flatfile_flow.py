"""A small B2 flow to cut in records and to damage, and the rule of what follows what in it."""

from __future__ import annotations

import re

from flatfile import Sequence, iter_blocks, iter_fixed, open_source

L = 128
NUMBER = b"991068040"
DEBUT = b"000TE00000991068040      CT00000001016421      TR000000130601CP  B2               128".ljust(L)
LOT = b"1991068040      189".ljust(69) + b"B2".ljust(59)
FIN_LOT = b"6991068040001".ljust(L)
FIN = b"999TE00000991068040      CT00000001016421      TR00000000000012".ljust(L)


def record(type: str, facture: int, line: str = "") -> bytes:
    """A record of an invoice; `line` makes it unlike the others."""
    head = f"{type}{NUMBER.decode()} 180019999999940{facture:09d}"
    return f"{head} {line:7}SNS  0010000002300{'':9}130601".encode().ljust(L, b" ")


def flow(factures: int = 4) -> list[bytes]:
    """All the records of a flow, each different from the others."""
    records = [DEBUT, LOT]
    for number in range(1, factures + 1):
        records += [record(type, number, f"L{rank}") for rank, type in enumerate("2345")]
    return [*records, FIN_LOT, FIN]


_INVOICE_RECORD = re.compile(rb"[2-5][0-9AB]{9} [0-9AB ]{15}[0-9 ]{9}")

_ENVELOPE = re.compile(rb"(000|999)[A-Z]{2}[0-9]{14}")


class B2Like(Sequence):
    """The rule of B2 flows: the professional's number (bytes 2-10) stays through a batch."""

    constant = slice(1, 10)

    def __init__(self) -> None:
        self.calls = 0

    def follows(self, current: bytes, following: bytes) -> bool:
        self.calls += 1
        return (
            following[1:10] == current[1:10]
            or self.starts(current, following)
            or not following.strip(b"\0\x1a \r\n")
        )

    def starts(self, current: bytes, following: bytes) -> bool:
        self.calls += 1
        first = following[:1]
        if first in b"2345":
            return _INVOICE_RECORD.match(following) is not None
        if first in b"16":
            return following[1:10] == current[1:10] or (first == b"1" and following[69:71] == b"B2")
        return _ENVELOPE.match(following) is not None


def pieces(data: bytes, chunk: int = 1 << 20, rule: Sequence | None = None) -> list[tuple[bytes, bytes]]:
    """The pieces of a file, having verified their places and that nothing is lost."""
    found = []
    place = 0
    for piece in iter_fixed(open_source(data), L, rule or B2Like(), chunk):
        assert piece.offset == place
        assert piece.raw or piece.eol
        place += len(piece.raw) + len(piece.eol)
        found.append((piece.raw, piece.eol))
    assert b"".join(raw + eol for raw, eol in found) == data
    return found


def blocks(data: bytes, chunk: int = 1 << 20) -> list[tuple[int, int, bytes]]:
    """Offset, number of records and line end of each block."""
    return [(b.offset, len(b.raws), b.eol) for b in iter_blocks(open_source(data), L, B2Like(), chunk)]
