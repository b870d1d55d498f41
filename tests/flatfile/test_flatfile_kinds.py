"""Kinds: the bytes that the norm asks for, those that are tolerated, and the value of each."""

from __future__ import annotations

import decimal
import re
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flatfile import Field, Kind, Layout, LayoutError, Value, kind_of, reference
from flatfile.kinds import PIVOT

STRICT, TOLERATED, WRONG = "strict", "tolerated", "wrong"


def standing(kind: Kind, raw: bytes) -> str:
    if re.fullmatch(kind.strict.encode("latin-1"), raw, re.DOTALL):
        return STRICT
    if kind.tolerated and re.fullmatch(kind.tolerated.encode("latin-1"), raw, re.DOTALL):
        return TOLERATED
    return WRONG


@pytest.mark.parametrize(
    ("name", "raw", "how", "value"),
    [
        ("text", b"DUPONT", STRICT, "DUPONT"),
        ("text", b"DUPO  ", STRICT, "DUPO"),
        ("text", b"  DUPO", STRICT, "  DUPO"),
        ("text", b"      ", STRICT, ""),
        ("text", b"AB\0\0\0\0", WRONG, "AB"),
        ("text", b"H\xe9L\xc8NE", WRONG, "H\xe9L\xc8NE"),
        ("text", b"A\nB   ", WRONG, "A\nB"),
        ("code", b"SNS  ", STRICT, "SNS"),
        ("blank", b"   ", STRICT, ""),
        ("blank", b"X\n\xff", TOLERATED, "X\n\xff"),
        ("reserved", b"\0\xff\n", STRICT, "\0\xff\n"),
        ("reserved", b"A \0", STRICT, "A"),
        ("const:B2", b"B2", STRICT, "B2"),
        ("const:B2", b"b2", WRONG, "b2"),
        ("const:@", b"@", STRICT, "@"),
        ("const:.", b".", STRICT, "."),
        ("const:.", b"X", WRONG, "X"),
        ("sign", b"P", STRICT, "P"),
        ("sign", b"N", STRICT, "N"),
        ("sign", b" ", STRICT, ""),
        ("sign", b"-", WRONG, "-"),
        ("sign", b"n", WRONG, "n"),
        ("digits", b"000123", STRICT, "000123"),
        ("digits", b"   123", TOLERATED, "123"),
        ("digits", b"      ", TOLERATED, ""),
        ("digits", b"123   ", WRONG, "123"),
        ("digits", b"12 345", WRONG, "12 345"),
        ("digits", b"0000-1", WRONG, "0000-1"),
        ("digits", b"7", STRICT, "7"),
        ("digits", b" ", TOLERATED, ""),
        ("digits", b"", WRONG, ""),
        ("count", b"007", STRICT, 7),
        ("count", b"  7", TOLERATED, 7),
        ("count", b"   ", TOLERATED, None),
        ("count", b"7  ", WRONG, None),
        ("count", b"+07", WRONG, None),
        ("count", b"1_0", WRONG, None),
        ("count", b"\xb2\xb3\xb9", WRONG, None),
        ("count", b"", WRONG, None),
        ("cents", b"00002300", STRICT, 2300),
        ("cents", b"  2300,0", WRONG, None),
        ("rate", b"070", STRICT, 70),
        ("decimal:3+2", b"00150", STRICT, Decimal("1.50")),
        ("decimal:3+2", b"99999", STRICT, Decimal("999.99")),
        ("decimal:3+2", b"  150", TOLERATED, Decimal("1.50")),
        ("decimal:3+2", b"001.5", WRONG, None),
        ("decimal:1+4", b"10000", STRICT, Decimal("1.0000")),
        ("decimal:4+2", b"000000", STRICT, Decimal("0.00")),
        ("time:HHMM", b"0805", STRICT, time(8, 5)),
        ("time:HHMM", b"0000", STRICT, time(0, 0)),
        ("time:HHMM", b"2359", STRICT, time(23, 59)),
        ("time:HHMM", b"2400", WRONG, None),
        ("time:HHMM", b"0860", WRONG, None),
        ("time:HHMM", b"    ", STRICT, None),
        ("time:HHMM", b" 805", WRONG, None),
        ("hour:HH", b"00", STRICT, 0),
        ("hour:HH", b"24", STRICT, 24),
        ("hour:HH", b"25", WRONG, None),
        ("hour:HH", b"  ", STRICT, None),
        ("hour:HH", b" 8", TOLERATED, 8),
        ("nir", b"1800199999999", STRICT, "1800199999999"),
        ("nir", b"180012A004001", STRICT, "180012A004001"),
        ("nir", b"180012B033001", STRICT, "180012B033001"),
        ("nir", b"180012C033001", WRONG, "180012C033001"),
        ("nir", b"2551355501001", STRICT, "2551355501001"),
        ("nir", b"             ", STRICT, ""),
        ("nir", b"  00199999999", TOLERATED, "00199999999"),
        ("key:nir", b"40", STRICT, "40"),
        ("key:nir", b"  ", STRICT, ""),
        ("key:nir", b" 1", TOLERATED, "1"),
        ("key:nir", b"4A", WRONG, "4A"),
        ("id:luhn9", b"991068040", STRICT, "991068040"),
        ("id:luhn9", b"2A0002689", STRICT, "2A0002689"),
        ("id:luhn9", b"2C0002689", WRONG, "2C0002689"),
        ("id:luhn9", b"A20002689", WRONG, "A20002689"),
        ("id:luhn9", b"         ", STRICT, ""),
        ("id:luhn9", b" 99106804", TOLERATED, "99106804"),
        ("id:rpps", b"10000000009", STRICT, "10000000009"),
        ("id:siret", b"73282932000074", STRICT, "73282932000074"),
        # dates: zeros and spaces are no date
        ("date:AAMMJJ", b"130601", STRICT, date(2013, 6, 1)),
        ("date:AAMMJJ", b"000000", STRICT, None),
        ("date:AAMMJJ", b"      ", STRICT, None),
        ("date:AAMMJJ", b"130600", WRONG, None),
        ("date:AAMMJJ", b"131301", WRONG, None),
        ("date:AAMMJJ", b"130631", WRONG, None),
        ("date:AAMMJJ", b"130229", WRONG, None),
        ("date:AAMMJJ", b"120229", STRICT, date(2012, 2, 29)),
        ("date:AAMMJJ", b"000229", STRICT, date(2000, 2, 29)),
        ("date:AAMMJJ", b" 30601", WRONG, None),
        ("date:AAMMJJ", b"13 601", WRONG, None),
        ("date:AAMMJJ", b"700101", STRICT, date(1970, 1, 1)),
        ("date:AAMMJJ", b"691231", STRICT, date(2069, 12, 31)),
        ("date:AAMMJJ", b"999999", WRONG, None),
        ("date:JJMMAA", b"010613", STRICT, date(2013, 6, 1)),
        ("date:JJMMAA", b"201220", STRICT, date(2020, 12, 20)),
        ("date:JJMMAA", b"290200", STRICT, date(2000, 2, 29)),
        ("date:JJMMAA", b"290213", WRONG, None),
        ("date:JJMMAA", b"310613", WRONG, None),
        ("date:JJMMAA", b"010170", STRICT, date(1970, 1, 1)),
        ("date:JJMMAA", b"311269", STRICT, date(2069, 12, 31)),
        ("date:JJMMAA", b"000000", STRICT, None),
        ("date:AAAAMMJJ", b"20130601", STRICT, date(2013, 6, 1)),
        ("date:AAAAMMJJ", b"19000228", STRICT, date(1900, 2, 28)),
        ("date:AAAAMMJJ", b"19000229", WRONG, None),
        ("date:AAAAMMJJ", b"20000229", STRICT, date(2000, 2, 29)),
        ("date:AAAAMMJJ", b"20990101", STRICT, date(2099, 1, 1)),
        ("date:AAAAMMJJ", b"18991231", WRONG, date(1899, 12, 31)),  # a day, not one of a care sheet
        ("date:AAAAMMJJ", b"00000000", STRICT, None),
        ("date:AAAAMMJJ", b"        ", STRICT, None),
    ],
)
def test_kinds(name: str, raw: bytes, how: str, value: Value) -> None:
    kind = kind_of(name, len(raw) or 1)
    found = kind.decode(raw)
    assert (standing(kind, raw), found) == (how, value)
    assert type(found) is type(value)
    if raw:
        layout = Layout("T", "T", (Field("one", 1, len(raw), name),))
        assert reference.conforms(layout, raw) is (how == STRICT)
        assert reference.parse(layout, raw) == {"one": value}
        assert reference.build(layout, {"one": raw}) == layout.build({"one": raw}) == raw


