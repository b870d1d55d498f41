"""What is dated after a given day, as a comparison of `fse.compare`: a flow cannot come from the future.

    Jour(dt.date(2026, 1, 20))

Nothing is checked unless a day is given: the toolkit does not look at the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from msgspec import structs

from flatfile import Finding, Record
from fse.facture import Facture
from fse.rules.contexte import whole_header, whole_lines
from fse.rules.registre import finds
from fse.rules.valeurs import value_found
from fse.trusted import finding_on


@dataclass(slots=True)
class Jour:
    """The day after which nothing may be dated."""

    jour: dt.date
    _told: set[int] = field(default_factory=set)

    def open(self) -> Jour:
        """What compares one flow: each batch is told once."""
        return Jour(self.jour)

    @finds("delai.jour")
    def compare(self, facture: Facture) -> Iterator[Finding]:
        """The first day of an invoice that comes too late: of its batch (once), of billing, of an act."""
        lot, header = facture.lot, whole_header(facture)
        if lot is not None and self._is_late(lot.get("date_lot", dt.date)):
            if lot.number not in self._told:
                self._told.add(lot.number)
                yield self._finding(facture, lot, "date_lot")
            return
        places = [(header, "date_facturation")] if header is not None else []
        places += [
            (acte.principal, "date_debut" if acte.is_hospital else "date_acte")
            for acte in whole_lines(facture)
        ]
        for record, name in places:
            if self._is_late(record.get(name, dt.date)):
                yield self._finding(facture, record, name)
                return

    def _is_late(self, day: dt.date | None) -> bool:
        return day is not None and day > self.jour

    def _finding(self, facture: Facture, record: Record, name: str) -> Finding:
        made = finding_on("delai.jour", facture, record, name, f"≤ {self.jour}")
        return structs.replace(made, found=value_found(record, record.layout.by_name[name]))

    def summary(self) -> Iterable[Finding]:
        """Nothing is said of the flow as a whole."""
        return ()
