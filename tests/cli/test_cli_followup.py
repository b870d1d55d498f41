"""`noemie reconcile`: its document, its sums, the day it is asked, site rows, marks, damaged files."""

import datetime as dt
import json
import sys
from pathlib import Path

import pytest
from cli_runner import run
from cli_samples import flow, retour

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import build

ON = ("--on", "2025-03-25")
#: A row of a site, which says otherwise than the shipped one of the same code.
SITE = """source = "Réponse de la caisse"
author_role = "facturation"
date = 2025-01-04
[[reject]]
namespace = "AMO"
code = "2900"
label = "FACTURE DEJA PAYEE"
action_class = "envoyer_piece"
meaning_fr = "Numéro déjà pris."
meaning_en = "Number taken already."
provider_action_fr = "Changer le numéro."
provider_action_en = "Change the number."
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flux.b2").write_bytes(flow(3))
    (tmp_path / "retour.noe").write_bytes(retour())
    return tmp_path


def document(*arguments):
    return json.loads(run("reconcile", *arguments, *ON, "--format", "json").out)


def text(*arguments):
    return run("reconcile", *arguments).out.replace("\u00a0", " ")


def test_the_document_keeps_its_keys_and_has_those_of_the_follow_up():
    found = document("flux.b2", "retour.noe")
    assert {"on", "files", "settled", "totaux", "total", "orphelins", "doublons", "errors"} <= found.keys()
    assert {"lignes", "sommes", "notes", "fichiers"} <= found.keys()
    assert "factures" not in found
    paid, refused, awaited = found["lignes"]
    assert paid["parts"]["AMO"] == {
        "etat": "payee",
        "demande": 1750,
        "paye": 1750,
        "reste": 0,
        "trop": 0,
        "action": "aucune",
    }
    assert refused["rejets"][0]["code"] == "2900"
    assert refused["rejets"][0]["jour"] == "2025-03-20"
    assert (awaited["etat"], awaited["jours"]) == ("reponse_attendue", 11)
    assert awaited["attendu_le"] == "2025-03-25"
    assert (awaited["amo_paye"], awaited["paye_amo"]) == (0, 0)


def test_the_sums_are_those_of_the_lines():
    found = document("flux.b2", "retour.noe")
    sums, total = found["sommes"], found["total"]
    assert sums["demande"] - sums["paye_amo"] - sums["paye_amc"] == sums["reste"] - sums["trop"]
    assert (sums["demande"], sums["reste"]) == (total["demande"], total["reste"]) == (5250, 3500)
    assert sum(one["montant"] for one in found["actions"]) == sums["reste"]
    assert "total                    3    52,50  17,50  35,00\n" in text("flux.b2", "retour.noe", *ON)


def test_lists_come_in_their_order():
    out = text("flux.b2", "retour.noe", *ON)
    places = [out.index(word) for word in ("À FAIRE", "À ATTENDRE", "RÉGLÉ")]
    assert places == sorted(places)
    assert "  ■ NE PAS RETRANSMETTRE : 1 facture, 17,50 €\n" in out
    assert "À ATTENDRE : 1 facture, 17,50 €\n" in out


def test_the_question_is_asked_today_unless_told():
    today = dt.date.today()
    assert text("flux.b2", "retour.noe").startswith(f"Rapprochement au {today:%d/%m/%Y} : ")
    assert text("flux.b2", "retour.noe", *ON).startswith("Rapprochement au 25/03/2025 : ")


def test_what_waits_is_late_with_time():
    late = run("reconcile", "flux.b2", "retour.noe", "--on", "2025-05-20", "--format", "json")
    assert json.loads(late.out)["lignes"][2]["action"] == "relancer"


def test_a_row_of_the_site_wins(folder):
    (folder / "site").mkdir()
    (folder / "site" / "caisse.toml").write_text(SITE, "utf-8")
    plain, own = document("flux.b2", "retour.noe"), document("flux.b2", "retour.noe", "--codes", "site")
    assert plain["lignes"][1]["action"] == "ne_pas_retransmettre"
    assert own["lignes"][1]["action"] == own["lignes"][1]["rejets"][0]["action"] == "envoyer_piece"
    assert "→ Changer le numéro." in text("flux.b2", "retour.noe", "--codes", "site", *ON)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_marks(folder, encoding):
    (folder / "marques.toml").write_text(
        '[[marque]]\nsorte = "soldee"\nnumero = "3"\njour = 2025-03-22\n', encoding
    )
    line = document("flux.b2", "retour.noe", "--marks", "marques.toml")["lignes"][2]
    assert (line["etat"], line["action"], line["reste"]) == ("soldee_hors_flux", "aucune", 0)
    assert run("reconcile", "flux.b2", "--marks", "marques.toml").err == ""


def test_a_mark_that_names_no_invoice_is_told(folder):
    """A year that is not the right one, a number mistyped: the invoice is not settled after all."""
    mark = '[[marque]]\nsorte = "soldee"\nnumero = "3"\nannee = 2024\n'
    (folder / "marques.toml").write_text(mark, "utf-8")
    assert run("reconcile", "flux.b2", "--marks", "marques.toml").err == (
        "1 marque sans facture, ou qui en désigne plusieurs."
        "\n  → Vérifier numero, puis préciser lot, annee, numero_ps ou fichier.\n"
    )
    (folder / "marques.toml").write_text(mark * 2, "utf-8")
    told = run("reconcile", "flux.b2", "--marks", "marques.toml", "--lang", "en").err
    assert told.startswith("2 marks that name no invoice, or several.\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('[[marque]]\nsorte = "payee"\n', "marque 1, sorte : attendu"),
        ('[[marks]]\nsorte = "soldee"\n', "marks"),
        ("[[marque]]\nsorte = 3\n", "sorte"),
        ("pas du toml", "ce n'est pas du TOML"),
        ("x = " + "[" * 5000 + "]" * 5000, "ce n'est pas du TOML"),
    ],
)
def test_marks_that_cannot_be_read(folder, content, why):
    (folder / "m.toml").write_text(content, "utf-8")
    result = run("reconcile", "flux.b2", "--marks", "m.toml")
    assert (result.status, result.out) == (2, "")
    assert "m.toml" in result.err
    assert why in result.err


def test_two_files_of_one_name_are_two_files(folder):
    for name in ("janvier", "fevrier"):
        (folder / name).mkdir()
        (folder / name / "f.b2").write_bytes(flow(3))
    found = document("janvier", "fevrier")
    assert found["total"] == {"nombre": 3, "demande": 5250, "paye": 0, "reste": 5250, "trop": 0}
    assert found["doublons"] == [{"nature": "envoi", "original": "f.b2", "copie": "f.b2", "nombre": 3}]


def test_a_return_given_twice_is_counted_once(folder):
    (folder / "encore.noe").write_bytes(retour())
    found = document(".")
    assert found["sommes"]["paye_amo"] == 1750
    assert found["doublons"] == [
        {"nature": "retour", "original": "encore.noe", "copie": "retour.noe", "nombre": 2}
    ]
    assert "retour_en_double" in found["notes"]


def test_what_is_cut_or_damaged_or_left_aside_is_named(folder):
    (folder / "coupe.noe").write_bytes(retour()[:-300])
    (folder / "retour.noe").unlink()
    (folder / "droits.csv").write_text("nir,date_naissance\n", "utf-8")
    states = {one["fichier"]: (one["nature"], one["etat"]) for one in document(".")["fichiers"]}
    assert states == {
        "flux.b2": ("envoi", "lu"),
        "coupe.noe": ("retour", "coupe"),
        "droits.csv": ("autre", "ecarte"),
    }
    out = text(".", *ON)
    assert "  coupe.noe : coupé : sa fin manque, le récupérer de nouveau\n" in out
    assert "  droits.csv : laissé de côté : ni flux, ni retour, ni ARL\n" in out


def test_a_cut_flow_is_named(folder):
    (folder / "flux.b2").write_bytes(flow(3)[:-128])
    assert document("flux.b2")["fichiers"][0]["etat"] == "coupe"


def test_nothing_is_settled_while_a_file_cannot_be_read(folder):
    (folder / "hors.b2").write_bytes(build("E f 15/01 A/001 : 4=14.70+6.30 d:00").files["f"])
    assert run("reconcile", "hors.b2").out.endswith("Tout est soldé.\n")
    result = run("reconcile", "hors.b2", "absent.noe")
    assert (result.status, "Tout est soldé" in result.out) == (2, False)
    assert not json.loads(run("reconcile", "hors.b2", "absent.noe", "--format", "json").out)["settled"]
    alone = run("reconcile", "absent.noe")
    assert (alone.status, alone.out) == (2, "")
    assert "absent.noe" in alone.err


def test_a_cut_return_whose_whole_is_there_says_nothing(folder):
    (folder / "coupe.noe").write_bytes(retour()[:-300])
    found = document(".")
    assert [one["etat"] for one in found["fichiers"]] == ["ecarte", "lu", "lu"]
    assert found["sommes"]["paye_amo"] == 1750


def test_many_facts_pass_through_files(folder, monkeypatch):
    """The same document beyond what stays in memory."""
    plain = document("flux.b2", "retour.noe")
    monkeypatch.setattr("cli.followup.gathered.IN_MEMORY", 2)
    assert document("flux.b2", "retour.noe") == plain
