"""Each rule, broken in the flow or on the card: it is found, and it alone."""

import datetime as dt

import pytest
from ssv_compared import (
    DAY,
    HEADER,
    LINE,
    OTHER_PS,
    OWN,
    PS,
    adult,
    card,
    compared,
    cps,
    flow,
    young,
)
from ssv_samples import CHILD_NIR, INSURED_NIR

from codes.keys import luhn9
from codes.lists import b2
from codes.rules import Severity, catalogue
from fixtures.cartes import carte_de, cps_de
from fixtures.generate import Parametres, generate
from flatfile import FormatError
from fse import Checker, check, read_flux
from fse.compare import ComparedReading
from fse.rules.registre import CLAIMS
from fse.ssv import AmcCarte, DroitsCarte, MutuelleCarte, Zone
from fse.ssv.cartes_lues import near
from fse.ssv.comparaison import CardSource

RIGHTS = [DroitsCarte(dt.date(2020, 1, 1), DAY - dt.timedelta(days=1))]
LATER = AmcCarte("12345678", dt.date(2026, 1, 1), dt.date(2026, 12, 31), numero_adherent="ADH00042")
OTHER_MEMBER = AmcCarte("12345678", dt.date(2025, 1, 1), dt.date(2025, 12, 31), numero_adherent="ADH00099")
OTHER_AMC = AmcCarte("87654321", dt.date(2025, 1, 1), dt.date(2025, 12, 31))
TWINS = {"date_naissance": dt.date(1984, 2, 29), "qualite": "0", "nir_certifie": "", "amc": None}

