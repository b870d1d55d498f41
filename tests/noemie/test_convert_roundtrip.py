"""A file told in JSON or XML comes back byte for byte, whatever was wrong with it."""

import io
import json

import pytest
from convert_samples import (
    CITY,
    DAMAGED,
    EDITS,
    FILES,
    FLOWS,
    NIR,
    NOM,
    WRITERS,
    ZONES,
    damaged,
    place,
    put,
    restored,
    wasteful,
    written,
)
from hypothesis import assume, given
from hypothesis import strategies as st
from noemie_samples import RETOURS

from flatfile import FormatError
from fse import norme
from noemie.documents import convert

FORMS = sorted(WRITERS)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FILES)
def test_every_byte_comes_back(name, form):
    document = io.BytesIO(written(FILES[name], form))
    out = io.BytesIO()
    made = WRITERS[form][1](document, out)
    assert out.getvalue() == FILES[name]
    assert made.same is True
    assert made.bytes == len(FILES[name])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("files", [FLOWS, RETOURS, ZONES], ids=["flow", "return", "zone"])
@given(data=st.data(), edits=EDITS)
def test_any_damage_comes_back(form, files, data, edits):
    changed = damaged(files[data.draw(st.sampled_from(sorted(files)))], edits)
    try:
        document = written(changed, form)
    except FormatError:
        assume(False)
    assert restored(document, form) == changed


@pytest.mark.parametrize("form", FORMS)
@given(
    st.integers(0, 4), st.lists(st.integers(0, 4), min_size=4, max_size=4), st.sampled_from([101, 104, 4242])
)
def test_any_form_of_length_comes_back(form, own, forms, id):
    data = wasteful(101) + wasteful(id, tuple(forms), own)
    assert restored(written(data, form), form) == data


