"""The schemas that ship are those of the tables, and every document is of its schema."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from convert_samples import CITY, DAMAGED, FILES, FLOWS, ZONES, flow, put, written
from lxml import etree
from noemie_samples import RETOURS

from fixtures.generate import PROFILES
from noemie.documents.convert import schemas
from noemie.documents.convert.columns import PLACES, RAWS, RETURNED
from noemie.documents.convert.shapes import groups, records, subjects
from noemie.documents.convert.xml_words import RESERVED


def test_the_schemas_that_ship_are_those_of_the_tables(capsys):
    assert schemas.main(["--check"]) == 0
    assert capsys.readouterr().out == ""
    names = {path.name for path in Path(schemas.__file__).with_name("data").iterdir()}
    assert names == set(schemas.render())
    assert len(names) == 2 * len(list(subjects()))


def test_no_field_has_a_name_that_means_something_else():
    for subject in subjects():
        if subject.family == "ssv":
            names = {field.name for group in groups() for field in group.fields}
        else:
            names = {field.name for layout in records(subject) for field in layout.fields}
        assert not names & (RESERVED | set(PLACES) | {*RETURNED, RAWS})


def test_a_stale_schema_is_told_and_written_again(tmp_path, capsys):
    assert schemas.main([str(tmp_path)]) == 0
    assert schemas.main([str(tmp_path), "--check"]) == 0
    (tmp_path / "ssv.xsd").write_text("<a/>")
    capsys.readouterr()
    assert schemas.main([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out == "ssv.xsd: not up to date\n"


def test_a_site_has_schemas_of_its_own_tables(tmp_path, capsys):
    (tmp_path / "b2.csv").write_text(
        "norm,record,position,name,start,length,kind,presence,list,personal,label_fr,label_en,confidence,note\n"
        "PS-2003C,4Z,1,type_enregistrement,1,1,const:4,O,,,type,type,A,\n"
        "PS-2003C,4Z,2,zone_du_site,2,127,text,O,,,zone,field,A,\n"
    )
    made = schemas.render(tmp_path)
    assert 'name="zone_du_site"' in made["b2-PS-2003C.xsd"]
    assert "zone_du_site" not in schemas.shipped("b2-PS-2003C.xsd")
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / "b2.csv").write_text("norm\n")
    assert schemas.main([str(tmp_path / "out"), "--layouts", str(wrong)]) == 2
    assert "missing column" in capsys.readouterr().err


@cache
def xsd(name):
    return etree.XMLSchema(etree.fromstring(schemas.shipped(f"{name}.xsd").encode()))


@cache
def json_schema(name):
    schema = json.loads(schemas.shipped(f"{name}.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def schema_of(data):
    told = json.loads(written(data, "json"))
    return f"b2-{told['norme']}" if told["family"] == "b2" else told["family"]


SAMPLES = {**FILES, **{f"profile-{name}": flow(name, 2) for name in PROFILES}}


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("name", SAMPLES)
def test_xml_is_of_its_schema(name, values):
    document = etree.fromstring(written(SAMPLES[name], "xml", values=values))
    xsd(schema_of(SAMPLES[name])).assertValid(document)


@pytest.mark.parametrize("values", [True, False])
@pytest.mark.parametrize("name", [*RETOURS, *ZONES, *FLOWS, *DAMAGED])
def test_json_is_of_its_schema(name, values):
    told = json.loads(written(FILES[name], "json", values=values))
    told["records"] = told["records"][:12]  # this validator is slow
    json_schema(schema_of(FILES[name])).validate(told)


def test_the_schemas_refuse_what_is_wrong():
    schema = xsd("b2-PS-2003C")
    text = written(put(CITY, 1, "1", "date_lot", b"250314"), "xml").decode()
    assert schema.validate(etree.fromstring(text.encode()))
    for old, new in (
        ("<date_lot>2025-03-14<", "<date_lot>140325<"),
        ("<date_lot>", "<jour>"),
        ('eol=""', 'eol="CR LF"'),
        ("<organisme_destinataire>", "<organisme_destinataire>12345"),
        ("<end ", "<fin "),
    ):
        changed = text.replace(old, new).replace("</date_lot>", "</jour>" if "jour" in new else "</date_lot>")
        assert changed != text
        assert not schema.validate(etree.fromstring(changed.encode())), new

    validator = json_schema("b2-PS-2003C")
    told = json.loads(written(CITY, "json"))
    told["records"] = told["records"][:3]
    assert validator.is_valid(told)
    for change in (
        {"family": "noemie"},
        {"eol": "\n"},
        {"records": [{"record": 1, "type": "1", "fields": {"jour": "x"}}]},
        {"records": [{"record": 1, "type": "1", "fields": {"date_lot": 140325}}]},
        {"records": [{"record": 0, "type": "1", "fields": {}}]},
        {"records": [{"record": 1, "type": "1"}]},
    ):
        assert not validator.is_valid(told | change), change
