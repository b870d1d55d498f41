"""Labels as returns carry them, cut, without accents, with noise: to their motive, or to nothing at all.

Written by hand from the way funds, insurers and centres word things, not from the patterns; most tools cut a
label at 37 or 40 characters. Where the words do not say enough, "unknown" is the right answer.
"""

import pytest

from codes.actions import Action
from codes.motives import match_label
from codes.rejects import lookup

REAL = [
    # encryption and certificates
    ("MSG 4015 : CLES DE CHIFFREMENT A METTRE", "cle_chiffrement"),
    ("CLE DE CHIFFREMENT OBSOLETE LOT 000123", "cle_chiffrement"),
    ("CERTIFICAT DE LA CPS EXPIRE", "signature_certificat"),
    ("SIGNATURE ELECTRONIQUE DU LOT NON VALID", "signature_certificat"),
    # sent twice, paid already
    ("LOT 000123 DEJA RECU LE 03/10", "lot_deja_recu"),
    ("FICHIER DEJA TRAITE", "lot_deja_recu"),
    ("2900005 FACTURE DEJA PAYEE", "doublon"),
    ("FACT. DEJA REGLEE LE 12/03/2024 PAR VIR", "doublon"),
    ("ACTE(S) DEJA REMBOURSE(S) A L'ASSURE", "doublon"),
    ("PRESTATION DEJA PAYEE POUR CETTE DATE D", "doublon"),
    ("**DOUBLON** FACTURE 000000042", "doublon"),
    # held by the fund
    ("TRAITEMENT  CAISSE", "traitement_caisse"),
    ("FACTURE EN ATTENTE DE TRAITEMENT CAISSE", "traitement_caisse"),
    ("LOT EN ATTENTE DE RETARIFICATIO", "traitement_caisse"),
    ("DOSSIER MIS EN RECYCLAGE", "traitement_caisse"),
    # free care, dental prevention
    ("SMG : CAISSE NON COMPETENTE", "smg_mauvaise_caisse"),
    ("SOINS MEDICAUX GRATUITS A ADRESSER A LA", "smg_sans_rattachement"),
    ("ACTE NON RATTACHE A L'ARTICLE L115", "smg_sans_rattachement"),
    ("EXAMEN BUCCO DENTAIRE : PEC INTROUVABLE", "ebd_destinataire"),
    # complementary insurer
    ("DROIT NON OUVERT EN R.C. A LA MUT", "droits_rc_fermes"),
    ("DROITS NON OUVERTS EN RC A LA DATE DES", "droits_rc_fermes"),
    ("CONTRAT RESILIE", "droits_rc_fermes"),
    ("RISQUE NON COUVERT PAR LE CONTRAT", "risque_non_couvert_rc"),
    ("GARANTIE NON OUVERTE POUR CET ADHERENT", "risque_non_couvert_rc"),
    ("MUTUELLE INCONNUE AU FICHIER", "amc_inconnue"),
    ("NUMERO AMC INCONNU DU CENTRE", "amc_inconnue"),
    # rights at the fund
    ("0450072 L'EXONERATION EST SUR LA CARTE", "exoneration_non_retrouvee"),
    ("EXO ETM NON TROUVEE EN BDO", "exoneration_non_retrouvee"),
    ("ALD INCONNUE EN BASE (MAIS PEC POSSI", "exoneration_non_retrouvee"),
    ("EXONERATION INCONNUE A CETTE DATE", "exoneration_non_retrouvee"),
    ("DROITS FERMES AU 31.12.2023", "droits_fermes"),
    ("FIN DE DROITS ASSURE", "droits_fermes"),
    ("DROITS AMO EXPIRES A LA DATE DES SOINS", "droits_fermes"),
    ("L ASSURE EST ABSENT DE NOTRE REFERENTIE", "assure_inconnu"),
    ("ASSURE NON TROUVE", "assure_inconnu"),
    ("BENEFICIAIRE INCONNU POUR CET ASSURE", "beneficiaire_inconnu"),
    ("DATE DE NAISSANCE DU BENEF ERRONEE", "beneficiaire_inconnu"),
    ("ASSURE GERE PAR UNE AUTRE CAISSE 01 751", "caisse_gestionnaire_erronee"),
    ("CHANGEMENT DE CAISSE DE L'ASSURE", "caisse_gestionnaire_erronee"),
    ("NIR ERRONE", "nir_cle_invalide"),
    ("CLE NIR INCORRECTE - VERIFIER", "nir_cle_invalide"),
    ("NUMERO DE SECURITE SOCIALE INVALIDE", "nir_cle_invalide"),
    ("ASSURE SANS MEDECIN TRAITANT", "medecin_traitant"),
    ("HORS PARCOURS - TAUX MINORE", "medecin_traitant"),
    # prescription
    ("L'ETABLISSEMENT PRESCRIPTEUR EST INCO", "prescripteur_inconnu"),
    ("LE NUMERO DE PRESCRIPTEUR EST INCONNU A", "prescripteur_inconnu"),
    ("PRESCRIPTEUR NON IDENTIFIE AU FNPS", "prescripteur_inconnu"),
    ("PRESCRIPTION INTERDITE A CETTE DAT", "prescription_date"),
    ("SOINS ANTERIEURS A LA DATE DE PRESCRIPT", "prescription_date"),
    ("ORDONNANCE MANQUANTE", "prescription_incomplete"),
    # acts, dates, amounts
    ("NUMERO D'AT NON RENSEIGNE", "at_numero_date"),
    ("INCOMPATIBILITE NATURE D'ASSURANCE / EX", "nature_assurance_incompatible"),
    ("DATE DES SOINS FUTURE", "date_soins_invalide"),
    ("ENTENTE PREALABLE NON RETROUVEE", "entente_prealable_absente"),
    ("CUMUL D'ACTES INTERDIT LE MEME JOUR", "cumul_interdit"),
    ("CODE ACTE INVALIDE A LA DATE DES SOINS", "acte_inconnu"),
    ("ACTE NON PRIS EN CHARGE PAR L'ASSURANCE", "acte_inconnu"),
    ("PRATICIEN NON CONVENTIONNE A CETTE DATE", "ps_non_identifie"),
    ("FACTURE HORS DELAI", "delai_facturation"),
    ("PIECE JUSTIFICATIVE ILLISIBLE (SCOR)", "piece_justificative"),
    ("TOTAL FACTURE DIFFERENT DU TOTAL DES LI", "total_incoherent"),
    ("MONTANT REMBOURSABLE INCOHERENT", "total_incoherent"),
    # files
    ("CENTRE INFORMATIQUE DESTINATAIRE INCONN", "centre_destinataire_inconnu"),
    ("ARL NEGATIF - FICHIER REFUSE", "flux_illisible"),
    ("PAIEMENT PARTIEL DE LA FACTURE", "paiement_partiel"),
]

