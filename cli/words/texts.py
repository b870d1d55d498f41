"""How values are shown to a person: amounts, days, codes, and what must not be shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from cli.words.speech import language, say
from flatfile import MASK, Value, mask
from flatfile.findings import in_language
from flatfile.text import printable

__all__ = [
    "HIDDEN",
    "amount",
    "crossed_out",
    "day",
    "days",
    "euros",
    "listed",
    "localised",
    "mask",
    "month",
    "number",
    "printable",
    "shown",
    "weekday",
    "written_day",
]

#: What stands in place of a personal value.
HIDDEN: Final = MASK * 3

#: Numbers of invoices listed on one line.
MOST_NUMBERS: Final = 12

_NBSP: Final = "\u00a0"
_EUROS: Final = re.compile(r"[0-9][0-9\s]*,[0-9]{2}\s?€")
_DAY: Final = re.compile(r"\b([12][0-9]{3})-([01][0-9])-([0-3][0-9])\b")


def euros(cents: int | None) -> str:
    """An amount in euros from cents; `?` when it could not be read.

    >>> from cli.words.speech import speaking
    >>> with speaking("en"):
    ...     euros(123456), euros(-5), euros(None)
    ('€1,234.56', '-€0.05', '?')
    >>> with speaking("fr"):
    ...     euros(123456).replace(chr(160), " ")
    '1 234,56 €'
    """
    if cents is None:
        return "?"
    sign = "-" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    if language() == "en":
        return f"{sign}€{whole:,}.{rest:02d}"
    grouped = f"{whole:,}".replace(",", _NBSP)
    return f"{sign}{grouped},{rest:02d}{_NBSP}€"


#: Months: in full in French and in English, then short.
_MONTHS: Final = (
    ("janvier", "January", "janv.", "Jan"),
    ("février", "February", "févr.", "Feb"),
    ("mars", "March", "mars", "Mar"),
    ("avril", "April", "avr.", "Apr"),
    ("mai", "May", "mai", "May"),
    ("juin", "June", "juin", "Jun"),
    ("juillet", "July", "juil.", "Jul"),
    ("août", "August", "août", "Aug"),
    ("septembre", "September", "sept.", "Sep"),
    ("octobre", "October", "oct.", "Oct"),
    ("novembre", "November", "nov.", "Nov"),
    ("décembre", "December", "déc.", "Dec"),
)

_DAYS: Final = (
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
)


def written_day(value: dt.date) -> str:
    """A day in full.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     written_day(dt.date(2026, 1, 20)), written_day(dt.date(2026, 2, 1))
    ('mardi 20 janvier 2026', 'dimanche 1er février 2026')
    >>> with speaking("en"):
    ...     written_day(dt.date(2026, 2, 1))
    'Sunday 1 February 2026'
    """
    number = say("1er", "1") if value.day == 1 else str(value.day)
    return f"{weekday(value)} {number} {say(*_MONTHS[value.month - 1][:2])} {value.year}"


def weekday(value: dt.date) -> str:
    """The name of a day."""
    return say(*_DAYS[value.weekday()])


def month(text: str, *, short: bool = False) -> str:
    """A month `2026-01` in words; what is none, as it is.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     month("2026-01"), month("2025-07", short=True), month("2026-02", short=True)
    ('janvier 2026', 'juil. 25', 'févr. 26')
    """
    year, _, number = text.partition("-")
    if not (year.isdecimal() and number.isdecimal() and 1 <= int(number) <= len(_MONTHS)):
        return text
    words = _MONTHS[int(number) - 1]
    name = say(*words[2:]) if short else say(*words[:2])
    return f"{name} {year[2:] if short else year}"


def amount(cents: int | None) -> str:
    """An amount without its currency, for the cells of a table."""
    return euros(cents).replace("€", "").strip()


def localised(text: str) -> str:
    """A short text of the checks with its amounts and its days written in the language.

    >>> from cli.words.speech import speaking
    >>> with speaking("en"):
    ...     localised("1 234,50 €"), localised("128")
    ('€1,234.50', '128')
    >>> with speaking("fr"):
    ...     localised("→ 2014-12-01")
    '→ 01/12/2014'
    """
    text = in_language(text, language())
    if language() != "en":
        return _DAY.sub(r"\3/\2/\1", text)
    return _EUROS.sub(lambda found: euros(int(re.sub(r"\D", "", found.group()))), text)


def day(date: dt.date | None) -> str:
    """A day as people write it in French, ISO in English; empty when there is none.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     day(dt.date(2025, 3, 4))
    '04/03/2025'
    """
    if date is None:
        return ""
    return date.isoformat() if language() == "en" else date.strftime("%d/%m/%Y")


def days(first: dt.date | None, last: dt.date | None) -> str:
    """Two days as people write them, what they share told once.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     days(dt.date(2026, 1, 5), dt.date(2026, 1, 7))
    '05 au 07/01/2026'
    >>> with speaking("fr"):
    ...     days(dt.date(2025, 12, 30), dt.date(2026, 1, 7)), days(dt.date(2026, 1, 7), None)
    ('30/12/2025 au 07/01/2026', '07/01/2026')
    """
    if first is None or last is None or last == first:
        return day(first)
    start = day(first)
    if language() != "en" and (first.year, first.month) == (last.year, last.month):
        start = f"{first.day:02d}"
    return f"{start} {say('au', 'to')} {day(last)}"


def number(value: Decimal) -> str:
    """A number with decimals, without useless zeros.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     number(Decimal("1.50")), number(Decimal("12.00"))
    ('1,5', '12')
    """
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if language() == "en" else text.replace(".", ",")


def shown(value: Value, base: str) -> str:
    """A typed value of a field of kind `base`, for a person."""
    if isinstance(value, dt.date):
        return day(value)
    if isinstance(value, dt.time):
        return value.strftime("%H:%M")
    if isinstance(value, Decimal):
        return number(value)
    if isinstance(value, int):
        if base == "cents":
            return euros(value)
        if base == "rate":
            return f"{value}{_NBSP}%" if language() == "fr" else f"{value}%"
        return str(value)
    return printable(value or "")


def crossed_out(text: str, *, references: bool = False) -> str:
    """A free label in which every number that may identify somebody is replaced by X.

    `references` is for the labels of payments, where shorter numbers are what a provider looks for.

    >>> crossed_out("ASSURE 1 80 01 99 999 999 INCONNU, LIGNE 12")
    'ASSURE X XX XX XX XXX XXX INCONNU, LIGNE 12'
    >>> crossed_out("VIREMENT 20260042", references=True)
    'VIREMENT 20260042'
    """
    from codes.personal import LONG_NUMBER, NUMBER, cross_out

    return cross_out(text, LONG_NUMBER if references else NUMBER)


def listed(numbers: Sequence[str]) -> str:
    """The first numbers, and how many more."""
    shown = ", ".join(numbers[:MOST_NUMBERS])
    more = len(numbers) - MOST_NUMBERS
    return shown if more <= 0 else shown + say(f" et {more} autre{'s' * (more > 1)}", f" and {more} more")
