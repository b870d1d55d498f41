"""The bridge from the cards to the header of an invoice: what is told, from where, what is missing."""

import datetime as dt
import io
import json

import pytest
from ssv_samples import (
    CHILD_NIR,
    EXAMPLE,
    INSURED_NIR,
    MARKERS,
    SITUATION,
    child,
    cps,
    family,
    insured,
    invoice,
    person,
)

from fixtures.cartes import carte_de, cps_de
from fixtures.generate import Parametres, generate
from flatfile import FormatError
from fse import FluxWriter, iter_factures
from fse.ssv import AmcCarte, CouvertureCarte, MutuelleCarte, Zone, bridge, build_carte_vitale
from fse.ssv.card_header import UnknownRank
from fse.ssv.liens import CARD, CPS, REASONS, WHY
from fse.ssv.tables import tables

ONE_SITUATION = Zone(cps().raw[: cps().groups[2].offset])


def told(header):
    return {(each.record, each.field.name): (each.value, each.source) for each in header.donnees}


def missing(header):
    return {each.field.name: each.reason for each in header.manquants}


def test_the_worked_example():
    header = bridge.header(EXAMPLE, ONE_SITUATION)
    assert told(header) == {
        ("2", "nir"): (INSURED_NIR, "101.8"),
        ("2", "cle_nir"): ("88", "101.9"),
        ("2", "regime"): ("01", "101.10"),
        ("2", "caisse"): ("999", "101.11"),
        ("2", "centre"): ("0000", "101.12"),
        ("2", "marquage"): ("T", "101.1"),
        ("2", "date_naissance"): ("840229", "104.12"),
        ("2", "rang_naissance"): ("1", "104.13"),
        ("2", "justification_exoneration"): ("0", "106.3 + 106.4"),
        ("2", "type_contrat_oc"): ("00", "104.15"),
        ("2", "numero_ps"): ("991068040", "2.9 + 2.10"),
        ("2B", "qualite_beneficiaire"): ("A", "104.14"),
        ("4", "numero_executant"): ("991068040", "2.9 + 2.10"),
        ("4", "specialite_executant"): ("01", "2.14"),
        ("4", "zone_tarif"): ("10", "2.15"),
        ("4S", "condition_exercice_executant"): ("L", "2.2"),
    }
    assert header.complements == []
    assert "numero_ps" not in missing(header)


def test_a_child_has_their_own_nir_and_a_birth_date_that_no_calendar_has():
    header = bridge.header(family(), rang="2")
    assert header.entete["nir"] == INSURED_NIR
    assert header.entete["date_naissance"] == "121332"
    assert header.complements == [("2S", {"nir_individuel": CHILD_NIR, "cle_nir_individuel": "52"})]
    assert told(header)["2B", "qualite_beneficiaire"] == ("E", "104.14")
    assert told(header)["2", "organisme_complementaire"] == ("12345678", "109.1")
    assert told(header)["2M", "routage_amc"] == ("MA", "109.7")


def test_what_is_missing_has_its_reason():
    found = missing(bridge.header(EXAMPLE))
    assert found == {
        "numero_ps": "sans-cps",
        "numero_facture": "facture",
        "forcage_amo": "facture",
        "nature_operation": "facture",
        "date_facturation": "facture",
        "top_eclatement": "facture",
        "type_facture": "facture",
        "dispositif_portable": "facture",
        "piece_justificative": "piece",
        "numero_prescripteur": "facture",
        "date_prescription": "facture",
        "regime_prestation": "facture",
        "nature_assurance": "facture",
        "date_maternite": "facture",
        "numero_at": "facture",
        "cps_remplacant": "facture",
        "rang_beneficiaire": "rang",
        "numero_adherent": "vide",
        "specialite_prescripteur": "facture",
        "destinataire_reglement": "facture",
        "organisme_complementaire": "vide",
        "nir_individuel": "vide",
        "cle_nir_individuel": "vide",
        "reference_opposition": "facture",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("00", "104.15")),
        ({"service_amo": "1"}, ("89", "104.15")),
        ({"service_amo": "03"}, ("89", "104.15")),
        ({"service_amo": "10"}, "sans-lien"),
        (
            {"mutuelle": MutuelleCarte("99999997", indicateur_traitement_mutuelle="62")},
            ("89", "107.3"),
        ),
        ({"mutuelle": MutuelleCarte("12345678")}, "sans-lien"),
        ({"mutuelle": MutuelleCarte("12345678", indicateur_traitement_mutuelle="71")}, "sans-lien"),
        ({"amc": AmcCarte("12345678", None, None, indicateur_traitement_amc="60")}, ("89", "109.4")),
        ({"amc": AmcCarte("12345678", None, None, indicateur_traitement_amc="72")}, "sans-lien"),
    ],
)
def test_the_type_of_contract(changes, expected):
    header = bridge.header(build_carte_vitale(insured(), [person(**changes)]))
    found = told(header).get(("2", "type_contrat_oc")) or missing(header)["type_contrat_oc"]
    assert found == expected


