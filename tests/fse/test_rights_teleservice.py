"""Answers of teleservices: ADRi as JSON, a client of FSV as XML. Nobody here exists."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from codes.keys import nir as nir_keys
from flatfile import FormatError
from fse.rights import au_jour
from fse.rights.fichier import nature_of, read_droits
from fse.rights.teleservice import answer_form, read_answer
from noemie.documents.recognise import recognise

NIR = "1800199999999"
KEY = nir_keys.calc_check_digits(NIR)
DAY = dt.date(2026, 1, 15)

ADRI = {
    "dateReponse": "20260110",
    "infosGlobales": {
        "codeRegime": "08",
        "codeCaisse": "756",
        "centrePrestation": "0100",
        "codePresentationSupportAMO": "4",
    },
    "beneficiaireDeSoins": {
        "numero": "1",
        "nomUsuel": "FACTICE",
        "nomPatronymique": "IMAGINAIRE",
        "prenom": "JEAN",
        "adresse1": "1 RUE INVENTEE",
        "noNIRCertifie": NIR + KEY,
        "dateNaissance": "19800000",
        "rangGemellaire": "1",
        "qualite": "0",
        "codeServiceAMO": "03",
        "dateDebutServiceAMO": "20250601",
        "dateFinServiceAMO": "20260531",
        "topMedecinTraitant": "0",
        "lstPeriodeAMO": [{"dateDebut": "20200101", "dateFin": "00000000"}],
        "lstPeriodeCodeCouverture": [
            {"codeALD": "0", "codeSituation": "0100", "dateDebut": "20200101", "dateFin": "20251231"},
            {"codeALD": "1", "codeSituation": "0100", "dateDebut": "20260101", "dateFin": "20301231"},
        ],
    },
    "mutuelle": {"identifiant": "12345678"},
}

FSV = f"""<?xml version="1.0" encoding="UTF-8"?>
<c:ConsulterClientRsp xmlns:c="urn:exemple"><c:client>
 <c:individu><c:nomUsuel>FACTICE</c:nomUsuel><c:prenom>JEANNE</c:prenom><c:rangGem>1</c:rangGem>
  <c:dateNaissance>1980-01-01</c:dateNaissance><c:isDateLunaire>false</c:isDateLunaire>
  <c:nirIndividu>{NIR}</c:nirIndividu><c:nirIndividuCle>{KEY}</c:nirIndividuCle>
  <c:codeServiceAMO>00</c:codeServiceAMO></c:individu>
 <c:couvertureAMO><c:dateDeb>2024-01-01</c:dateDeb><c:dateFin>2026-12-31</c:dateFin><c:isTp>true</c:isTp>
  <c:codeAld>1</c:codeAld><c:codeNatureAssurance>10</c:codeNatureAssurance>
  <c:codeJustifExoneration>4</c:codeJustifExoneration>
  <c:tiers><c:grandRegime>1</c:grandRegime><c:codeCaisse>421</c:codeCaisse><c:codeCentre>0</c:codeCentre>
   <c:orgDest>421</c:orgDest><c:centreInfo>16</c:centreInfo></c:tiers></c:couvertureAMO>
 <c:couvertureAMC><c:dateDeb>2026-01-01</c:dateDeb><c:dateFin>2026-12-31</c:dateFin><c:isCmu>true</c:isCmu>
 </c:couvertureAMC>
</c:client></c:ConsulterClientRsp>
""".encode()


def adri(**changes):
    return json.dumps(ADRI | changes).encode()


def test_an_adri_answer_gives_a_fact_for_each_period():
    first, second = read_answer(adri())
    assert (first.nir, first.cle_nir, first.nir_individuel) == (NIR, KEY, NIR)
    assert (first.nom, first.nom_patronymique, first.prenom) == ("FACTICE", "IMAGINAIRE", "JEAN")
    assert (first.date_naissance, first.rang_naissance, first.qualite) == ("19800000", "1", "0")
    assert first.organisme == ("08", "756", "0100")
    assert (first.ouvert_du, first.ouvert_au) == (dt.date(2020, 1, 1), None)
    assert (first.c2s, first.c2s_du, first.c2s_au) == (True, dt.date(2025, 6, 1), dt.date(2026, 5, 31))
    assert (first.constate_le, first.source) == (dt.date(2026, 1, 10), "adri")
    assert (second.code_couverture, second.couverture_du) == ("10100", dt.date(2026, 1, 1))
    assert second.ouvert_du is None
    assert au_jour([first, second], DAY).exonerations == ("4",)
    assert au_jour([first, second], dt.date(2025, 12, 1)).exonerations == ("0",)


@pytest.mark.parametrize("top", ["0", "1", "O", None])
def test_the_medecin_traitant_of_adri_is_left_out(top):
    person = ADRI["beneficiaireDeSoins"] | {"topMedecinTraitant": top}
    assert {one.medecin_traitant for one in read_answer(adri(beneficiaireDeSoins=person))} == {None}


def test_several_answers_in_a_document():
    data = json.dumps({"reponses": [{"adri": ADRI}, {"adri": ADRI}]}).encode()
    assert len(list(read_answer(data))) == 4


def test_a_client_of_fsv():
    (fact,) = read_answer(FSV, DAY)
    assert (fact.nir, fact.cle_nir, fact.nom, fact.prenom) == (NIR, KEY, "FACTICE", "JEANNE")
    assert fact.organisme == ("01", "421", "0000")
    assert (fact.organisme_destinataire, fact.centre_informatique) == ("421", "016")
    assert (fact.ouvert_du, fact.ouvert_au) == (dt.date(2024, 1, 1), dt.date(2026, 12, 31))
    assert (fact.exoneration, fact.couverture_au) == ("4", dt.date(2026, 12, 31))
    assert (fact.c2s, fact.c2s_au) == (True, dt.date(2026, 12, 31))
    assert (fact.constate_le, fact.medecin_traitant) == (DAY, None)


def test_they_are_recognised_and_read_as_rights():
    for data, form, nature in ((adri(), "json", "adri"), (FSV, "xml", "fsv")):
        assert answer_form(data) == form
        assert (recognise(data).family, recognise(data).form) == ("droits", form)
        assert nature_of(data) == nature
        assert list(read_droits(data, DAY))


@pytest.mark.parametrize(
    "data",
    [
        adri()[:-5],
        adri().replace(b'"qualite"', b'"qualite": "0", "qualite"', 1),
        adri(beneficiaireDeSoins={"nomUsuel": "SANS NIR"}),
        FSV[:-40],
        FSV.replace(b"<c:Con", b'<!DOCTYPE x [<!ENTITY e "eee">]>\n<c:Con', 1),
        FSV.replace(NIR.encode(), b"INCONNU"),
        b"[" * 5000 + b'"beneficiaireDeSoins"',
    ],
    ids=["cut", "twice", "nobody", "cut-xml", "doctype", "no-nir", "deep"],
)
def test_what_cannot_be_read_is_refused(data):
    with pytest.raises(FormatError, match=r"droits\.reponse"):
        list(read_answer(data))
