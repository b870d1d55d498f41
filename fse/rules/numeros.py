"""Do the keys of numbers hold? A key that was found right once is not computed again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module

from flatfile import Field

_REMEMBERED = 1 << 16

#: Letters of the Corsican departments in a NIR, and what they count for [SFG] [AL].
_CORSICA = {b"2A": b"19", b"2B": b"18"}

#: What a digit counts for in a Luhn key: itself, or the digits of its double.
_ONCE = bytes.maketrans(b"0123456789", bytes(range(10)))
_TWICE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))


def nir_holds(nir_and_key: bytes) -> bool:
    """Whether the key goes with the NIR (15 bytes in all); nothing to check in zeros and blanks.

    Each invoice has another NIR: the rule of `codes.keys.nir` is written again here without its cost; the
    tests prove that both agree.
    """
    if nir_and_key.isdigit():
        number = int(nir_and_key)
        return number // 100 % 97 + number % 100 == 97 or not number
    department = _CORSICA.get(nir_and_key[5:7])
    if department is not None:
        digits = nir_and_key[:5] + department + nir_and_key[7:]
        return digits.isdigit() and nir_holds(digits)
    return not nir_and_key.strip(b" 0")


def luhn_holds(number: bytes) -> bool:
    """Whether digits end with their Luhn key: the rule of `stdnum.luhn`, without its cost, as above."""
    return (sum(number[-1::-2].translate(_ONCE)) + sum(number[-2::-2].translate(_TWICE))) % 10 == 0


def month_holds(nir: bytes) -> bool:
    """Whether the month of birth may be one: 13 to 19 are none, in a NIR that is no provisional number.

    Months from 20 on stand for those that are not known.
    """
    return not (nir[3:4] == b"1" and nir[4:5] > b"2" and nir[:1] in b"12")


def _holds(name: str, length: int = 0) -> Callable[[bytes], bool]:
    """Whether a number of the module `name` of `codes.keys` holds.

    One of `length` digits with its Luhn key needs no other look, nor that module.
    """

    @lru_cache(maxsize=_REMEMBERED)
    def holds(number: bytes) -> bool:
        if not number.strip(b" 0"):
            return True
        if len(number) == length and number.isdigit() and luhn_holds(number):
            return True
        is_valid: Callable[[str], bool] = import_module(f"codes.keys.{name}").is_valid
        return is_valid(number.decode("latin-1"))

    return holds


#: Kind -> whether the key of a number of this kind holds.
HOLDS: dict[str, Callable[[bytes], bool]] = {
    "id:luhn9": _holds("luhn9", 9),
    "id:rpps": _holds("rpps", 11),
    "id:siret": _holds("siret"),
}
at_holds = _holds("at")


def key_check(field: Field) -> Callable[[bytes], bool] | None:
    """The key check of a field that carries its own key, or nothing."""
    return at_holds if field.name == "numero_at" else HOLDS.get(field.kind.name)
