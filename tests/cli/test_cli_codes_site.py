"""`noemie codes validate` and `noemie codes import`: the folder of a site, checked and made."""

import csv
import json

import pytest
from cli_runner import run

GOOD = """source = "Réponse de la caisse, courrier du 3 mars"
author_role = "facturation"
date = 2026-03-04
[[reject]]
namespace = "AMO"
code = "0999 001"
meaning_fr = "Ce que cela veut dire."
meaning_en = "What it means."
"""
TABLE = "list,code,label_fr,label_en\n"


# --- validate -------------------------------------------------------------------------------------------


def test_a_right_folder(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "b2.csv").write_text(TABLE + "nature_assurance,99,essai,trial\n", encoding="utf-8")
    result = run("codes", "validate", tmp_path, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert " ".join(result.out.split()).endswith(
        "1 reject; b2.csv: 1 code added, 0 codes changed Nothing to report."
    )


def test_delays(tmp_path):
    table = tmp_path / "delais.csv"
    table.write_text("id,value,unit,from,until,source\nrelance,45,days,,,la caisse\n", encoding="utf-8")
    result = run("codes", "validate", tmp_path, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert " ".join(result.out.split()).endswith("0 rejects; 1 delay Nothing to report.")
    assert json.loads(run("codes", "validate", tmp_path, "--format", "json").out)["delays"] == 1
    table.write_text("id,value,unit,from,until,source\nrelance,45,mois,,,la caisse\n", encoding="utf-8")
    result = run("codes", "validate", tmp_path)
    assert result.status == 1
    assert "ERREUR delais.csv, ligne 2 : « unit » de relance est days" in " ".join(result.out.split())


def test_each_problem_with_its_place(tmp_path):
    (tmp_path / "a.toml").write_text(GOOD + "[[reject]]\ncode = 450072\n", encoding="utf-8")
    (tmp_path / "b2.csv").write_text(TABLE + "nature_assurance,99,,\n", encoding="utf-8")
    result = run("codes", "validate", tmp_path)
    assert (result.status, result.err) == (1, "")
    text = " ".join(result.out.split())
    assert (
        "ERREUR a.toml, reject 2, code : doit être un texte : le mettre entre guillemets, les zéros de tête"
        " comptent" in text
    )
    assert "ERREUR b2.csv, ligne 2 : il faut une liste, un code et un libellé" in text
    document = json.loads(run("codes", "validate", tmp_path, "--format", "json", "--lang", "en").out)
    assert [(r["severity"], r["file"], r["entry"], r["line"], r["field"]) for r in document["remarks"]] == [
        ("error", "a.toml", 2, 0, "code"),
        ("error", "b2.csv", 0, 2, ""),
    ]
    assert (document["schema_version"], document["rejects"]) == (1, 1)


@pytest.mark.parametrize(("fail_on", "status"), [("error", 0), ("warning", 0), ("info", 1), ("never", 0)])
def test_the_exit_status_follows_the_severity(tmp_path, fail_on, status):
    (tmp_path / "a.toml").write_text(GOOD.replace('meaning_en = "What it means."\n', ""), encoding="utf-8")
    assert run("codes", "validate", tmp_path, "--fail-on", fail_on).status == status


@pytest.mark.parametrize("name", ["absent", "file"])
def test_no_folder(tmp_path, name):
    (tmp_path / "file").write_text("")
    result = run("codes", "validate", tmp_path / name, "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "not a folder. → Give the folder of --codes." in result.err


# --- import ---------------------------------------------------------------------------------------------


@pytest.fixture
def snds(tmp_path):
    folder = tmp_path / "snds"
    folder.mkdir()
    (folder / "IR_NAT_V.csv").write_text(
        '"TEC_COL";"PRS_NAT";"PRS_NAT_CB2";"PRS_NAT_LIB"\n0;9001;"QX1/QX2";"ACTE INVENTE"\n', encoding="utf-8"
    )
    (folder / "IR_ASU_V.csv").write_text(
        '"TEC_COL";"ASU_NAT";"ASU_NAT_CB2";"ASU_NAT_LIB"\n0;33;"ZZ";"NATURE INVENTEE"\n', encoding="utf-8"
    )
    return folder


def rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return [(row["list"], row["code"], row["label_fr"]) for row in csv.DictReader(stream)]


def test_an_import_makes_tables_that_the_verbs_read(snds, tmp_path):
    output = tmp_path / "codes"
    result = run("codes", "import", "snds", snds, "-o", output, "--lang", "en")
    assert (result.status, result.err) == (0, "")
    assert "IR_NAT_V.csv  b2.code_acte" in result.out
    assert "IR_SPE_V.csv b2.specialite absent" in " ".join(result.out.split())
    assert "MPL-2.0" in result.out
    assert rows(output / "b2.csv") == [
        ("code_acte", "QX1", "ACTE INVENTE"),
        ("code_acte", "QX2", "ACTE INVENTE"),
        ("nature_assurance_snds", "33", "NATURE INVENTEE"),
    ]
    assert rows(output / "noemie.csv") == [("nature_assurance_noemie", "ZZ", "NATURE INVENTEE")]
    assert run("codes", "validate", output).status == 0
    assert run("codes", "code_acte", "QX2").status == 1
    found = run("codes", "code_acte", "QX2", "--codes", output)
    assert (found.status, found.out.splitlines()[1]) == (0, "  ACTE INVENTE")


def test_a_second_import_changes_nothing_and_keeps_what_the_site_wrote(snds, tmp_path):
    output = tmp_path / "codes"
    output.mkdir()
    (output / "b2.csv").write_text(TABLE + "code_acte,QX1,le nôtre,ours\n", encoding="utf-8")
    assert run("codes", "import", "snds", snds, "-o", output).status == 0
    first = (output / "b2.csv").read_bytes()
    assert rows(output / "b2.csv")[0] == ("code_acte", "QX1", "le nôtre")
    assert run("codes", "import", "snds", snds, "-o", output).status == 0
    assert (output / "b2.csv").read_bytes() == first


def test_columns_of_ones_own(snds, tmp_path):
    (snds / "AUTRE.csv").write_text("c,l\n5,cinq\n", encoding="utf-8")
    columns = tmp_path / "columns.toml"
    columns.write_text(
        '[[table]]\nfile = "AUTRE.csv"\nnamespace = "b2"\nlist = "specialite"\ncode = "c"\nlabel = "l"\n',
        encoding="utf-8",
    )
    output = tmp_path / "codes"
    assert run("codes", "import", "snds", snds, "-o", output, "--columns", columns).status == 0
    assert rows(output / "b2.csv") == [("specialite", "5", "cinq")]
    columns.write_text("x", encoding="utf-8")
    result = run("codes", "import", "snds", snds, "-o", output, "--columns", columns, "--lang", "en")
    assert (result.status, result.err) == (2, "noemie: columns.toml: not valid TOML\n")


@pytest.mark.parametrize("name", ["absent", "empty", "file"])
def test_nothing_to_import(tmp_path, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("")
    result = run("codes", "import", "snds", tmp_path / name, "-o", tmp_path / "out")
    assert (result.status, result.out) == (2, "")
    assert result.err
    assert not (tmp_path / "out").exists()


def test_a_wrong_file_or_table_writes_nothing(snds, tmp_path):
    output = tmp_path / "codes"
    output.mkdir()
    (output / "b2.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    result = run("codes", "import", "snds", snds, "-o", output, "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert "missing column(s)" in result.err
    assert (output / "b2.csv").read_text() == "a,b\n1,2\n"
    assert [path.name for path in output.iterdir()] == ["b2.csv"]
    (output / "b2.csv").unlink()
    (snds / "IR_SPE_V.csv").write_bytes(b"\x00\xff" * 500)
    result = run("codes", "import", "snds", snds, "-o", output, "--lang", "en")
    assert (result.status, result.out) == (2, "")
    assert result.err == (
        "noemie: IR_SPE_V.csv: missing columns: PFS_SPE_COD, PFS_SPE_LIB; name yours in a --columns file\n"
    )
    assert list(output.iterdir()) == []


def test_another_nomenclature_is_refused(tmp_path):
    assert run("codes", "import", "cim10", tmp_path, "-o", tmp_path).status == 2
