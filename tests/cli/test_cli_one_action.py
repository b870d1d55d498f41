"""One reject, one action: decode, explain, reconcile, today, the lists of the ledger; text, JSON, page."""

import html
import json

import pytest
from cli_runner import run
from cli_samples import flow, retour

from cli.words.tones import sentence

SITE = """source = "Réponse de la caisse"
author_role = "facturation"
date = 2025-01-04
[[reject]]
namespace = "AMO"
code = "{code}"
action_class = "{action}"
meaning_fr = "Ce que dit la caisse."
meaning_en = "What the fund says."
provider_action_fr = "Faire ce qu'elle dit."
provider_action_en = "Do as it says."
"""
#: What a return may say, and what a row of the site may ask for.
CODES = ("2900", "0450", "9999")
ROWS = (None, "envoyer_piece", "reclamation", "ne_pas_retransmettre", "attendre", "aucune")
#: How the folder of the site is told: an option, or the configuration of the current folder.
TOLD = [*((row, "--codes") for row in ROWS), ("envoyer_piece", "noemie.toml")]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f.b2").write_bytes(flow(2))
    return tmp_path


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(("row", "told_by"), TOLD)
def test_the_same_reject_gives_the_same_action_everywhere(folder, code, row, told_by):
    (folder / "r.noe").write_bytes(retour().replace(b"2900", code.encode()))
    own = []
    if row:
        (folder / "site").mkdir()
        (folder / "site" / "caisse.toml").write_text(SITE.format(code=code, action=row), "utf-8")
        own = ["--codes", "site"] if told_by == "--codes" else []
        (folder / "noemie.toml").write_text("" if own else 'codes = "site"', "utf-8")
    document = json.loads(run("decode", "r.noe", *own, "--format", "json").out)
    refused = document["files"][0]["factures"][1]
    line = json.loads(run("reconcile", "f.b2", "r.noe", *own, "--on", "2025-03-21", "--format", "json").out)[
        "lignes"
    ][1]
    explained = json.loads(run("explain", "r.noe", *own, "--format", "json").out)
    (answer,) = explained["answers"]
    told = answer["return"]
    (action,) = [one for one in told["actions"] if refused["numero"] in one["factures"]]
    assert {refused["action"], line["action"], action["action"]} == {refused["action"]}
    rejects = (refused["rejets"][0], line["rejets"][0], answer["entries"][0])
    assert {one["action"] for one in rejects} == {refused["action"]}
    if row:
        assert refused["action"] == row
    assert {refused["banner"], line["banner"], action["banner"]} == {refused["banner"]}
    for words in (
        ("decode", "r.noe"),
        ("explain", "r.noe"),
        ("reconcile", "f.b2", "r.noe", "--on", "2025-03-21"),
    ):
        assert refused["banner"] in run(*words, *own).out
    # A page says the same words as a sentence, beside the sign of the action.
    page = html.unescape(run("decode", "r.noe", "--format", "html", *own).out)
    assert f"</svg>{sentence(refused['banner'])}</span>" in page
    in_the_ledger(refused, own)


def in_the_ledger(refused: dict, own: list[str]) -> None:
    """The lists of a ledger, with the rows of the site when they are given, else without."""
    pytest.importorskip("sqlalchemy")
    assert run("ledger", "import", "f.b2", "r.noe", *own).status == 0
    on, number = ("--on", "2025-03-21"), refused["numero"]
    action, banner = refused["action"], refused["banner"]

    def told(*words: str) -> dict:
        return json.loads(run("ledger", *words, *own, "--format", "json").out)

    (line,) = (one for one in told("invoices", *on)["lignes"] if one["numero"] == number)
    assert (line["action"], line["banner"]) == (action, banner)
    assert {one["action"] for one in line["rejets"]} == {action}
    lists = told("to-resend", *on)
    listed = [one for rows in lists.values() if isinstance(rows, list) for one in rows]
    assert {(one["action"], one["bandeau"]) for one in listed if one["numero"] == number} <= {
        (action, banner)
    }
    assert any(one["numero"] == number for one in listed) or action in ("attendre", "aucune")
    today = json.loads(run("today", *on, *own, "--db", "registre.db", "--format", "json").out)
    cards = [(group["banner"], card) for group in today["groupes"] for card in group["cartes"]]
    assert {(card["action"], banner) for banner, card in cards if card["numero"] == number} <= {
        (action, banner)
    }
    assert action == "aucune" or any(card["numero"] == number for _, card in cards)
    (reject,) = told("rejects")["rows"]
    assert (reject["action"], reject["bandeau"].partition(" (")[0]) == (action, banner)
    (row,) = (one for one in told("export", "invoices")["rows"] if one["numero"] == number)
    assert (row["action"], row["bandeau"]) == (action, banner)
    for words in (("rejects",), ("rejects", "--format", "csv")):
        assert banner in run("ledger", *words, *own).out
