"""Days besides those of acts, written JJMMAA: of a prescription, an agreement, a detail of care, a birth.

A day is told only where it cannot be what it seems: years away from billing (on a line, from its act), and
within its last year once it is read the other way round. That of a stay must then be a day that its invoice
tells elsewhere: some are long.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from flatfile import Finding, Layout, Record
from flatfile.findings import both
from flatfile.kinds import make_date
from fse.facture import Facture
from fse.normes import LENGTH
from fse.rules.contexte import Contexte, whole_header, whole_records
from fse.rules.dates import BILLED, billing_of, is_turned, turned
from fse.rules.registre import on_facture
from fse.rules.valeurs import is_hidden

#: Years before billing from which a day is looked at: care is billed in time, a prescription may be old.
_CARE: Final = 3
_ASKED_FOR: Final = 6

_RULE: Final = "date.autre-jjmmaa"
#: Day of birth, in record 2.
BIRTH: Final = "date_naissance"

#: Type of record -> its days that are looked at, with these years.
_DAYS: Final = {
    "2": {"date_prescription": _ASKED_FOR, "date_maternite": _ASKED_FOR},
    "3": {"date_fin": _CARE},
    "3S": {"date_prescription": _ASKED_FOR, "date_demande_accord": _ASKED_FOR},
    "4": {"date_demande_accord": _ASKED_FOR},
    "4B": {f"date_acte_{rank}": _CARE for rank in range(1, 6)},
    "4D": {f"date_acte_{rank}": _CARE for rank in range(1, 3)},
    "4F": {"date_debut": _CARE, "date_fin": _CARE},
    "4M": {"date_seance": _CARE},
    "4S": {"date_demande_accord": _ASKED_FOR},
    "4U": {"date_depart": _CARE, "date_arrivee": _CARE},
}

#: Days of a stay, in record 2.
_STAY: Final = ("date_entree", "date_sortie", "date_hospitalisation", "date_prise_en_charge")

#: Days of care, to which those of a stay are compared.
_OF_CARE: Final = ("date_debut", "date_fin", "date_acte", *_STAY)


#: Day of a line, with which another one of the line is compared; others are with the day of billing.
_SINCE: Final = {"3": "date_debut", "4": "date_acte"}


class Jour(NamedTuple):
    """A day of a record: its field, its place, the years from which it is looked at, before which field."""

    name: str
    where: slice
    years: int
    since: str


@cache
def other_days(layout: Layout) -> tuple[Jour, ...]:
    """The days of a record that are looked at; nothing for one that a table of a site does not have."""
    names = _DAYS.get(layout.name, {}) | (dict.fromkeys(_STAY, _CARE) if layout.name == "2" else {})
    since = _SINCE.get(layout.name, "")
    return tuple(
        Jour(name, where, names[name], since)
        for name, where in _places(layout, tuple(names))
        if not since or since in layout
    )


@cache
def _places(layout: Layout, names: tuple[str, ...]) -> tuple[tuple[str, slice], ...]:
    fields = [layout.by_name[name] for name in names if name in layout]
    return tuple((field.name, field.slice) for field in fields if field.length == 6)


@on_facture(_RULE)
def check_other_days(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Days years before billing, which are of its last year once they are read JJMMAA."""
    header, billed = whole_header(facture), _bytes(*billing_of(facture, context))
    if header is not None and is_turned(_bytes(header, BILLED), _bytes(context.lot, "date_lot")):
        yield _finding(header, BILLED, facture, context)
    for record in whole_records(facture):
        for day in other_days(record.layout):
            piece, then = record.raw[day.where], _bytes(record, day.since) if day.since else billed
            if is_turned(piece, then, day.years) and (
                day.name not in _STAY or turned(piece) in _days_of_care(facture, day.name)
            ):
                yield _finding(record, day.name, facture, context)
    if header is not None and is_turned_birth(header):
        yield _finding(header, BIRTH, facture, context)


def _bytes(record: Record | None, name: str) -> bytes:
    """A day as written; nothing where there is none."""
    if record is None or len(record.raw) != LENGTH or name not in record.layout:
        return b""
    return record.raw[record.layout.by_name[name].slice]


def _finding(record: Record, name: str, facture: Facture, context: Contexte) -> Finding:
    expected = turned(record.raw[record.layout.by_name[name].slice]).decode()
    if is_hidden(record.layout.by_name[name]):
        expected = both("un jour AAMMJJ", "a day YYMMDD")
    return context.finding(_RULE, record, name, expected=expected, facture=facture)


def _days_of_care(facture: Facture, name: str) -> set[bytes]:
    """The days of care of an invoice, but for those of one field."""
    names = tuple(one for one in _OF_CARE if one != name)
    records = whole_records(facture)
    return {record.raw[where] for record in records for _, where in _places(record.layout, names)}


def is_turned_birth(header: Record) -> bool:
    """Whether a birth is no day, but for that of the year and month of the NIR once it is read JJMMAA."""
    layout = header.layout
    if BIRTH not in layout or "nir" not in layout:
        return False
    day, nir = header.raw[layout.by_name[BIRTH].slice], header.raw[layout.by_name["nir"].slice]
    other = turned(day)
    if not day.isdigit() or day[4:] < b"32" or other[:4] != nir[1:5]:
        return False
    return make_date(1900 + int(other[:2]), int(other[2:4]), int(other[4:])) is not None
