"""The days of a whole flow written JJMMAA: read alone, each of them is a day, and nothing tells it.

What it looks at: the days of billing and of care of one run (records 000 to 999), and those of its file and
batches. It says nothing of single days: see `fse.rules.dates`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from msgspec import structs

from flatfile import Finding, Record
from flatfile.findings import both, joined
from flatfile.kinds import make_date
from fse.facture import Facture
from fse.normes import LENGTH, Norme
from fse.rules.contexte import Contexte
from fse.rules.registre import finds

#: The day that each record tells, of billing, of a stay, of an act.
_OF_INVOICES: Final = {"2": "date_facturation", "3": "date_debut", "4": "date_acte"}
_OF_FRAMES: Final = {"000": "date_fichier", "1": "date_lot"}

#: What the care of no flow does: it falls in so many years, and from the first to the last are so many.
_MANY_YEARS: Final = 4
_APART: Final = 5

#: Years from the first care of a flow to its last, and to its batch.
_MOST_YEARS: Final = 2

_RULE: Final = "date.flux-jjmmaa"


class JoursDuFlux:
    """The days of one run, read JJMMAA, until one of them says that they are not.

    It holds no more than the days of three years. Nothing is looked at once the days are seen to be AAMMJJ,
    which two days of a month tell most often.
    """

    def __init__(self, norme: Norme) -> None:
        self._places = {
            type: (name, norme.layouts[type].by_name[name].slice)
            for type, name in _OF_INVOICES.items()
            if type in norme.layouts and name in norme.layouts[type].by_name
        }
        self._days: dict[bytes, dt.date] = {}
        self._years: set[int] = set()
        self._frames: set[bytes] = set()
        self._first: Finding | None = None
        self.is_open = True

    def frame(self, record: Record) -> None:
        """Note the day of the file or of a batch, where the table of a site has one."""
        field = record.layout.by_name.get(_OF_FRAMES[record.type])
        if field is not None and self.is_open:
            self._frames.add(record.raw[field.slice])

    def add(self, facture: Facture, context: Contexte) -> None:
        """Note the days of an invoice, those of damaged records left out."""
        for rank, layout in enumerate(facture.layouts):
            place = self._places.get(layout.name)
            if place is None or len(facture.raws[rank]) != LENGTH:
                continue
            name, where = place
            day = facture.raws[rank][where]
            if day in self._days:
                continue
            turned = _turned(day)
            if turned is None:
                if _day(day) is None:
                    continue  # absent, or no day either way
                self.is_open = False
                return
            self._days[day] = turned
            self._years.add(turned.year)
            if max(self._years) - min(self._years) > _MOST_YEARS:
                self.is_open = False
                return
            if self._first is None:
                expected = f"{turned:%y%m%d}"
                self._first = context.finding(
                    _RULE, facture.records[rank], name, expected=expected, facture=facture
                )

    @finds(_RULE)
    def findings(self) -> Iterator[Finding]:
        """One finding, at the first day, where the days can be nothing but JJMMAA."""
        years = {2000 + int(day[:2]) for day in self._days}
        if not self.is_open or self._first is None or len(years) < _MANY_YEARS:
            return
        count, first, last = len(self._days), min(years), max(years)
        if last - first < _APART or not self._are_framed():
            return
        more = both(
            f" ({count} jours différents, de {first} à {last})",
            f" ({count} distinct days, from {first} to {last})",
        )
        yield structs.replace(self._first, found=joined(self._first.found, more))

    def _are_framed(self) -> bool:
        """Whether the days of file and batches follow the days read JJMMAA, in one of both readings."""
        first, last = min(self._days.values()), max(self._days.values())
        after = [
            [day for day in (_day(frame), _turned(frame)) if day and _is_soon(day, first)]
            for frame in self._frames
        ]
        return bool(after) and all(after) and any(day >= last for days in after for day in days)


def _is_soon(day: dt.date, first: dt.date) -> bool:
    return day >= first and day.year - first.year <= _MOST_YEARS


def _day(piece: bytes) -> dt.date | None:
    """The day that six digits AAMMJJ tell, of this century; `None` when they tell none."""
    if not piece.isdigit() or not piece.strip(b"0"):
        return None
    return make_date(2000 + int(piece[:2]), int(piece[2:4]), int(piece[4:]))


def _turned(piece: bytes) -> dt.date | None:
    return _day(piece[4:] + piece[2:4] + piece[:2])
