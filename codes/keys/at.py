"""Work accident number (numéro d'AT): 8 characters and a Luhn key, letters counting A = 1, B = 2... [SFG].

In place of a number, the date of an accident caused by a third party may stand: `000` then AAMMJJ, with
no key. Zeros mean that there is no accident.

>>> calc_check_digits("10123456")
'5'
>>> is_valid("000200131")
True
"""

from __future__ import annotations

import re

from codes.keys import _luhn
from codes.keys.errors import InvalidLength, InvalidNumber

LENGTH = 9
_ACCIDENT_DATE = re.compile("000[0-9]{6}")
_LETTERS = "ABCDEFGHI"

compact = _luhn.compact


def calc_check_digits(number: str) -> str:
    """Key (1 digit) of the number without its key. Raises `InvalidLength` or `InvalidFormat`."""
    number = compact(number)
    if len(number) != LENGTH - 1:
        raise InvalidLength
    return _luhn.calc_check_digit(number, _LETTERS)


def validate(number: str) -> str:
    """Compact form of the number with its key; raises a subclass of `InvalidNumber`."""
    number = compact(number)
    if _ACCIDENT_DATE.fullmatch(number):
        return number  # the date of an accident, or no accident
    return _luhn.validate(number, LENGTH, _LETTERS)


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        return bool(validate(number))
    except InvalidNumber:
        return False


def format(number: str) -> str:
    """The number as printed."""
    return compact(number)