@pytest.mark.parametrize(
    ("raw", "how", "value"),
    [
        (b"511332", STRICT, "511332"),  # month 13, day 32
        (b"510000", STRICT, "510000"),
        (b"130229", STRICT, "130229"),
        (b"130601", STRICT, "130601"),  # of 1913 or of 2013: the bytes do not tell
        (b"000000", STRICT, None),
        (b"      ", STRICT, None),
        (b"51 332", WRONG, None),
        (b"51133A", WRONG, None),
    ],
)
def test_births_that_no_calendar_has(raw: bytes, how: str, value: Value) -> None:
    kind = kind_of("date:AAMMJJ", 6, calendar=False)
    assert (standing(kind, raw), kind.decode(raw)) == (how, value)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_every_two_digit_date(year: int, month: int, day: int) -> None:
    """The pattern, the decoder and the calendar agree on each of the million writings."""
    full = year + (1900 if year >= PIVOT else 2000)
    try:
        expected: date | None = date(full, month, day)
    except ValueError:
        expected = None
    is_none = (year, month, day) == (0, 0, 0)
    for name, raw in (
        ("date:AAMMJJ", b"%02d%02d%02d" % (year, month, day)),
        ("date:JJMMAA", b"%02d%02d%02d" % (day, month, year)),
    ):
        kind = kind_of(name, 6)
        assert kind.decode(raw) == expected
        assert (standing(kind, raw) == STRICT) == (expected is not None or is_none)
        if expected:
            assert kind.encode(expected).encode() == raw


