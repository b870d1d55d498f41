"""Documents that are wrong, or made to harm: a clear, located message that quotes nothing, and no output."""

import io
import json

import pytest
from convert_samples import CITY, ZONES, restored, written

from noemie.documents import convert
from noemie.documents.convert.errors import FAULTS

SPACE = "urn:sesam-noemie:records:b2-PS-2003C:1"
HEAD = f'<flux xmlns="{SPACE}" values="true" eol="">\n'
RECORD = '<r1 record="1" offset="0"><numero_ps>991068040</numero_ps></r1>\n'
END = '<end count="1" bytes="128"/></flux>\n'
SECRET = "ZEBULON"


def xml(body, head=HEAD, end=END):
    return (head + RECORD + body + end).encode()


LAUGHS = '<!DOCTYPE flux [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;">]>'

#: What is given -> fault, record, line (`None`: what libxml2 says).
XML = {
    "billion laughs": ((LAUGHS + HEAD + "<r1><nom_ps>&c;</nom_ps></r1>" + END).encode(), "doctype", 0, 1),
    "laughs in an attribute": ((LAUGHS + HEAD + '<raw text="&c;"/>' + END).encode(), "doctype", 0, 1),
    "file entity": (
        b'<!DOCTYPE flux [<!ENTITY f SYSTEM "file:///etc/passwd">]>' + xml("<r1><nom_ps>&f;</nom_ps></r1>"),
        "doctype",
        0,
        1,
    ),
    "network": (b'<!DOCTYPE flux SYSTEM "http://127.0.0.1:9/x.dtd">' + xml(""), "doctype", 0, 1),
    "doctype after comments": (
        b'<?xml version="1.0"?>\n<!-- a\n -->\n<?pi?>\n <!DOCTYPE flux>' + xml(""),
        "doctype",
        0,
        5,
    ),
    "doctype in lower case": (b"<!doctype html>" + xml(""), "doctype", 0, 1),
    "unknown entity": (xml("<r1><nom_ps>&xxe;</nom_ps></r1>"), "doctype", 0, 3),
    "unknown entity in an attribute": (xml('<raw text="&xxe;"/>'), "doctype", 0, 3),
    "field twice": (xml("<r1><nom_ps>A</nom_ps><nom_ps>B</nom_ps></r1>"), "double", 2, 3),
    "utf-16": (xml("").decode().encode("utf-16"), "encodage", 0, 0),
    "utf-16 without a mark": (xml("").decode().encode("utf-16-le"), "encodage", 0, 0),
    "latin-1": (b'<?xml version="1.0" encoding="ISO-8859-1"?>' + xml(""), "encodage", 0, 1),
    "utf-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + xml(""), "encodage", 0, 1),
    "long prologue": (b"<!--" + b"x" * 70_000 + b"-->" + xml(""), "prologue", 0, 0),
    "no element": (b"<?xml version='1.0'?> \n", "prologue", 0, 0),
    "deep": (xml("<r1><nom_ps><b/></nom_ps></r1>"), "profondeur", 0, 3),
    "very deep": (xml("<a>" * 100_000, end=""), "profondeur", 0, 3),
    "many fields": (xml("<r1>" + "<nom_ps/>" * 30_000 + "</r1>"), "nombre-elements", 0, 3),
    "long text": (xml("<r1><nom_ps>" + "Z" * 11_000_000 + "</nom_ps></r1>"), "taille", 0, 3),
    "long attribute": (
        xml('<raw text="' + "Z" * 11_000_000 + '"/>'),
        "taille",
        0,
        None,
    ),  # libxml2 counts to its end
    "malformed": (xml(f"<r1>{SECRET}</r2>"), "xml", 0, 3),
    "not a character": (xml("&#1;"), "xml", 0, 3),
    "NUL": (xml("\0"), "xml", 0, 3),
    "two roots": (xml("") + b"<zebulon/>", "xml", 0, 4),
    "text after": (xml("") + SECRET.encode(), "xml", 0, 4),
    "cut": (xml("", end=""), "fin", 0, 3),
    "cut in a tag": (xml("")[:-5], "fin", 0, 3),
    "no end": ((HEAD + RECORD + "</flux>").encode(), "fin", 1, 0),
    "other namespace": (
        xml("", head=f'<flux xmlns="urn:x" xmlns:s="{SPACE}" values="true" eol="">\n'),
        "espace",
        0,
        1,
    ),
    "other root": (xml("").replace(b"flux", b"flow"), "espace", 0, 1),
    "record of another namespace": (xml('<r1 xmlns="urn:y"/>'), "element", 2, 3),
    "field of another namespace": (xml('<r1><nom_ps xmlns="urn:y"/></r1>'), "espace", 2, 3),
    "unknown record": (xml("<r8/>"), "type", 2, 0),
    "unknown element": (xml("<zebulon/>"), "element", 2, 3),
    "unknown field": (xml(f"<r1><zebulon>{SECRET}</zebulon></r1>"), "zone", 2, 0),
    "text in a record": (xml(f"<r1>{SECRET}</r1>"), "element", 2, 3),
    "text after a field": (xml(f"<r1><nom_ps>A</nom_ps>{SECRET}</r1>"), "element", 2, 3),
    "no day": (xml(f"<r1><date_lot>{SECRET}</date_lot></r1>"), "date", 2, 0),
    "no day of a calendar": (xml("<r1><date_lot>2025-02-31</date_lot></r1>"), "date", 2, 0),
    "no number": (xml(f"<r4><montant_amo>{SECRET}</montant_amo></r4>"), "nombre", 2, 0),
    "negative number": (xml("<r4><montant_amo>-1</montant_amo></r4>"), "nombre", 2, 0),
    "no decimal": (xml("<r4><coefficient>1,5</coefficient></r4>"), "decimal", 2, 0),
    "decimals too many": (xml("<r4><coefficient>1.505</coefficient></r4>"), "valeur", 2, 0),
    "too long": (xml(f"<r1><numero_lot>{SECRET}</numero_lot></r1>"), "valeur", 2, 0),
    "not latin-1": (xml("<r1><nom_ps>Ā</nom_ps></r1>"), "valeur", 2, 0),
    "no hexadecimal": (xml(f'<raw hex="{SECRET}"/>'), "hexa", 2, 3),
    "both ways": (xml('<raw hex="00" text="0"/>'), "text-hex", 2, 3),
    "no way": (xml("<raw/>"), "text-hex", 2, 3),
    "raw too long": (xml(f'<r1><raw field="numero_lot" text="{SECRET}"/></r1>'), "octets", 2, 0),
    "raw of no name": (xml(f'<r1><raw field="{SECRET}" text=""/></r1>'), "attribut", 2, 3),
    "line end": (xml("", head=HEAD.replace('eol=""', f'eol="{SECRET}"')), "fin-de-ligne", 0, 0),
    "values": (xml("", head=HEAD.replace('"true"', '"oui"')), "attribut", 0, 1),
}


