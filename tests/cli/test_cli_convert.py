"""The verb convert: what it writes, what it refuses, and that it names nobody unless asked to."""

import csv
import datetime as dt
import io
import json
import random

import pyarrow.parquet as pq
import pytest
from cli_runner import run
from cli_samples import BIRTH, DAMAGE, MARKERS, NIR, PS, clean, flow, leaks, mouvements, retour
from lxml import etree

from fse.ssv import AssureCarte, BeneficiaireCarte, DroitsCarte, Zone, build_carte_vitale
from noemie.documents.convert.schemas import shipped


def card():
    """A Vitale card whose holder carries the markers."""
    person = BeneficiaireCarte(
        nom_usuel="ZEBULON",
        prenom="QUETZAL",
        date_naissance=BIRTH,
        nom_patronymique="ZEBULON",
        adresse=["", "", "ALLEE DU MARQUEUR", "", "97789 MARQUEVILLE"],
        droits=[DroitsCarte(dt.date(2020, 1, 1), dt.date(2030, 12, 31))],
    )
    holder = AssureCarte(nir=NIR, numero_serie="12345678", date_fin_validite=dt.date(2030, 12, 31))
    return build_carte_vitale(holder, [person]).to_bytes()


def cps():
    situation = ["1", "0", "1", "31", "1", PS, "0", "CABINET MARQUEVILLE", "99106804", "0", "", ""]
    situation += ["1", "01", "10", "00", "0", "0", "0", "1", "1"]
    return Zone.build([(1, ["0", "0", PS, "0", "13", "ZEBULON", "XANTIPPE"]), (2, situation)]).to_bytes()


FILES = {"flux.b2": flow(), "retour.noe": retour(), "droits.noe": mouvements(), "carte.ssv": card()}
BACK = {"flux.b2": "b2", "retour.noe": "noemie", "droits.noe": "noemie", "carte.ssv": "ssv"}


