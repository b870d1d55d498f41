"""A card, the card of a professional, and a flow that agrees with both: what the comparison starts from."""

import datetime as dt
import io

from ssv_samples import CHILD_NIR, INSURED_NIR, child, insured, person

from fse import FluxWriter, iter_factures
from fse.ssv import AmcCarte, Zone, build_carte_vitale

DAY = dt.date(2025, 3, 14)
PS = "991068040"
OTHER_PS = "991078106"

SITUATION = {
    "numero_logique_situation": "1",
    "mode_exercice": "0",
    "statut_exercice": "1",
    "secteur_activite": "31",
    "type_identification_structure": "1",
    "numero_identification_structure": PS,
    "cle_identification_structure": "0",
    "raison_sociale_structure": "CABINET IMAGINAIRE",
    "numero_facturation_ps": PS[:-1],
    "cle_facturation_ps": PS[-1],
    "numero_facturation_remplacant": "",
    "cle_facturation_remplacant": "",
    "code_conventionnel": "1",
    "specialite": "01",
    "zone_tarif": "10",
    "zone_ik": "00",
    "agrement_1": "0",
    "agrement_2": "0",
    "agrement_3": "0",
    "habilitation_signer_facture": "1",
    "habilitation_signer_lot": "1",
}

#: The complementary insurance of the child.
CONTRACT = AmcCarte("12345678", dt.date(2025, 1, 1), dt.date(2025, 12, 31), numero_adherent="ADH00042")


def card(head=None, first=None, second=None):
    """A card with an insured person and a child; each may be changed."""
    people = [
        person(**(first or {})),
        child(**({"nir_certifie": CHILD_NIR, "amc": CONTRACT} | (second or {}))),
    ]
    return build_carte_vitale(insured(**(head or {})), people).raw


def cps(**changes):
    """The card of the professional, with one situation."""
    holder = ["0", "0", PS, "0", "13", "MARQUEUR", "ODETTE"]
    return Zone.build([(1, holder), (2, list((SITUATION | changes).values()))]).raw


HEADER = {
    "nir": INSURED_NIR,
    "cle_nir": "88",
    "numero_facture": "000000001",
    "marquage": "T",
    "nature_operation": "1",
    "date_facturation": DAY,
    "regime": "01",
    "caisse": "999",
    "centre": "0000",
    "nature_assurance": "10",
    "justification_exoneration": "0",
    "date_naissance": "840229",
    "rang_naissance": "1",
    "destinataire_reglement": "01",
    "type_contrat_oc": "00",
}

#: The same for the child, whose complementary insurer is asked for the rest.
CHILD = HEADER | {
    "date_naissance": "121332",
    "numero_adherent": "ADH00042",
    "organisme_complementaire": "12345678",
}
OWN = ("2S", {"nir_individuel": CHILD_NIR, "cle_nir_individuel": "52"})
NAMES = ("2B", {"qualite_beneficiaire": "E", "civilite": "M", "nom_beneficiaire": "FICTIF"})

LINE = {
    "date_acte": DAY,
    "code_acte": "C",
    "quantite": 1,
    "denombrement": 1,
    "taux": 70,
    "prix_unitaire": 2500,
    "base_remboursement": 2500,
    "montant_amo": 1750,
    "montant_depense": 2500,
    "numero_executant": PS,
    "specialite_executant": "01",
    "zone_tarif": "10",
}
MORE = {"condition_exercice_executant": "L"}


def flow(*invoices, numero_ps=PS):
    """A flow of invoices, each a header and the records that follow it."""
    out = io.BytesIO()
    with FluxWriter(
        out,
        type_emetteur="TP",
        numero_emetteur="00000" + numero_ps,
        type_destinataire="CT",
        numero_destinataire="00000001999999",
        application="TR",
        identification_fichier="000001",
        date_fichier=DAY,
    ) as writer:
        writer.open_lot(numero_ps=numero_ps, numero_lot="001", date_lot=DAY, organisme_destinataire="999")
        for header, records in invoices:
            writer.write_facture(header, records)
        writer.close_lot()
    return out.getvalue()


def adult(line=None, **header):
    """An invoice of the insured person."""
    return HEADER | header, [("4", LINE | (line or {})), ("4S", MORE)]


def young(line=None, own=OWN, names=NAMES, **header):
    """An invoice of the child."""
    return CHILD | header, [own, names, ("4", LINE | (line or {})), ("4S", MORE)]


def compared(source, data):
    """Findings of a comparison, those of each invoice in their order."""
    comparison = source.open()
    found = [finding for facture in iter_factures(data) for finding in comparison.compare(facture)]
    return found, list(comparison.summary())
