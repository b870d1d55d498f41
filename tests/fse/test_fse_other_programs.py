"""Flows as other programs write them: no error, no warning that is not deserved.

The first flow is written with the constants that a generator in production really emitted from 2013 to 2016,
record by record. What remains to be said of the variants is listed, and is information.
"""

from __future__ import annotations

import pytest
from fse_flows import (
    AUTRE_PS,
    FINESS,
    PERSONNES,
    PS,
    Ligne,
    facture_cp,
    facture_ps,
    findings,
    flux_cp,
    flux_ps,
    lot_ps,
    octets,
    put,
)

from codes.rules import Severity, catalogue
from flatfile import Finding
from fse import read_flux

STAY = Ligne("SNS", 10530, 100, 10530, 10530)
CMPP = flux_cp([facture_cp(1, [STAY]), facture_cp(2, [Ligne("SD", 10530, 100, 10530, 10530), STAY])])


def said(records: list[str]) -> list[tuple[str, str, str]]:
    """Severity, rule and field of each finding."""
    return [(severity(one).word, one.rule, one.field) for one in findings(octets(records))]


def severity(finding: Finding) -> Severity:
    return catalogue()[finding.rule].severity


# --- the generator of a CMPP ----------------------------------------------------------------------------


def test_the_constants_of_a_generator_in_production() -> None:
    """Every value listed in `b2.md`, "constants really emitted", at its place; nothing to say of it."""
    start, batch, header, stay = CMPP[:4]
    total, end = CMPP[4], CMPP[-2]
    assert start[3:5] == "TE"
    assert start[19:25] == start[41:47] == " " * 6
    assert start[47:49] == "TR"
    assert (start[61:65], start[65:67], start[67:82], start[82:85]) == ("CP  ", "B2", " " * 15, "128")
    assert (batch[10:16], batch[22:25], batch[25:27], batch[27:29]) == (" " * 6, "189", "60", "05")
    assert (batch[69:71], batch[78:80], batch[80], batch[81:87], batch[87]) == (
        "B2",
        "CP",
        " ",
        "062007",
        "U",
    )
    assert batch[88:].strip() == ""
    assert (header[38], header[57], header[64:70]) == ("1", "3", "000000")
    assert (header[73:76], header[76:78], header[78]) == ("000", "10", "3")
    assert (header[85:94], header[94], header[114:116], header[116:118]) == ("0" * 9, " ", "01", "00")
    assert header[118:].strip() == ""
    assert (stay[38:40], stay[40:43], stay[55:60], stay[60:63]) == ("19", "320", "SNS  ", "001")
    assert (stay[64:69], stay[70:75], stay[90:93]) == ("00100", "00000", "100")
    assert (stay[109:113], stay[113:116], stay[116:121], stay[121:]) == ("0000", "000", " " * 5, "0" * 7)
    assert total[57:97] == "0" * 40
    assert total[97:114].strip() == total[122:].strip() == ""
    assert (end[42:51], end[54:].strip()) == ("0" * 9, "")
    assert said(CMPP) == []


def test_zeros_where_a_total_is_due() -> None:
    """The generator wrote zeros in 58-97 of type 5: wrong as soon as a share is left, and told as such."""
    records = flux_cp([facture_cp(1, [Ligne("SNS", 10530, 60, 6318, 10530)], exoneration="0")])
    assert said(records) == []
    assert said(put(records, 4, 74, "0" * 8)) == [
        ("warning", "facture.total-participation-assure", "total_participation_assure")
    ]


