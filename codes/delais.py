"""Delays of the follow-up, with their dates and sources, and the working days they may be counted in.

The table is `data/delais.csv`: id, value, unit (`days`, `working_days`, `months`, `years`), the days between
which the value holds, source, grade of confidence. A site gives rows of its own, in the `delais.csv` of its
folder: they win over the shipped ones of the same id and day. Working days are Monday to Friday without the
eleven national holidays.

>>> load().value("relance")
30
>>> working_days(dt.date(2026, 5, 7), dt.date(2026, 5, 15))  # 8 and 14 May are holidays
4
"""

from __future__ import annotations

import csv
import datetime as dt
from calendar import monthrange
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final, NamedTuple

__all__ = [
    "TABLE",
    "Delai",
    "Delais",
    "easter",
    "is_holiday",
    "is_working_day",
    "load",
    "load_site",
    "working_days",
]

#: Name of the shipped table, and of that of a site in its folder.
TABLE: Final = "delais.csv"
_COLUMNS: Final = ("id", "value", "unit", "from", "until", "source")
#: The longest delay, in any unit: a century of days.
_LONGEST: Final = 36525
_FIXED_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})
#: Easter Monday, Ascension Day, Whit Monday: days after Easter.
_AFTER_EASTER: Final = frozenset({1, 39, 50})


class Delai(NamedTuple):
    """One row: a delay, its unit, when it holds, where it comes from."""

    id: str
    value: int
    unit: str
    since: dt.date | None
    until: dt.date | None
    source: str
    grade: str

    def holds(self, on: dt.date | None) -> bool:
        """Whether it holds on a day; a delay holds on a day that is not known."""
        if on is None:
            return True
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)

    def end(self, start: dt.date) -> dt.date:
        """The day on which it ends when it starts on another; the last of the calendar when it never does."""
        try:
            return _ENDS[self.unit](start, self.value)
        except (OverflowError, ValueError):
            return dt.date.max


class Delais:
    """A set of delays; the last row given wins."""

    __slots__ = ("_by_id", "rows")

    def __init__(self, rows: Iterable[Delai]) -> None:
        self.rows: Final = tuple(rows)
        self._by_id: dict[str, list[Delai]] = {}
        for row in reversed(self.rows):
            self._by_id.setdefault(row.id, []).append(row)

    def find(self, id: str, on: dt.date | None = None) -> Delai | None:
        """The delay that holds on a day, `None` when none does."""
        return next((row for row in self._by_id.get(id, ()) if row.holds(on)), None)

    def value(self, id: str, on: dt.date | None = None) -> int:
        """Its value on a day. Raises `KeyError` when no row holds."""
        found = self.find(id, on)
        if found is None:
            raise KeyError(id)
        return found.value

    def with_site(self, rows: Iterable[Delai]) -> Delais:
        """The same delays, with those of a site besides."""
        return Delais((*self.rows, *rows))


@cache
def load() -> Delais:
    """The shipped table, read once, at the first call."""
    text = files("codes").joinpath("data", TABLE).read_text(encoding="utf-8")
    return Delais(_row(row) for row in csv.DictReader(text.splitlines()))


def load_site(directory: Path) -> Delais:
    """The shipped delays, with those of the table `delais.csv` of a site, when there is one.

    Its columns are those of the shipped table; an unknown id, another unit, a value that is no whole number
    or a row without a source is wrong. Raises `codes.lists.CodeTableError`.
    """
    from codes.lists import rows_of, site_table

    path = directory / TABLE
    text, shipped = site_table(path), load()
    if text is None:
        return shipped
    return shipped.with_site(
        _site_row(row, str(path), line, shipped) for line, row in rows_of(text, str(path), _COLUMNS)
    )


def _row(row: dict[str, str]) -> Delai:
    since, until = (dt.date.fromisoformat(row[name]) if row[name] else None for name in ("from", "until"))
    return Delai(row["id"], int(row["value"]), row["unit"], since, until, row["source"], row["grade"])


def _site_row(row: dict[str, str], source: str, line: int, shipped: Delais) -> Delai:
    from codes.lists import CodeTableError, day_of

    since, until = (day_of(row[name], source, line) for name in ("from", "until"))
    known, value = shipped.find(row["id"]), row["value"]
    if known is None:
        names = ", ".join(dict.fromkeys(one.id for one in shipped.rows))
        raise CodeTableError(source, f"« id » est l'un de {names}", f"an id is one of {names}", line)
    whole = value.isascii() and value.isdecimal() and len(value) <= len(str(_LONGEST))
    for right, french, english in (
        (
            row["unit"] == known.unit,
            f"« unit » de {known.id} est {known.unit}",
            f"the unit of {known.id} is {known.unit}",
        ),
        (
            whole and 0 < int(value) <= _LONGEST,
            f"« value » est un nombre entier, de 1 à {_LONGEST}",
            f"a value is a whole number, 1 to {_LONGEST}",
        ),
        (
            since is None or until is None or since <= until,
            "« until » vient avant « from »",
            "until comes before from",
        ),
        (
            row["source"].strip(),
            "il faut une source : qui l'a dit, et quand",
            "a source is needed: who told it, and when",
        ),
    ):
        if not right:
            raise CodeTableError(source, french, english, line)
    return Delai(known.id, int(value), known.unit, since, until, row["source"], row.get("grade", ""))


def _after_months(start: dt.date, months: int) -> dt.date:
    """The same day of the month that comes so many months after, or the last one of it."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return dt.date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


# --- working days -----------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (algorithm of Meeus, Jones and Butcher)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    epact = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return dt.date(year, month, day + 1)


def is_holiday(day: dt.date) -> bool:
    """Whether it is one of the eleven national holidays."""
    return (day.month, day.day) in _FIXED_HOLIDAYS or (day - easter(day.year)).days in _AFTER_EASTER


def is_working_day(day: dt.date) -> bool:
    """Whether it is a day from Monday to Friday, and no national holiday."""
    return day.weekday() <= 4 and not is_holiday(day)


def working_days(start: dt.date, end: dt.date) -> int:
    """Working days after `start`, up to `end` included; 0 when `end` is not later."""
    return sum(is_working_day(start + dt.timedelta(number)) for number in range(1, (end - start).days + 1))


@lru_cache(maxsize=4096)
def _working_day_after(start: dt.date, number: int) -> dt.date:
    day = start
    while number:
        day += dt.timedelta(1)
        number -= is_working_day(day)
    return day


#: The day that comes so many units after another, by unit.
_ENDS: Final[dict[str, Callable[[dt.date, int], dt.date]]] = {
    "days": lambda start, number: start + dt.timedelta(number),
    "working_days": _working_day_after,
    "months": _after_months,
    "years": lambda start, number: _after_months(start, 12 * number),
}
