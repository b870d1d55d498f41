"""Short names of fields for the lines of a tree, where the label of the layout would be too long."""

from __future__ import annotations

from typing import Any, Final

from cli.speech import Lang

_SHORT: Final[dict[str, tuple[str, str]]] = {
    "application": ("application", "application"),
    "base_remboursement": ("base", "base"),
    "base_remboursement_complementaire": ("base AMC", "AMC base"),
    "caisse": ("caisse", "caisse"),
    "centre": ("centre", "centre"),
    "compteur_niveau_inferieur": ("éléments", "items"),
    "cumul_montants": ("cumul", "total"),
    "date_accident": ("accident du", "accident of"),
    "date_comptable": ("du", "of"),
    "date_creation": ("créé le", "made on"),
    "date_facturation": ("du", "of"),
    "date_fichier": ("du", "of"),
    "date_lot": ("du", "of"),
    "date_naissance": ("né(e) le", "born"),
    "date_prescription": ("prescrit le", "prescribed"),
    "date_soins": ("soins du", "care of"),
    "destinataire_reglement": ("payé à", "paid to"),
    "etat_paiement_amc": ("état", "state"),
    "etat_paiement_amo": ("état", "state"),
    "identification_fichier": ("identifiant", "identifier"),
    "justification_exoneration": ("exonération", "exemption"),
    "libelle_rejet": ("libellé", "label"),
    "montant_amc_demande": ("demandé", "claimed"),
    "montant_amc_paye": ("payé", "paid"),
    "montant_amo_demande": ("demandé", "claimed"),
    "montant_amo_paye": ("payé", "paid"),
    "montant_depense": ("dépense", "billed"),
    "montant_rembourse": ("remboursé", "reimbursed"),
    "montant_solde": ("reste dû", "still owed"),
    "nature_assurance": ("assurance", "insurance"),
    "nature_operation": ("opération", "operation"),
    "nature_prestation": ("acte", "act"),
    "nir": ("NIR", "NIR"),
    "cle_nir": ("clé", "key"),
    "nombre_enregistrements": ("enregistrements", "records"),
    "nombre_factures": ("factures", "invoices"),
    "nombre_lignes": ("lignes", "lines"),
    "nombre_lots": ("lots", "batches"),
    "nombre_types_2": ("types 2", "types 2"),
    "nombre_types_5": ("types 5", "types 5"),
    "norme": ("norme", "norm"),
    "numero_destinataire": ("numéro", "number"),
    "numero_emetteur": ("numéro", "number"),
    "numero_executant": ("exécutant", "done by"),
    "numero_facture": ("numéro", "number"),
    "numero_lot": ("lot", "batch"),
    "numero_prescripteur": ("prescripteur", "prescriber"),
    "numero_ps": ("professionnel", "professional"),
    "organisme_destinataire": ("destination", "destination"),
    "organisme_payeur": ("payeur", "payer"),
    "prix_unitaire": ("prix unitaire", "unit price"),
    "qualificatif_depense": ("qualificatif", "qualifier"),
    "quantite": ("quantité", "quantity"),
    "rang_beneficiaire": ("rang", "rank"),
    "rang_naissance": ("rang de naissance", "birth rank"),
    "reference_norme": ("référence", "reference"),
    "regime": ("régime", "regime"),
    "taux": ("taux", "rate"),
    "total_amc": ("AMC", "AMC"),
    "total_amo": ("AMO", "AMO"),
    "total_depense": ("dépense", "billed"),
    "total_participation_assure": ("part de l'assuré", "patient share"),
    "type_destinataire": ("pour", "to"),
    "type_emetteur": ("de", "from"),
    "type_facture": ("type", "type"),
    "volume": ("enregistrements", "records"),
}


def short(field: dict[str, Any], lang: Lang) -> str:
    """Short name of a field given as data."""
    found = _SHORT.get(field["name"])
    return str(field["label"]) if found is None else found[lang == "en"]
