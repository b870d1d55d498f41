"""`noemie ledger import --columns`: tables beside returns add nothing, alone they count, probable."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from cli_runner import run

from fixtures.caisse import Caisse
from fixtures.generate import Parametres, generate
from noemie.returns.reader import read_retour

COLUMNS = """
[colonnes]
facture = "facture"
jour = "date"
lot = "lot"
amo = "RO"
amc = "RC"
etat = "statut"
[etats]
P = "payé"
R = "rejeté"
"""


@pytest.fixture(scope="module")
def world():
    asked = Parametres("medecin", seed=3, invoices=5, tiers_payant=1.0, organismes=("01-016-421",))
    flow = next(iter(generate(asked))).data
    back = Caisse(1).respond(flow).returns[0].data
    retour = read_retour(back)
    rows = ["facture;date;lot;RO;RC;statut"]
    for facture in retour.factures:
        parts = {part.nom: part.paye for part in facture.parts}
        day = retour.virements[0].date
        amo, amc = (f"{parts.get(name, 0) / 100:.2f}".replace(".", ",") for name in ("AMO", "AMC"))
        rows.append(f"{facture.numero};{day:%d/%m/%Y};{facture.lot};{amo};{amc};payé")
    return flow, back, "\r\n".join(rows).encode("cp1252")


@pytest.fixture
def here(world, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, data in zip(("f.b2", "r.noe", "s.csv"), world, strict=True):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "c.toml").write_text(COLUMNS)
    return tmp_path


def imported(*files, db="a.db"):
    result = run(
        "ledger",
        "import",
        *files,
        "--columns",
        "c.toml",
        "--db",
        db,
        "--on",
        "2026-03-01",
        "--format",
        "json",
    )
    return result.status, json.loads(result.out), result.err


def totals(told):
    return {name: (one["nombre"], one["paye"]) for name, one in told["states"].items()}


@pytest.mark.parametrize(
    "order", [("f.b2", "r.noe", "s.csv"), ("s.csv", "r.noe", "f.b2"), ("s.csv", "f.b2", "r.noe")]
)
def test_a_table_adds_nothing_to_a_return(here, order):
    expected = totals(imported("f.b2", "r.noe")[1])
    for file in order:
        status, told, _ = imported(file, db="b.db")
        assert status == 0
    assert totals(told) == expected
    assert list(expected) == ["payee"]


def test_a_table_alone_counts(here):
    _, plain, _ = imported("f.b2", "r.noe")
    _, told, _ = imported("f.b2", "s.csv", db="b.db")
    assert totals(told) == totals(plain)
    assert told["kinds"] == {"flux": 1, "tableau": 1}


def test_the_same_table_twice_and_by_other_columns(here):
    imported("f.b2", "s.csv")
    assert imported("s.csv")[1]["known"] == 1
    (here / "c.toml").write_text(COLUMNS.replace('amc = "RC"\n', ""))
    _, told, _ = imported("s.csv")
    assert (told["read_again"], told["known"]) == (1, 0)
    (here / "c.toml").write_text(COLUMNS)
    _, again, _ = imported("s.csv")
    assert totals(again) == totals(imported("f.b2", "s.csv", db="c.db")[1])


def test_a_longer_statement_of_the_same_payments(here, world):
    """A statement of a quarter holds that of its first month."""
    rows = world[2].split(b"\r\n")
    (here / "un.csv").write_bytes(b"\r\n".join(rows[:3]))
    imported("f.b2", "un.csv")
    assert totals(imported("s.csv")[1]) == totals(imported("f.b2", "s.csv", db="c.db")[1])


def test_without_columns_they_are_proposed_and_nothing_is_taken(here):
    result = run("ledger", "import", "s.csv", "--db", "a.db", "--no-summary")
    assert result.status == 2
    assert "s.csv : Tableau sans colonnes déclarées [tableau.colonnes]" in result.err
    assert '[colonnes]\nfacture = "facture"' in result.err
    assert "0 fichier importé" in result.out


def test_wrong_rows_and_wrong_columns(here):
    (here / "s.csv").write_bytes(b"facture;date;lot;RO;RC;statut\r\n1;hier;1;1,00;;pay\xe9\r\n")
    status, _, err = imported("f.b2", "s.csv")
    assert status == 1
    assert "s.csv : ligne 2, colonne date : cette valeur n'a pas la forme attendue" in err
    (here / "c.toml").write_text("[colonne]\n")
    result = run("ledger", "import", "s.csv", "--columns", "c.toml", "--db", "a.db")
    assert result.status == 2
    assert "colonnes refusées : c.toml, ligne 1" in result.err


def test_arls_of_a_table(here, world):
    (here / "arl.csv").write_text("lot;recu;arl\n1;16/01/2026;refusé\n")
    (here / "c.toml").write_text(
        'sorte = "arl"\n[colonnes]\nlot = "lot"\njour = "recu"\naccepte = "arl"\n'
        '[etats]\noui = "accepté"\nnon = "refusé"\n'
    )
    _, told, _ = imported("f.b2", "arl.csv")
    assert list(told["states"]) == ["arl_negatif"]


def test_how_sure_it_is(here, world):
    """Beside a return the table says nothing more, unless it says another amount; alone it is probable."""
    imported("f.b2", "r.noe", "s.csv", db="avec.db")
    imported("f.b2", "s.csv", db="seul.db")
    (here / "autre.csv").write_bytes(world[2].replace(b";21,00", b";20,00"))
    imported("f.b2", "r.noe", "autre.csv", db="autre.db")
    assert sure("avec.db") == {("certaine", 0, True)}
    assert sure("seul.db") == {("probable", 0, False)}
    assert ("a_verifier", 0, True) in sure("autre.db")


def sure(db):
    from noemie.ledger import Ledger

    with Ledger(db) as ledger:
        states = list(ledger.iter_invoice_states(dt.date(2026, 3, 1)))
    return {(one.certitude, one.demande - one.paye, "dit_par_tableau" in one.notes) for one in states}
