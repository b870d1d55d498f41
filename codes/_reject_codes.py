"""What a reject code looks like in each namespace, and how one is compared. Private to ``codes.rejects``.

A code is text: leading zeros, spaces and dashes are kept as received. What this module returns is only ever a
lookup key.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple

__all__ = [
    "OC929_PREFIX",
    "CodeShape",
    "SsvReading",
    "exact_date",
    "is_date",
    "normalise_code",
    "oc929_code",
    "shape_of",
    "ssv_range",
    "ssv_reading",
    "strip_padding",
]

OC929_PREFIX: Final = "MUJ1300"
"""The constant seen before the return code of flow 929, in the code field of entity 290."""

_SEPARATORS: Final = re.compile(r"[\s\x00\u2010-\u2015\u2212-]+")
_DATE: Final = re.compile(r"[0-9X]{4}-[0-9X]{2}-[0-9X]{2}")
_SHAPE: Final = re.compile(r"([A-Z]{3})([0-9]{6})([RSCI])")
_OC929: Final = re.compile(r".{7}([0-9]{2}).?", re.DOTALL)
# Six characters at most: the numbers are 16 bits wide, and int() refuses very long texts.
_SSV_HEX: Final = re.compile(r"0X([0-9A-F]{1,6})|([0-9A-F]{1,6})")
_SSV_RANGE: Final = re.compile(r"0x([0-9A-F]{4})(?:-0x([0-9A-F]{4}))?")


def strip_padding(code: str) -> str:
    """Return a code without the padding of its field: spaces and NUL bytes around it."""
    return code.strip(" \t\r\n\x00")


@lru_cache(maxsize=4096)
def normalise_code(code: str) -> str:
    """Return the lookup key of a code: upper case, without spaces nor dashes. Never write it back.

    >>> normalise_code("0450-072") == normalise_code("0450 072  ") == "0450072"
    True
    """
    return _SEPARATORS.sub("", code).upper()


def oc929_code(code: str) -> str | None:
    """Return the 2-digit return code of flow 929 held in a code field of 9 or 10 characters, or None.

    The field holds 7 constant characters (``OC929_PREFIX`` in the only sample), the return code at
    characters 8-9 (positions 15-16 of entity 290), and a movement letter.

    >>> oc929_code("MUJ130004C")
    '04'
    """
    found = _OC929.fullmatch(strip_padding(code))
    return found[1] if found else None


class CodeShape(NamedTuple):
    """The parts of a code that has an inner shape: three letters, six digits, one class letter.

    ``kind`` is the class letter, which says what the answer is: ``R`` rejet, ``S`` signalement, ``C``
    acquittement, ``I`` a fourth class of unknown meaning (list ``classe_code_rejet``).
    """

    letters: str
    digits: str
    kind: str

    @property
    def number(self) -> str:
        """The digits without leading zeros: what the catalogue is searched by."""
        return self.digits.lstrip("0") or "0"


def shape_of(code: str) -> CodeShape | None:
    """Split a code of 10 characters into letters, digits and class; None for a code of another shape.

    It is met in entity 290, and in 294 as a complementary insurer writes it: positions 6-15, then a label of
    80 characters at 16-95. A 294 whose positions 6-15 have another shape keeps the code of 4 characters.

    >>> shape_of("AAA000697R")
    CodeShape(letters='AAA', digits='000697', kind='R')
    >>> shape_of("AAA000697R").number
    '697'
    >>> shape_of("2900 005") is None
    True
    """
    found = _SHAPE.fullmatch(strip_padding(code))
    return CodeShape(found[1], found[2], found[3]) if found else None


class SsvReading(NamedTuple):
    """The number a written SSV code stands for, and the other numbers it might stand for."""

    number: int | None
    others: tuple[int, ...] = ()


def ssv_reading(code: str) -> SsvReading:
    """Read an SSV code written in hexadecimal (``0xF613``, ``F613``) or in decimal (``62995``).

    Digits alone are decimal. When they could also be four hexadecimal digits, or start with a zero, the other
    readings are given apart: they are candidates, never an answer.

    >>> ssv_reading("62995").number == ssv_reading("0xF613").number
    True
    >>> ssv_reading("8001")
    SsvReading(number=8001, others=(32769,))
    """
    key = normalise_code(code)
    found = _SSV_HEX.fullmatch(key)
    if found is None or strip_padding(code).startswith("-"):  # a minus sign is not a separator
        return SsvReading(None)
    if found[1] or not key.isdecimal():
        return SsvReading(int(found[1] or found[2], 16))
    decimal, hexadecimal = int(key), int(key, 16)
    if decimal == hexadecimal and len(key) in {1, 4}:
        return SsvReading(decimal)
    if key[0] != "0":
        return SsvReading(decimal, (hexadecimal,) if len(key) == 4 else ())
    return SsvReading(None, (decimal, hexadecimal) if len(key) == 4 else (decimal,))


def ssv_range(code: str) -> range | None:
    """Return the numbers a catalogue code covers: one (``0xF600``) or a range (``0xF610-0xF61F``)."""
    found = _SSV_RANGE.fullmatch(code)
    if found is None:
        return None
    first = int(found[1], 16)
    return range(first, int(found[2] or found[1], 16) + 1)


def is_date(text: str) -> bool:
    """Whether a catalogue date is well written: ``AAAA-MM-JJ``, with X for each unknown digit."""
    if _DATE.fullmatch(text) is None:
        return False
    return "X" in text or exact_date(text) is not None


def exact_date(text: str) -> date | None:
    """Return a complete catalogue date; None when it is empty or partial: such a date excludes nothing."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
