"""What a summary of decoded returns asks for: every action, and lines that add up."""

from __future__ import annotations

import json
import re

import pytest
from cli_runner import run
from msgspec import UNSET, convert
from msgspec.structs import replace

from cli.decode.actions import Totals, actions_of, counted
from cli.decode.model import ActionComptee, Comptes, Facture, Illisible, Rejet, Resume, Retour
from cli.io.problems import Problem
from cli.words.speech import say, speaking
from codes.actions import Action


def some(model, **values):
    """A model with these values; those that the summary does not read are empty."""
    return model(**dict.fromkeys(model.__struct_fields__) | values)


def invoice(action, number, amount, state="rejetee", remarks=("x",), banner=""):
    return some(
        Facture,
        action=action.value,
        banner=banner or action.banner("fr"),
        numero=f"{number:09d}",
        montant_demande=amount,
        etat=state,
        rejets=remarks,
        commentaires=(),
    )


#: One invoice more for each next action, of one euro more; the last one does not tell what it claims.
INVOICES = [
    invoice(action, 100 * rank + each, 100 * rank, "payee" if action is Action.AUCUNE else "rejetee")
    for rank, action in enumerate(Action, start=1)
    for each in range(rank)
]
PAID = invoice(Action.AUCUNE, 1, 2500, "payee", ())
SILENT = invoice(Action.INCONNUE, 2, None)
STRAY = some(Rejet, action=Action.RENVOYER_FICHIER.value, banner=Action.RENVOYER_FICHIER.banner("fr"))


def test_every_action_has_its_line_and_the_lines_add_up():
    whole, rows = actions_of([PAID, *INVOICES, SILENT], [STRAY])
    assert [row.action for row in rows] == [action.value for action in Action]
    assert whole.factures == len(INVOICES) + 1
    assert whole.montant_demande == sum(one.montant_demande for one in INVOICES)
    assert (whole.sans_montant, whole.rejets_hors_facture) == (1, 1)
    for name in Comptes.__struct_fields__:
        assert sum(getattr(row, name) for row in rows) == getattr(whole, name)
    numbers = [number for row in rows for number in row.numeros]
    assert sorted(numbers) == sorted(one.numero for one in (*INVOICES, SILENT))


def test_one_action_of_a_part_alone_has_its_own_line():
    insurer = invoice(Action.INCONNUE, 3, 2100, "payee_en_partie", banner="VOIR AVEC LA MUTUELLE")
    _, rows = actions_of([insurer, SILENT], [])
    assert [(row.banner, row.numeros) for row in rows] == [
        (Action.INCONNUE.banner("fr"), [SILENT.numero]),
        ("VOIR AVEC LA MUTUELLE", [insurer.numero]),
    ]


def test_an_invoice_paid_without_remark_asks_for_nothing():
    assert actions_of([PAID], []) == (Comptes(), [])


def test_several_returns_add_up_and_a_copy_does_not_count():
    def data(*factures, copy_of=UNSET):
        sums = dict.fromkeys(("factures", "paye", "repris", "rejete", "differe", "retenu"), 1)
        a_traiter, actions = actions_of(factures, [])
        summary = some(Resume, **sums, etats={"rejetee": 1}, a_traiter=a_traiter, actions=actions)
        return some(Retour, summary=summary, copy_of=copy_of)

    totals = Totals()
    totals.add(data(*INVOICES))
    totals.add(data(SILENT, PAID))
    totals.add(data(*INVOICES, copy_of="a"))
    totals.add(Illisible("b", some(Problem)))
    total = totals.total()
    assert (total.retours, total.illisibles, total.paye, total.etats) == (2, 1, 2, {"rejetee": 2})
    a_traiter, actions = actions_of([*INVOICES, SILENT], [])
    assert total.a_traiter == a_traiter
    assert total.actions == [replace(row, numeros=UNSET) for row in actions]


@pytest.mark.parametrize(
    ("row", "text"),
    [
        ((3, 7500, 0, 0), "3 invoices, €75.00 claimed"),
        ((1, 0, 1, 0), "1 invoice, 1 with no amount claimed"),
        ((3, 5000, 1, 2), "3 invoices, €50.00 claimed, 1 with no amount claimed, 2 rejects outside invoices"),
        ((0, 0, 0, 1), "1 reject outside invoices"),
    ],
)
@speaking("en")
def test_a_line_in_words(row, text):
    assert counted(Comptes(*row)) == text


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_summary_of_a_simulated_return_adds_up(tmp_path, monkeypatch, lang):
    monkeypatch.chdir(tmp_path)
    made = run("generate", "--invoices", "40", "--reject-rate", "0.5", "-o", "flux")
    assert (made.status, made.err) == (0, "")
    out = run("decode", "flux/retours", "--lang", lang).out
    document = json.loads(run("decode", "flux/retours", "--format", "json", "--lang", lang).out)
    summaries = [file["summary"] for file in document["files"]]
    counts = [summary["a_traiter"]["factures"] for summary in summaries]
    heading = re.findall(r"(?:À TRAITER|NEEDS YOUR ATTENTION) \((\d+)\)", out)
    assert heading == [str(count) for count in counts if count]
    assert sum(counts) == document["summary"]["a_traiter"]["factures"] > 1
    assert len(document["summary"]["actions"]) > 1
    with speaking(lang):
        for row in (row for summary in (*summaries, document["summary"]) for row in summary["actions"]):
            assert f"■ {row['banner']}{say(' :', ':')} {counted(convert(row, ActionComptee))}" in out