def test_the_solidarity_cover_of_the_family():
    header = bridge.header(build_carte_vitale(insured(service_amo_famille="1"), [person()]))
    assert told(header)["2", "type_contrat_oc"] == ("89", "102.1")


def test_a_value_that_does_not_fit_is_missing():
    zone = Zone(EXAMPLE).replace(1, "caisse_gestionnaire", "ABCD").replace(1, "centre_gestionnaire", "")
    found = missing(bridge.header(zone))
    assert (found["caisse"], found["centre"]) == ("forme", "vide")
    zone = Zone(EXAMPLE).replace(3, "date_naissance", "19840229").replace(1, "type_carte_vitale", "S")
    found = missing(bridge.header(zone))
    assert (found["date_naissance"], found["marquage"]) == ("forme", "sans-lien")


def test_a_billing_situation_is_never_chosen_for_the_user():
    assert missing(bridge.header(EXAMPLE, cps()))["numero_ps"] == "situations"
    assert bridge.header(EXAMPLE, cps(), situation="2").entete["numero_ps"] == "991068040"
    assert missing(bridge.header(EXAMPLE, cps(), situation="9"))["numero_ps"] == "situations"


def test_a_locum():
    values = [*SITUATION]
    values[1], values[10], values[11] = "4", "99107804", "2"
    zone = Zone.build([(1, list(cps().groups[0].fields)), (2, values)])
    found = told(bridge.header(EXAMPLE, zone))
    assert found["4S", "numero_remplacant"] == ("991078042", "2.11 + 2.12")
    assert found["4S", "condition_exercice_executant"] == ("L", "2.2")


@pytest.mark.parametrize("norm", ["PS-2003C", "CP-2005E", "CP-2003C"])
def test_each_norm_has_its_fields(norm):
    header = bridge.header(family(), ONE_SITUATION, norm=norm)
    assert header.entete["regime"] == "01"
    assert ("marquage" in header.entete) is (norm == "PS-2003C")
    assert {each.record for each in header.manquants} == {"2", "2S"}


def test_confidence_is_that_of_the_weakest():
    header = bridge.header(family())
    sure = {each.field.name: each.confidence for each in header.donnees}
    assert (sure["nir"], sure["marquage"], sure["type_contrat_oc"]) == ("B", "C", "C")
    assert set(sure.values()) <= {"B", "C"}


def test_the_links_name_fields_that_exist():
    known = tables()
    for link in (*CARD, *CPS):
        assert all(name in known[link.group].by_name for name in link.fields)
    assert set(WHY.values()) <= set(REASONS)
    assert {link.otherwise for link in (*CARD, *CPS)} <= set(REASONS)


# --- as data --------------------------------------------------------------------------------------------


def test_as_data():
    data = bridge.b2_header(family().raw, None, "2", lang="en")
    assert json.loads(json.dumps(data)) == data
    (one,) = data["beneficiaires"]
    assert (data["norme"], one["rang"]) == ("PS-2003C", "2")
    assert one["fields"][0] == {
        "record": "2",
        "name": "nir",
        "label": "NIR of the insured person",
        "value": INSURED_NIR,
        "source": "101.8",
        "occurrence": 1,
        "confidence": "B",
        "personal": "yes",
    }
    assert one["fields"][6]["occurrence"] == 2
    assert {
        "record": "2",
        "name": "piece_justificative",
        "reason": "piece",
    }.items() <= next(each for each in one["missing"] if each["reason"] == "piece").items()
    assert one["facts"]["droits_amo"] == [{"debut": "2020-01-01", "fin": "2030-12-31"}]
    assert one["facts"]["couvertures"] == [{"debut": "", "fin": "", "code_couverture": "00100"}]
    assert one["facts"]["amc"]["debut"] == "2024-01-01"
    assert one["facts"]["organisme_destinataire"] == "999"


def test_all_the_beneficiaries():
    data = bridge.b2_header(family())
    assert [each["rang"] for each in data["beneficiaires"]] == ["1", "2"]
    assert data["beneficiaires"][0]["facts"]["mutuelle"]["droits"] == [
        {"debut": "2024-01-01", "fin": "2024-12-31"}
    ]


def test_only_flagged_values_are_personal():
    for each in bridge.b2_header(family(), ONE_SITUATION)["beneficiaires"]:
        shown = [one for one in each["fields"] if not one["personal"]]
        text = json.dumps([shown, each["missing"], each["facts"]])
        assert [marker for marker in (*MARKERS, "840229", "99106804") if marker in text] == []


def test_no_repr_shows_a_value():
    header = bridge.header(family(), ONE_SITUATION)
    text = repr(header) + repr(header.donnees) + repr(header.manquants)
    assert [marker for marker in (*MARKERS, "840229", "99106804") if marker in text] == []