#: Rule -> flow, cards, cards of professionals; then record, type, field and expected of the only finding.
FAULTS = {
    "carte.nir": [
        (flow(adult(nir="2840299999402")), card(), None, (3, "2", "nir", "")),
        (flow(adult(nir="2840299990042")), card(), None, (3, "2", "nir", "")),
        (flow(adult()), card({"nir": "2840299999024", "cle_nir": "88"}), None, (3, "2", "nir", "")),
    ],
    "carte.cle-nir": [
        (flow(adult(cle_nir="89")), card(), None, (3, "2", "cle_nir", "")),
        (flow(adult()), card({"cle_nir": "12"}), None, (3, "2", "cle_nir", "")),
    ],
    "carte.organisme": [
        (flow(adult(caisse="421")), card(), None, (3, "2", "caisse", "01 999 0000")),
        (flow(adult(regime="02")), card(), None, (3, "2", "regime", "01 999 0000")),
        (flow(adult(centre="0100")), card(), None, (3, "2", "centre", "01 999 0000")),
        (flow(adult()), card({"caisse_gestionnaire": "421"}), None, (3, "2", "caisse", "01 421 0000")),
    ],
    "carte.marquage": [(flow(adult(marquage="R")), card(), None, (3, "2", "marquage", "T"))],
    "carte.fin-validite": [
        (flow(adult()), card({"date_fin_validite": dt.date(2025, 1, 1)}), None, (4, "4", "date_acte", "")),
        (
            flow(adult({"date_acte": dt.date(2031, 1, 1)})),
            card(first={"droits": [DroitsCarte(dt.date(2020, 1, 1))]}),
            None,
            (4, "4", "date_acte", ""),
        ),
    ],
    "carte.date-naissance": [
        (flow(adult(date_naissance="840228")), card(), None, (3, "2", "date_naissance", "")),
        (
            flow(adult()),
            card(first={"date_naissance": dt.date(1985, 2, 28)}),
            None,
            (3, "2", "date_naissance", ""),
        ),
    ],
    "carte.rang-naissance": [
        (flow(adult(rang_naissance="2")), card(), None, (3, "2", "rang_naissance", "1")),
        (
            flow(adult(rang_naissance="3")),
            card(second=TWINS | {"rang_naissance": "2"}),
            None,
            (3, "2", "rang_naissance", "1, 2"),
        ),
    ],
    "carte.nir-beneficiaire": [
        (
            flow(young(own=("2S", {"nir_individuel": INSURED_NIR, "cle_nir_individuel": "88"}))),
            card(),
            None,
            (4, "2S", "nir_individuel", ""),
        ),
        (flow(young()), card(second={"nir_certifie": INSURED_NIR}), None, (4, "2S", "nir_individuel", "")),
    ],
    "carte.qualite": [
        (
            flow(young(names=("2B", {"qualite_beneficiaire": "A", "civilite": "M"}))),
            card(),
            None,
            (5, "2B", "qualite_beneficiaire", "E"),
        ),
        (flow(young()), card(second={"qualite": "2"}), None, (5, "2B", "qualite_beneficiaire", "C")),
    ],
    "carte.droits": [
        (flow(adult({"date_acte": dt.date(2019, 12, 31)})), card(), None, (4, "4", "date_acte", "")),
        (flow(adult()), card(first={"droits": RIGHTS}), None, (4, "4", "date_acte", "")),
    ],
    "carte.c2s": [
        (flow(adult()), card(first={"service_amo": "3"}), None, (3, "2", "type_contrat_oc", "89")),
        (flow(adult()), card({"service_amo_famille": "1"}), None, (3, "2", "type_contrat_oc", "89")),
        (
            flow(adult()),
            card(first={"mutuelle": MutuelleCarte("99999997", indicateur_traitement_mutuelle="62")}),
            None,
            (3, "2", "type_contrat_oc", "89"),
        ),
    ],
    "carte.organisme-complementaire": [
        (
            flow(young(organisme_complementaire="75500017")),
            card(),
            None,
            (3, "2", "organisme_complementaire", "12345678"),
        ),
        (
            flow(young()),
            card(second={"amc": OTHER_AMC}),
            None,
            (3, "2", "organisme_complementaire", "87654321"),
        ),
        (
            flow(young()),
            card(second={"amc": None, "mutuelle": MutuelleCarte("87654321")}),
            None,
            (3, "2", "organisme_complementaire", "87654321"),
        ),
    ],
    "carte.numero-adherent": [
        (flow(young(numero_adherent="ADH00043")), card(), None, (3, "2", "numero_adherent", "")),
        (flow(young()), card(second={"amc": OTHER_MEMBER}), None, (3, "2", "numero_adherent", "")),
    ],
    "carte.droits-complementaire": [
        (flow(young()), card(second={"amc": LATER}), None, (3, "2", "organisme_complementaire", "")),
        (
            flow(young(organisme_complementaire="11111111")),
            card(second={"amc": None, "mutuelle": MutuelleCarte("11111111", droits=RIGHTS)}),
            None,
            (3, "2", "organisme_complementaire", ""),
        ),
    ],
    "carte.numero-ps": [
        (flow(adult(), numero_ps="991068140"), None, cps(), (3, "2", "numero_ps", "")),
        (flow(adult(), numero_ps="991086040"), None, cps(), (3, "2", "numero_ps", "")),
    ],
    "carte.specialite": [
        (flow(adult({"specialite_executant": "22"})), None, cps(), (4, "4", "specialite_executant", "01")),
        (flow(adult()), None, cps(specialite="10"), (4, "4", "specialite_executant", "10")),
    ],
    "carte.zone-tarif": [
        (flow(adult({"zone_tarif": "20"})), None, cps(), (4, "4", "zone_tarif", "10")),
        (flow(adult()), None, cps(zone_tarif="24"), (4, "4", "zone_tarif", "24")),
    ],
    "carte.condition-exercice": [
        (
            flow(adult()),
            None,
            cps(mode_exercice="1"),
            (5, "4S", "condition_exercice_executant", "B, S"),
        ),
        (
            flow((HEADER, [("4", LINE), ("4S", {"condition_exercice_executant": "S"})])),
            None,
            cps(),
            (5, "4S", "condition_exercice_executant", "L"),
        ),
    ],
}

CASES = [
    pytest.param(*case, rule, id=f"{rule} {rank}")
    for rule, cases in FAULTS.items()
    for rank, case in enumerate(cases)
]

#: Rules that only count.
COUNTS = {"carte.comparee", "carte.autre-personne", "carte.comparee-cps", "carte.autre-professionnel"}


def source(cards=None, professionals=None):
    return CardSource.of([cards] if cards else [], [professionals] if professionals else [])


@pytest.mark.parametrize(("data", "cards", "professionals", "expected", "rule"), CASES)
def test_what_is_found(data, cards, professionals, expected, rule):
    # Both cards are given: nothing but what was broken disagrees.
    both = source(cards or card(), professionals or cps())
    (found,), _ = compared(both, data)
    assert (found.rule, (found.record, found.type, found.field, found.expected)) == (rule, expected)
    (record,) = [one for one in read_flux(data).records if one.number == found.record]
    where = record.layout.by_name[found.field]
    assert (found.offset, found.length) == (record.offset + where.start - 1, where.length)
    assert found.lot == "001"


