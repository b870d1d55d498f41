"""SIRET: SIREN (9), establishment (4), Luhn key (1) [SFG].

The post office has SIRET numbers that follow another rule; python-stdnum knows it and is asked here.

>>> is_valid("73282932000074")
True
"""

from __future__ import annotations

from stdnum.fr import siret as stdnum_siret

from codes.keys import _luhn
from codes.keys.errors import InvalidLength, InvalidNumber

LENGTH = 14
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
    number = compact(number)
    if len(number) == LENGTH and number.isascii() and stdnum_siret.is_valid(number):
        return number
    return _luhn.validate(number, LENGTH, _LETTERS)


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        return bool(validate(number))
    except InvalidNumber:
        return False


def format(number: str) -> str:
    """The number as printed."""
    return _luhn.printed(compact(number), 3, 3, 3)