# --- errors ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rang", ["0", "3", "", "-1", "un", "٢", "9" * 5000])
def test_a_rank_that_the_card_does_not_have(rang):
    with pytest.raises(UnknownRank, match="beneficiaries 1 to 2") as caught:
        bridge.header(family(), rang=rang)
    assert caught.value.known == 2


@pytest.mark.parametrize(
    ("read", "source", "code", "offset"),
    [
        (bridge.read_card, b"", "zone.vide", 0),
        (bridge.read_card, cps().raw, "zone.autre-zone", 0),
        (bridge.read_card, invoice(), "zone.autre-zone", 0),
        (bridge.read_cps, EXAMPLE, "zone.autre-zone", 0),
        (bridge.read_card, EXAMPLE[:-1], "zone.groupe-deborde", 273),
        (bridge.read_card, EXAMPLE + EXAMPLE, "zone.groupe-double", 285),
        (bridge.read_cps, cps().raw * 2, "zone.groupe-double", len(cps().raw)),
        (bridge.read_card, Zone(EXAMPLE[:-1]), "zone.groupe-deborde", 273),
        (bridge.read_card, b"000" + b" " * 200, "zone.autre-fichier", 0),
        (bridge.read_card, EXAMPLE * 5000, "zone.trop-grande", 1 << 20),
    ],
)
def test_zones_that_are_not_the_card_they_should_be(read, source, code, offset):
    with pytest.raises(FormatError) as caught:
        read(source)
    assert (caught.value.code, caught.value.offset) == (code, offset)


# --- with the writer ------------------------------------------------------------------------------------


def test_the_writer_takes_the_header():
    out = io.BytesIO()
    day = dt.date(2025, 3, 14)
    header = bridge.header(family(), ONE_SITUATION, "2")
    with FluxWriter(out, numero_emetteur="00000991068040", type_emetteur="TP", date_fichier=day) as writer:
        writer.open_lot(numero_ps="991068040", numero_lot="001", date_lot=day)
        line = {"code_acte": "C", "date_acte": day, "quantite": 1, "montant_depense": 2500}
        writer.write_facture(
            {**header.entete, "numero_facture": "000000001"}, [*header.complements, ("4", line)]
        )
        writer.close_lot()
    (facture,) = iter_factures(out.getvalue())
    assert (facture.nir, facture.cle_nir, facture.date_naissance) == (INSURED_NIR, "88", "121332")
    assert facture.complement("2S").text("nir_individuel") == CHILD_NIR
    assert (facture.regime, facture.caisse, facture.centre) == ("01", "999", "0000")


@pytest.mark.parametrize("profile", ["medecin", "infirmier", "pharmacie", "hopital"])
def test_the_synthetic_world_gives_its_own_headers_back(profile):
    """What the generator wrote in an invoice is what the bridge takes from the cards of its people."""
    flow = next(generate(Parametres(profile, seed=7, invoices=12)))
    for truth, facture in zip(flow.factures, iter_factures(flow.data), strict=True):
        if truth.smg:
            continue
        card, holder = carte_de(truth.personne), cps_de(truth.praticien)
        for name, value in bridge.header(card, holder, norm=flow.norme).entete.items():
            if name in ("type_contrat_oc", "organisme_complementaire", "numero_adherent"):
                continue  # an invoice without third-party payment does not tell them
            assert facture.entete.text(name) == value.rstrip(), name


def test_a_second_child_is_another_rank():
    card = build_carte_vitale(insured(), [person(), child(), child(rang_naissance="2")])
    assert [bridge.header(card, rang=str(rank)).entete["rang_naissance"] for rank in (1, 2, 3)] == [
        "1",
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("periods", "value", "why"),
    [
        ([("0", "0100")], "0", None),
        ([("1", "0100")], "4", None),
        ([("0", "0104")], "9", None),
        ([("0", "0100"), ("0", "0100")], "0", None),
        ([("0", "0100"), ("1", "0100")], None, "periodes"),
        ([("0", "0101")], None, "article-115"),
        ([("1", "0101")], None, "article-115"),
        ([("2", "0100")], None, "couverture"),
        ([("0", "0105")], None, "couverture"),
        ([], None, "vide"),
    ],
)
def test_the_exemption_that_the_coverage_code_tells(periods, value, why):
    card = build_carte_vitale(insured(), [person(couvertures=[CouvertureCarte(*one) for one in periods])])
    made = bridge.header(card, ONE_SITUATION)
    assert made.entete.get("justification_exoneration") == value
    assert missing(made).get("justification_exoneration") == why


def test_no_exemption_enters_an_invoice_for_free_medical_care():
    """It carries exemption 0 whatever the card tells."""
    military = insured(code_regime="08", caisse_gestionnaire="835", centre_gestionnaire="0300")
    card = build_carte_vitale(military, [person(couvertures=[CouvertureCarte("1", "0100")])])
    made = bridge.header(card, ONE_SITUATION)
    assert "justification_exoneration" not in made.entete
    assert missing(made)["justification_exoneration"] == "smg"