def test_cards_and_flow_that_agree_say_nothing():
    found, counts = compared(source(card(), cps()), flow(adult(), young(numero_facture="000000002")))
    assert found == []
    assert [(one.rule, one.count) for one in counts] == [("carte.comparee", 2), ("carte.comparee-cps", 2)]


def test_every_rule_is_broken_above_and_claimed_by_one_check():
    family = {id for id, rule in catalogue().items() if rule.family == "carte"}
    assert set(FAULTS) | COUNTS == family
    assert {id for id in CLAIMS if id.startswith("carte.")} == family


@pytest.mark.parametrize("rule", [*FAULTS, *sorted(COUNTS)])
def test_a_card_is_never_a_reason_to_refuse(rule):
    assert catalogue()[rule].severity is (Severity.INFO if rule in COUNTS else Severity.WARNING)


# --- what is not judged ---------------------------------------------------------------------------------


@pytest.mark.parametrize("nir", ["", "0" * 13])
def test_a_card_that_tells_nobody_is_refused(nir: str) -> None:
    """All invoices would be said to be of another insured person."""
    with pytest.raises(FormatError) as caught:
        CardSource.of([Zone(card()).replace(1, "nir", nir).raw])
    assert caught.value.code == "zone.sans-nir"


def test_other_people_and_professionals_are_counted():
    data = flow(
        adult(), adult(nir="1770288888042", cle_nir="25", numero_facture="000000002"), numero_ps=OTHER_PS
    )
    found, counts = compared(source(card(), cps()), data)
    assert found == []
    assert [(one.rule, one.count, one.record) for one in counts] == [
        ("carte.comparee", 1, 0),
        ("carte.autre-personne", 1, 0),
        ("carte.autre-professionnel", 2, 0),
    ]


@pytest.mark.parametrize(
    ("data", "cards"),
    [
        (flow(adult(nir="2840299999402", cle_nir="40")), card()),  # another key: another person
        (
            flow(adult(regime="08", caisse="835", centre="0300")),
            card({"code_regime": "08", "caisse_gestionnaire": "756"}),
        ),
        (flow(adult()), card({"centre_gestionnaire": ""})),
        (flow(adult()), card(first={"droits": []})),
        (flow(adult()), card({"date_fin_validite": None})),
        (flow(adult(rang_naissance="0")), card()),
        (flow(adult(rang_naissance="0")), card(second=TWINS | {"rang_naissance": "2"})),
        (
            flow(young(names=("2B", {"qualite_beneficiaire": "AA", "civilite": "M"}))),
            card(second={"qualite": "9"}),
        ),
        (flow(young(own=("2S", {}))), card()),
        (flow(young(organisme_complementaire="")), card()),
        (flow(young()), card(second={"amc": None})),
        (flow(young(organisme_complementaire="0012345678")), card()),
        (flow(young(organisme_complementaire="99999999")), card(second={"amc": LATER})),
        (flow(young(numero_adherent="")), card()),
        (flow(adult({"montant_amo": 2500, "taux": 100})), card(first={"service_amo": "3"})),
        (flow(adult(nature_assurance="41")), card(first={"service_amo": "3"})),
        (flow(adult(type_contrat_oc="89")), card(first={"service_amo": "3"})),
        (flow(adult()), card(first={"service_amo": "3", "date_fin_service_amo": dt.date(2024, 1, 1)})),
        (flow(adult()), card(first={"service_amo": "3", "date_debut_service_amo": dt.date(2026, 1, 1)})),
        (flow(adult()), card(first={"service_amo": "10"})),
    ],
)
def test_nothing_is_said(data, cards):
    found, _ = compared(source(cards), data)
    assert found == []


@pytest.mark.parametrize(
    ("data", "professionals"),
    [
        (flow(adult({"numero_executant": OTHER_PS, "specialite_executant": "26"})), cps()),
        (flow(adult()), cps(specialite="")),
        (flow(adult()), cps(specialite="1")),
        (flow(adult({"zone_tarif": "00"})), cps()),
        (flow(adult()), cps(mode_exercice="3")),
        (flow(adult(), numero_ps=OTHER_PS), cps()),
    ],
)
def test_nothing_is_said_of_the_professional(data, professionals):
    found, _ = compared(source(None, professionals), data)
    assert found == []


