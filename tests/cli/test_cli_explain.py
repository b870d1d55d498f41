"""`noemie explain`: anything a person may type, and nothing made up."""

import json

import pytest
from cli_runner import run

FIRST_LINES = [
    # typed, first line
    (["2900 005"], "2900 005  caisse (AMO)"),
    (["2900-005"], "2900 005  caisse (AMO)"),
    (["2900005"], "2900 005  caisse (AMO)"),
    (["2900", "005"], "2900 005  caisse (AMO)"),
    (["facture", "deja", "payee"], "2900 005  caisse (AMO)"),
    (["FACTURE DÉJÀ PAYÉE"], "2900 005  caisse (AMO)"),
    (["0xF001"], "0xF001  poste de travail (SSV)"),
    (["F001"], "0xF001  poste de travail (SSV)"),
    (["doublon"], "Doublon : facture déjà réglée  motif doublon"),
    (["facture.total-amo"], "facture.total-amo  Total AMO"),
    (["294"], "NOEMIE 294  rejet ou signalement  153 octets, 13 zones"),
    (["102.type_facture"], "102.type_facture  type de facture"),
    (["4M.code_ccam"], "4M.code_ccam  code CCAM de l'acte"),
    (["[4M104]"], "4M.modificateur_oc_1  modificateur AMC n° 1"),
    (["4m"], "PS-2003C 4M  acte CCAM  128 octets, 41 zones"),
]


@pytest.mark.parametrize(("typed", "first"), FIRST_LINES, ids=[" ".join(typed) for typed, _ in FIRST_LINES])
def test_what_is_found(typed, first):
    result = run("explain", *typed)
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[0] == first


def test_the_action_stands_on_its_own_line_before_the_rest():
    lines = run("explain", "2900 005").out.splitlines()
    assert lines[2] == "  ■ NE PAS RETRANSMETTRE"
    assert "confiance B" in " ".join(lines)
    assert run("explain", "2900 005", "--lang", "en").out.splitlines()[2] == "  ■ DO NOT RESEND"


def test_several_things_at_once():
    result = run("explain", "294", "4M.code_ccam")
    assert result.status == 0
    assert "NOEMIE 294" in result.out
    assert "4M.code_ccam" in result.out


def test_nearby_entries_are_candidates_not_answers():
    result = run("explain", "facture.total")
    assert result.status == 0
    assert result.out.startswith("Rien sous le nom exact « facture.total ». Le plus proche :\n  - facture.")


@pytest.mark.parametrize(
    ("lang", "first"),
    [
        ("fr", "« zzzz » : inconnu de nos catalogues, qui viennent de sources publiques et sont"),
        ("en", "“zzzz”: not in our catalogues, which come from public sources and are"),
    ],
)
def test_the_unknown_stays_unknown(lang, first):
    result = run("explain", "zzzz", "--lang", lang)
    assert (result.status, result.err) == (1, "")
    assert result.out.startswith(first)


def test_the_code_of_another_speaker_is_only_a_candidate():
    # 04 is a return code of the rights flow, never a reject of an invoice.
    document = json.loads(run("explain", "04", "--format", "json").out)
    (answer,) = document["answers"]
    assert {entry["namespace"] for entry in answer["entries"] if entry["kind"] == "reject"} == {"OC929"}


def test_a_rule_tells_what_it_prevents():
    document = json.loads(run("explain", "facture.total-amo", "--format", "json").out)
    (entry,) = document["answers"][0]["entries"]
    assert (entry["kind"], entry["severity"], entry["motive"]) == ("rule", "error", "total_incoherent")
    assert entry["fix"].startswith("Écrire le total")


def test_every_rule_every_reject_and_every_field_can_be_explained():
    from cli.explain.entries import Library
    from codes.rejects import load
    from codes.rules import catalogue

    find = Library().find
    for id in catalogue():
        assert find(id)[0][0].rule == id
    for row in load().rows:
        if row.code:
            found = find(f"{row.namespace} {row.code}")[0] or find(row.code)[0]
            assert any(getattr(entry, "code", "") == row.code for entry in found), row.code


def test_a_note_of_the_tables_is_said_to_be_in_english():
    assert "réserve    (en anglais) modifier for the AMC" in run("explain", "[4M104]").out
    assert "caveat      modifier for the AMC" in run("explain", "[4M104]", "--lang", "en").out
