"""Numbers that can be trusted: those whose key holds, and those that may be shown.

A key that was found right once is not computed again. Where bytes were lost or added, the place of the
invoice number may hold digits of the NIR: a number is told only when what stands around it says that it is in
its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from flatfile import Field, Finding, Layout, Record
from flatfile.kinds import ANYTHING
from flatfile.layout import merge_patterns
from fse.normes import LENGTH

if TYPE_CHECKING:
    from fse.facture import Facture

# --- keys -------------------------------------------------------------------------------------------------

#: Numbers whose keys are not computed again.
_REMEMBERED: Final = 1 << 16

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


# --- numbers that may be shown ------------------------------------------------------------------------------

#: Fields that all records of an invoice repeat, in their order.
SHARED = ("numero_ps", "nir", "cle_nir", "numero_facture")
_STARTING: Final = ("blanc_1", *SHARED)


def number_of(facture: Facture) -> str:
    """The invoice number, or nothing when it cannot be told from other digits.

    It can where the fields before it have their form and their keys hold, or where two records say the same
    and all their fields have their form; never where its digits are those of the NIR.
    """
    seen: set[tuple[bytes, ...]] = set()
    for record in facture.records:
        start = _start(record.layout)
        if start is None or len(record.raw) != LENGTH:
            continue
        regular = is_regular(record)  # so is its start then
        if not regular and not start.has_form(record.raw[start.where]):
            continue
        values = numero_ps, nir, key, number = start.shared(record.raw)
        if _is_piece_of(number, nir + key):
            continue
        if values in seen:
            if regular:
                return record.text("numero_facture")
            continue
        held = nir.strip(b" 0") and nir_holds(nir + key) and HOLDS["id:luhn9"](numero_ps)
        if held and (regular or not is_ruin(record)):  # a key holds by chance once in a hundred
            return record.text("numero_facture")
        if regular:
            seen.add(values)
    return ""


def _is_piece_of(number: bytes, person: bytes) -> bool:
    """Whether the place of the number holds a piece of a NIR: what follows its key was lost, or moved."""
    return number[1:] in person or number[:-1] in person


class _Start(NamedTuple):
    """What all records of an invoice start with: its place, whether bytes have its form, its four values."""

    where: slice
    has_form: Callable[[bytes], object]
    shared: Callable[[bytes], tuple[bytes, ...]]


@cache
def _start(layout: Layout) -> _Start | None:
    """The start of a record, up to the number of its invoice; nothing for one that does not have it all."""
    if any(name not in layout for name in SHARED):
        return None
    places = [layout.by_name[name].slice for name in SHARED]
    asked = [field for field in layout.fields if field.slice.stop <= places[-1].stop][1:]
    patterns = [
        field.kind.strict if field.name in _STARTING else f"{ANYTHING}{{{field.length}}}" for field in asked
    ]
    match = re.compile(merge_patterns(patterns).encode("latin-1"), re.DOTALL).fullmatch
    return _Start(slice(asked[0].slice.start, places[-1].stop), match, itemgetter(*places))


def number_of_batch(record: Record) -> str:
    """The batch number, or nothing when record 1 cannot be told from another one."""
    constants = [field.name for field in record.layout.fields if field.kind.base in ("const", "date")]
    names = (*constants, "numero_ps", "numero_lot")
    if "numero_lot" not in record.layout or not has_form(record, names):
        return ""
    return record.text("numero_lot")


def finding_on(rule: str, facture: Facture, record: Record, field: str, expected: str = "") -> Finding:
    """A finding on a field of a record of an invoice, for what compares invoices one by one.

    The rules of `fse.check` make theirs with `Contexte.finding`, which remembers the numbers it has told.
    """
    where = record.layout.by_name[field]
    return Finding(
        rule,
        record.number,
        record.offset + where.start - 1,
        where.length,
        record.type,
        field,
        number_of(facture),
        number_of_batch(facture.lot) if facture.lot is not None else "",
        expected,
    )


def has_form(record: Record, names: tuple[str, ...]) -> bool:
    """Whether a record is whole and these fields have the bytes of their kinds."""
    raw = record.raw
    return len(raw) == LENGTH and all(has(raw[where]) for where, has in _forms(record.layout, names))


@cache
def _forms(layout: Layout, names: tuple[str, ...]) -> tuple[tuple[slice, Callable[[bytes], object]], ...]:
    """Where these fields stand, and whether bytes have the form of their kinds."""
    return tuple((where, has_form) for field, where, has_form in layout.forms if field.name in names)


def is_ruin(record: Record) -> bool:
    """Whether a third of the fields of a record cannot be what they should be; habits of padding are none."""
    wrong = sum(not tolerated for _, tolerated in record.layout.defects(record.raw))
    return 3 * wrong > len(record.layout.fields)


def is_regular(record: Record) -> bool:
    """Whether every field of a record has the bytes of its kind."""
    return len(record.raw) == LENGTH and bool(_form(record.layout)(record.raw))


@cache
def _form(layout: Layout) -> Callable[[bytes], object]:
    """Whether every field of a record of this layout has the bytes of its kind, in one match."""
    return layout.gate()
