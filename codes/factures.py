"""The number of an invoice wherever it stands, for comparison."""

from __future__ import annotations

__all__ = ["cle"]


def cle(number: str) -> str:
    """A number for comparison only: no filling, no leading zeros (102 types it as text, B2 as digits).

    >>> cle(" 000000012"), cle("12 "), cle("000 12"), cle("000"), cle("")
    ('12', '12', '12', '', '')
    """
    return number.replace(" ", "").strip("\0").lstrip("0")
