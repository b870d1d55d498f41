"""One question, one answer: every verb that lists an invoice says in the same words what it asks for."""

import json
import re
import sys
from pathlib import Path

import pytest
from cli_runner import run

sys.path.append(str(Path(__file__).parents[1] / "suivi"))
from suivi_world import build

pytest.importorskip("sqlalchemy")

#: The insurer refuses its part (4), nobody answers (6); 17 is refused where 7 was told to be paid already.
WORLD = (
    "E f1 15/01 A/001 : 4=14.70+6.30, 6=3.00+1.00, 7=8.00+2.00"
    " ; R r1 20/01 : V1@20/01[4=14.70P/0R!fix~C, 7=0R/0R!dup]"
    " ; E f2 22/01 A/002 : 17=8.00+2.00 p:7 s:13/01 ; R r2 27/01 : V2@27/01[17=0R/0R!fix]"
)
ON = ("--on", "2026-01-28")
ASK = {"fr": "VOIR AVEC LA MUTUELLE", "en": "ASK THE COMPLEMENTARY INSURER"}
WRONG = {"fr": "INTERROGER LA CAISSE", "en": "ASK THE FUND"}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files = build(WORLD).given()
    Path("dossier").mkdir()
    for name, data in files.items():
        Path("dossier", name).write_bytes(data)
    assert run("ledger", "import", "dossier", "--db", "r.db", *ON).status == 0
    return tmp_path


def document(*words):
    return json.loads(run(*words, "--format", "json").out)


def ledger(verb, *words):
    return document("ledger", verb, "--db", "r.db", *ON, *words)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_payer_to_ask_is_named_alike(folder, lang):
    told = ("--lang", lang)
    whole = document("reconcile", "dossier", *ON, *told)
    line = next(one for one in whole["lignes"] if one["numero"].endswith("4"))
    assert line["banner"] == ASK[lang]
    asked = [(one["banner"], one["factures"]) for one in whole["actions"] if one["action"] == "inconnue"]
    assert (ASK[lang], 1) in asked
    decoded = document("decode", "dossier/r1", *told)["files"][0]["summary"]["actions"]
    assert [one["banner"] for one in decoded if one["action"] == "inconnue"] == [ASK[lang]]
    (reject,) = (one for one in ledger("rejects", *told)["rows"] if one["numero"].endswith("4"))
    assert reject["bandeau"] == ASK[lang]
    groups = document("today", "--db", "r.db", *ON, *told)["groupes"]
    assert ASK[lang] in {one["banner"] for one in groups if one["action"] == "inconnue"}
    for words in (
        ("decode", "dossier/r1"),
        ("ledger", "rejects", "--db", "r.db", *ON),
    ):
        text = run(*words, *told).out
        assert ASK[lang] in text
        assert WRONG[lang] not in "".join(row for row in text.splitlines() if "000000004" in row)
    assert re.search(rf"■ {ASK[lang]} ?: 1 ", run("reconcile", "dossier", *ON, *told).out)
    # The catalogue would have 4 and 17 redone: the report does not, as their lines do not.
    resent = document("ledger", "report", "--db", "r.db", *told)["report"]["renvois"]
    assert (resent["a_renvoyer"], resent["autre_action"]) == (0, 2)


def test_no_reject_of_a_card_asks_for_more_than_its_line(folder):
    """17 is not to be redone: 7, the same care, was said to be paid."""
    lines = {one["numero"]: one for one in document("reconcile", "dossier", *ON)["lignes"]}
    groups = document("today", "--db", "r.db", *ON)["groupes"]
    cards = {one["numero"]: one for group in groups for one in group["cartes"]}
    assert len(cards) == 3
    for number, card in cards.items():
        assert [(one["code"], one["action"]) for one in card["rejets"]] == [
            (one["code"], one["action"]) for one in lines[number]["rejets"]
        ]
        assert "corriger_retransmettre" not in {one["action"] for one in card["rejets"]}


