"""Records: views over their own bytes, immutable, silent about persons."""

from __future__ import annotations

import copy
import io
from datetime import date, time
from decimal import Decimal

import pytest
from flatfile_samples import LAYOUTS, by_name, conforming, damaged, value_of
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.pretty import pprint

from flatfile import MASK, EncodingError, Field, Layout, Record, mask, opaque

LAYOUT = Layout(
    "PS-2003C",
    "4",
    (
        Field("type_enregistrement", 1, 1, "const:4"),
        Field("numero_ps", 2, 9, "id:luhn9", personal="ps"),
        Field("blanc_1", 11, 1, "blank"),
        Field("nir", 12, 13, "nir", personal="yes"),
        Field("date_acte", 25, 6, "date:AAMMJJ"),
        Field("heure", 31, 4, "time:HHMM"),
        Field("code_acte", 35, 5, "code"),
        Field("coefficient", 40, 5, "decimal:3+2"),
        Field("montant", 45, 8, "cents"),
        Field("libelle", 53, 8, "text"),
    ),
)
RAW = b"4991068040 18001999999991306010805SNS  0015000002300SEANCE\0\0"


def test_the_sample_is_one_record() -> None:
    assert len(RAW) == LAYOUT.length == 60


@pytest.mark.parametrize(
    ("name", "raw", "value", "text"),
    [
        ("type_enregistrement", "4", "4", "4"),
        ("numero_ps", "991068040", "991068040", "991068040"),
        ("nir", "1800199999999", "1800199999999", "1800199999999"),
        ("date_acte", "130601", date(2013, 6, 1), "130601"),
        ("heure", "0805", time(8, 5), "0805"),
        ("code_acte", "SNS  ", "SNS", "SNS"),
        ("coefficient", "00150", Decimal("1.50"), "00150"),
        ("montant", "00002300", 2300, "00002300"),
        ("libelle", "SEANCE\0\0", "SEANCE", "SEANCE"),
    ],
)
def test_three_ways_to_read_a_field(name: str, raw: str, value: object, text: str) -> None:
    record = Record(LAYOUT, RAW)
    assert (record[name], record.value(name), record.text(name)) == (raw, value, text)


def test_reading_by_type() -> None:
    record = Record(LAYOUT, RAW)
    assert record.get("montant", int) == 2300
    assert record.get("date_acte", date) == date(2013, 6, 1)
    assert record.get("coefficient", Decimal) == Decimal("1.5")
    assert record.get("date_acte", int) is None
    assert record.get("sexe", int) is None
    assert record.text("sexe") == ""


def test_names_that_are_not_there() -> None:
    record = Record(LAYOUT, RAW)
    for read in (record.__getitem__, record.value):
        with pytest.raises(KeyError, match=r"^'sexe'$"):
            read("sexe")
    with pytest.raises(KeyError, match=r"^'sexe'$"):
        record.replace(sexe="1")


def test_nothing_is_decoded_before_it_is_asked_for() -> None:
    """Bytes that are of no kind at all do not stop a record from being made and written again."""
    raw = b"\xff" * 60
    record = Record(LAYOUT, raw, 128, 2)
    assert record.raw is raw
    assert (record.offset, record.number, record.type) == (128, 2, "4")
    assert record.value("montant") is None


@pytest.mark.parametrize("name", ["layout", "raw", "offset", "number", "anything"])
def test_records_do_not_change(name: str) -> None:
    record = Record(LAYOUT, RAW)
    with pytest.raises(AttributeError):
        setattr(record, name, b"")
    assert record.raw == RAW


def test_equality_is_that_of_the_bytes_under_one_layout() -> None:
    one, two = Record(LAYOUT, RAW, 0, 1), Record(LAYOUT, RAW, 128, 2)
    assert one == two
    assert (one != two) is False
    assert len({one, two}) == 1
    assert one != Record(opaque(60), RAW)
    assert one != RAW
    assert (one == RAW) is False
    assert copy.copy(one) == one


# --- replace ------------------------------------------------------------------------------------------


@given(data=st.data())
def test_only_the_bytes_of_the_named_field_differ(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(LAYOUTS))
    record = Record(layout, data.draw(damaged(conforming(layout))), 256, 3)
    field = data.draw(st.sampled_from(layout.fields))
    value = data.draw(value_of(field) | st.binary(min_size=field.length, max_size=field.length))
    made = record.replace(**{field.name: value})
    where = field.slice
    assert made.raw[: where.start] == record.raw[: where.start]
    assert made.raw[where.stop :] == record.raw[where.stop :]
    expected = value if isinstance(value, bytes) else field.kind.encode(value).encode("latin-1")
    assert made.raw[where] == expected
    assert (made.layout, made.offset, made.number) == (layout, 256, 3)


def test_replace_leaves_the_record_as_it_was() -> None:
    record = Record(LAYOUT, RAW)
    made = record.replace(montant=99, code_acte="AMI", libelle=b"\0\1\2\3\4\5\6\7")
    assert made.raw == b"4991068040 18001999999991306010805AMI  0015000000099\0\1\2\3\4\5\6\7"
    assert record.raw == RAW
    assert record.replace() == record


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"montant": -1}, "field montant: expected whole number from 0 to 99999999"),
        ({"nir": "180019999999940"}, "field nir: expected text of at most 13 one-byte characters"),
        ({"nir": b"18001"}, "field nir: expected exactly 13 bytes"),
        ({"code_acte": "AMI", "heure": "8h"}, "field heure: expected time"),
    ],
)
def test_replacing_by_what_does_not_fit(values: dict[str, object], message: str) -> None:
    with pytest.raises(EncodingError) as caught:
        Record(LAYOUT, RAW).replace(**values)  # type: ignore[arg-type]  # on purpose
    assert str(caught.value) == message


