"""RPPS (répertoire partagé des professionnels de santé): 10 digits and a Luhn key [SFG].

>>> calc_check_digits("1000000000")
'9'
"""

from __future__ import annotations

from codes.keys import _luhn
from codes.keys.errors import InvalidLength, InvalidNumber

LENGTH = 11
_LETTERS = ""

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
    return _luhn.printed(compact(number), 10)
