"""Which B2 record may follow which: where a byte was lost or added, the next record is found again."""

from __future__ import annotations

import re

from flatfile import Sequence

#: Bytes that are no record: ends of files, fillings.
_FILLING = b"\0\x1a \r\n"

#: The first bytes of an invoice's record: type, number of 9, blank, NIR and key, digits.
_INVOICE_RECORD = re.compile(rb"[2-5][0-9AB]{9} [0-9AB ]{15}[0-9 ]{9}")

#: Record 1: number, then, in digits, organism and batch number; its own name, date of the batch.
_START_OF_BATCH = re.compile(rb"1[0-9AB]{9}.{6}[0-9 ]{6}.{47}(B2|.{2}[0-9]{6})", re.DOTALL)

#: Record 6: number, counters and totals, batch number; then no digit, and a blank.
_END_OF_BATCH = re.compile(rb"6[0-9AB]{9}[0-9]{44}[^0-9]. {4}", re.DOTALL)

#: Where one damaged byte is forgiven (type, number, blank), and what is tried there instead.
_FORGIVEN = range(11)
_TRIED = (b"1", b"2", b"6", b" ")


class B2Sequence(Sequence):
    """Which B2 record may follow which: the professional's number (2-10) stays through a batch."""

    constant = slice(1, 10)

    def follows(self, current: bytes, following: bytes) -> bool:
        """Same number, or what looks like the start of another record, or nothing but filling.

        One damaged byte among the first ones is no sign that the record stands elsewhere.
        """
        return (
            following[1:10] == current[1:10]
            or self._looks_right(current, following)
            or not following.strip(_FILLING)
            or any(
                self._looks_right(current, following[:at] + byte + following[at + 1 :])
                for at in _FORGIVEN
                for byte in _TRIED
            )
        )

    def starts(self, current: bytes, following: bytes) -> bool:
        """Whether `following` has, at its own places, what a record starts with.

        Stricter than `follows`: the same bytes may well stand in the middle of another record (the number
        of the biller is also that of the performer, zeros are everywhere).
        """
        if following[:1] == b"1" and following[69:71] != b"B2":
            return False
        return self._looks_right(current, following)

    @staticmethod
    def _looks_right(current: bytes, following: bytes) -> bool:
        first = following[:1]
        if first == b"1":
            return _START_OF_BATCH.match(following) is not None
        if first == b"6":
            return _END_OF_BATCH.match(following) is not None
        if first in (b"0", b"9"):
            whole = following[:3]
            return (whole == b"000" and following[65:67] == b"B2") or (
                whole == b"999" and not following[63:82].strip()
            )
        return _INVOICE_RECORD.match(following) is not None
