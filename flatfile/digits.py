"""Numbers of many records at once: digits tested and read eight bytes at a time; needs `numpy`.

What it says is a number is one, to the byte; what it does not say so may still be one with spaces before it.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

#: An array of numpy; the stubs of its types are not asked for.
Array = Any

_WORD: Final = 8
_ZERO: Final = ord("0")

_HIGH: Final = np.uint64(0xF0F0F0F0F0F0F0F0)
_SIX: Final = np.uint64(0x0606060606060606)
_DIGITS: Final = np.uint64(0x3333333333333333)
_ZEROS: Final = np.uint64(0x3030303030303030)
_PAIRS: Final = np.uint64(0x000000FF000000FF)
_FIRST: Final = np.uint64(0x000F424000000064)  # 100, and 1,000,000 above
_SECOND: Final = np.uint64(0x0000271000000001)  # 1, and 10,000 above
_TEN, _4, _8, _16, _32 = (np.uint64(number) for number in (10, 4, 8, 16, 32))

#: What one word counts.
_BASE: Final = 10**_WORD


def words_of(matrix: Array, where: slice) -> list[Array]:
    """The bytes of a field of each row, as numbers of 64 bits, the last eight bytes last.

    `matrix` has one record a row, one byte a column. Zeros fill the first word on the left.
    """
    width = where.stop - where.start
    count = -(-width // _WORD)
    filled = np.full((len(matrix), count * _WORD), _ZERO, np.uint8)
    filled[:, count * _WORD - width :] = matrix[:, where]
    whole = filled.view("<u8")
    return [whole[:, rank] for rank in range(count)]


def are_digits(words: list[Array]) -> Array:
    """Whether each row has nothing but digits."""
    found = None
    for word in words:
        one = ((word & _HIGH) | (((word + _SIX) & _HIGH) >> _4)) == _DIGITS
        found = one if found is None else found & one
    return found


def numbers_of(words: list[Array]) -> Array:
    """The number that each row of digits writes (18 at most), as `int64`; meaningless for other rows."""
    total = None
    for word in words:
        word = word - _ZEROS
        word = word * _TEN + (word >> _8)
        word = ((word & _PAIRS) * _FIRST + ((word >> _16) & _PAIRS) * _SECOND) >> _32
        total = word if total is None else total * np.uint64(_BASE) + word
    assert total is not None
    return total.astype(np.int64)
