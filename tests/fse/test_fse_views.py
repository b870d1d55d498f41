"""Views on hand-built flows: what a file, a batch, an invoice and an act say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from fse_flows import (
    AUTRE_PS,
    FINESS,
    PERSONNES,
    PS,
    Ligne,
    facture_cp,
    facture_ps,
    flux_cp,
    flux_ps,
    octets,
    put,
)

from fse import Acte, Facture, Flux, read_flux


def facture_de(records: list[str]) -> Facture:
    return read_flux(octets(records)).factures[0]


PS_RECORDS = flux_ps(
    [
        facture_ps(
            42,
            [
                Ligne("C", 2500, 70, 1750, 2600, 75, "260104", complements=("S", "M")),
                Ligne("MD", 1000, 70, 700, 1000, jour="260105", qualificatif="D"),
            ],
            personne=PERSONNES[1],
            complements=("S", "M"),
            prescripteur=AUTRE_PS,
            prescription="251231",
        )
    ]
)
CP_RECORDS = flux_cp(
    [
        facture_cp(
            7,
            [Ligne("SNS", 10530, 100, 10530, 10530, complements=("3S",))],
            [Ligne("CS", 3000, 60, 1800, 3000, 500, complements=("4S",))],
        )
    ]
)


# --- the file -------------------------------------------------------------------------------------------


def test_a_file() -> None:
    flux = read_flux(octets(PS_RECORDS))
    assert flux.debut is not None
    assert flux.fin is not None
    assert flux.debut.text("type_emetteur") == "TP"
    assert flux.date_fichier == dt.date(2026, 1, 5)
    assert flux.fin.get("volume", int) == len(PS_RECORDS)
    assert (len(flux.lots), len(flux.factures), len(flux.records)) == (1, 1, 12)
    assert repr(flux) == "<Flux PS-2003C: 1 lots, 1 factures>"


def test_a_file_without_its_frame() -> None:
    flux = read_flux(octets(PS_RECORDS[1:-1]))
    assert (flux.debut, flux.fin, flux.date_fichier) == (None, None, None)
    assert len(flux.lots) == 1


# --- batches --------------------------------------------------------------------------------------------


def test_a_batch() -> None:
    (lot,) = read_flux(octets(PS_RECORDS)).lots
    assert (lot.numero, lot.numero_ps, lot.organisme_destinataire) == ("001", PS, "421")
    assert lot.date == dt.date(2026, 1, 5)
    assert lot.entete is not None
    assert lot.fin is not None
    assert lot.fin.get("total_depense", int) == 3600
    assert [facture.numero for facture in lot.factures] == ["000000042"]
    assert lot.factures[0].lot is lot.entete
    assert repr(lot) == "<Lot 001: 1 factures>"


def test_several_batches_of_several_professionals() -> None:
    lots = [
        ("001", PS, [facture_ps(1)]),
        ("002", AUTRE_PS, [facture_ps(1, ps=AUTRE_PS), facture_ps(2, ps=AUTRE_PS)]),
    ]
    flux = read_flux(octets(flux_ps(lots=lots)))
    assert [(lot.numero, lot.numero_ps, len(lot.factures)) for lot in flux.lots] == [
        ("001", PS, 1),
        ("002", AUTRE_PS, 2),
    ]
    assert [facture.numero_lot for facture in flux.factures] == ["001", "002", "002"]
    assert [facture.numero_ps for facture in flux.factures] == [PS, AUTRE_PS, AUTRE_PS]


@pytest.mark.parametrize(
    ("gone", "lots"),
    [
        (1, [("", 1, True)]),  # without record 1
        (-2, [("001", 1, False)]),  # without record 6
    ],
)
def test_a_batch_without_its_start_or_its_end(gone: int, lots: list[tuple[str, int, bool]]) -> None:
    records = list(PS_RECORDS)
    del records[gone]
    found = read_flux(octets(records)).lots
    assert [(lot.numero, len(lot.factures), lot.fin is not None) for lot in found] == lots


# --- invoices -------------------------------------------------------------------------------------------


def test_an_invoice_of_city_care() -> None:
    facture = facture_de(PS_RECORDS)
    assert facture.norme == "PS-2003C"
    assert (facture.numero, facture.numero_lot, facture.numero_ps) == ("000000042", "001", PS)
    assert (facture.nir, facture.cle_nir) == PERSONNES[1]
    assert (facture.regime, facture.caisse, facture.centre) == ("01", "421", "0000")
    assert (facture.nature_operation, facture.nature_assurance) == ("1", "10")
    assert (facture.justification_exoneration, facture.numero_at) == ("0", "")
    assert (facture.destinataire_reglement, facture.tiers_payant) == ("15", True)
    assert (facture.date_naissance, facture.rang_naissance) == ("210101", "6")
    assert facture.date_facturation == facture.date_lot == dt.date(2026, 1, 5)
    assert (facture.montant_depense, facture.montant_amo, facture.montant_amc) == (3600, 2450, 75)
    assert [record.type for record in facture.complements] == ["2S", "2M"]
    assert [record.type for record in facture] == ["2", "2S", "2M", "4", "4S", "4M", "4", "5"]
    assert len(facture) == 8
    complement = facture.complement("2S")
    assert complement is not None
    assert complement.text("nir_individuel") == PERSONNES[1][0]
    assert facture.complement("2P") is None


def test_an_invoice_of_an_establishment() -> None:
    facture = facture_de(CP_RECORDS)
    assert facture.norme == "CP-2005E"
    assert (facture.numero, facture.numero_ps) == ("000000007", FINESS)
    assert facture.nature_operation == "1"
    assert (facture.regime, facture.caisse, facture.centre) == ("01", "421", "0000")
    assert facture.justification_exoneration == "3"
    # Billed on the day of the batch; the payee is told by 2S, which is not there.
    assert facture.date_facturation == dt.date(2026, 1, 5)
    assert (facture.destinataire_reglement, facture.tiers_payant) == ("", None)
    # A birth date that no calendar has is kept as written.
    assert facture.date_naissance == "210632"
    assert (facture.montant_depense, facture.montant_amo, facture.montant_amc) == (13530, 12330, 500)


def test_the_payee_of_city_care_may_be_the_insured_person() -> None:
    facture = facture_de(put(PS_RECORDS, 2, 115, "00"))
    assert (facture.destinataire_reglement, facture.tiers_payant) == ("00", False)


def test_an_accident_number_or_date() -> None:
    assert facture_de(put(PS_RECORDS, 2, 86, "260101990")).numero_at == "260101990"
    assert facture_de(put(PS_RECORDS, 2, 86, "000260101")).numero_at == "000260101"


def test_an_invoice_without_header_says_what_its_lines_say() -> None:
    records = [one for rank, one in enumerate(PS_RECORDS) if rank not in (2, 3, 4)]
    facture = facture_de(records)
    assert (facture.entete, facture.complements) == (None, ())
    assert (facture.numero, facture.nir, facture.numero_ps) == ("000000042", PERSONNES[1][0], PS)
    assert (facture.regime, facture.nature_assurance, facture.tiers_payant) == ("", "", None)
    assert facture.date_facturation == dt.date(2026, 1, 5)  # of the batch
    assert facture.montant_depense == 3600


def test_an_invoice_of_nothing_known() -> None:
    facture = Facture([], [], [])
    assert (facture.numero, facture.nir, facture.cle_nir, facture.numero_ps) == ("", "", "", "")
    assert (facture.norme, facture.numero_lot, facture.date_lot) == ("", "", None)
    assert (facture.actes, facture.montant_depense) == ((), 0)
    assert repr(facture) == "<Facture no. ? lot ?: 0 records>"


# --- acts -----------------------------------------------------------------------------------------------


def test_acts_of_city_care() -> None:
    first, second = facture_de(PS_RECORDS).actes
    assert (first.code, first.date, first.date_fin) == ("C", dt.date(2026, 1, 4), dt.date(2026, 1, 4))
    assert (first.quantite, first.denombrement, first.coefficient) == (1, 1, Decimal("1.00"))
    assert (first.prix_unitaire, first.base_remboursement, first.taux) == (2500, 2500, 70)
    assert (first.montant_amo, first.montant_depense, first.montant_amc) == (1750, 2600, 75)
    assert (first.numero_executant, first.qualificatif_depense, first.is_hospital) == (PS, "", False)
    assert [record.type for record in first.records] == ["4", "4S", "4M"]
    detail = first.complement("4M")
    assert detail is not None
    assert detail.text("code_ccam") == "HBMD038"
    assert (second.code, second.qualificatif_depense, second.complements) == ("MD", "D", ())


def test_acts_of_an_establishment() -> None:
    stay, fees = facture_de(CP_RECORDS).actes
    assert (stay.code, stay.is_hospital, stay.date, stay.date_fin) == (
        "SNS",
        True,
        dt.date(2026, 1, 5),
        dt.date(2026, 1, 5),
    )
    assert (stay.quantite, stay.denombrement, stay.coefficient) == (1, None, Decimal("1.00"))
    assert (stay.base_remboursement, stay.montant_amo, stay.montant_depense) == (10530, 10530, 10530)
    assert (fees.code, fees.is_hospital, fees.coefficient) == ("CS", False, Decimal("1.00"))
    assert (fees.base_remboursement, fees.montant_amo, fees.montant_amc) == (3000, 1800, 500)


@pytest.mark.parametrize(
    ("code", "qualifier", "expected"),
    [("C", "L", True), ("SGA", " ", True), ("DPS", " ", True), ("C", " ", None), ("C", "D", None)],
)
def test_relation_with_article_l115(code: str, qualifier: str, expected: bool | None) -> None:
    facture = facture_de(flux_ps([facture_ps(1, [Ligne(code, qualificatif=qualifier)])]))
    assert facture.actes[0].en_rapport_l115 is expected


def test_values_that_cannot_be_read_are_absent() -> None:
    records = put(put(PS_RECORDS, 5, 68, "26XX04"), 5, 106, "17O5000")
    acte = facture_de(records).actes[0]
    assert (acte.date, acte.montant_amo) == (None, None)
    assert facture_de(records).montant_amo == 700
    records = put(PS_RECORDS, 5, 106, "   1750")  # spaces for zeros are read
    assert facture_de(records).actes[0].montant_amo == 1750


def test_a_complement_before_any_line_belongs_to_no_act() -> None:
    records = [*PS_RECORDS[:5], PS_RECORDS[6], *PS_RECORDS[5:]]
    facture = facture_de(records)
    assert [[r.type for r in acte.records] for acte in facture.actes] == [["4", "4S", "4M"], ["4"]]


# --- what is shown --------------------------------------------------------------------------------------


def test_representations_show_nobody() -> None:
    flux = read_flux(octets(PS_RECORDS))
    facture = flux.factures[0]
    acte = facture.actes[0]
    assert repr(facture) == "<Facture no. 000000042 lot 001: 8 records>"
    assert repr(acte) == "<Acte C 2026-01-04 2600 c>"
    for shown in map(repr, (flux, facture, acte, flux.lots[0], flux.norme)):
        assert PERSONNES[1][0] not in shown
        assert PERSONNES[1][0][:7] not in shown


# --- edition --------------------------------------------------------------------------------------------


def test_an_edited_field_changes_its_bytes_and_no_other() -> None:
    data = octets(PS_RECORDS, "\n")
    flux = read_flux(data)
    for old in flux.records:
        for field in old.layout.fields:
            value = bytes(255 - byte for byte in old.raw[field.slice])
            edited = flux.replaced(old, old.replace(**{field.name: value})).to_bytes()
            start = old.offset + field.slice.start
            assert edited[:start] == data[:start]
            assert edited[start : start + field.length] == value
            assert edited[start + field.length :] == data[start + field.length :]


def test_an_edited_flow_leaves_the_first_one_as_it_was() -> None:
    flux = read_flux(octets(PS_RECORDS))
    line = flux.factures[0].actes[0].principal
    edited = flux.replaced(line, line.replace(montant_depense=2700))
    assert isinstance(edited, Flux)
    assert edited.factures[0].actes[0].montant_depense == 2700
    assert edited.factures[0].lot is edited.lots[0].entete
    assert flux.factures[0].actes[0].montant_depense == 2600
    assert flux.to_bytes() == octets(PS_RECORDS)


def test_an_act_may_be_made_of_records() -> None:
    facture = facture_de(PS_RECORDS)
    acte = Acte(facture.records[3])
    assert (acte.code, acte.complements) == ("C", ())