def test_what_is_awaited_is_not_to_be_done(folder):
    """`today` tells what to wait for under a heading of its own, in text and as a page."""
    text = run("today", "--db", "r.db", *ON).out
    todo, waits = text.index("À FAIRE, dans cet ordre"), text.index("À ATTENDRE, sans rien renvoyer")
    assert todo < text.index("■ VOIR AVEC LA MUTUELLE") < waits < text.index("■ ATTENDRE, NE RIEN RENVOYER")
    assert run("today", "--db", "r.db", *ON, "-o", "page.html").status == 1
    page = Path("page.html").read_text("utf-8")
    todo, waits = page.index('<h2 id="todo">'), page.index('<h2 id="waits">')
    assert todo < page.index('data-action="inconnue"') < waits < page.index('data-action="attendre"')
    only = build("E f1 15/01 A/001 : 6=3.00+1.00").given()["f1"]
    Path("f").write_bytes(only)
    text = run("today", "f", "--db", "autre.db", *ON).out
    assert "RIEN À FAIRE.\n" in text
    assert "À FAIRE, dans cet ordre" not in text


@pytest.mark.parametrize(
    ("events", "action", "banner", "asked"),
    [
        # Both parts name their reject; 10.00 of the 14.70 of the fund are paid.
        (
            "R r1 20/01 : V1@20/01[4=10.00P/0R!rights!fix~C]",
            "mettre_a_jour_droits",
            "METTRE À JOUR LES DROITS",
            "puis voir avec la caisse pour ce qui manque de la part caisse, sans la refaire",
        ),
        # The old family names no part: what lacks is the fund's, though the insurer's is silent.
        (
            "R r1 20/01 fam=old : V@20/01[4=10.00P/-!fix]",
            "inconnue",
            "VOIR AVEC LA CAISSE",
            "Voir avec la caisse pour la part caisse seule, avant tout renvoi",
        ),
        # A reject that names no part, and money on both.
        (
            "R r1 20/01 fam=old : V@20/01[4=10.00P/-!rights] ; R m1 22/01 e=AMC : VM@22/01[4=-/5.00P]",
            "mettre_a_jour_droits",
            "METTRE À JOUR LES DROITS",
            "sans la refaire",
        ),
    ],
)
def test_a_part_that_was_paid_in_part_is_not_to_be_redone(
    tmp_path, monkeypatch, events, action, banner, asked
):
    monkeypatch.chdir(tmp_path)
    for name, data in build(f"E f1 15/01 A/001 : 4=14.70+6.30 ; {events}").given().items():
        Path(name).write_bytes(data)
    (line,) = document("reconcile", ".", *ON)["lignes"]
    (told,) = (one for one in line["rejets"] if one["part"] != "C")
    assert (told["action"], told["banner"]) == (action, banner)
    assert asked in told["provider_action"]
    assert "refaire que" not in json.dumps(line)
    text = run("reconcile", ".", *ON).out
    assert asked in text
    assert "refaire la facture" not in text.lower()


def test_money_of_a_payment_that_was_not_read_is_in_every_list(tmp_path, monkeypatch):
    """9.70 taken back beyond what was read as paid: the lists of the ledger add up to the payments."""
    monkeypatch.chdir(tmp_path)
    world = build(
        "E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=5.00P/6.30P]"
        " ; R r2 27/01 : V2@27/01[4=-14.70P/-6.30P]"
    )
    for name, data in world.given().items():
        Path(name).write_bytes(data)
    assert run("ledger", "import", *world.given(), "--db", "r.db", *ON).status == 0
    (orphan,) = document("reconcile", *world.given(), *ON)["orphelins"]
    assert (orphan["paye"], orphan["action"]) == (-970, "verifier_reprise")
    (kept,) = ledger("invoices")["orphelins"]
    assert kept == orphan
    rows = run("ledger", "invoices", "--db", "r.db", *ON, "--format", "csv").out.splitlines()
    assert len(rows) == 3
    text = run("ledger", "invoices", "--db", "r.db", *ON).out
    assert re.search(r"^total +21,00 +-9,70 +21,00 +0,00$", text, re.MULTILINE)
    assert sum(one["montant"] for one in document("ledger", "payments", "--db", "r.db")["rows"]) == -970
    found = document("today", "--db", "r.db", *ON)
    (back,) = found["groupes"]
    assert [(one["numero"], one["paye"]) for one in back["retours"]] == [("4", -970)]
    assert (found["a_faire"]["factures"], found["a_faire"]["retours"]) == (1, 1)
    # Its answers are those of the sending: while one of its chain awaits an answer, they stay.
    Path("f2").write_bytes(build("E f2 28/01 A/002 : 4=14.70+6.30 s:13/01").given()["f2"])
    assert run("ledger", "import", "f2", "--db", "r.db", *ON).status == 0
    assert run("ledger", "purge", "--yes", "--db", "r.db", "--on", "2031-01-01").status == 0
    assert len(document("ledger", "payments", "--db", "r.db")["rows"]) == 2


