"""The slow, plain twins of the physical envelopes: P1 and P3 as `construct` declarations.

They say in the words of a well-known library what `noemie.returns.physical` reads with a hand-written
scanner; the tests prove that both agree. Interpreted only: a compiled `construct` accepts cut input without a
word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from construct import (
    Adapter,
    Bytes,
    Check,
    CheckError,
    Const,
    Construct,
    ConstructError,
    GreedyBytes,
    GreedyRange,
    Prefixed,
    Select,
    Struct,
    Terminated,
    this,
)

from noemie.returns.borders import BLOCK, Envelope
from noemie.returns.physical import LAST_FLAG, Framed


class _Digits(Adapter):  # type: ignore[misc]  # construct has no type information
    """A number written in `length` ASCII digits."""

    def __init__(self, length: int) -> None:
        super().__init__(Bytes(length))
        self.length = length

    def _decode(self, obj: bytes, context: Any, path: str) -> int:
        if not obj.isdigit():
            raise ValueError("digits expected")  # construct turns it into an end of the repetition
        return int(obj)


_EOL: Final = Select(Const(b"\r\n"), Const(b"\n"), Const(b""))

#: One record of P3: four digits, as many bytes, a line end or nothing.
RECORD_P3: Final[Construct] = Struct("data" / Prefixed(_Digits(4), GreedyBytes), "eol" / _EOL)

FILE_P3: Final[Construct] = Struct("records" / GreedyRange(RECORD_P3), Terminated)

#: One data record of P1: a flag, 127 bytes. 000 and 999 have no flag.
BLOCK_P1: Final[Construct] = Struct("flag" / Bytes(1), "data" / Bytes(BLOCK - 1))

_BARE: Final = Bytes(BLOCK)


def read_declared(records: Iterable[Framed], envelope: Envelope) -> Iterator[Framed]:
    """The physical records of a whole file, as the declarations cut it.

    `records` are those of the scanner, whose bytes, joined, are the file. Where a declaration refuses it (a
    broken frame, several returns, what a transfer left at an end), they are given back as they are.
    """
    found = list(records)
    raw = b"".join(one.prefix + one.data + one.suffix for one in found)
    if envelope == "P2" and len(raw) != sum(len(one.data) for one in found):
        yield from found  # P2 has no frame of its own
        return
    try:
        yield from _DECLARED[envelope](raw)
    except ConstructError:
        yield from found


def _framed_p1(raw: bytes) -> list[Framed]:
    debut, *blocs, fin = parse_p1(raw)
    if LAST_FLAG in raw[BLOCK : len(raw) - 2 * BLOCK : BLOCK]:
        raise CheckError("one return expected")  # the flag of the last block ends it before
    made = [Framed(0, b"", debut, b"")]
    for rank, data in enumerate(blocs, start=1):
        # Spaces fill the last block up.
        kept = data.rstrip(b" ") if rank == len(blocs) else data
        at = rank * BLOCK
        made.append(Framed(at + 1, raw[at : at + 1], kept, data[len(kept) :]))
    return [*made, Framed(len(raw) - BLOCK, b"", fin, b"")]


def _framed_p3(raw: bytes) -> list[Framed]:
    made, at = [], 0
    records = FILE_P3.parse(raw).records
    if len({record.eol for record in records[:-1]}) > 1 or records[-1].eol not in (records[0].eol, b""):
        raise CheckError("records that end alike expected")  # a wrong length may stand on the next line end
    for record in records:
        made.append(Framed(at + 4, raw[at : at + 4], record.data, record.eol))
        at += 4 + len(record.data) + len(record.eol)
    return made


def _framed_p2(raw: bytes) -> list[Framed]:
    """P2 has no frame: one piece."""
    return [Framed(0, b"", raw, b"")]


_DECLARED: Final = {"P1": _framed_p1, "P2": _framed_p2, "P3": _framed_p3}


def parse_p1(raw: bytes) -> list[bytes]:
    """Data of the records of a P1 file: 000, the blocks without their flag, 999. Any error is construct's."""
    middle = len(raw) // BLOCK - 2
    file = Struct(
        "debut" / _BARE,
        Check(this.debut[:3] == b"000"),
        "blocs" / BLOCK_P1[middle],
        "fin" / _BARE,
        Check(this.fin[:3] == b"999"),
        Terminated,
    ).parse(raw)
    return [file.debut, *(bloc.data for bloc in file.blocs), file.fin]


def parse_p3(raw: bytes) -> list[bytes]:
    """Data of the records of a P3 file. Any error is construct's."""
    return [record.data for record in FILE_P3.parse(raw).records]