@pytest.fixture
def write(tmp_path):
    def make(data, name="flux.b2"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return make


# --- there and back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", FILES)
def test_there_and_back(write, tmp_path, name, form):
    path, document, again = write(FILES[name], name), tmp_path / f"d.{form}", tmp_path / "again"
    result = run("convert", path, "--format", form, "--show-values", "-o", document, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"{document}: ") or "records" in result.out
    result = run("convert", document, "--format", BACK[name], "-o", again, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert "Identical to the original file." in result.out
    assert again.read_bytes() == path.read_bytes() == FILES[name]


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize("name", FILES)
def test_there_and_back_through_pipes(name, form):
    there = run("convert", "-", "--format", form, "--show-values", stdin=FILES[name])
    assert (there.status, there.err) == (0, "")
    back = run("convert", "-", "--format", BACK[name], stdin=there.data)
    assert (back.status, back.err) == (0, "")
    assert back.data == FILES[name]


def test_xml_is_of_the_schema_that_ships():
    schema = etree.XMLSchema(etree.fromstring(shipped("b2-PS-2003C.xsd").encode()))
    for options in ((), ("--show-values",)):
        schema.assertValid(
            etree.fromstring(run("convert", "-", "--format", "xml", *options, stdin=flow()).data)
        )


def test_an_edited_document_says_that_it_differs(tmp_path):
    document = run("convert", "-", "--format", "json", "--show-values", stdin=clean()).data
    edited = document.replace(b'"nature_operation":"1"', b'"nature_operation":"5"', 1)
    assert edited != document
    result = run("convert", "-", "--format", "b2", stdin=edited)
    assert result.status == 0
    assert result.err == "- : Différent du fichier d'origine : le document a été modifié.\n"
    result = run("convert", "-", "--format", "b2", "-o", tmp_path / "f.b2", "--lang", "en", stdin=edited)
    assert "Differs from the original file: the document was edited." in result.out
    result = run("convert", "-", "--format", "b2", "-o", tmp_path / "g.b2", "--report", "json", stdin=edited)
    told = json.loads(result.out)
    assert (told["command"], told["family"], told["same"], told["bytes"]) == (
        "convert",
        "b2",
        False,
        len(clean()),
    )


# --- tables -------------------------------------------------------------------------------------------------


def test_tables(write, tmp_path):
    path = write(clean())
    result = run("convert", path, "--format", "csv", "-o", tmp_path / "csv", "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert "b2-4.csv  2 rows" in result.out
    assert "Personal values hidden" in result.out
    names = {file.stem for file in (tmp_path / "csv").iterdir()}
    with (tmp_path / "csv" / "b2-5.csv").open(newline="", encoding="utf-8") as stream:
        totals = [row["total_amo"] for row in csv.DictReader(stream)]
    result = run("convert", path, "--format", "parquet", "-o", tmp_path / "pq", "--report", "json")
    told = json.loads(result.out)
    assert set(told["tables"]) == {f"{name}.parquet" for name in names}
    assert told["records"] == len(clean()) // 128
    found = pq.read_table(tmp_path / "pq" / "b2-5.parquet").column("total_amo").to_pylist()
    assert [str(amount) for amount in found] == totals


def test_tables_need_a_folder_of_their_own(write, tmp_path):
    path, folder = write(clean()), tmp_path / "tables"
    result = run("convert", path, "--format", "csv", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == "noemie convert: --format csv writes several files.\n  → Give a folder with -o.\n"
    folder.mkdir()
    (folder / "b2-4M.csv").write_text("old")
    (folder / "notes.txt").write_text("mine")
    result = run("convert", path, "--format", "csv", "-o", folder)
    assert (result.status, result.out) == (2, "")
    assert "n'est pas vide" in result.err
    assert (folder / "b2-4M.csv").read_text() == "old"
    assert run("convert", path, "--format", "csv", "-o", folder, "--force").status == 0
    # A table of an earlier conversion would be read with these; what is not ours stays.
    assert not (folder / "b2-4M.csv").exists() or (folder / "b2-4M.csv").read_text() != "old"
    assert (folder / "notes.txt").read_text() == "mine"
    assert run("convert", path, "--format", "csv", "-o", path).status == 2


def test_nothing_is_left_of_tables_that_could_not_be_written(write, tmp_path):
    import gzip

    path = write(gzip.compress(flow(900) * 3, mtime=0)[:-2000])
    folder = tmp_path / "tables"
    result = run("convert", path, "--format", "parquet", "-o", folder)
    assert result.status == 2
    assert "[fichier.gzip-illisible]" in result.err
    assert not folder.exists()


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "to", "kind", "choice"),
    [
        ("carte.ssv", "parquet", "an SSV zone", "json, xml or b2-header"),
        ("carte.ssv", "b2", "an SSV zone", "json, xml or b2-header"),
        ("flux.b2", "b2-header", "a B2 flow", "json, xml, csv or parquet"),
        ("flux.b2", "noemie", "a B2 flow", "json, xml, csv or parquet"),
        ("retour.noe", "b2", "a NOEMIE return", "json, xml, csv or parquet"),
    ],
)
def test_a_target_that_does_not_apply(write, tmp_path, name, to, kind, choice):
    path = write(FILES[name], name)
    result = run("convert", path, "--format", to, "-o", tmp_path / "out", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"{path} is {kind}: --format {to} does not apply; nothing was written.\n  → --format {choice}\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_document_becomes_its_file_first(write):
    path = write(run("convert", "-", "--format", "xml", "--show-values", stdin=flow()).data, "d.xml")
    result = run("convert", path, "--format", "json")
    assert (result.status, result.out) == (2, "")
    assert f"noemie convert {path} --format b2 | noemie convert - --format json" in result.err
    result = run("convert", path, "--format", "noemie", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"{path}: document: expected: family b2 (--format b2).\n"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_document_without_values_cannot_be_turned_back(write, tmp_path, form):
    path = write(run("convert", "-", "--format", form, stdin=flow()).data, "d")
    result = run("convert", path, "--format", "b2", "-o", tmp_path / "f.b2", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"{path}: this document was written without personal values; nothing can give them back.\n"
        "  → Convert again with --show-values.\n"
    )
    assert not (tmp_path / "f.b2").exists()


def test_a_wrong_document_is_located(write, tmp_path):
    data = run("convert", "-", "--format", "json", "--show-values", stdin=flow()).data
    path = write(data.replace(b'"montant_amo":1750', b'"montant_amo":"ZEBULON"', 1), "d.json")
    result = run("convert", path, "--format", "b2", "-o", tmp_path / "f.b2")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        f"{path} : enregistrement 6, zone montant_amo : attendu : un nombre entier ; rien n'a été écrit.\n"
    )
    assert {file.name for file in tmp_path.iterdir()} == {"d.json"}
    data = run("convert", "-", "--format", "xml", "--show-values", stdin=flow()).data
    laughs = b'<!DOCTYPE flux [<!ENTITY a "ZEBULON">]>'
    result = run("convert", "-", "--format", "b2", "--lang", "en", stdin=laughs + data)
    assert (result.status, result.out) == (2, "")
    assert result.err == "standard input: line 1: expected: XML without DOCTYPE or entity.\n"
    result = run("convert", "-", "--format", "b2", "-o", tmp_path / "f.b2", "--lang", "en", stdin=data[:3000])
    assert result.status == 2
    assert result.err.endswith(": expected: a whole document; nothing was written.\n")


def test_files_are_not_lost(write, tmp_path):
    path, out = write(flow()), tmp_path / "out.json"
    out.write_text("mine")
    result = run("convert", path, "--format", "json", "-o", out)
    assert (result.status, out.read_text()) == (2, "mine")
    assert "existe déjà" in result.err
    assert run("convert", path, "--format", "json", "-o", path, "--force").status == 2
    assert path.read_bytes() == flow()
    assert run("convert", path, "--format", "json", "-o", out, "--force").status == 0
    assert out.read_bytes().startswith(b'{"format"')
    assert run("convert", path, "--format", "json", "-o", tmp_path / "no" / "where.json").status == 2
    assert run("convert", path, "--format", "json", "-o", tmp_path, "--force").status == 2


@pytest.mark.parametrize("to", ["json", "xml", "csv", "parquet", "b2", "b2-header"])
@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "fichier.vide"),
        (b"0", "fichier.inconnu"),
        (b"%PDF-1.7\n", "fichier.inconnu"),
        (b'{"schema_version": 1, "command": "check"}', "fichier.inconnu"),
        (b"<html/>", "fichier.inconnu"),
        (b"\xa5" * 5000, "fichier.inconnu"),
    ],
)
def test_other_files(tmp_path, to, data, rule):
    result = run("convert", "-", "--format", to, "-o", tmp_path / "out", stdin=data)
    assert (result.status, result.out) == (2, "")
    assert f"[{rule}]" in result.err
    assert not (tmp_path / "out").exists()


