"""What is said of an invoice wherever it stands: its number, for comparison; what takes one back."""

from __future__ import annotations

from typing import Final

__all__ = ["CANCELLING", "cle"]

#: Natures of operation that take back an invoice already sent: negative adjustment, cancellation of an FSE
#: (list `nature_operation`) [SNDS].
CANCELLING: Final = ("5", "9")


def cle(number: str) -> str:
    """A number for comparison only: no filling, no leading zeros (102 types it as text, B2 as digits).

    >>> cle(" 000000012"), cle("12 "), cle("000 12"), cle("000"), cle("")
    ('12', '12', '12', '', '')
    """
    return number.replace(" ", "").strip("\0").lstrip("0")
