"""What a finding says it found: amounts, shapes, lengths; and what it never tells."""

from __future__ import annotations

import pytest

from flatfile import Field, Layout, Record
from flatfile.findings import both, in_language
from fse.normes import norme
from fse.rules.structure import difference
from fse.rules.valeurs import (
    NONE,
    end_name,
    euros,
    filling_found,
    length_found,
    shape,
    type_found,
    value_found,
    value_in,
)


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("1", "1 chiffre", "1 digit"),
        ("12", "2 chiffres", "2 digits"),
        ("123", "3 chiffres", "3 digits"),
        ("09", "2 chiffres", "2 digits"),
        ("A", "1 majuscule", "1 capital"),
        ("ZY", "2 majuscules", "2 capitals"),
        ("z", "1 minuscule", "1 small letter"),
        ("az", "2 minuscules", "2 small letters"),
        (" 1", "1 chiffre, 1 blanc", "1 digit, 1 blank"),
        ("1  2   ", "2 chiffres, 2 blancs", "2 digits, 2 blanks"),
        ("é", "1 autre", "1 other"),
        ("-/", "2 autres", "2 others"),
        ("-a B1", "1 chiffre, 1 majuscule, 1 minuscule, 1 blanc, 1 autre", None),
    ],
)
def test_a_shape(text: str, french: str, english: str | None) -> None:
    assert in_language(shape(text), "fr") == french
    assert english is None or in_language(shape(text), "en") == english


def test_the_shape_of_nothing() -> None:
    assert shape("") == shape("   ") == NONE


#: Fields of one record, and what stands in each.
FIELDS = (
    (Field("cents", 1, 7, "cents"), "0001234", "12,34 €"),
    (Field("blank_cents", 8, 7, "cents"), "   1234", "12,34 €"),
    (Field("taux", 15, 3, "rate"), "065", "65 %"),
    (Field("quantite", 18, 2, "count"), "02", "2"),
    (Field("blank_count", 20, 2, "count"), " 2", " 2"),
    (Field("code", 22, 3, "code"), "AB ", "AB"),
    (Field("vide", 25, 2, "code"), "  ", NONE),
    (Field("court", 27, 15, "text"), "DR FICTIF      ", "DR FICTIF"),
    (Field("long", 42, 16, "text"), "DR FICTIF       ", shape("DR FICTIF")),
    (Field("personnel", 58, 2, "digits", personal="yes"), "12", shape("12")),
    (Field("accent", 60, 1, "text"), "é", shape("é")),
    (Field("commande", 61, 1, "text"), "\n", shape("\n")),
    (Field("blanc", 62, 2, "blank"), "AB", shape("AB")),
)
LAYOUT = Layout("T", "2", tuple(field for field, _, _ in FIELDS))
RECORD = Record(LAYOUT, "".join(text for _, text, _ in FIELDS).encode("latin-1"))


@pytest.mark.parametrize(("field", "found"), [(field, found) for field, _, found in FIELDS])
def test_a_value(field: Field, found: str) -> None:
    assert value_found(RECORD, field) == value_in(RECORD, field.name) == found


def test_a_field_that_a_table_does_not_have() -> None:
    assert value_in(RECORD, "numero_facture") == ""


@pytest.mark.parametrize(
    ("number", "quantity", "found"),
    [
        ("12345X78  ", "12", "12345X78"),
        ("12345X789 ", "12", shape("12345X789")),  # nine characters may tell a person
        ("1234X     ", "12", "1234X"),
        ("1234X     ", "1X", shape("1234X")),  # the record may be shifted
    ],
)
def test_a_value_of_the_wrong_form(number: str, quantity: str, found: str) -> None:
    layout = Layout("T", "2", (Field("numero", 1, 10, "digits"), Field("quantite", 11, 2, "count")))
    record = Record(layout, (number + quantity).encode())
    assert value_found(record, layout.by_name["numero"], doubtful=True) == found


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00 €"), (9, "0,09 €"), (99, "0,99 €"), (100, "1,00 €"), (101, "1,01 €")]
)
def test_an_amount(cents: int, text: str) -> None:
    assert euros(cents) == text


@pytest.mark.parametrize(
    ("end", "name"),
    [(b"\r\n", "CR LF"), (b"\n", "LF"), (b"\x1a", "1A"), (b"\r\x05", "CR 05"), (b"", both("aucune", "none"))],
)
def test_a_line_end(end: bytes, name: str) -> None:
    assert end_name(end) == name


@pytest.mark.parametrize(
    ("raw", "length", "filling"),
    [
        (b"1", "1 octet ¦ 1 byte", "31"),
        (b"10", "2 octets ¦ 2 bytes", "31 30"),
        (b"\0\0\0\x1a", "4 octets ¦ 4 bytes", "00 00 00 1A"),
        (b"\0\0\0\x1a\0", "5 octets ¦ 5 bytes", "00 00 00 1A …"),
    ],
)
def test_a_record_as_a_whole(raw: bytes, length: str, filling: str) -> None:
    record = Record(LAYOUT, raw)
    assert (length_found(record), filling_found(record)) == (length, filling)


def test_the_type_of_a_record() -> None:
    assert type_found(RECORD) == "type 2"
    assert type_found(Record(Layout("T", "?", ()), b"")) == both("aucun type connu", "no known type")


def test_where_two_records_differ() -> None:
    """Of a number of a person, the positions alone (1-based, in the record)."""
    layout = norme("PS-2003C").layouts["2"]
    field = layout.by_name["nir"]
    raw = bytearray(b"0" * 128)
    raw[field.slice] = b"1800199999999"
    record = Record(layout, bytes(raw))
    places = ", ".join(str(field.start + at) for at in (0, 1, 4, 12))
    found, expected = difference(record, "nir", "2900299999990")
    assert (found, expected) == (
        f"13 chiffres, autre(s) en position {places} ¦ 13 digits, other(s) at position {places}",
        both("comme les autres enregistrements", "as the other records"),
    )
    assert difference(record, "numero_facture", "000000002") == ("000000000", "000000002")
    # In a table of a site, the field of another record may be shorter.
    found, _ = difference(record, "nir", "29")
    assert in_language(found, "en") == f"13 digits, other(s) at position {field.start}, {field.start + 1}"
