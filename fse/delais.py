"""Delays that a site sets: days that may pass between two dates of an invoice.

    delais = Delais((Delai("acte-facturation", 90), Delai("facturation-lot", 8, dt.date(2025, 1, 1))))

Nothing is checked unless a delay is set: no public source tells one. A delay holds for the invoices whose
first date of the two falls between its own days.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from flatfile import Finding, Record
from fse.facture import Facture
from fse.rules.contexte import whole_header, whole_lines
from fse.rules.registre import finds
from fse.trusted import finding_on

#: Pairs of dates between which a delay may be set; the rules are called `delai.` and the pair.
PAIRES: Final = ("prescription-acte", "acte-facturation", "facturation-lot")


@dataclass(frozen=True, slots=True)
class Delai:
    """One delay: at most `jours` days between the dates of `entre`, one of `PAIRES`.

    It holds when the first of both dates is within `du` and `au`, both included; no day means no end.
    Raises `ValueError` when there is no such pair or when `jours` is negative.
    """

    entre: str
    jours: int
    du: dt.date | None = None
    au: dt.date | None = None

    def __post_init__(self) -> None:
        if self.entre not in PAIRES or self.jours < 0:
            raise ValueError("a delay is a number of days between two dates of PAIRES")

    def is_over(self, first: dt.date, second: dt.date) -> bool:
        """Whether more days went by than this delay allows."""
        held = (self.du is None or self.du <= first) and (self.au is None or first <= self.au)
        return held and (second - first).days > self.jours


@dataclass(frozen=True, slots=True)
class Delais:
    """The delays of a site, as a comparison of `fse.compare`: they can be sent to another process."""

    delais: tuple[Delai, ...] = ()

    def open(self) -> Delais:
        """What compares one flow: nothing is remembered from one invoice to the next."""
        return self

    def compare(self, facture: Facture) -> Iterator[Finding]:
        """Delays that an invoice goes beyond; a damaged record, a date that is missing give nothing."""
        for entre, first, second, record, field in _pairs(facture):
            if first is not None and second is not None:
                late = [one.jours for one in self.delais if one.entre == entre and one.is_over(first, second)]
                if late:
                    yield _finding(entre, record, field, min(late), facture)

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()


_Pair = tuple[str, dt.date | None, dt.date | None, Record, str]


def _pairs(facture: Facture) -> Iterator[_Pair]:
    """Each pair of dates, with the record and the field to look at first."""
    header = whole_header(facture)
    if header is None:
        return
    billed = facture.date_facturation  # establishments tell no other day than that of the batch
    prescribed = header.get("date_prescription", dt.date)
    if "date_facturation" in header.layout:
        yield "facturation-lot", billed, facture.date_lot, header, "date_facturation"
    for acte in whole_lines(facture):
        record, day = acte.principal, acte.date
        field = "date_debut" if acte.is_hospital else "date_acte"
        complement = acte.complement("3S")
        own = complement.get("date_prescription", dt.date) if complement is not None else None
        yield "prescription-acte", own or prescribed, day, record, field
        # A stay is billed once it is over.
        end = acte.date_fin if acte.is_hospital else None
        yield "acte-facturation", end or day, billed, record, "date_fin" if end else field


@finds(*(f"delai.{entre}" for entre in PAIRES))
def _finding(entre: str, record: Record, field: str, days: int, facture: Facture) -> Finding:
    return finding_on(f"delai.{entre}", facture, record, field, str(days))