# --- damaged records ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "readable", "cut"),
    [
        (60, {"montant": 2300, "libelle": "SEANCE"}, []),
        (59, {"montant": 2300}, ["libelle"]),
        (52, {"montant": 2300}, ["libelle"]),
        (51, {"coefficient": Decimal("1.50")}, ["montant", "libelle"]),
        (45, {"coefficient": Decimal("1.50")}, ["montant", "libelle"]),
        (24, {"nir": "1800199999999"}, ["date_acte", "heure", "montant"]),
        (23, {"numero_ps": "991068040"}, ["nir", "date_acte"]),
        (1, {"type_enregistrement": "4"}, ["numero_ps", "montant"]),
        (0, {}, ["type_enregistrement", "montant"]),
        (70, {"montant": 2300, "libelle": "SEANCE"}, []),
    ],
)
def test_a_record_is_readable_as_far_as_its_bytes_go(
    size: int, readable: dict[str, object], cut: list[str]
) -> None:
    """Half an amount is never read as an amount."""
    record = Record(LAYOUT, (RAW + b"0123456789")[:size])
    for name, value in readable.items():
        assert record.value(name) == value
    for name in cut:
        assert not record.value(name)
        assert record.get(name, int) is None
        assert record[name] == RAW[:size][LAYOUT.by_name[name].slice].decode()


def test_replacing_in_a_short_record() -> None:
    record = Record(LAYOUT, RAW[:48])
    assert record.replace(coefficient=Decimal(2)).raw == RAW[:39] + b"00200" + RAW[44:48]
    with pytest.raises(EncodingError) as caught:
        record.replace(montant=1)
    assert str(caught.value) == "field montant: expected a record that is long enough to hold it"


def test_replacing_in_a_long_record() -> None:
    record = Record(LAYOUT, RAW + b"XX")
    assert record.replace(libelle="FIN").raw == RAW[:52] + b"FIN     XX"


# --- what is shown ------------------------------------------------------------------------------------


def test_repr_hides_persons() -> None:
    assert repr(Record(LAYOUT, RAW, 128, 2)) == (
        "<Record 4 no. 2 at byte 128: numero_ps='•••', nir='•••', date_acte='130601', heure='0805',"
        " code_acte='SNS', coefficient='00150', montant='00002300', libelle='SEANCE'>"
    )


@given(data=st.data())
def test_no_personal_value_in_any_repr(data: st.DataObject) -> None:
    layout = data.draw(st.sampled_from(LAYOUTS))
    record = Record(layout, b"\xa4" * layout.length)  # nothing else holds this character
    personal = sum(1 for field in layout.fields if field.personal)
    shown = dict(record.shown())
    assert sum("\xa4" not in text for text in shown.values()) == personal
    assert all("\xa4" not in text for field, text in shown.items() if field.personal)


def test_both_persons_and_professionals_are_personal() -> None:
    layout = by_name("PS-2003C", "2")
    assert {field.personal for field in layout.fields} == {"", "yes", "ps"}


@pytest.mark.parametrize("raw", [RAW[:-1], RAW + b"X", RAW[2:], b"X" + RAW])
def test_a_damaged_record_hides_all(raw: bytes) -> None:
    """Its fields may have moved: a NIR may stand where a date should."""
    shown = repr(Record(LAYOUT, raw))
    assert "130601" not in shown
    assert "1800199999999"[2:-2] not in shown
    assert {text for _, text in Record(LAYOUT, raw).shown()} == {MASK * 3}
    assert "130601" in "".join(text for _, text in Record(LAYOUT, RAW[:-1]).shown(values=True))


def test_shown_values() -> None:
    shown = {field.name: text for field, text in Record(LAYOUT, RAW).shown(values=True)}
    assert shown["nir"] == "1800199999999"
    assert "blanc_1" not in shown
    assert "type_enregistrement" not in shown
    empty = Record(LAYOUT, LAYOUT.build({}))
    assert {field.name for field, _ in empty.shown()} == {
        "numero_ps",
        "date_acte",
        "heure",
        "coefficient",
        "montant",
    }


def test_items_give_every_field_with_its_padding() -> None:
    items = [(field.name, text) for field, text in Record(LAYOUT, RAW).items()]
    assert items[2] == ("blanc_1", " ")
    assert "".join(text for _, text in items).encode() == RAW


def test_other_ways_of_printing_hide_persons_too() -> None:
    page = io.StringIO()
    pprint(Record(LAYOUT, RAW), console=Console(file=page, width=200))
    assert "1800199999999" not in page.getvalue()
    assert "991068040" not in page.getvalue()
    assert "SNS" in page.getvalue()
    assert "1800199999999" not in f"{Record(LAYOUT, RAW)} {[Record(LAYOUT, RAW)]}"


def test_the_mask_does_not_tell_the_length() -> None:
    assert (mask(""), mask("A"), mask("1800199999999")) == ("", "•••", "•••")


@pytest.mark.parametrize("kind", [str, int, date, time, Decimal])
def test_a_teller_tells_what_the_record_does(kind: type) -> None:
    """Of every field, also of bytes that are cut or none of its kind, and of a field that is not there."""
    asked = dict.fromkeys([*LAYOUT.by_name, "unknown"], kind)
    for raw in (b"4" + b" 7" * 40, b"4" + b"240229" * 20, bytes(range(200)), b"\0 x" * 9, b""):
        record = Record(LAYOUT, raw)
        expected = [record.text(name) if kind is str else record.get(name, kind) for name in asked]
        assert list(LAYOUT.teller(**asked)(raw)) == expected
