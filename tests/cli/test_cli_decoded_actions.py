"""What a summary of decoded returns asks for: every action, and lines that add up."""

from __future__ import annotations

import json
import re

import pytest
from cli_runner import run

from cli.decode.actions import Totals, actions_of, counted
from codes.actions import Action


def invoice(action, number, amount, state="rejete", remarks=("x",)):
    return {
        "action": action.value,
        "numero": f"{number:09d}",
        "montant_demande": amount,
        "etat": state,
        "rejets": remarks,
        "commentaires": (),
    }


#: One invoice more for each next action, of one euro more; the last one does not tell what it claims.
INVOICES = [
    invoice(action, 100 * rank + each, 100 * rank, "paye" if action is Action.AUCUNE else "rejete")
    for rank, action in enumerate(Action, start=1)
    for each in range(rank)
]
PAID = invoice(Action.AUCUNE, 1, 2500, "paye", ())
SILENT = invoice(Action.INCONNUE, 2, None)
STRAY = {"action": Action.RENVOYER_FICHIER.value}


def test_every_action_has_its_line_and_the_lines_add_up():
    summary = actions_of([PAID, *INVOICES, SILENT], [STRAY], "fr")
    assert [row["action"] for row in summary["actions"]] == [action.value for action in Action]
    whole = summary["a_traiter"]
    assert whole["factures"] == len(INVOICES) + 1
    assert whole["montant_demande"] == sum(one["montant_demande"] for one in INVOICES)
    assert (whole["sans_montant"], whole["rejets_hors_facture"]) == (1, 1)
    for key, count in whole.items():
        assert sum(row[key] for row in summary["actions"]) == count
    numbers = [number for row in summary["actions"] for number in row["numeros"]]
    assert sorted(numbers) == sorted(one["numero"] for one in (*INVOICES, SILENT))


def test_an_invoice_paid_without_remark_asks_for_nothing():
    nothing = dict.fromkeys(("factures", "montant_demande", "sans_montant", "rejets_hors_facture"), 0)
    assert actions_of([PAID], [], "fr") == {"a_traiter": nothing, "actions": []}


def test_several_returns_add_up_and_a_copy_does_not_count():
    def data(*factures):
        sums = dict.fromkeys(("factures", "paye", "repris", "rejete", "differe", "retenu"), 1)
        return {"summary": {**sums, "etats": {"rejete": 1}, **actions_of(factures, [], "en")}}

    totals = Totals("en")
    totals.add(data(*INVOICES))
    totals.add(data(SILENT, PAID))
    totals.add({**data(*INVOICES), "copy_of": "a"})
    totals.add({"error": {}})
    told = totals.data()
    assert (told["retours"], told["illisibles"], told["paye"], told["etats"]) == (2, 1, 2, {"rejete": 2})
    whole = actions_of([*INVOICES, SILENT], [], "en")
    assert told["a_traiter"] == whole["a_traiter"]
    assert told["actions"] == [
        {key: value for key, value in row.items() if key != "numeros"} for row in whole["actions"]
    ]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ((3, 7500, 0, 0), "3 invoices, €75.00 claimed"),
        ((1, 0, 1, 0), "1 invoice, 1 with no amount claimed"),
        ((3, 5000, 1, 2), "3 invoices, €50.00 claimed, 1 with no amount claimed, 2 rejects outside invoices"),
        ((0, 0, 0, 1), "1 reject outside invoices"),
    ],
)
def test_a_line_in_words(row, text):
    keys = ("factures", "montant_demande", "sans_montant", "rejets_hors_facture")
    assert counted(dict(zip(keys, row, strict=True)), "en") == text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_summary_of_a_simulated_return_adds_up(tmp_path, monkeypatch, lang):
    monkeypatch.chdir(tmp_path)
    made = run("generate", "--invoices", "40", "--reject-rate", "0.5", "-o", "flux")
    assert (made.status, made.err) == (0, "")
    out = run("decode", "flux/retours", "--lang", lang).out
    document = json.loads(run("decode", "flux/retours", "--format", "json", "--lang", lang).out)
    last = document["files"][-1]["summary"]
    heading = re.findall(r"(?:À TRAITER|NEEDS YOUR ATTENTION) \((\d+)\)", out)
    assert heading[-1:] == [str(last["a_traiter"]["factures"])]
    assert len(last["actions"]) > 1
    for row in last["actions"]:
        assert f"■ {row['banner']}{' :' if lang == 'fr' else ':'} {counted(row, lang)} (" in out
