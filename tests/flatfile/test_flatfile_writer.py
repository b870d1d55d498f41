"""The generated writer says what the checking one says, for any value whatever."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from flatfile_samples import A_FEW, LAYOUTS, name_of, value_of
from hypothesis import given
from hypothesis import strategies as st

from flatfile import EncodingError, Field, Layout, kind_of

SECRET = "MARTIN 1800199999999"

#: Values that no field, or few fields, can take.
ODD: list[Any] = [
    None,
    "",
    "0",
    " 12",
    "A" * 200,
    SECRET,
    "é",
    "œuvre",
    "%s %d",
    "{}",
    b"",
    b"AB",
    b"\xff" * 200,
    0,
    -1,
    7,
    10**40,
    True,
    False,
    1.5,
    float("nan"),
    Decimal("1.00"),
    Decimal("0.001"),
    Decimal("-0"),
    Decimal("-3"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
    Decimal("1E+999999"),
    Decimal("1E-999999"),
    Decimal("1." + "0" * 40 + "1"),
    Decimal("1." + "0" * 80 + "1"),
    date(2013, 6, 1),
    date(1951, 6, 1),
    date(1, 1, 1),
    datetime(2013, 6, 1, 12, 30),
    time(12, 30),
    time(12, 30, 59),
    ["A"],
    object(),
]


def outcome(write: Any, values: dict[str, Any]) -> bytes | tuple[str, str]:
    try:
        made = write(values)
    except EncodingError as error:
        return error.field, error.expected
    assert isinstance(made, bytes)
    return made


@pytest.mark.parametrize("layout", LAYOUTS, ids=name_of)
@A_FEW
@given(data=st.data())
def test_both_writers_agree(layout: Layout, data: st.DataObject) -> None:
    fields = data.draw(st.lists(st.sampled_from(layout.fields), unique=True, max_size=6))
    values: dict[str, Any] = {}
    for field in fields:
        own = st.binary(min_size=field.length, max_size=field.length) | value_of(field)
        values[field.name] = data.draw(own | own | st.sampled_from(ODD))
    found = outcome(layout.build, values)
    assert found == outcome(layout._build_checked, values)
    if isinstance(found, bytes):
        assert len(found) == layout.length
        for field in layout.fields:
            if field.name not in values:
                assert found[field.slice] == layout.build({})[field.slice]
    else:
        assert found[0] in values


@pytest.mark.parametrize("odd", ODD, ids=[f"{rank}-{type(odd).__name__}" for rank, odd in enumerate(ODD)])
def test_both_writers_agree_on_each_kind(odd: Any) -> None:
    for kind, length in KINDS:
        layout = Layout("T", "T", (Field("one", 1, length, kind), Field("two", length + 1, 3, "digits")))
        for values in ({"one": odd}, {"one": odd, "two": "007"}, {"two": "007", "one": odd}):
            assert outcome(layout.build, values) == outcome(layout._build_checked, values), kind


KINDS = [
    ("text", 6),
    ("code", 2),
    ("reserved", 6),
    ("blank", 3),
    ("sign", 1),
    ("const:B2", 2),
    ("digits", 6),
    ("count", 3),
    ("cents", 8),
    ("rate", 3),
    ("decimal:3+2", 5),
    ("date:AAMMJJ", 6),
    ("date:JJMMAA", 6),
    ("date:AAAAMMJJ", 8),
    ("time:HHMM", 4),
    ("hour:HH", 2),
    ("nir", 13),
    ("key:nir", 2),
    ("id:luhn9", 9),
    ("id:rpps", 11),
    ("id:siret", 14),
]


# --- one case a line ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "length", "value", "written"),
    [
        ("text", 6, "AB", b"AB    "),
        ("text", 6, None, b"      "),
        ("text", 6, "\xe9t\xe9", b"\xe9t\xe9   "),
        ("text", 6, b"a\0\0\0\0b", b"a\0\0\0\0b"),
        ("text", 6, "%d%%s", b"%d%%s "),
        ("digits", 6, "12", b"000012"),
        ("digits", 6, 12, b"000012"),
        ("digits", 6, "2A", b"00002A"),
        ("digits", 6, None, b"000000"),
        ("digits", 6, b"    12", b"    12"),
        ("count", 3, 7, b"007"),
        ("count", 3, None, b"000"),
        ("count", 3, 999, b"999"),
        ("cents", 8, 2300, b"00002300"),
        ("decimal:3+2", 5, Decimal("1.5"), b"00150"),
        ("decimal:3+2", 5, Decimal("1.50000"), b"00150"),
        ("decimal:3+2", 5, 2, b"00200"),
        ("decimal:3+2", 5, Decimal("999.99"), b"99999"),
        ("decimal:1+4", 5, Decimal("1"), b"10000"),
        ("decimal:3+2", 5, None, b"00000"),
        ("date:AAMMJJ", 6, date(2013, 6, 1), b"130601"),
        ("date:AAMMJJ", 6, datetime(2013, 6, 1, 8), b"130601"),
        ("date:AAMMJJ", 6, date(1970, 1, 1), b"700101"),
        ("date:AAMMJJ", 6, date(2069, 12, 31), b"691231"),
        ("date:JJMMAA", 6, date(2012, 12, 20), b"201212"),
        ("date:JJMMAA", 6, date(2020, 12, 20), b"201220"),
        ("date:AAAAMMJJ", 8, date(1951, 6, 1), b"19510601"),
        ("date:AAMMJJ", 6, None, b"000000"),
        ("date:AAMMJJ", 6, "511332", b"511332"),
        ("time:HHMM", 4, time(8, 5), b"0805"),
        ("time:HHMM", 4, time(8, 5, 59), b"0805"),
        ("hour:HH", 2, 24, b"24"),
        ("nir", 13, "180012A004001", b"180012A004001"),
        ("nir", 13, None, b"             "),
        ("key:nir", 2, "1", b"01"),
        ("id:luhn9", 9, "2A0002689", b"2A0002689"),
        ("id:luhn9", 9, None, b"000000000"),
        ("sign", 1, "N", b"N"),
        ("const:B2", 2, "B2", b"B2"),
        ("const:B2", 2, None, b"B2"),
        ("const:B2", 2, "", b"  "),
    ],
)
def test_values_as_they_are_written(kind: str, length: int, value: Any, written: bytes) -> None:
    layout = Layout("T", "T", (Field("one", 1, length, kind),))
    assert layout.build({"one": value}) == written


@pytest.mark.parametrize(
    ("kind", "length", "value", "expected"),
    [
        ("text", 6, SECRET, "text of at most 6 one-byte characters"),
        ("text", 6, "œuvre", "text of at most 6 one-byte characters"),
        ("text", 6, 12, "text of at most 6 one-byte characters"),
        ("text", 6, b"SECRETS", "exactly 6 bytes"),
        ("text", 6, b"SECRE", "exactly 6 bytes"),
        ("digits", 6, "1800199999999", "at most 6 digits"),
        ("digits", 6, -5, "at most 6 digits"),
        ("digits", 6, True, "at most 6 digits"),
        ("digits", 6, Decimal("1.5"), "at most 6 digits"),
        ("digits", 6, date(2013, 6, 1), "at most 6 digits"),
        ("count", 3, 1000, "whole number from 0 to 999"),
        ("count", 3, -1, "whole number from 0 to 999"),
        ("count", 3, True, "whole number from 0 to 999"),
        ("count", 3, "12", "whole number from 0 to 999"),
        ("count", 3, 1.0, "whole number from 0 to 999"),
        ("hour:HH", 2, 25, "whole number from 0 to 24"),
        ("decimal:3+2", 5, Decimal("1.001"), "number from 0, under 1000, with at most 2 decimals"),
        ("decimal:3+2", 5, Decimal("1000"), "number from 0, under 1000, with at most 2 decimals"),
        ("decimal:3+2", 5, Decimal("-0.01"), "number from 0, under 1000, with at most 2 decimals"),
        ("decimal:3+2", 5, 1.5, "number from 0, under 1000, with at most 2 decimals"),
        ("decimal:3+2", 5, True, "number from 0, under 1000, with at most 2 decimals"),
        ("date:AAMMJJ", 6, date(1951, 6, 1), "date from year 1970 to 2069"),
        ("date:AAMMJJ", 6, date(2070, 6, 1), "date from year 1970 to 2069"),
        ("date:AAMMJJ", 6, 130601, "date, or 6 characters AAMMJJ"),
        ("date:AAMMJJ", 6, "13061", "date, or 6 characters AAMMJJ"),
        ("date:AAMMJJ", 6, "13€601", "date, or 6 characters AAMMJJ"),
        ("time:HHMM", 4, "0805", "time"),
        ("time:HHMM", 4, datetime(2013, 6, 1, 8), "time"),
    ],
)
def test_errors_name_the_field_and_never_quote_the_value(
    kind: str, length: int, value: Any, expected: str
) -> None:
    layout = Layout("T", "T", (Field("before", 1, 1, "text"), Field("montant", 2, length, kind)))
    with pytest.raises(EncodingError) as caught:
        layout.build({"montant": value})
    assert str(caught.value) == f"field montant: expected {expected}"
    assert caught.value.args == ("montant", expected)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert vars(caught.value) == {"field": "montant", "expected": expected}


def test_births_of_any_century_are_written() -> None:
    layout = Layout("T", "T", (Field("date_naissance", 1, 6, "date:AAMMJJ"),))
    assert layout.build({"date_naissance": date(1951, 6, 1)}) == b"510601"
    assert layout.build({"date_naissance": "513199"}) == b"513199"


def test_an_unknown_name() -> None:
    layout = LAYOUTS[0]
    with pytest.raises(EncodingError, match=rf"^field sexe: expected a field of record {layout.name}$"):
        layout.build({"sexe": "1"})


def test_one_value_too_long_does_not_hide_behind_another() -> None:
    """No value is shorter than its field, so that lengths cannot cancel out."""
    layout = Layout("T", "T", (Field("one", 1, 4, "text"), Field("two", 5, 4, "text")))
    with pytest.raises(EncodingError, match="field one"):
        layout.build({"one": "ABCDE", "two": b"ABC"})
    with pytest.raises(EncodingError, match="field two"):
        layout.build({"one": "AB", "two": b"ABC"})


def test_many_sets_of_fields() -> None:
    """Writers are kept for a limited number of sets; the others are made again, and right."""
    fields = tuple(Field(f"f{n}", n, 1, "text") for n in range(1, 101))
    layout = Layout("T", "T", fields)
    for n in range(1, 101):
        assert layout.build({f"f{n}": "X"}) == b"X".rjust(n).ljust(100)


def test_record_views_what_was_written() -> None:
    layout = Layout("T", "T", (Field("one", 1, 4, "count"),))
    record = layout.record({"one": 12}, offset=128, number=2)
    assert (record.raw, record.offset, record.number, record.value("one")) == (b"0012", 128, 2, 12)


def test_empty_texts_are_those_of_the_kind() -> None:
    for kind, length in KINDS:
        assert len(kind_of(kind, length).encode(None)) == length
