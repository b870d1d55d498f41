"""The monthly statement: amounts by category, total, account of the advance, warnings, printed forms."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path

import pytest
from ledger_world import KEY, SMG, Inv, answers, flow, month_return, smg_flow

from cli.followup.statement_pages import to_csv_text, to_html, to_json_text, to_text, warnings_of
from cli.words.speech import speaking
from codes.actions import Lang
from noemie.ledger import Ledger, LedgerError
from noemie.ledger.statement import Movement, Statement, read_advances, read_categories

DAY_1, DAY_9 = dt.date(2010, 3, 1), dt.date(2010, 3, 9)


@pytest.fixture
def ledger(place: str) -> Ledger:
    """Payments of February, March and April 2010, in the years of the convention."""
    with Ledger(place, key=KEY) as opened:
        opened.import_files(
            [
                ("fevrier", month_return(dt.date(2010, 2, 28), code="F1", invoices=[(1, "C", 10_000)])),
                (
                    "mars",
                    month_return(
                        DAY_9,
                        code="M1",
                        invoices=[(2, "C", 2300), (3, "AMI", 1000), (4, "C", -300), (5, "C", 700)],
                        lump_sums=[("00001", 5000)],
                        debts=[("D1", -99)],
                    ),
                ),
                ("mars-fin", month_return(dt.date(2010, 3, 31), code="M2", invoices=[(6, "CS", 5)])),
                ("avril", month_return(dt.date(2010, 4, 1), code="A1", invoices=[(7, "C", 4000)])),
            ]
        )
        yield opened  # type: ignore[misc]


def advance(jour: dt.date, montant: int, genre: str = "avance", libelle: str = "") -> Movement:
    return Movement(jour=jour, genre=genre, montant=montant, libelle=libelle)  # type: ignore[arg-type]


def test_amounts_by_category_make_the_total(ledger: Ledger) -> None:
    statement = ledger.statement("2010-03")
    assert [(line.code, line.categorie, line.nombre, line.montant) for line in statement.lignes] == [
        ("C", "consultation", 3, 2700),
        ("AMI", "acte infirmier", 1, 1000),
        ("CS", "consultation de spécialiste", 1, 5),
        ("", "Paiements forfaitaires ou ponctuels", 1, 5000),
    ]
    assert (statement.total, statement.factures, statement.reprises) == (8705, 5, -300)
    assert (statement.du, statement.au) == (DAY_1, dt.date(2010, 3, 31))
    assert (statement.a_envoyer_avant, statement.reconstitution_avant) == (
        dt.date(2010, 4, 10),
        dt.date(2010, 5, 1),
    )
    assert (statement.avance, statement.avertissements) == (None, ())


def test_a_site_names_its_categories(ledger: Ledger) -> None:
    names = {"C": "Médecins", "cs": "Médecins", "AMI": "Auxiliaires"}
    statement = ledger.statement("2010-03", categories=names)
    assert [(line.categorie, line.code, line.montant) for line in statement.lignes[:2]] == [
        ("Médecins", "", 2705),
        ("Auxiliaires", "", 1000),
    ]


def test_what_the_acts_do_not_tell_stands_apart(tmp_path: Path) -> None:
    data = answers(flow(Inv(1, ((1000, 200), (50, 0))), Inv(2, code="ZZZ")))[1]
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(data)
        statement = ledger.statement("2026-03")
        lines = {line.categorie: line.montant for line in statement.lignes}
        assert lines == {"consultation": 1050, "ZZZ": 1750, "Part complémentaire": 950}
        assert sum(lines.values()) == statement.total == sum(p.montant for p in ledger.payments())


def test_a_filter_keeps_one_account_apart(tmp_path: Path) -> None:
    smg = smg_flow(Inv(9, ((4000, 0),), routing=SMG), code="000002")
    work = flow(Inv(8, ((600, 0),), nature="41", routing=("08", "756", "0100")), code="000003", lot="009")
    with Ledger(tmp_path / "r.db", key=KEY) as ledger:
        ledger.import_files(answers(flow(Inv(1)), smg, work, issues={})[1])
        assert ledger.statement("2026-03", organisme="835").total == 4000
        whole = ledger.statement("2026-03").total
        assert ledger.statement("2026-03", organisme="835", all_except=True).total == whole - 4000
        found = ledger.statement("2026-03", nature_assurance="41")
        assert found.total == sum(p.montant for p in ledger.payments(nature_assurance="41"))


# --- the advance ------------------------------------------------------------------------------------------


def test_the_account_of_the_advance_day_by_day(ledger: Ledger) -> None:
    movements = [
        advance(dt.date(2010, 1, 1), 30_000),
        advance(DAY_1, 4000, "revision"),
        advance(dt.date(2010, 3, 31), 10_000, "reconstitution"),
        advance(dt.date(2010, 4, 30), 8705, "reconstitution"),
    ]
    account = ledger.statement("2010-03", advances=movements).avance
    assert account is not None
    assert [(day.jour.day, day.recu, day.paye, day.solde) for day in account.jours] == [
        (1, 4000, 0, 24_000),
        (9, 0, 8700, 15_300),
        (31, 10_000, 5, 25_295),
    ]
    assert (account.solde_initial, account.recu, account.paye) == (20_000, 14_000, 8705)
    assert (account.solde_final, account.solde_minimal, account.debiteur_le) == (25_295, 15_300, None)
    assert account.appel_de_fonds == 4000
    assert [one.genre for one in account.mouvements] == ["revision", "reconstitution"]


def test_months_follow_one_another(ledger: Ledger) -> None:
    movements = [advance(dt.date(2010, 2, 1), 50_000)]
    accounts = [ledger.statement(f"2010-{month:02}", advances=movements).avance for month in range(1, 6)]
    ends = [account.solde_final for account in accounts if account]
    starts = [account.solde_initial for account in accounts if account]
    assert ends == [0, 40_000, 31_295, 27_295, 27_295]
    assert starts == [0, *ends[:-1]]


@speaking("en")
def test_a_debit_balance_is_a_warning_with_its_first_day(ledger: Ledger) -> None:
    statement = ledger.statement("2010-03", advances=[advance(dt.date(2010, 1, 1), 18_699)])
    assert statement.avance is not None
    assert (statement.avance.debiteur_le, statement.avance.solde_minimal) == (DAY_9, -6)
    assert warnings_of(statement) == [
        "The account of the advance shows a debit balance: the convention never allows it (4.1, FIN-2). "
        "First day of debit: 2010-03-09."
    ]
    just_enough = ledger.statement("2010-03", advances=[advance(dt.date(2010, 1, 1), 18_705)])
    assert just_enough.avertissements == ()
    assert just_enough.avance is not None
    assert just_enough.avance.solde_final == 0


def test_an_account_that_starts_in_debit(ledger: Ledger) -> None:
    account = ledger.statement("2010-03", advances=[advance(dt.date(2010, 1, 1), 1)]).avance
    assert account is not None
    assert (account.solde_initial, account.debiteur_le) == (-9999, DAY_1)


def test_payments_before_the_first_movement_do_not_count(ledger: Ledger) -> None:
    account = ledger.statement("2010-03", advances=[advance(DAY_9, 9000)]).avance
    assert account is not None
    assert (account.solde_initial, account.solde_final) == (0, 295)


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2003-12", ("hors_convention",)),
        ("2004-01", ()),
        ("2010-04", ("mois_incomplet",)),
        ("2015-05", ("mois_incomplet",)),
        ("2015-06", ("hors_convention", "mois_incomplet")),
    ],
)
def test_months_of_the_convention(ledger: Ledger, month: str, expected: tuple[str, ...]) -> None:
    first = dt.date.fromisoformat(f"{month}-01")
    with_advance = ledger.statement(month, advances=[advance(first, 10_000_000)])
    assert with_advance.avertissements == expected
    # A plain statement knows no convention.
    assert ledger.statement(month).avertissements == tuple(n for n in expected if n != "hors_convention")


@pytest.mark.parametrize(
    "month", ["", "2010", "2010-13", "2010-3", "mars", "0000-01", "9999-12", "2010-03-01"]
)
def test_an_unreadable_month(ledger: Ledger, month: str) -> None:
    with pytest.raises(LedgerError, match="YYYY-MM"):
        ledger.statement(month)


# --- forms ------------------------------------------------------------------------------------------------

TEXT = """\
STATEMENT OF PAID SUMS, 2010-03
2010-03-01 - 2010-03-31, all payments
Category                        Count  Amount
------------------------------  -----  ------
C consultation                      3  €27.00
AMI acte infirmier                  1  €10.00
CS consultation de spécialiste      1   €0.05
Lump sums and one-off payments      1  €50.00
TOTAL                                  €87.05
of which taken back: -€3.00

