"""The century of a birth: from the day of the file, or not told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Field, Layout, Record
from fse.naissance import birth_day, birth_of, file_day

DAY = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "order", "days", "born"),
    [
        ("360312", "AAMMJJ", [DAY], date(1936, 3, 12)),
        ("120336", "JJMMAA", [DAY], date(1936, 3, 12)),
        ("690101", "AAMMJJ", [DAY], date(1969, 1, 1)),
        ("700101", "AAMMJJ", [DAY], date(1970, 1, 1)),
        ("260115", "AAMMJJ", [DAY], date(2026, 1, 15)),  # born on the day of the file
        ("260116", "AAMMJJ", [DAY], date(1926, 1, 16)),
        ("200901", "AAMMJJ", [DAY], date(2020, 9, 1)),
        ("000229", "AAMMJJ", [DAY], date(2000, 2, 29)),
        ("000229", "AAMMJJ", [date(1999, 1, 1)], None),  # 1900 had no such day
        ("360312", "AAMMJJ", [date(1995, 6, 1)], date(1936, 3, 12)),
        ("990312", "AAMMJJ", [date(1998, 6, 1)], date(1899, 3, 12)),
        ("360312", "AAMMJJ", [None, DAY], date(1936, 3, 12)),
        ("360312", "AAMMJJ", [date(2069, 1, 1), DAY], None),  # the days of the file do not agree
        ("360312", "AAMMJJ", [None], None),
        ("360312", "AAMMJJ", [], None),
        ("841332", "AAMMJJ", [DAY], None),  # no calendar has it
        ("840020", "AAMMJJ", [DAY], None),
        ("000000", "AAMMJJ", [DAY], None),
        ("36 312", "AAMMJJ", [DAY], None),
        ("3603", "AAMMJJ", [DAY], None),
        ("20360312", "AAAAMMJJ", [], date(2036, 3, 12)),  # a whole year is never another one
    ],
)
def test_birth_day(text: str, order: str, days: list[date | None], born: date | None) -> None:
    assert birth_day(text, order, days) == born


@given(st.dates(date(1901, 1, 1), date(2099, 12, 31)), st.integers(0, 36523))
def test_who_is_not_a_hundred_is_born_on_their_day(born: date, age_in_days: int) -> None:
    seen = date.fromordinal(born.toordinal() + age_in_days)
    assert birth_day(f"{born:%y%m%d}", "AAMMJJ", [seen]) == born


def test_the_days_of_a_record() -> None:
    field = Field("date_naissance", 7, 6, "date:AAMMJJ")
    layout = Layout("T", "2", (Field("date_facturation", 1, 6, "date:AAMMJJ"), field))
    header = Layout("T", "000", (Field("date_fichier", 1, 6, "date:AAMMJJ"),))
    day = file_day(Record(header, b"260115"))
    assert day == DAY
    assert file_day(Record(layout, b"260115360312")) is None
    assert birth_of(Record(layout, b"260113360312"), field, day) == date(1936, 3, 12)
    assert birth_of(Record(layout, b"000000360312"), field, day) == date(1936, 3, 12)
    assert birth_of(Record(layout, b"260113360312"), field, None) == date(1936, 3, 12)
    assert birth_of(Record(layout, b"690113360312"), field, day) is None
    assert birth_of(Record(layout, b"000000360312"), field, None) is None
