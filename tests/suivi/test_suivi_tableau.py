"""Tables of payments and of ARLs: columns are declared, rows are read or told, nothing adds to a return."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest

from flatfile import FormatError
from noemie.documents.feuille import is_workbook, rows
from noemie.suivi.tableau import ColonnesError, columns_of, proposed, read_table

COLUMNS = """
[colonnes]
facture = "N° facture"
lot = "Lot"
jour = "Date paiement"
reference = "Référence"
payeur = "Organisme"
amo = "Payé RO"
amc = "Payé RC"
etat = "Statut"
code = "Code rejet"
motif = "Motif"
[etats]
P = ["Payé", "Réglé"]
R = "Rejeté"
D = ["En attente"]
"""
ETATS_ARL = '[etats]\noui = ["Accepté"]\nnon = ["Refusé"]'
HEAD = "N° facture;Lot;Date paiement;Référence;Organisme;Payé RO;Payé RC;Statut;Code rejet;Motif"


def read(text, columns=COLUMNS):
    found = []
    table = read_table(
        text.encode() if isinstance(text, str) else text, "s.csv", columns_of(columns), found.append
    )
    return table, [(one.record, one.field, one.expected) for one in found]


def lines(*texts, columns=COLUMNS):
    return read("\r\n".join((HEAD, *texts)), columns)


def told(table):
    return [
        (one.rang, one.paiement.numero, one.paiement.part, one.paiement.etat, one.paiement.montant)
        for one in table.lignes
    ]


def test_a_row_is_a_saying_for_each_part():
    table, wrong = lines("000000004;1;20/01/2026;VIR 12;CPAM;24,50;10,50 €;Payé;;")
    assert told(table) == [(2, "000000004", "AMO", "P", 2450), (2, "000000004", "AMC", "P", 1050)]
    first = table.lignes[0].paiement
    assert (first.jour, first.lot, first.libelle, first.payeur) == (
        dt.date(2026, 1, 20),
        "1",
        "VIR 12",
        "CPAM",
    )
    assert wrong == []


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("24,50", 2450),
        ("24.5", 2450),
        ("1 234,56", 123456),
        ("1\u202f234,56 €", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("-21,00", -2100),
        ("(21,00)", -2100),
        ("21", 2100),
    ],
)
def test_amounts(written, cents):
    table, wrong = lines(f"4;;;;;{written};;Payé;;")
    assert (told(table), wrong) == ([(2, "4", "AMO", "P", cents)], [])


@pytest.mark.parametrize("written", ["20/01/2026", "2026-01-20", "20.01.2026", "2026-01-20 00:00:00"])
def test_days(written):
    table, _ = lines(f"4;;{written};;;1,00;;Payé;;")
    assert table.lignes[0].paiement.jour == dt.date(2026, 1, 20)


def test_a_refusal_keeps_its_code_and_no_number_of_anybody():
    table, _ = lines("4;;;;;0,00;;Rejeté;0110123;Assuré 1800199999999 inconnu")
    assert told(table) == [(2, "4", "AMO", "R", 0)]
    assert (table.lignes[0].code, table.lignes[0].motif) == ("0110123", "Assuré XXXXXXXXXXXXX inconnu")
    table, _ = lines("4;;;;;;;En attente;;")
    assert told(table) == [(2, "4", "AMO", "D", 0)]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("4;;32/01/2026;;;1,00;;Payé;;", (2, "Date paiement", "JJ/MM/AAAA, AAAA-MM-JJ")),
        ("4;;;;;abc;;Payé;;", (2, "Payé RO", "9,99")),
        ("4;;;;;1,005;;Payé;;", (2, "Payé RO", "9,99")),
        (f"4;;;;;{'9' * 13};;Payé;;", (2, "Payé RO", "9,99")),  # more than any database counts
        ("4;;;;;1,00;;Soldé;;", (2, "Statut", "P, R, D")),
    ],
)
def test_a_wrong_row_is_told_and_left_out(row, wrong):
    table, found = lines(row, "5;;;;;2,00;;Payé;;")
    assert found == [wrong]
    assert told(table) == [(3, "5", "AMO", "P", 200)]


def test_totals_are_no_invoices():
    table, wrong = lines("4;;;;;1,00;;Payé;;", "Total;;;;;1,00;;;;", ";;;;;;;;;")
    assert (table.sans_numero, wrong, len(table.lignes)) == ([3], [], 1)


def test_headings_may_stand_lower_and_otherwise_written():
    table, _ = read(f"Relevé de janvier\r\n\r\n{HEAD.upper()}\r\n4;;;;;1,00;;PAYE;;\r\n")
    assert told(table) == [(4, "4", "AMO", "P", 100)]


def test_one_column_of_amounts_and_one_of_parts():
    columns = """
    [colonnes]
    facture = "facture"
    montant = "montant"
    part = "part"
    [parts]
    AMO = ["RO", "obligatoire"]
    AMC = ["RC"]
    """
    table, wrong = read("facture,part,montant\n4,RO,12.00\n4,RC,3.00\n5,?,1.00\n", columns)
    assert told(table) == [(2, "4", "AMO", "P", 1200), (3, "4", "AMC", "P", 300)]
    assert wrong == [(4, "part", "AMO, AMC")]


def test_arls():
    columns = """
    sorte = "arl"
    [colonnes]
    lot = "Lot"
    accepte = "ARL"
    jour = "Reçu le"
    [etats]
    oui = ["Positif"]
    non = ["Négatif"]
    """
    table, wrong = read("Lot;ARL;Reçu le\n1;Positif;16/01/2026\n2;Négatif;16/01/2026\n3;;\n", columns)
    assert [(one.numero_lot, one.positif, one.date_arl) for one in table.arls] == [
        ("001", True, dt.date(2026, 1, 16)),
        ("002", False, dt.date(2026, 1, 16)),
    ]
    assert wrong == [(4, "ARL", "oui, non")]


@pytest.mark.parametrize(
    ("toml", "expected"),
    [
        ("", "attendu, une table [colonnes]"),
        ('[colonnes]\nlot = "x"', "attendu, la clé facture"),
        ('[colonnes]\nfacture = "x"', "attendu, amo, amc ou montant"),
        ('[colonnes]\nfacture = "x"\nmontant = "y"', 'attendu, part = "AMO"'),
        ('[colonnes]\nfacture = "x"\namo = "y"\netat = "z"', "attendu, une table [etats]"),
        ('[colonnes]\nfactures = "x"', "attendu, facture peut-être"),
        ('sorte = "autre"', "attendu, l'un de : paiements, arl"),
    ],
)
def test_wrong_columns_are_told_with_their_key(toml, expected):
    with pytest.raises(ColonnesError) as raised:
        columns_of(toml, "c.toml")
    assert expected in raised.value.text("fr")


def test_a_declared_heading_that_is_not_there():
    with pytest.raises(FormatError) as raised:
        read("facture;montant\n4;1\n")
    assert raised.value.code == "tableau.entete"


def test_columns_are_proposed_and_can_be_read_back():
    toml = proposed(f"{HEAD}\r\n".encode("cp1252"))
    columns = columns_of(toml)
    assert (columns.colonnes["facture"], columns.colonnes["amo"]) == ("N° facture", "Payé RO")
    assert proposed(b"a;b\n1;2\n") == ""


@pytest.mark.parametrize(
    ("head", "toml"),
    [
        ("Lot;ARL;Reçu le", ['sorte = "arl"', 'lot = "Lot"', 'accepte = "ARL"', ETATS_ARL]),
        (
            "Motif;Date;Accepté;Lot",
            [
                'sorte = "arl"',
                'lot = "Lot"',
                'accepte = "Accepté"',
                'jour = "Date"',
                'motif = "Motif"',
                ETATS_ARL,
            ],
        ),
        (
            "Lot;Accepté;Facture;Payé RO",  # invoices are named: these are payments
            ['sorte = "paiements"', 'facture = "Facture"', 'lot = "Lot"', 'amo = "Payé RO"'],
        ),
        (
            "Facture;Montant;Statut",
            [
                'sorte = "paiements"',
                'part = "AMO"',
                'facture = "Facture"',
                'montant = "Montant"',
                'etat = "Statut"',
                '[etats]\nP = ["Payé"]\nR = ["Rejeté"]',
            ],
        ),
        (
            "Facture;Montant;Part",
            [
                'sorte = "paiements"',
                'facture = "Facture"',
                'montant = "Montant"',
                'part = "Part"',
                '[parts]\nAMO = ["RO"]\nAMC = ["RC"]',
            ],
        ),
        ("facture;Numéro de facture;RC", ['sorte = "paiements"', 'facture = "facture"', 'amc = "RC"']),
    ],
)
def test_what_columns_are_proposed(head, toml):
    """The first of two headings that mean the same; tables of words only where a column needs them."""
    found = proposed(f"{head}\n1;2;3\n".encode())
    assert "\n".join(toml) == found.replace("\n\n", "\n").replace("[colonnes]\n", "").strip()
    columns_of(found)


# --- files ------------------------------------------------------------------------------------------------


def book(*content, sheet="Feuil1"):
    from openpyxl import Workbook

    made = Workbook()
    made.active.title = sheet
    for row in content:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_an_xlsx_gives_what_its_cells_show():
    row = [4, 1, dt.datetime(2026, 1, 20), "VIR", "CPAM", 24.1, None, "Payé", None, None]
    data = book(HEAD.split(";"), row)
    assert is_workbook(data)
    assert list(rows(data))[1] == (2, ["4", "1", "2026-01-20", "VIR", "CPAM", "24.1", "", "Payé", "", ""])
    table, wrong = read(data)
    assert (told(table), wrong) == ([(2, "4", "AMO", "P", 2410)], [])


@pytest.mark.parametrize("feuille", ["Feuil1", "autre"])
def test_a_sheet_is_named(feuille):
    columns = f'feuille = "{feuille}"\n' + COLUMNS
    data = book(HEAD.split(";"), ["4", "", "", "", "", 1, "", "Payé", "", ""])
    if feuille == "Feuil1":
        assert len(read(data, columns)[0].lignes) == 1
    else:
        with pytest.raises(FormatError, match=r"tableau\.feuille"):
            read(data, columns)


def test_a_broken_book_and_a_bomb_are_refused(monkeypatch):
    data = book(HEAD.split(";"))
    with pytest.raises(FormatError, match=r"tableau\.illisible"):
        list(rows(data[:-200] + b"[Content_Types].xml"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)
    monkeypatch.setenv("NOEMIE_MAX_BYTES", "50000")
    with pytest.raises(FormatError, match=r"fichier\.trop-grand"):
        list(rows(out.getvalue()))