def test_what_json_tells():
    told = json.loads(written(CITY, "json"))
    assert {
        name: told[name] for name in ("format", "schema_version", "family", "values", "norme", "eol")
    } == {
        "format": "sesam-noemie/records",
        "schema_version": 1,
        "family": "b2",
        "values": True,
        "norme": "PS-2003C",
        "eol": "",
    }
    assert (told["count"], told["bytes"]) == (len(CITY) // 128, len(CITY))
    line = next(one for one in told["records"] if one["type"] == "4")
    assert (line["facture"], line["ligne"]) == (1, 1)
    raw = CITY[line["offset"] : line["offset"] + 128]
    fields = line["fields"]
    day = raw[place("4", "date_acte")].decode()
    assert fields["date_acte"] == f"20{day[:2]}-{day[2:4]}-{day[4:]}"
    assert fields["montant_amo"] == int(raw[place("4", "montant_amo")])
    assert fields["coefficient"] == "1.00"
    assert fields["code_acte"] == raw[place("4", "code_acte")].decode().rstrip()
    # What is left out is blank, or a constant.
    left_out = [field for field in norme("PS-2003C").layouts["4"].fields if field.name not in fields]
    assert left_out
    assert all(field.kind.base == "const" or not raw[field.slice].strip() for field in left_out)


def test_a_record_a_line():
    lines = written(CITY, "json").splitlines()
    assert len(lines) == len(CITY) // 128 + 3
    lines = written(CITY, "xml").splitlines()
    assert len(lines) == len(CITY) // 128 + 4


def test_what_cannot_be_typed_is_told_by_its_bytes():
    data = put(CITY, 1, "1", "date_lot", b"250231")
    told = json.loads(written(data, "json"))["records"][1]["fields"]
    assert told["date_lot"] == {"raw": "250231"}
    assert b'<raw field="date_lot" text="250231"/>' in written(data, "xml")
    data = put(CITY, 1, "1", "date_lot", b"000000")
    assert json.loads(written(data, "json"))["records"][1]["fields"]["date_lot"] is None
    assert b'<none field="date_lot"/>' in written(data, "xml")


def test_bytes_that_xml_cannot_carry_are_hexadecimal():
    for value, told in (
        (b"DR\0\x1b[31m", b'hex="4452001b5b33316d"'),
        (b"  DR", b'text="  DR"'),
        (b"\x85", b'hex="85"'),
    ):
        document = written(put(CITY, 1, "1", "nom_ps", value.ljust(40)), "xml")
        assert b'<raw field="nom_ps" ' + told + b"/>" in document
    assert "<nom_ps>É &lt;A&amp;B&gt;</nom_ps>".encode() in written(
        put(CITY, 1, "1", "nom_ps", "É <A&B>".encode("latin-1").ljust(40)), "xml"
    )


def test_line_ends_are_told_by_name():
    assert json.loads(written(DAMAGED["crlf"], "json"))["eol"] == "CRLF"
    told = json.loads(written(DAMAGED["uneven"], "json"))
    assert told["eol"] == "LF"
    assert {record.get("eol") for record in told["records"]} == {None, "CRLF"}


# --- edited documents ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_an_edited_field_changes_its_bytes_only(form):
    text = written(CITY, form).decode()
    old = {"json": '"organisme_destinataire":"', "xml": "<organisme_destinataire>"}[form]
    at = text.index(old) + len(old)
    edited = text[:at] + "777" + text[at + 3 :]
    out = io.BytesIO()
    made = WRITERS[form][1](edited.encode(), out)
    assert made.same is False
    assert out.getvalue() == put(CITY, 1, "1", "organisme_destinataire", b"777")


def test_a_document_laid_out_again_is_read_the_same():
    told = json.loads(written(CITY, "json"))
    for text in (
        json.dumps(told),
        json.dumps(told, indent=2),
        json.dumps(told, indent=0, separators=(",", ":")),
    ):
        assert restored(text.encode(), "json") == CITY
    for name, data in RETOURS.items():
        assert restored(json.dumps(json.loads(written(data, "json")), indent=1).encode(), "json") == data, (
            name
        )


def test_an_entity_more_frames_the_return_anew():
    told = json.loads(written(RETOURS["ps-P1"], "json"))
    comment = next(one for one in told["records"] if one["type"] == "295")
    told["records"].insert(told["records"].index(comment), comment)
    data = restored(json.dumps(told).encode(), "json")
    assert len(data) % 128 == 0
    assert data[:128] == RETOURS["ps-P1"][:128]
    assert restored(written(data, "json"), "json") == data


@pytest.mark.parametrize("form", FORMS)
def test_frames_of_no_file_are_refused(form):
    document = written(RETOURS["ps-P1"], form).decode()
    old = {"json": '"times":1}', "xml": 'times="1"/>'}[form]
    assert old in document
    with pytest.raises(convert.ConvertError) as caught:
        restored(document.replace(old, old.replace("1", "99999999999")).encode(), form)
    assert caught.value.fault == "cadres"


# --- hidden values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", FILES)
def test_a_document_without_values_says_so_and_cannot_be_turned_back(name, form):
    document = written(FILES[name], form, values=False)
    assert {"json": b'"values":false', "xml": b'values="false"'}[form] in document[:400]
    assert b"sha256" not in document
    with pytest.raises(convert.HiddenValuesError):
        restored(document, form)


@pytest.mark.parametrize("form", FORMS)
def test_one_hidden_value_is_refused_too(form):
    document = written(CITY, form, values=False)
    shown = document.replace(b'"values":false', b'"values":true').replace(b'values="false"', b'values="true"')
    with pytest.raises(convert.ConvertError) as caught:
        restored(shown, form)
    assert caught.value.fault == "valeurs"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", sorted(ZONES))
def test_a_zone_without_values_names_nobody(name, form):
    document = written(ZONES[name], form, values=False).decode()
    assert not [
        text for text in (NIR, NOM, "ODETTE", "19840229", "IMAGINAIRE", "12345678") if text in document
    ]


# --- what a file is -----------------------------------------------------------------------------------------


def test_kinds():
    assert convert.kind_of(CITY) == ("b2", "")
    assert convert.kind_of(RETOURS["929-P3"]) == ("noemie", "")
    assert convert.kind_of(ZONES["card"]) == ("ssv", "")
    assert convert.kind_of(written(CITY, "json")) == ("", "json")
    assert convert.kind_of(b"\xef\xbb\xbf\n" + written(CITY, "json")) == ("", "json")
    assert convert.kind_of(written(ZONES["card"], "xml")) == ("", "xml")
    for data, lookalike in ((b'{"a": 1}', "JSON"), (b"<a/>", "XML"), (b"%PDF-1.7", "PDF")):
        with pytest.raises(FormatError) as caught:
            convert.kind_of(data)
        assert caught.value.facts["lookalike"] == lookalike


def test_a_document_is_no_file_to_convert():
    with pytest.raises(convert.WrongKindError):
        written(written(CITY, "json"), "xml")
    with pytest.raises(convert.WrongKindError):
        convert.to_csv(ZONES["card"], None)


def test_a_stream_is_read_once_and_left_open():
    stream = io.BytesIO(CITY)
    assert restored(_of_stream(stream, "json"), "json") == CITY
    assert not stream.closed
    assert restored(_of_stream(io.BytesIO(RETOURS["ps-P3"]), "xml"), "xml") == RETOURS["ps-P3"]


def _of_stream(stream, form):
    out = io.BytesIO()
    WRITERS[form][0](stream, out, values=True)
    return out.getvalue()
