"""The day of a birth written on six digits: its century comes from the day of the file, or stays untold.

The one place where a century is given to a birth; docs/decisions/0001-two-digit-years.md says why. Fields of
birth dates are read as text (`flatfile.kinds.decode_birth`).

>>> from datetime import date
>>> birth_day("360312", "AAMMJJ", [date(2026, 1, 15)])
datetime.date(1936, 3, 12)
>>> birth_day("360312", "AAMMJJ", [None]), birth_day("841332", "AAMMJJ", [date(2026, 1, 15)])
(None, None)
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from flatfile import Field, Record
from flatfile.kinds import make_date

#: Days of an invoice that its own record of identity tells: billing, else discharge, else admission.
_DAYS: Final = ("date_facturation", "date_sortie", "date_entree")

#: Record that opens a flow or a return.
_FILE: Final = "000"

#: Where each order writes day, month and the end of the year; before the year, its century if it has one.
_PARTS: Final = {
    "AAMMJJ": (slice(4, 6), slice(2, 4), slice(0, 2)),
    "JJMMAA": (slice(0, 2), slice(2, 4), slice(4, 6)),
    "AAAAMMJJ": (slice(6, 8), slice(4, 6), slice(0, 4)),
}


def is_birth(field: Field) -> bool:
    """Whether a field holds a birth date: two digits do not tell its century, and the day may not exist."""
    return field.kind.base == "date" and field.name.startswith("date_naissance")


def file_day(header: Record) -> date | None:
    """The day on which a file was made, which its record 000 tells; `None` on any other record."""
    if header.type != _FILE:
        return None
    return header.get("date_fichier", date) or header.get("date_creation", date)


def birth_of(record: Record, field: Field, file_day: date | None) -> date | None:
    """The day of birth that a field of a record tells; `None` when it cannot be known, as for `birth_day`.

    `file_day` is the day on which the file was made. The record's own day, if it has one, must agree.
    """
    own = (record.get(name, date) for name in _DAYS if name in record.layout)
    days = (file_day, next((day for day in own if day is not None), None))
    return birth_day(record.text(field.name), field.kind.parameter, days)


def birth_day(text: str, order: str, days: Iterable[date | None]) -> date | None:
    """The latest day so written that is not after any of `days`, those on which the person was there.

    `None`, keep the text, when no day is known, when two of them give two centuries, and for a day that no
    calendar has. `order` is a parameter of the kind `date`.
    """
    if len(text) != len(order) or not (text.isascii() and text.isdigit()):
        return None
    day, month, year = (int(text[part]) for part in _PARTS[order])
    if order == "AAAAMMJJ":
        return make_date(year, month, day)
    years = {_latest_year(year, (month, day), limit) for limit in days if limit is not None}
    return make_date(years.pop(), month, day) if len(years) == 1 else None


def _latest_year(year: int, month_and_day: tuple[int, int], limit: date) -> int:
    """The latest year of those two digits whose day does not come after `limit`."""
    latest = limit.year - (limit.year - year) % 100
    is_later = latest == limit.year and month_and_day > (limit.month, limit.day)
    return latest - 100 if is_later else latest
