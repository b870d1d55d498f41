"""A personal value that something else spells too, by chance or not: the copy is made, and is right."""

import pytest
from mask_samples import KEY, card, masked, scenario

import fse
import noemie
from codes.keys import at, nir
from fse.ssv import check as check_zone
from fse.ssv import read_zone
from noemie.documents.mask.copies import mask_bytes, verify
from noemie.documents.mask.numbers import mask_accident, mask_nir, mask_professional
from noemie.returns.arl import read_arls, write_arls


def accident_card(number):
    """The card of the samples with this accident number."""
    data = card().to_bytes()
    group = read_zone(data).find(103)
    at_fields = [p for p, v in zip(group.pieces(), group.fields, strict=True) if v == b"97777777"]
    (piece,) = at_fields
    assert len(number) == 8
    return data[: piece.start] + number + data[piece.stop :]


@pytest.mark.parametrize("number", [b"20200101", b"20301231"])
def test_the_number_of_an_accident_may_be_a_date_of_the_card(number):
    data = accident_card(number)
    copy, report = mask_bytes(data, KEY)
    assert report.survivals == 0
    one, other = read_zone(data), read_zone(copy)
    assert other.find(105).fields[:2] == one.find(105).fields[:2]
    day = next(b for a, b in zip(one.find(103).fields, other.find(103).fields, strict=True) if a == number)
    assert day != number
    assert day < number
    assert [(f.rule, f.offset) for f in check_zone(one)] == [(f.rule, f.offset) for f in check_zone(other)]
    assert verify(data, copy) == []


def test_a_number_of_zeros_that_amounts_spell():
    retour = noemie.read_retour(scenario(family="longue", envelope="P1")[1][0])
    person = next(r for r in retour.entites if r.type == "103")
    closing = next(r for r in retour.entites if r.type == "990")
    number = closing.text("compteur_niveau_inferieur")[-1] + closing.text("cumul_montants")
    assert number.count("0") > 8
    assert number.encode() in closing.raw
    data = retour.replace(person, prenom_assure=number).to_bytes()
    copy, report = mask_bytes(data, KEY)
    found = noemie.read_retour(copy).entites
    assert found[person.number - 1]["prenom_assure"] != number
    assert found[closing.number - 1].raw == closing.raw
    assert report.by_chance
    assert verify(data, copy) == []


def test_a_reference_that_is_a_short_personal_number_gets_its_pseudonym():
    flow = fse.read_flux(scenario("medecin")[0][0])
    header = flow.factures[0].entete
    data = flow.replaced(
        header, header.replace(numero_adherent="123456", organisme_complementaire="0000123456")
    ).to_bytes()
    copy = masked(data)
    found = fse.read_flux(copy).factures[0].entete
    assert found.text("numero_adherent") != "123456"
    assert found["organisme_complementaire"] == "0000" + found.text("numero_adherent")
    assert verify(data, copy) == []


def test_a_name_that_codes_spell_is_taken_out_of_them():
    flow = fse.read_flux(scenario("medecin")[0][0])
    name = next(r for r in flow.records if r.type == "2B")
    line = next(r for r in flow.records if r.type == "4M")
    data = flow.replaced(name, name.replace(prenom_beneficiaire="ZOPU")).to_bytes()
    flow = fse.read_flux(data)
    data = flow.replaced(flow.records[line.number - 1], line.replace(code_ccam="ZOPU-00")).to_bytes()
    copy = masked(data)
    assert fse.read_flux(copy).records[line.number - 1].text("code_ccam") == "XXXX-00"
    assert verify(data, copy) == []


def test_the_pseudonym_of_somebody_may_be_the_number_of_another():
    flow = fse.read_flux(scenario("medecin")[0][0])
    one = flow.factures[0]
    number = mask_nir(KEY, one.nir)
    two = next(f for f in flow.factures if f.nir != one.nir)
    for record in two.records:
        if record.layout.by_name.get("nir"):
            flow = flow.replaced(record, record.replace(nir=number, cle_nir=nir.calc_check_digits(number)))
    data = flow.to_bytes()
    copy, report = mask_bytes(data, KEY)
    assert report.by_chance
    factures = fse.read_flux(copy).factures
    assert factures[0].nir == number
    assert next(f for f in factures if f.numero == two.numero).nir == mask_nir(KEY, number) != number
    assert verify(data, copy) == []
    # Its own number, left in its place, is one all the same.
    place = fse.read_flux(data).factures[0].entete.offset + one.entete.layout.by_name["nir"].slice.start
    assert verify(data, copy[:place] + one.nir.encode() + copy[place + 13 :])


def test_the_number_of_a_professional_may_be_the_pseudonym_of_another():
    arls = scenario()[2]
    data = write_arls(arls)
    number = arls[0].numero_ps
    other = data.replace(number.encode(), mask_professional(KEY, number).encode(), 1)
    copy = masked(other)
    assert read_arls(copy)[0].numero_ps != read_arls(other)[0].numero_ps
    assert verify(other, copy) == []


def test_an_accident_number_of_letters_alone_changes():
    for body in ("ABCDEFGH", "AAAAAAAA", "IHGFEDCB"):
        number = body + at.calc_check_digits(body)
        made = mask_accident(KEY, number)
        assert at.is_valid(made)
        assert all(one != other for one, other in zip(number[:8], made[:8], strict=True))
