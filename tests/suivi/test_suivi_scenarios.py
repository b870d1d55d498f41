"""Every scenario of the follow-up: state, action and certainty of each sending, orphans, sums, notes.

`scenarios.csv` is the specification's own table, `scenarios_plus.csv` adds what it lacks. A row is read so:
events (see `suivi_world`), then what is expected.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from suivi_invariants import due_and_over_add_up, every_cent_is_counted
from suivi_world import build, iter_rows, told_lines, told_orphans, told_parts

import noemie
from codes.states import Certitude, Etat
from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from noemie.suivi import follow

_HERE = Path(__file__).parent
_SUMS = ("claimed", "paid_amo", "paid_amc", "paid_orphan", "lump_sums", "withheld", "due", "over")


def _rows() -> list[dict[str, str]]:
    rows = []
    for name in ("scenarios.csv", "scenarios_plus.csv"):
        with (_HERE / name).open(encoding="utf-8", newline="") as stream:
            rows += csv.DictReader(stream)
    return rows


ROWS = _rows()


@pytest.fixture(params=ROWS, ids=[row["id"] for row in ROWS], scope="module")
def scenario(request: pytest.FixtureRequest):
    row = request.param
    return row, build(row["events"])


def test_scenario(scenario):
    row, world = scenario
    _assert_is(world.follow(), row)


def test_scenario_through_the_private_folder(scenario):
    row, world = scenario
    _assert_is(world.follow(in_memory=0), row)


def _assert_is(result, row):
    expected = list(iter_rows(row["expected"]))
    assert told_lines(result) == sorted(line for line, _ in expected)
    parts = told_parts(result)
    for line, told in expected:
        assert set(told) <= parts[line.partition("=")[0]]
    assert told_orphans(result) == sorted(_orphan(one) for one in row["orphans"].split())
    sums = result.sommes
    found = (
        sums.demande,
        sums.paye_amo,
        sums.paye_amc,
        sums.paye_orphelins,
        sums.forfaits,
        sums.retenues,
        sums.reste,
        sums.trop,
    )
    assert found == tuple(round(float(row[name]) * 100) for name in _SUMS)
    assert sorted(result.notes) == sorted(row["told"].split())
    every_cent_is_counted(result)
    due_and_over_add_up(result)


def _orphan(text: str) -> str:
    name, told = text.split("=")
    paid, action = told.split("|")
    return f"{name}={float(paid):.2f}|{action}"


def test_the_ids_are_unique():
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("copied", [False, True])
def test_a_birth_that_is_not_told_or_copied_from_b2_contradicts_no_patient(copied: bool) -> None:
    envoi = next(generate(Parametres("infirmier", seed=3, invoices=3, organismes=("01",), tiers_payant=1)))
    reponse = Caisse(3, family="longue", reject_rate=0).respond(envoi.data)
    flow = ("envoi.b2", envoi.data)
    told, silent, swapped = [], [], 0
    for retour in reponse.returns:
        data = retour.data
        told.append((retour.nom, data))
        for facture in noemie.read_retour(data).factures:
            assert facture.beneficiaire is not None
            birth = facture.beneficiaire.text("date_naissance").encode()
            if not copied:
                data = data.replace(birth, b" " * len(birth))
            elif birth[4:6] > b"31":  # no day is: AAMMJJ, as an insurer copies it
                data = data.replace(birth, birth[4:6] + birth[2:4] + birth[0:2])
                swapped += 1
        silent.append((retour.nom, data))
    states = [(ligne.etat, ligne.certitude) for ligne in follow([flow], silent, reponse.arls).lignes]
    assert states == [(ligne.etat, ligne.certitude) for ligne in follow([flow], told, reponse.arls).lignes]
    assert (Etat.PAYEE, Certitude.CERTAINE) in states
    assert (swapped > 1) == copied


_TAKEN = (
    "E f1 15/01 A/001 : 4=14.70+6.30 ; R r1 20/01 : V1@20/01[4=14.70P/6.30P] ; R r2 {0} : V2@{0}[4=-14.70P/-]"
)
_CONTEST = "part reprise par l'organisme le {} ; 2 mois pour contester, depuis la notification{}"
_LATE = "Demander si le fichier est arrivé ; ne le renvoyer que s'il ne l'est pas"
_SENT = "E f0 12/01 A/009 : 1=10.00+0.00 ; A f0 + 13/01 ; E f1 15/01 A/001 : 4=14.70+0.00 ; on {}"


@pytest.mark.parametrize(
    ("events", "said"),
    [
        (_TAKEN.format("20/01/29"), _CONTEST.format("20/01/2029", "")),
        (
            _TAKEN.format("21/01/29"),
            _CONTEST.format("21/01/2029", " ; payée plus de 3 ans avant : hors délai ?"),
        ),
        (_SENT.format("19/01"), "Attendre le prochain retour, ne rien renvoyer d'ici là"),
        (_SENT.format("20/01"), _LATE),
    ],
    ids=["three years", "later", "arl awaited", "arl late"],
)
def test_delays_are_told(events: str, said: str) -> None:
    line = next(one for one in build(events).follow().lignes if one.numero.endswith("4"))
    assert said in {line.texte, *(one.label for one in line.ecarts)}
