"""Facts told by a Vitale card."""

from __future__ import annotations

import pytest
from rights_samples import day

from flatfile import FormatError
from fse.rights import Droit, Rights
from fse.rights.carte import droits_de_carte
from fse.rights.fichier import nature_of, read_droits
from fse.ssv import AssureCarte, BeneficiaireCarte, CouvertureCarte, DroitsCarte, Zone, build_carte_vitale

NIR = "2840299999042"
READ = day("2026-01-02")


def card(*people: BeneficiaireCarte, **insured: object) -> Zone:
    head = AssureCarte(
        nir=NIR, code_regime="08", caisse_gestionnaire="756", centre_gestionnaire="0100", **insured
    )  # type: ignore[arg-type]
    return build_carte_vitale(head, people)


def person(**changes: object) -> BeneficiaireCarte:
    values = {"nom_usuel": "FICTIF", "prenom": "ODETTE", "date_naissance": day("1984-02-29")} | changes
    return BeneficiaireCarte(**values)  # type: ignore[arg-type]


def facts(*people: BeneficiaireCarte, **insured: object) -> list[Droit]:
    return list(droits_de_carte(card(*people, **insured), READ))


def test_a_beneficiary() -> None:
    (told,) = facts(
        person(nom_patronymique="EXEMPLE", droits=[DroitsCarte(day("2020-01-01"), day("2030-12-31"))])
    )
    assert told == Droit(
        nir=NIR,
        cle_nir="88",
        date_naissance="19840229",
        rang_naissance="1",
        nom="FICTIF",
        nom_patronymique="EXEMPLE",
        prenom="ODETTE",
        qualite="0",
        regime="08",
        caisse="756",
        centre="0100",
        ouvert_du=day("2020-01-01"),
        ouvert_au=day("2030-12-31"),
        c2s=False,
        service_amo="0",
        code_couverture="00100",
        constate_le=READ,
        source="carte",
    )


def test_each_period_is_a_fact() -> None:
    told = facts(
        person(
            droits=[DroitsCarte(day("2020-01-01"), day("2022-12-31")), DroitsCarte(day("2024-01-01"))],
            couvertures=[
                CouvertureCarte(),
                CouvertureCarte("1", "0101", day("2024-01-01"), day("2026-12-31")),
                CouvertureCarte("1", "0102", day("2027-01-01")),
            ],
        )
    )
    assert [(one.ouvert_du, one.code_couverture) for one in told] == [
        (day("2020-01-01"), "00100"),
        (day("2024-01-01"), "10101"),
        (None, "10102"),
    ]
    rights = Rights.of(told)
    answer = rights.at(NIR, "840229", "1", day("2025-06-01"))
    assert answer is not None
    assert (answer.ouvert, answer.code_couverture, answer.exonerations) == (True, "10101", ("4",))
    closed = rights.at(NIR, "840229", "1", day("2023-06-01"))
    assert closed is not None
    assert closed.ouvert is False


def test_a_birth_date_that_no_calendar_has_and_an_own_nir() -> None:
    told = facts(
        person(),
        person(prenom="PETIT", date_naissance="201213320000", qualite="6", nir_certifie="2120199999001"),
    )
    assert [one.personne.naissance for one in told] == ["840229", "121332"]
    rights = Rights.of(told)
    assert [one.prenom for one in rights.assure("", "2120199999001")] == ["PETIT"]


@pytest.mark.parametrize(
    ("own", "family", "expected"),
    [
        ({"service_amo": "03"}, {}, (True, "03")),
        ({"service_amo": "10"}, {}, (False, "10")),
        ({"service_amo": "11"}, {}, (None, "11")),
        ({}, {"service_amo_famille": "1"}, (True, "1")),
        ({"service_amo": "02"}, {"service_amo_famille": "1"}, (True, "02")),
    ],
)
def test_c2s(own: dict[str, str], family: dict[str, str], expected: tuple[bool | None, str]) -> None:
    (told,) = facts(person(**own), **family)
    assert (told.c2s, told.service_amo) == expected


def test_what_a_card_does_not_tell() -> None:
    (told,) = facts(person(couvertures=[]))
    assert (told.exoneration, told.medecin_traitant, told.smg, told.ouvert_du) == ("", None, None, None)


# --- files ----------------------------------------------------------------------------------------------


def test_a_file_is_recognised_by_its_content() -> None:
    data = card(person()).to_bytes()
    assert nature_of(data) == "carte"
    assert [one.constate_le for one in read_droits(data, READ)] == [READ]
    csv = b"nir,date_naissance,constate_le\n2840299999042,19840229,2025-01-01\n2840299999042,19840229,\n"
    assert nature_of(csv) == "csv"
    assert [one.constate_le for one in read_droits(csv, READ)] == [day("2025-01-01"), READ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "fichier.vide"),
        (b"%PDF-1.7 ...", "droits.autre-fichier"),
        (Zone.build([(1, [b"1"])]).to_bytes(), "droits.autre-fichier"),
        (build_carte_vitale(AssureCarte(nir="0" * 13, cle_nir="00"), []).to_bytes(), "droits.autre-fichier"),
        (card(person()).to_bytes()[:-5], "zone.groupe-deborde"),
    ],
)
def test_files_without_rights(data: bytes, code: str) -> None:
    with pytest.raises(FormatError) as raised:
        list(read_droits(data, READ))
    assert raised.value.code == code


def test_two_cards_end_to_end_give_nobody_the_people_of_another() -> None:
    one = card(person())
    with pytest.raises(FormatError) as caught:
        list(read_droits(one.raw * 2, day("2025-03-14")))
    assert (caught.value.code, caught.value.offset) == ("zone.groupe-double", len(one.raw))