def test_a_missing_file_and_a_folder(tmp_path):
    assert "[fichier.absent]" in run("convert", tmp_path / "absent", "--format", "json").err
    (tmp_path / "empty").mkdir()
    result = run("convert", tmp_path / "empty", "--format", "json", "-o", tmp_path / "out")
    assert "[fichier.repertoire]" in result.err
    result = run("convert", tmp_path / "absent", "--format", "json", "-o", tmp_path / "o", "--report", "json")
    assert result.status == 2
    assert json.loads(result.out)["error"]["rule"] == "fichier.absent"


def test_a_missing_library(write, tmp_path, monkeypatch):
    import sys

    path = write(flow())
    for library, to, extra, modules in (
        ("lxml", "xml", "xml", ("xml_form", "xml_reader")),
        ("pyarrow", "parquet", "parquet", ("parquet",)),
    ):
        for module in modules:
            monkeypatch.delitem(sys.modules, f"noemie.documents.convert.{module}", raising=False)
        monkeypatch.setitem(sys.modules, library, None)
        result = run("convert", path, "--format", to, "-o", tmp_path / to, "--lang", "en")
        assert (result.status, result.out) == (2, "")
        assert result.err == (
            f"noemie convert: {library} is not installed.\n  → pip install 'sesam-noemie[{extra}]'\n"
        )
        assert not (tmp_path / to).exists()


