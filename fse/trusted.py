"""Numbers that can be shown: those that surely are what they are said to be.

Where bytes were lost or added, the place of the invoice number may hold digits of the NIR. A number is told
only when what stands around it says that it is in its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from flatfile import Finding, Layout, Record
from flatfile.kinds import ANYTHING
from flatfile.layout import merge_patterns
from fse.normes import LENGTH
from fse.rules.numeros import HOLDS, nir_holds

if TYPE_CHECKING:
    from fse.facture import Facture

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