@pytest.mark.parametrize("name", XML)
def test_xml_is_refused(name):
    data, fault, record, line = XML[name]
    with pytest.raises(convert.ConvertError) as caught:
        restored(data, "xml")
    error = caught.value
    assert (error.fault, error.record, error.line) == (fault, record, error.line if line is None else line)
    for text in (str(error), error.message("fr"), error.message("en")):
        assert SECRET not in text
        assert "lxml" not in text
        assert "Entity" not in text


ZONE = '<zone xmlns="urn:sesam-noemie:records:ssv:1" values="true">\n'
ZONES_XML = {
    "no group": ("<r1/>", "element", 1, 2),
    "no id": (f'<group id="{SECRET}"/>', "type", 1, 0),
    "id too large": ('<group id="70000"/>', "type", 1, 0),
    "field of another namespace": ('<g101><nom xmlns="urn:y"/></g101>', "espace", 1, 2),
    "text after a field": (f'<group id="9"><champ position="1"/>{SECRET}</group>', "element", 1, 2),
    "hidden": ('<g101><type_carte_vitale hidden="true"/></g101>', "valeurs", 1, 2),
    "not latin-1": ('<g101><type_carte_vitale text="Ā"/></g101>', "texte", 1, 2),
    "not latin-1 either": ("<g101><type_carte_vitale>Ā</type_carte_vitale></g101>", "texte", 1, 0),
    "order": (f"<g101><prenom>{SECRET}</prenom></g101>", "position", 1, 0),
    "form": ('<g101 form="5"/>', "forme", 1, 0),
    "no form": (f'<g101 form="{SECRET}"/>', "attribut", 1, 2),
}


@pytest.mark.parametrize("name", ZONES_XML)
def test_xml_of_a_zone_is_refused(name):
    body, fault, record, line = ZONES_XML[name]
    with pytest.raises(convert.ConvertError) as caught:
        restored((ZONE + body + '<end count="1"/></zone>').encode(), "xml")
    assert (caught.value.fault, caught.value.record, caught.value.line) == (fault, record, line)
    assert SECRET not in str(caught.value)


