"""Checks on the order of dates. Dates that are absent, unreadable or in a damaged record are left alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from flatfile import Finding, Record
from flatfile.kinds import make_date
from fse.facture import Facture
from fse.normes import LENGTH
from fse.rules.contexte import Contexte, doubtful_lines
from fse.rules.registre import finds, on_facture

#: Dates that are not told, as written: zeros, where we write one; blanks.
NO_DATE = b"000000"
ABSENT = (NO_DATE, b"      ")

#: Day of billing in city care, in record 2.
BILLED = "date_facturation"

#: Years before billing from which a day is looked at the other way round.
_YEARS = 3


def _date(record: Record | None, name: str) -> dt.date | None:
    return record.get(name, dt.date) if record is not None and len(record.raw) == LENGTH else None


def _bytes(record: Record, name: str) -> bytes:
    return record.raw[record.layout.by_name[name].slice]


def _after(first: dt.date | None, second: dt.date | None) -> bool:
    return first is not None and second is not None and first > second


def turned(day: bytes) -> bytes:
    """The six digits of a day the other way round."""
    return day[4:] + day[2:4] + day[:2]


def is_turned(day: bytes, billed: bytes, years: int = _YEARS) -> bool:
    """Whether a day (AAMMJJ) some years before billing is one of the year before, once read JJMMAA.

    >>> is_turned(b"100126", b"260115"), is_turned(b"251201", b"260115"), is_turned(b"200101", b"260115")
    (True, False, False)
    """
    if day in ABSENT or day[:2] == billed[:2]:
        return False
    other = turned(day)
    if not (day.isdigit() and billed.isdigit() and day.strip(b"0") and billed.strip(b"0")):
        return False
    year = int(billed[:2])
    if (year - int(day[:2])) % 100 < years or (year - int(other[:2])) % 100 > 1:
        return False
    return other <= billed and make_date(2000 + int(other[:2]), int(other[2:4]), int(other[4:])) is not None


def in_time(day: bytes, billed: bytes) -> bool:
    """Whether neither the order of care and billing nor that of the bytes of its day calls for a remark."""
    return in_order(day, billed) and not is_turned(day, billed)


def in_order(first: bytes, second: bytes) -> bool:
    """Whether two dates AAMMJJ of the same century follow one another; absent ones always do.

    Dates of two centuries are not judged here: years 70 to 99 come before years 00 to 69.
    """
    if first <= second and (first >= b"7") == (second >= b"7"):
        return True
    return first in ABSENT or second in ABSENT


def billing_of(facture: Facture, context: Contexte) -> tuple[Record | None, str]:
    """The record that tells the day of billing, and its field: for establishments, that of the batch."""
    header = facture.entete
    if header is not None and BILLED not in header.layout:
        return context.lot, "date_lot"
    return header, BILLED


@on_facture("date.acte-facturation", "date.prescription-acte", "date.acte-jjmmaa", "date.debut-fin")
def check_lines(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Prescription, then act, then billing; a period ends after it starts."""
    header = facture.entete
    billing, name = billing_of(facture, context)
    billed, prescribed = _date(billing, name), _date(header, "date_prescription")
    written = _bytes(billing, name) if billing is not None and billed is not None else NO_DATE
    for acte in doubtful_lines(facture):
        record = acte.principal
        name = "date_debut" if acte.is_hospital else "date_acte"
        day = _date(record, name)
        if _after(day, billed):
            yield context.finding(
                "date.acte-facturation", record, name, expected=f"≤ {billed}", facture=facture
            )
        elif day and is_turned(_bytes(record, name), written):
            expected = turned(_bytes(record, name)).decode()
            yield context.finding("date.acte-jjmmaa", record, name, expected=expected, facture=facture)
        since = _date(acte.complement("3S"), "date_prescription") if acte.complements else None
        since = since or prescribed
        if _after(since, day):
            yield context.finding(
                "date.prescription-acte", record, name, expected=f"≥ {since}", facture=facture
            )
        for part in acte.records:
            begun = _date(part, "date_debut") if "date_fin" in part.layout.plan else None
            if begun is not None and _after(begun, _date(part, "date_fin")):
                yield context.finding(
                    "date.debut-fin", part, "date_fin", expected=f"≥ {begun}", facture=facture
                )


@on_facture("date.facturation-lot", "date.entree-sortie")
def check_header(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Billing comes before the batch (told once in a batch for each day), admission before discharge."""
    header = facture.entete
    if header is None:
        return
    billed = _date(header, "date_facturation")
    late = _after(billed, _date(context.lot, "date_lot"))
    if late and context.first_time(f"date.facturation-lot {billed}"):
        made = _date(context.lot, "date_lot")
        yield context.finding(
            "date.facturation-lot", header, "date_facturation", expected=f"≤ {made}", facture=facture
        )
    entered = _date(header, "date_entree")
    if _after(entered, _date(header, "date_sortie")):
        yield context.finding(
            "date.entree-sortie", header, "date_sortie", expected=f"≥ {entered}", facture=facture
        )


def day_of(lot: Record) -> bytes:
    """Date of a batch as written (AAMMJJ); zeros when it is damaged or tells none."""
    field = lot.layout.by_name.get("date_lot")
    return lot.raw[field.slice] if field is not None and len(lot.raw) == LENGTH else NO_DATE


@finds("date.lot-fichier")
def check_batch(lot: Record, context: Contexte) -> Iterator[Finding]:
    """The batch comes before the file."""
    if _after(_date(lot, "date_lot"), _date(context.debut, "date_fichier")):
        made = _date(context.debut, "date_fichier")
        yield context.finding("date.lot-fichier", lot, "date_lot", expected=f"≤ {made}")
