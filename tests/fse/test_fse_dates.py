"""Days written JJMMAA: which day is looked at, and which may be what it says."""

from __future__ import annotations

import pytest

from flatfile import Record
from fse.normes import norme
from fse.rules.autres_jours import BIRTH, is_turned_birth
from fse.rules.dates import in_time, is_turned, turned

BILLED = b"260115"


@pytest.mark.parametrize(
    ("day", "billed", "is_so"),
    [
        (b"100126", BILLED, True),
        (b"150126", BILLED, True),  # care on the day of billing
        (b"160126", BILLED, False),  # or after
        (b"230125", BILLED, True),  # three years before billing
        (b"240125", BILLED, False),  # two
        (b"250125", BILLED, False),
        (b"100125", BILLED, True),  # the year before, once read
        (b"100124", BILLED, False),  # or two
        (b"260126", BILLED, False),  # of the year of billing, both ways
        (b"251201", BILLED, False),
        (b"101225", BILLED, True),  # a month of two figures
        (b"101325", BILLED, False),  # and one that no year has
        (b"310225", BILLED, False),  # a day that no month has
        (b"280225", BILLED, True),
        (b"000125", BILLED, False),
        (b"100100", b"000115", True),  # at the turn of the century
        (b"100199", b"000115", False),
        (b"      ", BILLED, False),
        (b"000000", BILLED, False),
        (b"10 126", BILLED, False),
        (b"1001A6", b"2601A5", False),
        (b"100126", b"2601 5", False),
        (b"100126", b"000000", False),
        (b"100126", b"", False),
    ],
)
def test_a_day_the_other_way_round(day: bytes, billed: bytes, is_so: bool) -> None:
    assert is_turned(day, billed) is is_so
    assert not (is_so and in_time(day, billed))


def test_the_years_from_which_a_day_is_looked_at() -> None:
    """A prescription may be five years old."""
    assert [is_turned(day, BILLED, 6) for day in (b"190125", b"200125", b"210125")] == [True, True, False]


def test_a_day_turned_twice_is_itself() -> None:
    assert turned(b"123456") == b"563412"
    assert turned(turned(b"123456")) == b"123456"


@pytest.mark.parametrize(
    ("birth", "nir", "is_so"),
    [
        ("120780", "1800799999999", True),
        ("310780", "1800799999999", True),
        ("010780", "1800799999999", True),
        ("120780", "1800699999999", False),  # another month
        ("120780", "1810799999999", False),  # another year
        ("120780", "0080799999999", False),
        ("000780", "1800799999999", False),  # no day
        ("310280", "1800299999999", False),
        ("290280", "1800299999999", True),  # of a leap year
        ("290281", "1810299999999", False),
        ("120732", "1320799999999", True),
        ("120731", "1310799999999", False),  # the 31st of July 1912
        ("12 780", "1800799999999", False),
        ("120799", "1990799999999", True),
    ],
)
def test_a_birth_the_other_way_round(birth: str, nir: str, is_so: bool) -> None:
    layout = norme("PS-2003C").layouts["2"]
    raw = bytearray(b"2".ljust(128))
    raw[layout.by_name[BIRTH].slice], raw[layout.by_name["nir"].slice] = birth.encode(), nir.encode()
    assert is_turned_birth(Record(layout, bytes(raw))) is is_so
