"""`noemie codes` and `noemie layouts`: the tables, with their provenance."""

import csv
import io
import json

import pytest
from cli_runner import run

from codes import lists
from fse import NORMS


def rows(result):
    assert result.status == 0
    return list(csv.DictReader(io.StringIO(result.out)))


def test_all_the_lists():
    result = run("codes")
    assert result.status == 0
    assert all(f"\n{name}" in result.out for name in ("b2", "noemie", "ssv"))
    total = sum(len(codes) for n in (lists.b2, lists.noemie, lists.ssv) for codes in n().values())
    assert f"{total} codes." in result.out


def test_one_list_in_both_languages():
    assert "30    maternité" in run("codes", "nature_assurance").out
    assert "30    maternity" in run("codes", "nature_assurance", "--lang", "en").out


def test_one_code_with_its_source():
    assert run("codes", "b2.qualificatif_depense", "L", "--lang", "en").out == (
        "b2.qualificatif_depense  L\n"
        "  subject to an SMG care agreement\n"
        "  seen in three independent products; see SMG-18\n"
        "  source [NX] [MB] [medshake], confidence A\n"
    )


def test_a_namespace_is_a_selection():
    names = {row["namespace"] for row in rows(run("codes", "noemie", "--format", "csv"))}
    assert names == {"noemie"}


@pytest.mark.parametrize("namespace", ["b2", "noemie", "ssv"])
def test_csv_is_complete(namespace):
    found = rows(run("codes", namespace, "--format", "csv"))
    assert len(found) == sum(len(codes) for codes in getattr(lists, namespace)().values())
    assert all(row["source"] and row["confidence"] in "ABCD" for row in found)


def test_codes_as_json():
    document = json.loads(run("codes", "nature_assurance", "--format", "json").out)
    (found,) = document["lists"]
    assert (found["namespace"], found["complete"]) == ("b2", True)
    assert {"code": "30", "label_fr": "maternité"}.items() <= found["codes"][2].items()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["natur_assurance"],
            "noemie codes : liste inconnue : natur_assurance\n  → Peut-être : nature_assurance",
        ),
        (["zzzz"], "noemie codes : liste inconnue : zzzz\n  → « noemie codes » donne toutes les listes.\n"),
        (
            ["nature_assurance", "22"],
            "noemie codes : le code 22 n'est pas dans la liste nature_assurance.\n"
            "  → « noemie codes nature_assurance » donne toute la liste.\n",
        ),
        (
            ["code_acte", "ZZZ"],
            "noemie codes : le code ZZZ n'est pas dans la liste code_acte.\n"
            "  La liste publiée est partielle : le code peut être juste.\n",
        ),
    ],
)
def test_what_is_not_there(arguments, message):
    result = run("codes", *arguments)
    assert (result.status, result.out) == (1, "")
    assert result.err.startswith(message)


def test_a_list_of_the_site_is_laid_over(tmp_path):
    (tmp_path / "b2.csv").write_text("list,code,label_fr,label_en\nnature_assurance,99,essai,trial\n")
    assert "99    essai" in run("codes", "nature_assurance", "--codes", tmp_path).out


def test_all_the_layouts():
    out = run("layouts").out
    assert "PS-2003C  4M" in out
    assert "NOEMIE    294" in out
    assert "\n\n" in out


def test_one_record():
    out = run("layouts", "PS-2003C", "4").out
    assert out.startswith("PS-2003C 4, acte (128 octets)\n")
    assert "  12-24  nir                        nir          OB•  NIR de l'assuré\n" in out


def test_a_record_is_found_in_every_norm():
    assert {row["family"] for row in rows(run("layouts", "4M", "--format", "csv"))} == set(NORMS)


def test_positions_follow_one_another():
    found = rows(run("layouts", "NOEMIE", "294", "--format", "csv"))
    ends = [int(row["end"]) for row in found]
    assert [int(row["start"]) for row in found] == [1, *(end + 1 for end in ends[:-1])]
    assert ends[-1] == 153


def test_layouts_as_json():
    document = json.loads(run("layouts", "NOEMIE", "198", "--format", "json").out)
    (record,) = document["records"]
    assert (record["family"], record["record"], record["length"]) == ("NOEMIE", "198", 24)
    assert record["fields"][2]["name"] == "montant_amo_demande"


def test_an_unknown_layout():
    result = run("layouts", "XX")
    assert (result.status, result.out) == (1, "")
    assert "Familles : ENV, PS-2003C, CP-2005E, CP-2003C, NOEMIE" in result.err
    result = run("layouts", "PS-2003C", "9Z", "--lang", "en")
    assert "no record 9Z in PS-2003C" in result.err