Account of the advance  Received    Paid  Balance
----------------------  --------  ------  -------
Brought forward                           €200.00
2010-03-01                €40.00          €240.00
2010-03-09                        €87.00  €153.00
2010-03-31                         €0.05  €152.95
End of the month          €40.00  €87.05  €152.95
Variation of the advance (call for funds): €40.00

Certified correct, for the sum of €87.05. To be sent before 2010-04-10; refill
expected before 2010-05-01.
Date, name, capacity, signature:
"""


@pytest.fixture
def statement(ledger: Ledger) -> Statement:
    movements = [
        advance(dt.date(2010, 1, 1), 30_000),
        advance(DAY_1, 4000, "revision", "<b>Révision & co</b>"),
    ]
    return ledger.statement("2010-03", advances=movements)


def test_as_text(statement: Statement) -> None:
    with speaking("en"):
        assert to_text(statement) == TEXT
        assert "Lump sums" in to_html(statement)
    french = to_text(statement)
    assert "ÉTAT MENSUEL DES SOMMES PAYÉES, 2010-03" in french
    assert "Paiements forfaitaires ou ponctuels" in french
    assert "87,05 €" in french


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_line_of_the_text_is_wider_than_a_terminal(ledger: Ledger, lang: Lang) -> None:
    names = {"C": "Consultations, visites et autres " * 4}
    with speaking(lang):
        told = to_text(ledger.statement("2016-01", organisme="835", all_except=True))
        told += to_text(ledger.statement("2010-03", categories=names))
    assert max(map(len, told.splitlines())) <= 80


def test_a_word_of_the_text_is_never_broken(ledger: Ledger) -> None:
    told = to_text(ledger.statement("2010-03", categories={"C": "Consultations", "AMI": "X" * 100}))
    assert "X" * 100 in told


def test_as_csv(statement: Statement) -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv_text(statement), newline="")))
    amounts = [int(row["montant"]) for row in rows if row["rubrique"] == "categorie"]
    (total,) = (row for row in rows if row["rubrique"] == "total")
    assert sum(amounts) == int(total["montant"]) == 8705
    assert [row["solde"] for row in rows if row["rubrique"].startswith("solde")] == ["20000", "15295"]
    assert {row["mois"] for row in rows} == {"2010-03"}


def test_as_json(statement: Statement) -> None:
    content = json.loads(to_json_text(statement))
    assert (content["schema_version"], content["genre"]) == (3, "statement")
    assert content["contenu"]["avance"]["jours"][0] == {
        "jour": "2010-03-01",
        "recu": 4000,
        "paye": 0,
        "solde": 24_000,
    }


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_as_a_page_to_print_and_sign(statement: Statement, lang: Lang) -> None:
    with speaking(lang):
        page = to_html(statement)
    assert page.startswith("<!doctype html>")
    assert f'<html lang="{lang}">' in page
    assert "&lt;b&gt;Révision &amp; co&lt;/b&gt;" in page
    for outside in ("http://", "https://", "<script", "src=", "@import", "url("):
        assert outside not in page, outside
    assert "default-src &#39;none&#39;" in page
    assert ("Certifié exact" if lang == "fr" else "Certified correct") in page
    assert ("152,95" if lang == "fr" else "€152.95") in page


# --- files of the site ------------------------------------------------------------------------------------


def test_the_advance_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "avance.toml"
    path.write_text(
        '[[mouvement]]\njour = 2004-01-01\ngenre = "avance"\nmontant = 412500000\nlibelle = "Avance"\n'
        '[[mouvement]]\njour = 2005-01-01\ngenre = "revision"\nmontant = -100\n',
        "utf-8",
    )
    assert read_advances(path) == [
        advance(dt.date(2004, 1, 1), 412_500_000, libelle="Avance"),
        advance(dt.date(2005, 1, 1), -100, "revision"),
    ]


@pytest.mark.parametrize(
    ("content", "entry"),
    [
        ("", 0),
        ("mouvement = 3", 0),
        ("[[mouvement]]\njour = 2004-01-01\n", 1),
        ('[[mouvement]]\njour = 2004-01-01\ngenre = "cadeau"\nmontant = 1\n', 1),
        ('[[mouvement]]\njour = "2004-01-01"\ngenre = "avance"\nmontant = 1\n', 1),
        ('[[mouvement]]\njour = 2004-01-01\ngenre = "avance"\nmontant = 1.5\n', 1),
        ('[[mouvement]]\njour = 2004-01-01\ngenre = "avance"\nmontant = 1\nautre = 1\n', 1),
        ("[[mouvement]\n", 0),
    ],
)
def test_an_advance_file_that_is_wrong(tmp_path: Path, content: str, entry: int) -> None:
    path = tmp_path / "avance.toml"
    path.write_text(content)
    with pytest.raises(LedgerError, match=f"entry {entry}"):
        read_advances(path)
    with pytest.raises(LedgerError):
        read_advances(tmp_path / "absent.toml")


def test_categories_are_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "categories.toml"
    path.write_text('C = "Médecins"\n', "utf-8")
    assert read_categories(path) == {"C": "Médecins"}
    path.write_text("C = 3\n")
    with pytest.raises(LedgerError, match="category"):
        read_categories(path)


def test_a_cut_return_is_told_where_the_sum_is_certified(ledger: Ledger) -> None:
    """A person signs the page: it says by itself that payments may be missing."""
    whole = month_return(dt.date(2010, 4, 20), code="A2", invoices=[(8, "C", 2300), (9, "C", 700)])
    ledger.import_files([("coupe", whole[: len(whole) * 6 // 10])])
    assert ledger.statement("2010-02").avertissements == ("retour_coupe",)
    statement = ledger.statement("2010-04")
    assert "retour_coupe" in statement.avertissements
    with speaking("fr"):
        told = "Un retour de ce mois ou d'après est coupé"
        assert told in to_text(statement)
        assert "est coupé" in to_html(statement)
    ledger.import_files([("entier", whole)])
    assert "retour_coupe" not in ledger.statement("2010-04").avertissements
    assert "retour_coupe" not in ledger.statement("2010-05").avertissements