def test_the_payer_of_a_transfer_is_named_alike(tmp_path, monkeypatch):
    """Without a payer of its own, a transfer is of who sends the return: 14 digits that are no person."""
    monkeypatch.chdir(tmp_path)
    world = build("E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 fam=old : V@20/01[4=14.70P/-]")
    for name, data in world.given().items():
        Path(name).write_bytes(data)
    assert run("ledger", "import", *world.given(), "--db", "r.db", *ON).status == 0
    assert ledger("invoices")["virements"] == document("reconcile", *world.given(), *ON)["virements"]


def test_every_list_speaks_the_language_that_is_asked(folder):
    """What to do is said in English by the lists of a ledger as by `reconcile`."""
    english = ("--lang", "en")
    lines = document("reconcile", "dossier", *ON, *english)["lignes"]
    told = {(one["fichier"], one["record"]): (one["banner"], one["texte"]) for one in lines}
    resends = ledger("to-resend", *english)
    exported = document("ledger", "export", "invoices", "--db", "r.db", *ON, *english)["rows"]
    rows = [*exported, *ledger("unanswered", *english)["rows"]]
    rows += [one for found in resends.values() if isinstance(found, list) for one in found]
    assert len(rows) > len(told)
    for one in rows:
        assert (one["bandeau"], one["texte"]) == told[one["fichier"], one["record"]]
        assert all(gap["label"].startswith("part ") for gap in one["ecarts"])
    table = run("ledger", "invoices", "--db", "r.db", *ON, *english, "--format", "csv").out
    for banner, text in told.values():
        assert banner in table
        assert text.partition(",")[0] in table
    text = run("ledger", "to-resend", "--db", "r.db", *ON, *english).out
    assert "Ask the complementary insurer about the complementary part alone" in text


def test_marks_of_a_ledger_are_those_of_reconcile(folder):
    """`reconcile --marks` reads what `ledger export --marks` writes, and what it wrote under another name."""
    for words in (("17", "--redone-as", "6"), ("6", "--settled"), ("4", "--not-redone"), ("4", "--chased")):
        assert run("ledger", "mark", *words, "--db", "r.db", *ON).status == 0
    assert run("ledger", "tick", "VIR 1", "--db", "r.db").status == 0
    assert run("ledger", "export", "--marks", "--db", "r.db", "-o", "marks.toml").status == 0
    written = Path("marks.toml").read_text("utf-8")
    assert written.count("[[marque]]") == 5
    Path("before.toml").write_text(written.replace("[[marque]]", "[[marques]]"), "utf-8")
    kept = ledger("invoices")
    for name in ("marks.toml", "before.toml"):
        told = document("reconcile", "dossier", "--marks", name, *ON)
        assert [one["marques"] for one in told["lignes"]] == [one["marques"] for one in kept["lignes"]]
        assert [(one["etat"], one["action"]) for one in told["lignes"]] == [
            (one["etat"], one["action"]) for one in kept["lignes"]
        ]
        assert (told["sommes"], told["notes"]) == (kept["sommes"], kept["notes"])
        assert told["virements"] == kept["virements"]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("14.69P/6.30P", ("payee", "aucune")),
        ("14.69P/6.30P!fix", ("payee_en_partie", "inconnue")),
        ("14.69P/6.30P!fix~C", ("payee_en_partie", "inconnue")),
    ],
)
def test_a_cent_is_a_rounding_when_nothing_is_refused(tmp_path, monkeypatch, answer, told):
    monkeypatch.chdir(tmp_path)
    world = build(f"E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4={answer}]")
    for name, data in world.given().items():
        Path(name).write_bytes(data)
    (line,) = document("reconcile", "f1", "r1", *ON)["lignes"]
    (answered,) = document("decode", "r1")["files"][0]["factures"]
    for one in (line, answered):
        assert (one["etat"], one["action"]) == told
    assert answered["banner"] == line["banner"]