def test_frames_in_xml_are_verified():
    head = '<retour xmlns="urn:sesam-noemie:records:noemie:1" values="true" envelope="P1">\n'
    for frame, fault in (
        ('<frame prefix="30" size="x" suffix="" times="1"/>', "attribut"),
        ('<frame prefix="3" size="1" suffix="" times="1"/>', "cadres"),
        ('<frame size="1" times="1"/>', "cadres"),
    ):
        with pytest.raises(convert.ConvertError) as caught:
            restored((head + frame + "<end/></retour>").encode(), "xml")
        assert caught.value.fault == fault


def test_what_is_harmless_is_read():
    body = "<?pi x?><!-- c --><r1><![CDATA[]]><nom_ps>A<!-- c -->B<![CDATA[<C>]]></nom_ps></r1>\n\n"
    data = restored(b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n<!-- c -->" + xml(body), "xml")
    assert len(data) == 256
    assert b"AB<C>" in data


def test_a_value_too_long_for_xml_is_refused_when_written():
    from fse.ssv import Zone

    zone = Zone.build([(101, [b"T"]), (104, [b"\0" * (5 << 20)])]).to_bytes()
    with pytest.raises(convert.ConvertError) as caught:
        written(zone, "xml")
    assert caught.value.fault == "trop-grand"
    assert restored(written(zone, "json"), "json") == zone


def test_a_group_of_too_many_fields_is_refused_when_written():
    from fse.ssv import Zone

    zone = Zone.build([(101, [b""] * 20_001)]).to_bytes()
    with pytest.raises(convert.ConvertError) as caught:
        written(zone, "xml")
    assert caught.value.fault == "nombre-elements"
    most = Zone.build([(101, [b"\0"] * 20_000)]).to_bytes()
    for form in ("xml", "json"):
        assert restored(written(most, form), form) == most


def test_a_site_whose_table_has_reserved_names(tmp_path):
    rows = ["norm,record,position,name,start,length,kind", "PS-2003C,4Z,1,type_enregistrement,1,1,const:4"]
    (tmp_path / "b2.csv").write_text("\n".join([*rows, "PS-2003C,4Z,2,raw,2,127,text"]))
    data = CITY[:768] + b"4" + CITY[769:803] + b"Z" + CITY[804:]
    out = io.BytesIO()
    with pytest.raises(convert.ConvertError) as caught:
        convert.to_xml(data, out, values=True, layouts=tmp_path)
    assert caught.value.fault == "nom"
    out = io.BytesIO()
    convert.to_json(data, out, values=True, layouts=tmp_path)
    again = io.BytesIO()
    assert convert.from_json(out.getvalue(), again, layouts=tmp_path).same
    assert again.getvalue() == data


# --- JSON ---------------------------------------------------------------------------------------------------


def document(**changes):
    return {
        "format": "sesam-noemie/records",
        "schema_version": 1,
        "family": "b2",
        "values": True,
        "norme": "PS-2003C",
        "eol": "",
        "records": [],
        "count": 0,
        **changes,
    }


def record(type="1", **fields):
    return document(
        records=[{"record": 1, "offset": 0, "type": "1", "fields": {}}, {"type": type, "fields": fields}]
    )


#: Document -> fault, record, field.
JSON = {
    "schema version": (document(schema_version=2), "format", 0, ""),
    "family": (document(family=SECRET), "famille", 0, ""),
    "norm": (document(norme=SECRET), "norme", 0, ""),
    "line end": (document(eol="\n"), "fin-de-ligne", 0, ""),
    "no records": (document(records=SECRET), "liste", 0, ""),
    "record": (document(records=[SECRET]), "enregistrement", 1, ""),
    "type": (document(records=[{"type": 1, "fields": {}}]), "type", 1, ""),
    "unknown type": (record(SECRET), "type", 2, ""),
    "no fields": (document(records=[{"type": "1"}]), "contenu", 1, ""),
    "unknown field": (record(zebulon=SECRET), "zone", 2, ""),
    "list": (record(nom_ps=[SECRET]), "valeur", 2, "nom_ps"),
    "float": (record("4", montant_amo=1.5), "valeur", 2, "montant_amo"),
    "truth": (record("4", montant_amo=True), "valeur", 2, "montant_amo"),
    "number as text": (record("4", montant_amo=SECRET), "nombre", 2, "montant_amo"),
    "negative": (record("4", montant_amo=-1), "valeur", 2, "montant_amo"),
    "huge": (record("4", montant_amo=10**30), "valeur", 2, "montant_amo"),
    "text as number": (record(nom_ps=1), "texte", 2, "nom_ps"),
    "day": (record(date_lot="310225"), "date", 2, "date_lot"),
    "century": (record(date_lot="1812-01-01"), "valeur", 2, "date_lot"),
    "raw": (record(nom_ps={"raw": SECRET, "other": 1}), "valeur", 2, "nom_ps"),
    "raw number": (record(nom_ps={"raw": 1}), "texte", 2, "nom_ps"),
    "raw too long": (record(numero_lot={"raw": SECRET}), "octets", 2, "numero_lot"),
    "hidden": (record(nom_ps="•••"), "valeurs", 2, "nom_ps"),
    "frames": (document(family="noemie", envelope="P1", frames=[{"prefix": "zz"}]), "cadres", 0, ""),
    "envelope": (document(family="noemie", envelope=SECRET, frames=[]), "enveloppe", 0, ""),
    "group": (document(family="ssv", records=[{"type": "99999", "fields": {}}]), "type", 1, ""),
    "form": (document(family="ssv", records=[{"type": "101", "fields": {}, "form": 9}]), "forme", 1, ""),
    "forms": (document(family="ssv", records=[{"type": "101", "fields": {}, "forms": 1}]), "forme", 1, ""),
    "order": (
        document(family="ssv", records=[{"type": "101", "fields": {SECRET: ""}}]),
        "position",
        1,
        "type_carte_vitale",
    ),
}


@pytest.mark.parametrize("name", JSON)
def test_json_is_refused(name):
    told, fault, number, field = JSON[name]
    for text in (json.dumps(told), json.dumps(told, indent=1)):
        with pytest.raises(convert.ConvertError) as caught:
            restored(text.encode(), "json")
        error = caught.value
        assert (error.fault, error.record, error.field) == (fault, number, field)
        assert SECRET not in str(error) + error.message("fr")


@pytest.mark.parametrize("cut", [30, 200, 1000, -1, -30, -100])
def test_a_json_document_that_was_cut_is_refused(cut):
    data = written(CITY, "json")
    with pytest.raises(convert.ConvertError) as caught:
        restored(data[:cut].rstrip(b"\n}") if cut == -1 else data[:cut], "json")
    assert caught.value.fault in ("json", "liste")


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 100_000,
        b'{"format":' * 50_000,
        b"{}",
        b"[]",
        b"null",
        b'{"a":\xff}',
        b"\x00",
        b'{"records":[\n',
    ],
)
def test_other_json_is_refused(text):
    with pytest.raises(convert.ConvertError):
        restored(text, "json")