def test_a_professional_with_several_situations():
    second = Zone(cps(numero_logique_situation="2", specialite="22")).groups[1]
    zone = Zone(cps() + bytes(second.raw))
    found, _ = compared(CardSource.of([], [zone.raw]), flow(adult({"specialite_executant": "22"})))
    assert found == []


def test_a_damaged_header_is_not_judged():
    data = flow(adult(caisse="421"))
    at = data.index(INSURED_NIR.encode())
    for piece in (b"X", b"\0", b" "):
        found, counts = compared(source(card(), cps()), data[:at] + piece + data[at + 1 :])
        assert (found, counts) == ([], [])


def test_each_fault_is_told_once_an_invoice():
    header, records = adult({"date_acte": dt.date(2019, 1, 1), "specialite_executant": "22"})
    found, _ = compared(source(card(), cps()), flow((header, records * 3)))
    assert [one.rule for one in found] == ["carte.droits", "carte.specialite"]


def test_several_cards():
    other = card({"nir": "1770288888042"}, first={"qualite": "0"})
    data = flow(adult(), adult(nir="1770288888042", cle_nir="69", numero_facture="000000002"))
    found, counts = compared(CardSource.of([card(), other], []), data)
    assert [one.rule for one in found] == ["carte.cle-nir"]
    assert [(one.rule, one.count) for one in counts] == [("carte.comparee", 2)]


# --- with the check of the flow -------------------------------------------------------------------------


def test_findings_come_in_their_places():
    data = flow(adult(caisse="421"), adult({"montant_amo": 9999}, numero_facture="000000002", caisse="421"))
    plain = list(check(data))
    reading = ComparedReading(data, [source(card(), cps()).open()])
    with reading.source:
        merged = list(reading.merged(Checker(reading, b2()).findings()))
    assert [one for one in merged if not one.rule.startswith("carte.")] == plain
    placed = [(one.record, one.offset) for one in merged if one.record]
    assert placed == sorted(placed)
    assert [one.rule for one in merged if one.rule.startswith("carte.")] == [
        "carte.organisme",
        "carte.organisme",
        "carte.comparee",
        "carte.comparee-cps",
    ]


@pytest.mark.parametrize("engine", ["fast", "reference"])
def test_no_finding_waits_for_the_end_of_a_flow_that_is_otherwise_clean(engine):
    flows = [
        adult({"date_acte": DAY - dt.timedelta(number)}, numero_facture=f"{number:09d}", caisse="421")
        for number in range(1, 60)
    ]
    reading = ComparedReading(flow(*flows), [source(card(), cps()).open()])
    told = 0
    with reading.source:
        for finding in reading.merged(Checker(reading, b2(), engine).findings()):
            told += finding.rule == "carte.organisme"
            assert len(reading._waiting) <= 1  # of the next invoice, which is looked at before
    assert told == 59


@pytest.mark.parametrize("profile", ["medecin", "infirmier", "dentiste", "hopital", "smg", "cabinet"])
def test_the_synthetic_world_agrees_with_its_cards(profile):
    """But for those whose rights are closed, which the generator means."""
    for flux in generate(Parametres(profile, seed=11, invoices=25)):
        days = [acte.date for facture in read_flux(flux.data).factures for acte in facture.actes]
        for truth in flux.factures:
            cards = CardSource.of([carte_de(truth.personne, min(days), max(days))], [cps_de(truth.praticien)])
            found, _ = compared(cards, flux.data)
            mine = [one.rule for one in found if one.facture == truth.numero]
            assert set(mine) <= {"carte.droits"}


def test_a_card_that_is_none():
    for given in ([cps()], [b"000"], [card()[:-1]]):
        with pytest.raises(FormatError):
            CardSource.of(given, [])


def test_nearly_the_same_number():
    others = set(near(CHILD_NIR))
    assert CHILD_NIR not in others
    assert len(others) == 13 * 9 + len({at for at in range(12) if CHILD_NIR[at] != CHILD_NIR[at + 1]})
    # No other number one digit away has a right key: a near number is a mistake.
    assert [number for number in near(PS) if luhn9.is_valid(number)] == []
    assert LINE["numero_executant"] == PS
    assert OWN[1]["nir_individuel"] == CHILD_NIR
