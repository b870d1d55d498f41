"""Which B2 record may follow which: where a byte was lost or added, the next record is found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import takewhile

from flatfile import Sequence
from fse.trusted import HOLDS

#: Bytes that are no record: ends of files, fillings.
_FILLING = b"\0\x1a \r\n"

#: The first bytes of an invoice's record: type, number of 9, blank, NIR and key, digits.
_INVOICE_RECORD = re.compile(rb"[2-5][0-9AB]{9} [0-9AB ]{15}[0-9 ]{9}")

#: The same where it is not known that a record stands there: nothing but digits, or no NIR at all.
_SURE_RECORD = re.compile(rb"[2-5][0-9AB]{9} ([0-9]{6}[0-9AB][0-9]{8}| {15})[0-9]{9}")

#: Record 1: number, then, in digits, organism and batch number; its own name, date of the batch.
_START_OF_BATCH = re.compile(rb"1[0-9AB]{9}.{6}[0-9 ]{6}.{47}(B2|.{2}[0-9]{6})", re.DOTALL)

#: Record 6: number, counters and totals, batch number; then no digit, and a blank.
_END_OF_BATCH = re.compile(rb"6[0-9AB]{9}[0-9]{44}[^0-9]. {4}", re.DOTALL)

#: Record 999: type and number of the sender.
_END_OF_FILE = re.compile(rb"999[A-Z]{2}[0-9 ]{14}")

#: What `B2Sequence.starts` asks of the first bytes, at most: these are tried, where others are not.
_LOOKED_AHEAD = 17
_MAY_START = re.compile(
    rb"(?=[2-5][0-9AB]{9} [0-9 ]{6}|[16][0-9AB]{9}|000(?:[^0-9]|.[^0-9])|999[A-Z])", re.DOTALL
)

#: Where one damaged byte is forgiven (type, number), and what is tried there instead.
_FORGIVEN = range(10)
_TRIED = (b"1", b"2", b"6")


class B2Sequence(Sequence):
    """Which B2 record may follow which: the professional's number (2-10) stays through a batch."""

    constant = slice(1, 10)

    def follows(self, current: bytes, following: bytes) -> bool:
        """Same number, or what looks like the start of another record, or nothing but filling.

        One damaged byte among the first ones is no sign that the record stands elsewhere.
        """
        return (
            following[1:10] == current[1:10]
            or _looks_right(following)
            or (len(following) == len(current) and not following.strip(_FILLING))
            or not following.strip(b"\0\x1a")  # the end of the file, as some systems mark it
            or any(
                _looks_sure(following[:at] + byte + following[at + 1 :])
                for at in _FORGIVEN
                for byte in _TRIED
            )
        )

    def starts(self, current: bytes, following: bytes) -> bool:
        """Whether `following` has, at its own places, what a record starts with.

        Stricter than `follows`: the same bytes may well stand in the middle of another record (the number
        of the biller is also that of the performer, zeros are everywhere). The number is that of `current`,
        or its key holds.
        """
        number = following[1:10]
        return _looks_sure(following) and (
            following[:1] in (b"0", b"9") or number == current[1:10] or _is_number(number)
        )

    def places(self, buffer: bytes, first: int, last: int) -> Iterator[int]:
        """Places where the first bytes are those of a record."""
        # The pattern looks ahead of the last place, so that a record may start there.
        found = _MAY_START.finditer(buffer, first, last + _LOOKED_AHEAD)
        return takewhile(last.__gt__, map(re.Match.start, found))


def _looks_right(record: bytes) -> bool:
    """Whether bytes that stand where a record is expected look like one."""
    first = record[:1]
    if first in (b"2", b"3", b"4", b"5"):
        return _INVOICE_RECORD.match(record) is not None
    return _START_OF_BATCH.match(record) is not None or _looks_sure(record)


def _looks_sure(record: bytes) -> bool:
    """Whether bytes that stand anywhere look like a record."""
    first = record[:1]
    if first in (b"2", b"3", b"4", b"5"):
        return _SURE_RECORD.match(record) is not None
    if first == b"1":
        return _START_OF_BATCH.match(record) is not None and record[69:71] == b"B2"
    if first == b"6":
        return _END_OF_BATCH.match(record) is not None
    if record[3:5].isdigit():  # a type of sender is letters; zeros and nines are everywhere
        return False
    whole = record[:3]
    return (whole == b"000" and record[65:67] == b"B2") or (
        _END_OF_FILE.match(record) is not None and not record[63:82].strip()
    )


def _is_number(number: bytes) -> bool:
    return bool(number.strip(b"0")) and HOLDS["id:luhn9"](number)
