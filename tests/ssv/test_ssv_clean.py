"""Zones without anything odd raise no remark; findings are in order and not doubled."""

import pytest
from ssv_samples import (
    AMC,
    CARD,
    COMMON,
    COVER,
    EXAMPLE,
    HEAD,
    MUTUAL,
    MUTUAL_RIGHTS,
    RIGHTS,
    SITUATION,
    WHO,
    child,
    cps,
    family,
    insured,
    invoice,
    person,
)

from fse.ssv import AmcCarte, MutuelleCarte, Zone, build_carte_vitale, check, destinataire, read_zone

MUTUELLE = MutuelleCarte("88888888", indicateur_traitement_mutuelle="62")
INSURER = AmcCarte("12345678", None, None)


@pytest.mark.parametrize(
    "zone",
    [
        Zone(EXAMPLE),
        family(),
        cps(),
        invoice(),
        build_carte_vitale(insured(), [child(mutuelle=MUTUELLE), child(amc=INSURER)] * 9 + [person()]),
        build_carte_vitale(insured(), [person(date_naissance="198413320000")]),
        build_carte_vitale(insured(), [person(service_amo="02"), person(service_amo="10")]),
        build_carte_vitale(insured(nir="284022B999042"), [person()]),
        build_carte_vitale(insured(date_fin_validite=None), [person(nom_usuel="D'ÉON-MARQUEUR " * 3)]),
        Zone.build([*CARD, (109, [*AMC[1][:4], "", "", *AMC[1][6:]]), COMMON]),
        Zone.build([*HEAD, (9999, []), WHO, RIGHTS, (9999, []), COVER, MUTUAL, *[MUTUAL_RIGHTS] * 3]),
        Zone.build([(61, ["M", "T", "1", "OS", "0"]), (60, ["0713", "0345", "0339"])]),
        Zone.build(
            [
                (1, ["0", "9", "123456", "", "", "", ""]),
                (2, [*SITUATION[:8], "2A000268", "9", *SITUATION[10:]]),
            ]
        ),
    ],
)
def test_a_right_zone_has_no_remark(zone):
    unknown = {"zone.groupe-inconnu"}
    assert [finding for finding in check(zone) if finding.rule not in unknown] == []


@pytest.mark.parametrize("group", [group.number for group in family().groups])
def test_damage_hides_what_may_be_missing(group):
    zone = Zone(family().raw[: family().groups[group - 1].stop - 1])
    assert [finding.rule for finding in check(zone)] == ["zone.groupe-deborde"]


def test_findings_come_in_file_order():
    zone = (
        read_zone(EXAMPLE)
        .replace(1, "cle_nir", "00")
        .replace(3, "qualite", "7")
        .replace(1, "code_regime", "77")
    )
    found = list(check(Zone(zone.raw + b"\x00\x6a\x09")))
    assert [finding.rule for finding in found] == [
        "zone.cle-nir",
        "zone.code-inconnu",
        "zone.code-inconnu",
        "zone.groupe-deborde",
    ]
    assert [finding.offset for finding in found] == sorted(finding.offset for finding in found)


@pytest.mark.parametrize(
    ("regime", "caisse", "centre", "expected"),
    [
        *[
            (regime, "345", "0001", "345")
            for regime in ["01", "05", "06", "07", "08", "09", "10", "14", "15", "16", "90", "92"]
        ],
        ("04", "345", "0001", "110"),
        ("12", "345", "0001", "001"),
        ("91", "751", "0501", "999"),
        ("91", "751", "0502", "751"),
        ("91", "345", "0501", "345"),
        *[("93", fund, "0001", "0001") for fund in ["751", "781", "911", "921", "931", "941", "951"]],
        ("93", "345", "0001", "345"),
        ("94", "751", "0511", "0514"),
        ("94", "751", "0512", "0512"),
        ("94", "345", "0511", "345"),
        ("95", "941", "0001", "751"),
        ("95", "345", "0001", "345"),
        ("96", "941", "0001", "751"),
        ("96", "345", "0001", "345"),
        ("02", "345", "0001", None),
        ("", "", "", None),
    ],
)
def test_the_recipient_of_an_invoice(regime, caisse, centre, expected):
    assert destinataire(regime, caisse, centre) == expected
