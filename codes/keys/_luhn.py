"""Luhn keys, on digits and on the letters that some numbers carry (A = 1, B = 2...)."""

from __future__ import annotations

from stdnum import luhn

from codes.keys.errors import InvalidCheckDigits, InvalidFormat, InvalidLength

_LETTERS = {chr(ord("A") + rank): str(1 + rank) for rank in range(9)}


def compact(number: str) -> str:
    """Without spaces, dots and dashes, in upper case."""
    return number.translate(str.maketrans("", "", " .-")).upper()


def digits(number: str, letters: str) -> str:
    """`number` with the accepted `letters` turned into the digits they count for."""
    translated = "".join(_LETTERS[c] if c in letters and c in _LETTERS else c for c in number)
    if not (translated.isascii() and translated.isdigit()):
        raise InvalidFormat
    return translated


def calc_check_digit(body: str, letters: str = "") -> str:
    """Key of `body`: double every odd-ranked digit from the right, complement the sum to ten."""
    key: str = luhn.calc_check_digit(digits(body, letters))
    return key


def validate(number: str, length: int, letters: str = "") -> str:
    """Compact `number`; raises a subclass of `InvalidNumber` when it is not valid."""
    number = compact(number)
    if len(number) != length:
        raise InvalidLength
    if calc_check_digit(number[:-1], letters) != digits(number[-1], ""):
        raise InvalidCheckDigits
    return number


def printed(number: str, *sizes: int) -> str:
    """Compact `number` in groups of `sizes` characters, what is left in a last group."""
    groups, start = [], 0
    for size in sizes:
        groups.append(number[start : start + size])
        start += size
    return " ".join(group for group in (*groups, number[start:]) if group)
