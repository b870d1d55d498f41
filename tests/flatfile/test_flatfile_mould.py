"""Moulds: writers that share a run of fields, and tell amounts, without ever saying another thing."""

from __future__ import annotations

from typing import Any

import pytest

from flatfile import Field, Layout
from flatfile.writing import Mould

LAYOUT = Layout(
    "T",
    "9",
    (
        Field("genre", 1, 1, "const:9"),
        Field("ps", 2, 4, "digits"),
        Field("blanc", 6, 1, "blank"),
        Field("nom", 7, 5, "text"),
        Field("code", 12, 3, "code"),
        Field("prix", 15, 5, "cents"),
        Field("taux", 20, 3, "rate"),
        Field("pourcent", 23, 3, "text"),
    ),
)
RUN = LAYOUT.fields[1:4]
TEXT = "0042 EXEM "


def mould(told: tuple[str, ...] = ()) -> Mould:
    return Mould(LAYOUT, RUN, told)


def test_a_run_stands_where_nothing_is_given() -> None:
    made = mould().write({"code": "AB", "prix": 12}, TEXT)
    assert made == b"90042 EXEM AB 00012000   "
    assert mould().write({"code": "AB"}, "1234 ABCDE")[:11] == b"91234 ABCDE"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"ps": "7"}, b"90007 EXEM    00000000   "),
        ({"nom": "X"}, b"90042 X       00000000   "),
        ({"ps": "7", "nom": "X"}, b"90007 X       00000000   "),
        ({"ps": None}, b"90000 EXEM    00000000   "),
        ({"blanc": " ", "code": "%s{"}, b"90042 EXEM %s{00000000   "),
        ({"ps": b"  12"}, b"9  12 EXEM    00000000   "),
        ({}, b"90042 EXEM    00000000   "),
    ],
)
def test_values_win_over_the_run(values: dict[str, Any], expected: bytes) -> None:
    maker = mould()
    assert maker.write(values, TEXT) == expected
    assert maker.write(values, TEXT) == expected  # and again, from the writer that was kept


@pytest.mark.parametrize(
    "values",
    [
        {"inconnu": 1},
        {"code": "TROP LONG"},
        {"prix": -1},
        {"prix": True},
        {"prix": 100000},
        {"prix": 1.5},
        {"nom": 5},
        {"nom": "œ"},
        {"ps": b"123"},
        {"taux": 10**5000},
    ],
)
def test_what_needs_the_checking_way(values: dict[str, Any]) -> None:
    maker = mould()
    assert maker.write({"code": "AB"}, TEXT) is not None
    assert maker.write(values, TEXT) is None
    assert maker.write(values, TEXT) is None


def test_amounts_are_told_beside_the_bytes() -> None:
    maker = mould(("prix", "taux"))
    assert maker.write({"prix": 12, "taux": 70}, TEXT) == (b"90042 EXEM    00012070   ", 12, 70)
    assert maker.write({"prix": 12}, TEXT)[1:] == (12, 0)
    assert maker.write({"prix": 12, "taux": None}, TEXT)[1:] == (12, 0)
    assert maker.write({"prix": b"00012"}, TEXT) is None  # only its bytes are known


def test_the_same_names_with_other_types() -> None:
    maker = mould()
    for values in ({"prix": 3}, {"prix": b"   ab"}, {"prix": None}, {"prix": 4}):
        made = maker.write(values, TEXT)
        given = {"ps": "42", "nom": "EXEM", **values}
        assert made == LAYOUT._build_checked(given)


def test_many_shapes_are_not_all_kept() -> None:
    fields = tuple(Field(f"f{rank}", rank + 1, 1, "text") for rank in range(80))
    maker = Mould(Layout("T", "many", fields))
    for rank in range(80):
        assert maker.write({f"f{rank}": "x"}) == b" " * rank + b"x" + b" " * (79 - rank)
    assert len(maker._kept) == 64
