"""The birth of a newborn is not read from the dates that are the same day."""

from datetime import date

import pytest
from mask_samples import KEY, masked, scenario
from noemie_samples import RETOUR_929

import fse
import noemie
from fse.ssv import AssureCarte, BeneficiaireCarte, build_carte_vitale, read_zone
from noemie.documents.mask.copies import verify
from noemie.documents.mask.numbers import mask_birth


@pytest.mark.parametrize("options", [{}, {"shift_dates": True}], ids=["default", "shifted"])
def test_the_dates_of_an_invoice(options):
    flow = fse.read_flux(scenario("transport")[0][0])
    facture = flow.factures[0]
    born = next(r for r in facture.records if r.type == "4")["date_acte"]
    for record in facture.records:
        if "date_naissance" in record.layout:
            flow = flow.replaced(record, record.replace(date_naissance=born.encode()))
    data = flow.to_bytes()
    copy = masked(data, **options)
    one, other = fse.read_flux(data), fse.read_flux(copy)
    after = other.factures[0].date_naissance
    assert after != born
    told = 0
    for before, record in zip(one.factures[0].records, other.factures[0].records, strict=True):
        for field in before.layout.fields:
            if field.kind.name == "date:AAMMJJ" and before[field.name] == born:
                assert record[field.name] == after, field.name
                told += 1
    assert told > 2
    assert other.lots[0].entete["date_lot"] == one.lots[0].entete["date_lot"] or options
    assert verify(data, copy) == []


def test_care_of_the_day_of_an_other_birth_stays():
    flow = fse.read_flux(scenario("medecin")[0][0])
    day = next(r for r in flow.factures[1].records if r.type == "4")["date_acte"]
    header = flow.factures[0].entete
    copy = fse.read_flux(
        masked(flow.replaced(header, header.replace(date_naissance=day.encode())).to_bytes())
    )
    assert next(r for r in copy.factures[1].records if r.type == "4")["date_acte"] == day


def test_the_dates_of_a_return():
    retour = noemie.read_retour(scenario(family="longue", envelope="P1")[1][0])
    facture = retour.factures[0]
    born = facture.record["date_facturation"]
    person = facture.beneficiaire
    assert born != person["date_naissance"]
    copy = noemie.read_retour(masked(retour.replace(person, date_naissance=born.encode()).to_bytes()))
    told = copy.factures[0]
    assert told.record["date_facturation"] == told.beneficiaire["date_naissance"] != born
    # The batch is found by its date.
    assert told.record["date_lot"] == facture.record["date_lot"]
    assert copy.factures[1].record["date_facturation"] == retour.factures[1].record["date_facturation"]


def test_the_contract_of_a_return_to_an_insurer():
    retour = noemie.read_retour(RETOUR_929)
    contract = next(r for r in retour.entites if r.type == "140")
    copy = noemie.read_retour(masked(retour.replace(contract, date_debut_contrat_1="19851209").to_bytes()))
    number = next(i for i, r in enumerate(copy.entites) if r.type == "140")
    birth = copy.entites[number - 1]["date_naissance"]
    changed = retour.entites[number - 1]["date_naissance"]
    # 140 follows the person whose cover it is.
    data = retour.replace(
        contract, date_debut_contrat_1=f"20{changed[4:]}{changed[2:4]}{changed[:2]}"
    ).to_bytes()
    found = noemie.read_retour(masked(data)).entites[number]["date_debut_contrat_1"]
    assert found[2:] == birth[4:] + birth[2:4] + birth[:2]


def test_the_groups_of_a_card_before_and_after_the_newborn():
    born = date(2024, 2, 29)
    child = BeneficiaireCarte(nom_usuel="FICTIF", prenom="ODETTE", date_naissance=born)
    zone = build_carte_vitale(AssureCarte(nir="2840299999042"), [child])
    family = zone.find(102)
    data = bytearray(zone.to_bytes())
    place = data.index(b"000000000000", family.start)
    data[place : place + 12] = b"202402290000"
    copy = masked(bytes(data))
    assert b"20240229" not in copy
    nir = read_zone(copy).find(101).fields[7].decode()
    day = mask_birth(KEY, nir, "20240229", "AAAAMMJJ").encode()
    assert day in read_zone(copy).find(102).fields[1]
