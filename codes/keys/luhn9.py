"""Number of a professional (AM or ADELI) or of an establishment (FINESS): 8 characters and a Luhn key.

AM and ADELI numbers are department (2), category (1, list `categorie_ps`), number (5), key. In Corsican
FINESS numbers the letter counts A = 1, B = 2 [SFG].

>>> calc_check_digits("99106804")
'0'
>>> is_valid("2A0002689")
True
>>> is_valid("991068041")
False
"""

from __future__ import annotations

from codes.keys import _luhn
from codes.keys.errors import InvalidLength, InvalidNumber

LENGTH = 9
_LETTERS = "AB"

compact = _luhn.compact


def calc_check_digits(number: str) -> str:
    """Key (1 digit) of the number without its key. Raises `InvalidLength` or `InvalidFormat`."""
    number = compact(number)
    if len(number) != LENGTH - 1:
        raise InvalidLength
    return _luhn.calc_check_digit(number, _LETTERS)


def validate(number: str) -> str:
    """Compact form of the number with its key; raises a subclass of `InvalidNumber`."""
    return _luhn.validate(number, LENGTH, _LETTERS)


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        return bool(validate(number))
    except InvalidNumber:
        return False


def format(number: str) -> str:
    """The number as printed."""
    return _luhn.printed(compact(number), 2, 1, 5)
