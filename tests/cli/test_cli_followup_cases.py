"""Files of a practice through `reconcile` and `decode`: what each must come to. All of it is invented."""

import json
from pathlib import Path

import pytest
from cli_runner import run

HERE = Path(__file__).parent / "followup_cases"
BASE = HERE / "base.b2"
ON = "2026-02-25"


def document(*names, on=ON, base=True):
    files = [HERE / name for name in names]
    return json.loads(run("reconcile", *([BASE] if base else []), *files, "--on", on, "--format", "json").out)


def states(found):
    return {(one["numero"].lstrip("0"), one["fichier"]): one["etat"] for one in found["lignes"]}


def line(found, numero, fichier="base.b2"):
    return next(
        one for one in found["lignes"] if (one["numero"].lstrip("0"), one["fichier"]) == (numero, fichier)
    )


def decoded(name):
    done = run("decode", HERE / name, "--format", "json")
    return [one for file in json.loads(done.out)["files"] for one in file["factures"]], done


def text(*arguments):
    return run(*arguments).out.replace("\u00a0", " ")


def test_a_complementary_part_without_decision_is_awaited():
    found = line(document("amc_pending", on="2026-02-01"), "1")
    assert (found["etat"], found["action"]) == ("part_amc_attendue", "attendre")
    assert found["parts"]["AMC"]["reste"] == found["reste"] == 1050
    late = line(document("amc_pending", on="2026-03-25"), "1")
    assert (late["etat"], late["action"], late["banner"]) == (
        "part_amc_attendue",
        "relancer",
        "RELANCER LA MUTUELLE",
    )
    invoices, _ = decoded("amc_pending/r1.noe")
    assert (invoices[0]["etat_label"], invoices[0]["action"]) == ("part mutuelle attendue", "attendre")
    assert "AMC  demandé 10,50 €, payé 0,00 €, attendue" in text("decode", HERE / "amc_pending/r1.noe")


def test_a_transfer_told_again_counts_once():
    found = document("transfer_reissued")
    assert found["sommes"]["paye_amo"] + found["sommes"]["paye_amc"] == 15800
    assert "copie_presumee" in found["notes"]
    assert "31600" not in json.dumps(found)
    out = text("reconcile", BASE, HERE / "transfer_reissued", "--on", ON)
    assert "deux retours d'en-tête différents disent le même virement : compté une fois" in out


def test_what_was_rejected_then_paid_is_paid():
    found = document("rejected_then_paid")
    for numero in ("2", "4"):
        one = line(found, numero)
        assert (one["etat"], one["action"], one["open"], one["reste"]) == ("payee", "aucune", False, 0)
        assert [rejet["historique"] for rejet in one["rejets"]] == [True]
        assert one["rejets"][0]["provider_action"] == ""


def test_a_takeback_is_a_line_to_look_at():
    found = line(document("taken_back"), "4")
    assert (found["etat"], found["action"], found["paye"]) == ("reprise", "verifier_reprise", 0)
    assert [one["fichier"] for one in found["retours"]] == ["r1.noe", "r2.noe"]
    out = text("reconcile", BASE, HERE / "taken_back", "--on", ON)
    assert "  dit le 20/01/2026 : r1.noe, enregistrement 18\n" in out
    invoices, _ = decoded("taken_back/r2.noe")
    assert {one["etat"] for one in invoices} == {"reprise"}
    assert {one["action"] for one in invoices} == {"verifier_reprise"}
    assert sorted(one["montant_paye"] for one in invoices) == [-2450, -2100]
    assert "SANS REMARQUE" not in text("decode", HERE / "taken_back/r2.noe")


def test_an_invoice_redone_under_another_number_is_replaced():
    found = document("redone")
    old = line(found, "4")
    assert (old["etat"], old["liste"], old["demande"], old["reste"]) == ("remplacee", "historique", 0, 0)
    assert states(found)[("17", "redo.b2")] == "payee"
    asked = {one["action"] for one in found["lignes"] if one["action"] != "aucune"}
    assert asked == {"attendre"}


def test_of_two_versions_one_counts_and_the_other_is_told():
    found = document("corrected")
    one = line(found, "4")
    assert (one["paye"], one["action"]) == (2000, "verifier_virement")
    assert [(left["fichier"], left["paye"]) for left in one["ecartees"]] == [("r1bis.noe", 2100)]
    assert 4100 not in {line["paye"] for line in found["lignes"]}


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "several_returns").iterdir()))
def test_returns_appended_in_one_file(name):
    found = document(f"several_returns/{name}")
    assert found["total"]["paye"] == found["total"]["demande"] == 15800
    assert [
        (one["nature"], one["rang"], one["etat"]) for one in found["fichiers"] if one["nature"] != "envoi"
    ] == [
        ("retour", 1, "lu"),
        ("retour", 2, "lu"),
    ]
    assert len(decoded(f"several_returns/{name}")[0]) == 6


@pytest.mark.parametrize("name", sorted(path.name for path in (HERE / "line_ends").iterdir()))
def test_returns_that_went_through_mail(name):
    found = document(f"line_ends/{name}")
    assert found["settled"]
    assert found["total"]["paye"] == 15800
    invoices, done = decoded(f"line_ends/{name}")
    assert {one["etat"] for one in invoices} == {"payee"}
    findings = json.loads(done.out)["files"][0]["findings"]
    assert len([one for one in findings if one["severity"] != "info"]) <= 1


def test_a_batch_refused_by_its_arl_then_sent_again():
    found = document("arl_negative", base=False)
    assert {one["etat"] for one in found["lignes"] if one["fichier"] == "f1.b2"} == {"remplacee"}
    assert (found["total"]["demande"], found["total"]["paye"]) == (15800, 15800)
    assert "renvoyer_fichier" not in {one["action"] for one in found["lignes"]}
    assert found["settled"]


def test_a_number_used_again_a_year_later():
    found = document("next_year/y25.b2", "next_year/a25.noe", "next_year/y26.b2", base=False)
    assert states(found) == {("4", "y25.b2"): "payee", ("4", "y26.b2"): "reponse_attendue"}
    assert "ne_pas_retransmettre" not in {one["action"] for one in found["lignes"]}


def test_the_insurer_answers_under_a_batch_of_its_own():
    found = document("other_batch")
    paid, refused = line(found, "1"), line(found, "2")
    assert (paid["etat"], paid["paye_amc"]) == ("payee", 1050)
    assert (refused["etat"], refused["certitude"], refused["parts"]["AMC"]["etat"]) == (
        "payee_en_partie",
        "probable",
        "rejetee",
    )
    assert found["orphelins"] == []
    (rejet,) = refused["rejets"]
    told = rejet["provider_action"] + refused["texte"]
    assert "part mutuelle (destinataire 25)" in told
    assert rejet["motive"]


def test_the_same_care_under_two_numbers_is_told():
    found = document("same_care", base=False)
    assert {one["numero"].lstrip("0") for one in found["lignes"] if "memes_soins" in one["notes"]} == {
        "7",
        "40",
    }