#: What looks like a reason and is none, or says too little for an action.
UNRELATED = [
    "FACTURE REJETEE PAR LA CAISSE",
    "REJET TECHNIQUE 0012",
    "ANOMALIE BLOQUANTE",
    "VOIR NOTRE COURRIER DU 12 MARS",
    "CONTACTER VOTRE CAISSE",
    "MERCI DE RAPPELER LE 3646",
    "ASSURE",
    "CARTE VITALE",
    "LECTURE CARTE VITALE IMPOSSIBLE",
    "PATIENT DECEDE",
    "PRESCRIPTEUR DR MARTIN",
    "ORDONNANCE DU 12 MARS 2024",
    "REGLEMENT EFFECTUE LE 12 MARS",
    "VIREMENT NUMERO 000042",
    "LOT NUMERO 000123",
    "FICHIER RECU",
    "DATE",
    "DATE DE SOINS",
    "MONTANT 23,00",
    "TOTAL 230,00 EUR",
    "ACTE AMI 4",
    "CONSULTATION CABINET",
    "CHAMBRE PARTICULIERE",
    "MUTUELLE GENERALE",
    "BENEFICIAIRE DE LA C2S",
    "CAISSE PRIMAIRE DE PARIS",
    "MEDECIN",
    "CENTRE DE SOINS",
    "SOINS DU 3 AU 12",
    "SANS OBJET",
    "CODE 100",
    "INCONNU",
    "ERREUR",
    "NC",
    "TEST TEST TEST",
]


@pytest.mark.parametrize(("label", "expected"), REAL)
def test_a_label_as_received_leads_to_its_motive(label, expected):
    assert match_label(label)[0].motive.motive == expected


@pytest.mark.parametrize("label", UNRELATED)
def test_what_says_too_little_stays_unknown(label):
    answer = lookup("9999", label, "AMO")
    assert (answer.step, answer.action, answer.reject) == ("unknown", Action.INCONNUE, None)


@pytest.mark.parametrize(
    ("label", "expected"), [case for case in REAL if len(case[0]) > 34 and len(case[0].split()[-1]) > 4]
)
def test_padding_and_a_last_letter_lost_change_nothing(label, expected):
    assert match_label(f"  {label[:-1].lower()}{' ' * 40}\x00")[0].motive.motive == expected


def test_the_tables_hold_what_was_asked_for():
    assert len({label for label, _ in REAL}) >= 60
    assert len(set(UNRELATED)) >= 30
    assert len({motive for _, motive in REAL}) >= 30