@pytest.mark.parametrize(
    ("rank", "start", "text", "expected"),
    [
        # Spaces for zeros, in numbers of all kinds.
        (2, 59, "      ", []),  # no date of cover: dates may be blank
        (2, 71, "   ", [("info", "format.remplissage", "organisme_delivrance")]),
        (2, 115, "  ", []),
        (3, 76, "  10530", [("info", "format.remplissage", "prix_unitaire")]),
        (3, 83, "   10530", [("info", "format.remplissage", "base_remboursement")]),
        (3, 94, "   10530", [("info", "format.remplissage", "montant_amo")]),
        (3, 122, "       ", [("info", "format.remplissage", "montant_amc")]),
        (3, 61, "  1", [("info", "format.remplissage", "quantite")]),
        (4, 39, "  1", [("info", "format.remplissage", "nombre_lignes")]),
        (4, 58, " " * 8, [("info", "format.remplissage", "total_honoraires")]),
        # A letter in a byte that our sources leave blank.
        (2, 11, "Z", [("info", "format.blanc", "blanc_1")]),
        (3, 119, "Z", [("info", "format.blanc", "blanc_2")]),
        (4, 128, "Z", [("info", "format.blanc", "blanc_3")]),
        (-2, 60, "Z", [("info", "format.blanc", "blanc_1")]),
        (-1, 128, "Z", [("info", "format.blanc", "blanc_4")]),
        # What our sources leave to programs or to the caisse.
        (4, 123, "V1.2", []),
        (0, 92, "MESSAGE LIBRE 123", []),
        (0, 70, "ABC", []),
        (-2, 97, "CERTIFICATION", []),
        (1, 89, "01", []),
    ],
)
def test_habits_of_programs(rank: int, start: int, text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(put(CMPP, rank, start, text)) == expected


def test_spaces_for_zeros_are_read() -> None:
    records = put(put(CMPP, 3, 94, "   10530"), 3, 102, "   10530")
    flux = read_flux(octets(records))
    assert flux.factures[0].montant_amo == 10530
    assert flux.factures[0].montant_depense == 10530


def test_a_recipient_that_no_list_knows() -> None:
    """Another destination type: an information, and the destination is not judged."""
    records = put(put(CMPP, 0, 26, "ZZ"), -1, 26, "ZZ")
    assert said(records) == [
        ("info", "code.liste-ouverte", "type_destinataire"),
        ("info", "code.liste-ouverte", "type_destinataire"),
    ]


def test_an_act_code_that_no_list_knows() -> None:
    assert said(put(CMPP, 3, 56, "XYZ  ")) == [("info", "code.liste-ouverte", "code_acte")]


def test_nuls_in_a_label() -> None:
    """Where text is due, NUL bytes may be read wrongly: that is worth a warning, and nothing else."""
    assert said(put(CMPP, 1, 41, "\0" * 29)) == [("warning", "format.caractere", "nom_ps")]
    flux = read_flux(octets(put(CMPP, 1, 41, "\0" * 29)))
    assert flux.lots[0].entete is not None
    assert flux.lots[0].entete.value("nom_ps") == "CMPP FICTIF"


# --- people ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("personne", "expected"),
    [
        (PERSONNES[1], []),  # Corsica
        (PERSONNES[2], []),
        (("7800199999999", "31"), []),  # provisional, its key right
        (("7800199999999", "11"), [("warning", "cle.nir-provisoire", "cle_nir")]),
        (("1800199999999", "41"), [("error", "cle.nir", "cle_nir")]),
        (("1805599999999", "31"), []),  # a month that no calendar has
    ],
)
def test_numbers_of_people(personne: tuple[str, str], expected: list[tuple[str, str, str]]) -> None:
    assert said(flux_ps([facture_ps(1, personne=personne)])) == expected
    assert said(flux_cp([facture_cp(1, [STAY], personne=personne)])) == expected


@pytest.mark.parametrize("naissance", ["801332", "800000", "000101", "991399", "150230"])
def test_birth_dates_that_no_calendar_has(naissance: str) -> None:
    assert said(flux_ps([facture_ps(1, naissance=naissance)])) == []
    assert said(flux_cp([facture_cp(1, [STAY], naissance=naissance)])) == []


# --- professionals --------------------------------------------------------------------------------------


def test_invoices_of_another_professional_than_that_of_the_batch() -> None:
    """A substitute, a salaried doctor: cut and read like the others."""
    records = flux_ps([facture_ps(1), facture_ps(2, ps=AUTRE_PS), facture_ps(3)])
    assert said(records) == []
    assert [facture.numero_ps for facture in read_flux(octets(records)).factures] == [PS, AUTRE_PS, PS]


def test_several_batches_of_several_professionals() -> None:
    lots = [
        ("001", PS, [facture_ps(1), facture_ps(2)]),
        ("002", AUTRE_PS, [facture_ps(1, ps=AUTRE_PS)]),
        ("003", PS, [facture_ps(3)]),
    ]
    records = flux_ps(lots=lots)
    assert said(records) == []
    assert [len(lot.factures) for lot in read_flux(octets(records)).lots] == [2, 1, 1]


@pytest.mark.parametrize("ps", [PS, AUTRE_PS, FINESS, "2A0002689"])
def test_the_biller_is_the_performer(ps: str) -> None:
    """Zeros and the number of the biller are everywhere: no record is looked for where it does not start."""
    records = flux_ps([facture_ps(i, [Ligne(depense=2500)] * 3, ps=ps) for i in range(1, 8)])
    records = [record.replace(PS, ps) if record[0] in "16" else record for record in records]
    data = octets(records)
    assert [record.raw.decode() for record in read_flux(data).records] == records
    assert said(records) == []
    for rank in range(1, len(records)):
        for change in (-1, 1):
            one = records[rank]
            damaged = one[:60] + one[61:] if change < 0 else one[:60] + "0" + one[60:]
            cut = read_flux(octets([*records[:rank], damaged, *records[rank + 1 :]])).records
            kept = [record.raw.decode() for record in cut]
            assert [one for one in records if one not in kept] in ([], [one])


@pytest.mark.parametrize("numero", ["000000000", "         "])
def test_a_biller_without_number(numero: str) -> None:
    """Zeros or blanks are no number to check; records are cut by length all the same."""
    records = [
        one if one[0] in "09" else one.replace(PS, numero) for one in flux_ps([facture_ps(1), facture_ps(2)])
    ]
    flux = read_flux(octets(records))
    assert [record.raw.decode() for record in flux.records] == records
    assert {(word, rule) for word, rule, _ in said(records)} <= {("warning", "presence.executant")}


# --- dates ----------------------------------------------------------------------------------------------


def test_a_file_of_the_last_century() -> None:
    """All dates of 1999: nothing to say. A file of January 2000 with acts of December 1999: neither."""
    old = [one.replace("260105", "990105") for one in flux_ps()]
    assert said(old) == []
    across = flux_ps([facture_ps(1, [Ligne(jour="991231")], jour="000103")])
    across = [one.replace("260105", "000103") for one in across]
    assert said(across) == []


def test_a_batch_without_date() -> None:
    records = flux_ps()
    assert said([records[0], lot_ps(jour="000000"), *records[2:]]) == []
    assert said([records[0], lot_ps(jour="      "), *records[2:]]) == []