@given(st.integers(1890, 2110), st.integers(0, 13), st.integers(0, 32))
def test_every_four_digit_date(year: int, month: int, day: int) -> None:
    raw = b"%04d%02d%02d" % (year, month, day)
    kind = kind_of("date:AAAAMMJJ", 8)
    found = kind.decode(raw)
    assert (standing(kind, raw) == STRICT) == (found is not None and 1900 <= year <= 2099)
    if found:
        assert kind.encode(found).encode() == raw


def test_every_29_february() -> None:
    for year in range(100):
        leap = year % 4 == 0  # 00 is 2000
        for name, raw in (("date:AAMMJJ", b"%02d0229" % year), ("date:JJMMAA", b"2902%02d" % year)):
            assert (standing(kind_of(name, 6), raw) == STRICT) is leap, raw
    for year in range(1900, 2100):
        leap = (year % 4 == 0 and year % 100 != 0) or year % 400 == 0
        assert (standing(kind_of("date:AAAAMMJJ", 8), b"%d0229" % year) == STRICT) is leap, year


def test_decimals_do_not_depend_on_the_context_of_the_program() -> None:
    kind = kind_of("decimal:4+2", 6)
    with decimal.localcontext() as context:
        context.prec = 2
        assert kind.decode(b"123456") == Decimal("1234.56")
        assert kind.encode(Decimal("1234.56")) == "123456"
    assert str(kind.decode(b"000100")) == "1.00"


@pytest.mark.parametrize(
    ("name", "length", "message"),
    [
        ("texte", 6, "kind texte: unknown, or not possible on 6 bytes"),
        ("", 6, "kind : unknown, or not possible on 6 bytes"),
        ("text:6", 6, "kind text:6: unknown, or not possible on 6 bytes"),
        ("text:", 6, "kind text:: unknown, or not possible on 6 bytes"),
        ("cents:2", 8, "kind cents:2: unknown, or not possible on 8 bytes"),
        ("nir", 15, "kind nir: unknown, or not possible on 15 bytes"),
        ("nir:13", 13, "kind nir:13: unknown, or not possible on 13 bytes"),
        ("key", 2, "kind key: unknown, or not possible on 2 bytes"),
        ("key:nir", 3, "kind key:nir: unknown, or not possible on 3 bytes"),
        ("id", 9, "kind id: unknown, or not possible on 9 bytes"),
        ("id:luhn9", 8, "kind id:luhn9: unknown, or not possible on 8 bytes"),
        ("id:rpps", 9, "kind id:rpps: unknown, or not possible on 9 bytes"),
        ("id:siret", 9, "kind id:siret: unknown, or not possible on 9 bytes"),
        ("id:siren", 9, "kind id:siren: unknown, or not possible on 9 bytes"),
        ("time:HHMM", 6, "kind time:HHMM: unknown, or not possible on 6 bytes"),
        ("time", 4, "kind time: unknown, or not possible on 4 bytes"),
        ("hour:HH", 4, "kind hour:HH: unknown, or not possible on 4 bytes"),
        ("date:AAMMJJ", 8, "kind date:AAMMJJ: unknown date order, or not possible on 8 bytes"),
        ("date:MMJJAA", 6, "kind date:MMJJAA: unknown date order, or not possible on 6 bytes"),
        ("date", 6, "kind date: unknown date order, or not possible on 6 bytes"),
        ("const:B2", 3, "kind const:B2: constant of 2 bytes in 3 bytes"),
        ("const", 3, "kind const: constant of 0 bytes in 3 bytes"),
        ("const:€", 1, "kind const: printable ASCII is expected"),
        ("const:\n", 1, "kind const: printable ASCII is expected"),
        ("decimal:3+2", 6, "kind decimal:3+2: digits do not add up to 6 bytes"),
        ("decimal", 5, "kind decimal: digits do not add up to 5 bytes"),
        ("decimal:5", 5, "kind decimal:5: digits do not add up to 5 bytes"),
        ("decimal:²+3", 5, "kind decimal:²+3: digits do not add up to 5 bytes"),
        ("decimal:-1+6", 5, "kind decimal:-1+6: digits do not add up to 5 bytes"),
    ],
)
def test_kinds_that_cannot_be(name: str, length: int, message: str) -> None:
    with pytest.raises(LayoutError) as caught:
        kind_of(name, length)
    assert str(caught.value) == message


def test_parts_of_a_kind() -> None:
    kind = kind_of("date:AAMMJJ", 6)
    assert (kind.base, kind.parameter, kind.numeric) == ("date", "AAMMJJ", True)
    assert (kind_of("text", 6).base, kind_of("text", 6).parameter, kind_of("text", 6).numeric) == (
        "text",
        "",
        False,
    )
