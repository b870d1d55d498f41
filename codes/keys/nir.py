"""NIR (numéro d'inscription au répertoire): 13 characters and a key of 2 digits.

Sex (1), year (2) and month (2) of birth, department (2, `2A` and `2B` in Corsica), commune (3), rank (3).
The key is 97 - (NIR mod 97); for Corsica 2A is read as 19 and 2B as 18 [SFG] [AL]. A first digit 5 or 6
marks a temporary resident migrant, 7 or 8 a provisional number [SNDS]: the key rule is the same. Months
beyond 12 exist. Only the form and the key are checked.

>>> calc_check_digits("1800199999999")
'40'
>>> calc_check_digits("180012B033001")
'01'
>>> is_valid("180012A004001" + "68")
True
>>> validate("1800199999999" + "41")
Traceback (most recent call last):
    ...
codes.keys.errors.InvalidCheckDigits: the key does not go with the number
"""

from __future__ import annotations

import re

from codes.keys.errors import InvalidCheckDigits, InvalidFormat, InvalidLength, InvalidNumber

#: As a person types it or a file keeps it: with or without its key, spaces and dots apart.
_ASKED = re.compile(r"[0-9]{6}[0-9AB][0-9]{6}(?:[0-9]{2})?")
_BODY = re.compile(r"[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}")


def compact(number: str) -> str:
    """Without spaces, dots and dashes, in upper case."""
    return number.translate(str.maketrans("", "", " .-")).upper()


def calc_check_digits(number: str) -> str:
    """Key (2 digits) of a NIR of 13 characters. Raises `InvalidLength` or `InvalidFormat`."""
    number = compact(number)
    if len(number) != 13:
        raise InvalidLength
    if not _BODY.fullmatch(number):
        raise InvalidFormat
    from stdnum.fr import nir as stdnum_nir  # it imports `pydoc`: a page that checks no key starts without

    key: str = stdnum_nir.calc_check_digits(number)
    return key


def validate(number: str) -> str:
    """Compact form (15 characters) of a NIR with its key; raises a subclass of `InvalidNumber`."""
    number = compact(number)
    if len(number) != 15:
        raise InvalidLength
    if calc_check_digits(number[:13]) != number[13:]:
        raise InvalidCheckDigits
    return number


def is_valid(number: str) -> bool:
    """Whether `validate` accepts the number."""
    try:
        return bool(validate(number))
    except InvalidNumber:
        return False


def format(number: str) -> str:
    """The number as printed: `1 80 01 99 999 999 40`."""
    n = compact(number)
    return " ".join(part for part in (n[:1], n[1:3], n[3:5], n[5:7], n[7:10], n[10:13], n[13:]) if part)


def has_form(number: str) -> bool:
    """Whether 13 characters have the form of a NIR, whatever the key."""
    return _BODY.fullmatch(number) is not None


def is_fictitious(number: str) -> bool:
    """Whether it stands for nobody: 1 or 2, 555555, the caisse, the ground (list `nir_fictif`) [SFG] [PHA].

    >>> is_fictitious("1555555421042"), is_fictitious("1800199999999")
    (True, False)
    """
    return re.fullmatch(r"[12]555555[0-9]{6}(?:[0-9]{2})?", compact(number)) is not None


def is_provisional(number: str) -> bool:
    """Whether the first digit marks a temporary (5, 6) or provisional (7, 8) number [SNDS]."""
    return (number if number.isdecimal() else compact(number))[:1] in ("5", "6", "7", "8")


def nir_asked(text: str) -> str | None:
    """The 13 characters of a NIR as a person types it, `None` when it is none, or its key is another's."""
    found = "".join(text.split()).replace(".", "").upper()
    body, key = found[:13], found[13:]
    if not _ASKED.fullmatch(found) or (key and (not has_form(body) or key != calc_check_digits(body))):
        return None
    return body