def test_a_wrong_table_of_the_site(write, tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "b2.csv").write_text("norm\n")
    result = run("convert", write(flow()), "--format", "json", "--layouts", tmp_path / "site", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "local table refused" in result.err


# --- the header of an invoice -------------------------------------------------------------------------------


def test_b2_header(write, tmp_path):
    path, pro = write(card(), "carte.ssv"), write(cps(), "cps.ssv")
    result = run("convert", path, "--format", "b2-header", "--cps", pro, "--show-values", "--lang", "en")
    assert (result.status, result.err) == (0, "")
    told = json.loads(result.out)
    assert (told["command"], told["to"], told["norme"]) == ("convert", "b2-header", "PS-2003C")
    (person,) = told["beneficiaires"]
    values = {(field["record"], field["name"]): field["value"] for field in person["fields"]}
    assert values["2", "nir"] == NIR
    assert values["2", "numero_ps"] == PS
    assert "numero_facture" in {each["name"] for each in person["missing"]}
    result = run("convert", path, "--format", "b2-header", "--cps", pro)
    assert leaks(result.out + result.err) == []
    assert "•••" in result.out
    result = run("convert", path, "--format", "b2-header", "--rang", "1", "-o", tmp_path / "h.json")
    assert (result.status, result.err) == (0, "")
    assert json.loads((tmp_path / "h.json").read_text())["values"] is False


def test_b2_header_refusals(write):
    path = write(card(), "carte.ssv")
    result = run("convert", path, "--format", "b2-header", "--rang", "4", "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "this card has 1 beneficiary.\n  → --rang, from 1 to 1" in result.err
    result = run("convert", path, "--format", "json", "--rang", "1", "--lang", "en")
    assert (result.status, result.err) == (
        2,
        "noemie convert: --cps and --rang go with --format b2-header.\n",
    )
    result = run("convert", write(cps(), "cps.ssv"), "--format", "b2-header")
    assert (result.status, result.out) == (2, "")
    assert "[zone.autre-zone]" in result.err
    result = run("convert", path, "--format", "b2-header", "--cps", path)
    assert (result.status, result.out) == (2, "")
    assert "[zone.autre-zone]" in result.err
    result = run("convert", write(card()[:-3], "coupe.ssv"), "--format", "b2-header")
    assert (result.status, result.out) == (2, "")
    assert leaks(result.err) == []


# --- privacy ------------------------------------------------------------------------------------------------


def everything(folder):
    """The text of all that was written in a folder, tables and their metadata included."""
    told = []
    for path in folder.iterdir():
        if path.suffix == ".parquet":
            table = pq.read_table(path)
            told += [str(table.to_pylist()), str(table.schema.metadata)]
        else:
            told.append(path.read_text(encoding="utf-8"))
    return "\n".join(told)


#: Both kinds of tables are made of the same cells: Parquet is tried on some.
_IN_PARQUET = ("whole", "nul", "unknown-type", "removed-13-at-140", "inserted-19-at-270")


@pytest.mark.parametrize("damage", ["whole", *DAMAGE])
def test_nobody_is_named(write, tmp_path, damage):
    damaged = DAMAGE.get(damage, lambda data: data)
    for name, data in FILES.items():
        path = write(damaged(data), name)
        for to in ("json", "xml"):
            result = run("convert", path, "--format", to)
            assert leaks(result.out + result.err) == [], (name, to)
            assert result.status in (0, 2)
        tables = ("csv", "parquet") if damage in _IN_PARQUET else ("csv",)
        for to in tables if name != "carte.ssv" else ():
            folder = tmp_path / f"{name}-{to}"
            result = run("convert", path, "--format", to, "-o", folder)
            assert result.status in (0, 2)
            assert leaks(result.out + result.err) == []
            assert leaks(everything(folder) if folder.exists() else "") == [], (name, to)


@pytest.mark.parametrize("seed", range(4))
def test_any_damage_shows_no_nir(write, tmp_path, seed):
    chance = random.Random(seed)
    for name, data in FILES.items():
        spoilt = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            at = chance.randrange(len(spoilt))
            if chance.random() < 0.5:
                del spoilt[at : at + chance.randint(1, 60)]
            else:
                spoilt[at:at] = bytes(chance.choices(b"0123456789 @N\r\n\0\x1b", k=chance.randint(1, 60)))
        path = write(bytes(spoilt), name)
        for to in ("json", "xml"):
            result = run("convert", path, "--format", to)
            assert result.status in (0, 2), result.err
            assert NIR not in result.out + result.err
        if name != "carte.ssv":
            folder = tmp_path / f"{name}-{seed}"
            run("convert", path, "--format", "csv", "-o", folder)
            assert NIR not in (everything(folder) if folder.exists() else "")


def test_values_are_there_when_asked_for(write, tmp_path):
    path = write(flow())
    seen = [marker for marker in MARKERS if marker in flow().decode("latin-1")]
    for to in ("json", "xml"):
        out = run("convert", path, "--format", to, "--show-values").out
        assert [marker for marker in seen if marker not in out] == []
    run("convert", path, "--format", "csv", "-o", tmp_path / "csv", "--show-values")
    assert [marker for marker in seen if marker not in everything(tmp_path / "csv")] == []


def test_wrong_documents_quote_nothing(write):
    for form in ("json", "xml"):
        data = run("convert", "-", "--format", form, "--show-values", stdin=flow()).data
        for cut in range(100, len(data), len(data) // 10):
            for spoilt in (data[:cut], data[:cut] + b"\x00&<" + data[cut:], data[:cut] + data[cut + 9 :]):
                result = run("convert", "-", "--format", "b2", "-o", write(b"x").parent / "o", stdin=spoilt)
                assert result.status in (0, 2)
                assert leaks(result.err) == []
                assert "Traceback" not in result.err
                (write(b"x").parent / "o").unlink(missing_ok=True)


def test_the_answer_of_a_terminal_is_the_same():
    result = run("convert", "-", "--format", "json", stdin=flow(), terminal=True)
    assert json.loads(io.BytesIO(result.data).read())["count"] == 16


def test_a_folder_goes_to_a_folder_and_comes_back_the_same(tmp_path):
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "a.b2").write_bytes(flow())
    (sent / "b.b2").write_bytes(clean())
    there = run("convert", sent, "--format", "json", "--show-values", "-o", tmp_path / "json")
    assert (there.status, there.err) == (0, "")
    assert sorted(path.name for path in (tmp_path / "json").iterdir()) == ["a.b2.json", "b.b2.json"]
    back = run("convert", tmp_path / "json", "--format", "b2", "-o", tmp_path / "b2", "--report", "json")
    assert [one["same"] for one in json.loads(back.out)["files"]] == [True, True]
    assert (tmp_path / "b2" / "a.b2").read_bytes() == flow()
    assert (tmp_path / "b2" / "b.b2").read_bytes() == clean()


def test_one_file_of_a_folder_that_is_wrong_does_not_stop_the_others(tmp_path):
    (tmp_path / "a.b2").write_bytes(flow())
    (tmp_path / "b.txt").write_bytes(b"rien de cela")
    result = run("convert", tmp_path, "--format", "csv", "-o", tmp_path / "out")
    assert result.status == 2
    assert str(tmp_path / "b.txt") in result.err
    assert (tmp_path / "out" / "a" / "b2-4.csv").exists()


def test_several_files_need_a_folder_and_names_of_their_own(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f.b2").write_bytes(flow())
    files = [tmp_path / "a" / "f.b2", tmp_path / "b" / "f.b2"]
    result = run("convert", *files, "--format", "xml", "--lang", "en")
    assert (result.status, result.err.count("Give this folder with -o")) == (2, 1)
    result = run("convert", *files, "--format", "xml", "-o", tmp_path / "out", "--lang", "en")
    assert result.err.startswith("noemie convert: two files would go to f.b2.xml; nothing was written.")
    assert not (tmp_path / "out").exists()


def test_the_suffix_tells_the_format_and_the_former_option_still_works(tmp_path):
    path = tmp_path / "f.b2"
    path.write_bytes(flow())
    assert run("convert", path, "-o", tmp_path / "f.xml").status == 0
    assert (tmp_path / "f.xml").read_bytes().startswith(b"<?xml")
    result = run("convert", path, "--to", "json", "-o", tmp_path / "f.json", "--format", "json")
    assert json.loads(result.out)["to"] == "json"
    assert result.err == "--to s'appelle maintenant --format ; l'ancien nom ira avec la prochaine version.\n"
    result = run("convert", path, "--lang", "en")
    assert "--format is missing, and the suffix of -o does not tell it." in result.err
    assert run("convert", path, "--format", "json", "-o", tmp_path / "f.csv").status == 2


def test_a_document_in_json_with_the_mark_of_an_editor_is_turned_back(tmp_path):
    (tmp_path / "f.b2").write_bytes(flow())
    document = tmp_path / "f.json"
    assert run("convert", str(tmp_path / "f.b2"), "--show-values", "-o", str(document)).status == 0
    document.write_bytes(b"\xef\xbb\xbf" + document.read_bytes())
    assert run("convert", str(document), "--format", "b2", "-o", str(tmp_path / "g.b2")).status == 0
    assert (tmp_path / "g.b2").read_bytes() == flow()
