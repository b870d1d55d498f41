"""Typed views: what was paid, what was refused, and what may be shown."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import noemie_samples as samples
import pytest

from codes.actions import Action
from codes.rejects import Reject, load
from noemie import EtatFacture, FactureRetour, Retour, action, explain, read_retour
from noemie.returns.explain import namespace_of
from noemie.returns.framing import STYLES, frame


@pytest.fixture(name="ps")
def _ps() -> Retour:
    return read_retour(samples.RETOUR_PS_P2)


@pytest.fixture(name="oc")
def _oc() -> Retour:
    return read_retour(samples.RETOUR_929)


@pytest.fixture(name="ancien")
def _ancien() -> Retour:
    return read_retour(samples.RETOUR_ANCIEN)


def invoice(*entities: bytes) -> tuple[FactureRetour, Retour]:
    """One invoice of a small return."""
    retour = read_retour(b"".join((samples.debut(), *entities, samples.fin(2, 0))))
    return retour.factures[0], retour


# --- header ------------------------------------------------------------------------------------------------


def test_header(ps: Retour, oc: Retour) -> None:
    assert (ps.reference, ps.date_creation, ps.identification_fichier) == ("576", date(2026, 3, 10), "FIC007")
    assert (ps.emetteur.type, ps.emetteur.numero, ps.emetteur.programme) == ("CP", "00000001999991", "TESTPG")
    assert (ps.destinataire.type, ps.destinataire.numero) == ("TP", "00000999999999")
    assert (oc.reference, oc.destinataire.type, oc.emetteur.numero) == ("929", "MU", "01999992")
    assert (ps.is_oc, oc.is_oc) == (False, True)
    assert ps.debut is not None
    assert ps.fin is not None
    assert (ps.debut.number, ps.fin.number) == (1, 37)


def test_a_return_without_a_header() -> None:
    retour = read_retour(b"".join(samples.ENTITES_PS[1:]))
    assert retour.debut is None
    assert (retour.reference, retour.date_creation, retour.emetteur.numero) == ("", None, "")
    assert len(retour.factures) == 3
    assert not retour.is_oc
    assert read_retour(b"".join(samples.CORPS_929)).is_oc


# --- long PS family ----------------------------------------------------------------------------------------


def test_transfers(ps: Retour) -> None:
    first, second = ps.virements
    assert (first.date, first.organisme_payeur) == (date(2026, 3, 9), "999000000")
    assert first.libelles == ("CPAM FICTIVE VIREMENT 0042", "REF 123456")
    assert (first.montant, len(first.factures)) == (1650, 3)
    assert (second.montant, second.libelles) == (28000, ("CPAM FICTIVE FORFAIT",))
    assert ps.factures[0].virement is first


def test_an_invoice_that_is_paid(ps: Retour) -> None:
    facture = ps.factures[0]
    assert (facture.numero, facture.numero_normalise) == ("000000123", "123")
    assert (facture.lot, facture.date_lot) == ("012", date(2026, 3, 5))
    assert facture.date_facturation == date(2026, 3, 4)
    assert (facture.type_facture, facture.type_retour, facture.nature_assurance) == ("F", "01", "AS")
    assert (facture.complement, facture.numero_archivage) == ("", "")
    amo, amc = facture.parts
    assert (amo.nom, amo.demande, amo.etat, amo.paye, amo.signe) == ("AMO", 1855, "P", 1855, "P")
    assert (amc.nom, amc.demande, amc.etat, amc.paye, amc.numero_amc) == ("AMC", 795, "P", 795, "0099999999")
    assert (facture.montant_demande, facture.montant_paye, facture.etat) == (2650, 2650, EtatFacture.PAYE)
    assert facture.rejets == []


def test_an_act(ps: Retour) -> None:
    (acte,) = ps.factures[0].actes
    assert (acte.ligne, acte.nature_prestation, acte.quantite, acte.denombrement) == (1, "G", 1, 1)
    assert (acte.coefficient, acte.taux, acte.base, acte.prix_unitaire) == (Decimal(1), 70, 2650, 2650)
    assert (acte.date_soins, acte.date_fin_soins) == (date(2026, 3, 4), date(2026, 3, 4))
    assert (acte.montant_rembourse, acte.montant_depense) == (1855, 2650)
    assert (acte.montant_complementaire, acte.montant_alsace_moselle) == (795, 0)
    assert (acte.qualificatif_depense, acte.justification_exoneration) == ("", "")


def test_an_invoice_that_is_rejected(ps: Retour) -> None:
    facture = ps.factures[1]
    assert facture.etat is EtatFacture.REJETE
    first, second = facture.rejets
    assert (first.code, first.niveau, first.part, first.rang, first.ligne) == ("2900", "L", "O", 1, 1)
    assert (second.code, second.niveau, second.rang, second.ligne) == ("0450", "F", 2, None)
    assert (first.libelle, first.affine) == ("L'ETABLISSEMENT PRESCRIPTEUR EST INCONNU", False)
    assert (first.nature_prestation, first.date_soins) == ("G", date(2026, 3, 4))
    (comment,) = facture.commentaires
    assert comment.code == ""
    assert comment.precede is first.record


def test_an_amount_that_is_taken_back(ps: Retour) -> None:
    facture = ps.factures[2]
    assert facture.numero_normalise == "125"
    assert (facture.montant_paye, facture.actes[0].montant_rembourse) == (-1000, -1000)
    assert facture.etat is EtatFacture.PAYE


def test_lump_sums_and_debts(ps: Retour) -> None:
    (forfait,) = ps.forfaits
    assert (forfait.code, forfait.montant, len(forfait.details)) == ("00042", 28000, 2)
    (dette,) = ps.dettes
    assert (dette.reference, dette.date_dette) == ("DETTE0001", date(2026, 1, 1))
    assert (dette.nature, dette.nature_recuperation) == ("IND", "RPR")
    assert (dette.montant, dette.solde) == (-500, 1500)
    assert (ps.virements[1].forfaits, ps.virements[1].dettes) == ([forfait], [dette])


def test_details_without_their_lump_sum_add_up() -> None:
    body = (samples.entite("020", 1), samples.entite("262", 99, montant_detail_forfait=700))
    retour = read_retour(b"".join((samples.debut(), *body, body[1], samples.fin(2, 0))))
    (forfait,) = retour.forfaits
    assert (forfait.montant, forfait.code) == (1400, "")


@pytest.mark.parametrize(
    ("amo", "amc", "etat"),
    [
        ((1855, "P", 1855), (795, "P", 795), "paye"),
        ((1855, "P", 1855), (0, "", 0), "paye"),
        ((1855, "P", 1855), (795, "", 0), "partiel"),
        ((1855, "P", 1855), (795, "R", 0), "partiel"),
        ((1855, "P", 1000), (0, "", 0), "partiel"),
        ((1855, "P", 0), (0, "", 0), "partiel"),
        ((1855, "P", -1855), (0, "", 0), "paye"),
        ((1855, "R", 0), (795, "R", 0), "rejete"),
        ((1855, "R", 0), (795, "", 0), "rejete"),
        ((1855, "R", 0), (795, "D", 0), "differe"),
        ((1855, "D", 0), (795, "", 0), "differe"),
        ((1855, "", 0), (795, "", 0), "non_traite"),
        ((0, "", 0), (0, "", 0), "non_traite"),
        ((1855, "", 1855), (0, "", 0), "paye"),
        ((1855, "X", 0), (0, "", 0), "non_traite"),
    ],
)
def test_state_of_an_invoice(amo: tuple[int, str, int], amc: tuple[int, str, int], etat: str) -> None:
    facture, _ = invoice(*samples.facture("1"), samples.part_amo(*amo), samples.part_amc(*amc))
    assert facture.etat == etat


# --- old PS family -----------------------------------------------------------------------------------------


def test_old_family(ancien: Retour) -> None:
    (virement,) = ancien.virements
    assert (virement.date, virement.libelles, virement.organisme_payeur) == (date(2026, 3, 9), (), "")
    (facture,) = ancien.factures
    assert (facture.numero, facture.lot, facture.date_lot) == ("000000126", "012", date(2026, 3, 5))
    assert (facture.nature_assurance, facture.numero_archivage) == ("AS", "42")
    assert (facture.parts, facture.montant_demande, facture.montant_paye) == ([], None, 1750)
    assert (facture.date_facturation, facture.type_facture, facture.type_retour) == (None, "", "")
    (rejet,) = facture.rejets
    assert (rejet.code, rejet.ligne, rejet.part, rejet.niveau, rejet.rang) == ("0450 072", 2, "", "", None)
    assert rejet.date_soins is None
    assert ancien.mouvements == []


@pytest.mark.parametrize(
    ("amounts", "reject", "etat"),
    [
        ([1750], False, "paye"),
        ([1750, 0], False, "paye"),
        ([1750], True, "paye"),
        ([1750, 0], True, "partiel"),
        ([0, 0], True, "rejete"),
        ([], True, "rejete"),
        ([], False, "non_traite"),
        ([0], False, "non_traite"),
    ],
)
def test_state_of_an_invoice_of_the_old_family(amounts: list[int], reject: bool, etat: str) -> None:
    acts = [samples.acte(1, "C", 2500, 70, amount) for amount in amounts]
    rejets = [samples.entite("290", 99, code_rejet="0450 072")] if reject else []
    facture, _ = invoice(samples.entite("100", 3, numero_facture="1"), *acts, *rejets)
    assert facture.etat == etat


def test_the_person_may_stand_above_the_invoice() -> None:
    facture, _ = invoice(
        samples.entite("070", 2, date_comptable="090326"),
        samples.entite("110", 3, nir="2900175001234", nom_assure="DUBOIS FICTIF"),
        samples.entite("120", 3, nom_beneficiaire="DUBOIS FICTIF"),
        samples.entite("080", 4, numero_lot="007"),
        samples.entite("100", 4, numero_facture="000000126"),
        samples.acte(1, "C", 2500, 70, 1750),
    )
    assert (facture.lot, facture.montant_paye) == ("007", 1750)
    assert facture.assure is not None
    assert facture.assure.type == "110"
    assert facture.beneficiaire is not None
    assert facture.beneficiaire["nom_beneficiaire"].rstrip() == "DUBOIS FICTIF"
    assert facture.virement is not None


def test_two_invoices_in_one_header_stay_apart() -> None:
    header = [samples.entite("071", 3), *samples.facture("1"), samples.part_amo(100, "P", 100)]
    raw = b"".join((samples.debut(), *header, *samples.facture("2"), samples.part_amo(200, "P", 200)))
    first, second = read_retour(raw).factures
    assert (first.numero, first.montant_paye) == ("1", 100)
    assert (second.numero, second.montant_paye) == ("2", 200)


# --- flow 929 ----------------------------------------------------------------------------------------------


def test_contract_movements(oc: Retour) -> None:
    assert (oc.factures, oc.virements) == ([], [])
    first, second = oc.mouvements
    assert (first.code_mouvement, first.codes_retour, second.codes_retour) == ("C", ["33"], ["04"])
    assert first.organisme_complementaire == "9999999"
    (contrat,) = first.contrats
    assert (contrat.type_contrat, contrat.date_debut) == ("85", date(2026, 1, 1))
    assert contrat.date_fin == date(2026, 12, 31)
    assert first.assure.type == "110"
    assert first.beneficiaire is not None
    assert first.record is not None
    assert first.record["code_mouvement"] == "C"
    assert [rejet.libelle for rejet in oc.rejets] == ["CREATION INFO O.C. ACQUITTEE", "NUMERO D'O.C. ERRONE"]
    assert oc.rejets_hors_facture == []


def test_a_reject_of_no_movement() -> None:
    """One right below the organism, before its first insured person or without any."""
    first = (samples.ORGANISME, samples.REJET_929, *samples.ASSURE_1)
    for body, stray in ((first, 1), ((samples.ORGANISME, samples.REJET_929), 1), (samples.CORPS_929, 0)):
        retour = read_retour(frame(STYLES["P3"], (samples.DEBUT_929, *body, samples.FIN_929)))
        assert len(retour.rejets_hors_facture) == stray


def test_several_movements_of_one_insured_person() -> None:
    person = samples.ASSURE_1[1]
    body = (
        samples.ORGANISME,
        samples.ASSURE_1[0],
        *(person, samples.CONTRATS, samples.ACQUITTEMENT),
        *(samples.CONTRATS, samples.REJET_929, samples.REJET_929),
        *(samples.ASSURE_2[1], samples.CONTRATS),
    )
    retour = read_retour(frame(STYLES["P3"], (samples.DEBUT_929, *body, samples.FIN_929)))
    assert [movement.codes_retour for movement in retour.mouvements] == [["33"], ["04", "04"], []]
    assert retour.mouvements[1].beneficiaire is retour.mouvements[0].beneficiaire


# --- explanations ------------------------------------------------------------------------------------------


def test_a_movement_is_explained_in_its_own_namespace(oc: Retour) -> None:
    answer = explain(oc.mouvements[1].rejets[0], oc)
    assert answer.namespace == "OC929"
    assert answer.reject is not None
    assert answer.reject.code == "04"


@pytest.mark.parametrize(
    ("code", "part", "namespace"),
    [("0450", "O", "AMO"), ("0450", "C", "AMC"), ("SIM1", "O", "SIM"), ("SIM1", "C", "SIM"), ("", "", "AMO")],
)
def test_who_speaks(code: str, part: str, namespace: str) -> None:
    facture, retour = invoice(*samples.facture("1"), samples.rejet(code, "X", part=part))
    assert namespace_of(facture.rejets[0], retour) == namespace


def test_an_unknown_code_stays_unknown() -> None:
    facture, retour = invoice(*samples.facture("1"), samples.rejet("9999", "X"))
    answer = explain(facture.rejets[0], retour)
    assert (answer.reject, answer.step.value, answer.action) == (None, "unknown", Action.INCONNUE)


def test_a_site_explains_its_own_code() -> None:
    facture, retour = invoice(*samples.facture("1"), samples.rejet("0999", "X"))
    empty = dict.fromkeys(Reject.__dataclass_fields__, "")
    row = Reject(
        **{**empty, "namespace": "AMO", "code": "0999", "action_class": Action.PAPIER, "source": "courrier"}  # type: ignore[arg-type]
    )
    catalogue = load().with_site([row])
    assert explain(facture.rejets[0], retour, catalogue).action is Action.PAPIER
    assert action(facture, retour, catalogue) is Action.PAPIER


DOUBLON = ("2900", "FACTURE DEJA PAYEE")
CORRIGER = ("SIM1", "SIMULATION NIR OU CLE DU NIR INVALIDE")


@pytest.mark.parametrize(
    ("amo", "amc", "rejets", "expected"),
    [
        pytest.param((100, "P", 100), (0, "", 0), [], "aucune", id="paid"),
        pytest.param((100, "D", 0), (0, "", 0), [], "attendre", id="deferred"),
        pytest.param((100, "R", 0), (0, "", 0), [], "inconnue", id="rejected without a reason"),
        pytest.param((100, "R", 0), (0, "", 0), [CORRIGER], "corriger_retransmettre", id="to be corrected"),
        pytest.param((100, "R", 0), (0, "", 0), [CORRIGER, DOUBLON], "ne_pas_retransmettre", id="cautious"),
        pytest.param((100, "D", 0), (0, "", 0), [CORRIGER], "attendre", id="deferred is no reject yet"),
        pytest.param((100, "D", 0), (0, "", 0), [DOUBLON], "ne_pas_retransmettre", id="deferred duplicate"),
        pytest.param((100, "P", 100), (50, "R", 0), [CORRIGER], "inconnue", id="AMO paid, no new invoice"),
        pytest.param((100, "P", 60), (0, "", 0), [CORRIGER], "inconnue", id="partly paid, no new invoice"),
    ],
)
def test_action_on_an_invoice(
    amo: tuple[int, str, int], amc: tuple[int, str, int], rejets: list[tuple[str, str]], expected: str
) -> None:
    facture, retour = invoice(
        *samples.facture("1"),
        samples.part_amo(*amo),
        samples.part_amc(*amc),
        *(samples.rejet(*one, rang=rang) for rang, one in enumerate(rejets, start=1)),
    )
    assert action(facture, retour) == expected


def test_an_invoice_of_the_old_family_that_is_paid_is_not_made_again() -> None:
    body = (samples.entite("100", 3, numero_facture="1"), samples.acte(1, "C", 2500, 70, 1750))
    facture, retour = invoice(*body, samples.entite("290", 99, code_rejet=CORRIGER[0]))
    assert facture.etat is EtatFacture.PAYE
    assert action(facture, retour) is Action.AUCUNE


def test_a_refined_code_is_no_second_cause() -> None:
    facture, retour = invoice(
        *samples.facture("1"),
        samples.part_amo(100, "R", 0),
        samples.rejet(*CORRIGER, rang=1),
        samples.rejet("9999", "X", niveau="A", rang=2),
    )
    assert facture.rejets[1].affine
    assert action(facture, retour) is Action.CORRIGER_RETRANSMETTRE


# --- what may be shown -------------------------------------------------------------------------------------

PERSONAL = ("MARTIN", "DUBOIS", "CAMILLE", "ALIX", "1850578006084", "2900175001234", "ADH-FICTIF", "123456 ")
PERSONAL += ("99999999999", "120585", "310190")


@pytest.mark.parametrize("name", samples.RETOURS)
def test_no_repr_shows_a_person(name: str) -> None:
    retour = read_retour(samples.RETOURS[name])
    shown = [
        *(retour, retour.entites, retour.emetteur, retour.destinataire, retour.noeuds, retour.anomalies),
        *(retour.virements, retour.factures, retour.mouvements, retour.forfaits, retour.dettes),
    ]
    for facture in retour.factures:
        shown += [facture.parts, facture.actes, facture.rejets, facture.commentaires]
    for mouvement in retour.mouvements:
        shown += [mouvement.rejets, mouvement.contrats]
    text = repr(shown)
    assert [value for value in PERSONAL if value in text] == []