def test_a_key_written_twice_is_told_with_its_place():
    """Parsers keep the last one: an amount would change, and nobody would know."""
    data = written(CITY, "json")
    place = data.index(b'"montant_amo":')
    twice = data[:place] + b'"montant_\\u0061mo" :5,' + data[place:]
    number = data.count(b"\n", 0, place) - 1  # two lines of head
    laid_out = json.dumps(document(), indent=1).replace('"norme"', '"eol": "LF",\n "norme"')
    for text, where in (
        (twice, f"record {number}, field montant_amo"),
        (laid_out.encode(), "document, line 8, field eol"),
    ):
        with pytest.raises(convert.ConvertError) as caught:
            restored(text, "json")
        assert str(caught.value) == f"{where}: expected each key of an object once"


def test_nothing_is_written_of_a_return_whose_document_is_wrong():
    out = io.BytesIO()
    told = document(family="noemie", envelope="P2", frames=[], records=[{"type": "102", "fields": {}}, {}])
    with pytest.raises(convert.ConvertError):
        convert.from_json(json.dumps(told).encode(), out)
    assert out.getvalue() == b""


def test_another_family_than_the_one_expected_is_refused():
    with pytest.raises(convert.ConvertError) as caught:
        convert.from_json(written(ZONES["card"], "json"), io.BytesIO(), expected="b2")
    assert caught.value.message("en") == "family ssv (--format ssv)"


def test_every_fault_has_its_words():
    facts = dict.fromkeys(("format", "version", "family", "type", "size", "most"), 1)
    for fault in FAULTS:
        error = convert.ConvertError(fault, **facts)
        assert error.message("fr") != ""
        assert error.message("en") != ""
        assert "{" not in error.message("fr") + error.message("en")
