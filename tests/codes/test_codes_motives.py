"""Labels to motives: what a fund may write, cut and noisy as received, and what must stay unknown."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes import motives
from codes.actions import Action
from codes.motives import DEFAULT, MOTIVES, match_label, normalise_label

LABELS = [
    ("ERREUR 4015", "cle_chiffrement"),
    ("CLE DE CHIFFREMENT PERIMEE", "cle_chiffrement"),
    ("LOT DEJA RECU", "lot_deja_recu"),
    ("FICHIER EN DOUBLE - REFUSE", "lot_deja_recu"),
    ("Traitement caisse", "traitement_caisse"),
    ("LOT EN ATTENTE DE RETARIFICATION", "traitement_caisse"),
    ("FACTURE EN COURS DE TRAITEMENT CAISSE", "traitement_caisse"),
    ("DOSSIER EN RECYCLAGE", "traitement_caisse"),
    ("FACTURE DEJA PAYEE", "doublon"),
    ("FACTURE  DEJA  REGLEE  LE 03/10", "doublon"),
    ("ACTE DEJA REMBOURSE A L'ASSURE", "doublon"),
    ("PRESTATION DÉJÀ FACTURÉE", "doublon"),
    ("*** DOUBLON ***", "doublon"),
    ("SMG ADRESSES A UNE MAUVAISE CAISSE", "smg_mauvaise_caisse"),
    ("SOINS MEDICAUX GRATUITS ENVOYES A UNE AUTRE CAISSE", "smg_mauvaise_caisse"),
    ("CAISSE NON COMPETENTE POUR LES SMG", "smg_mauvaise_caisse"),
    ("ARTICLE L.115 : ORGANISME ERRONE", "smg_mauvaise_caisse"),
    ("SMG SANS RATTACHEMENT A L'ARTICLE L.115", "smg_sans_rattachement"),
    ("ACTE SANS LIEN AVEC L.212-1", "smg_sans_rattachement"),
    ("APPAREILLAGE L128 NON JUSTIFIE", "smg_sans_rattachement"),
    ("PENSION MILITAIRE NON RENSEIGNEE", "smg_sans_rattachement"),
    ("EXAMEN BUCCO-DENTAIRE : DESTINATAIRE", "ebd_destinataire"),
    ("EBD NON PRISE EN CHARGE", "ebd_destinataire"),
    ("DROIT NON OUVERT EN R.C. A LA MUT", "droits_rc_fermes"),
    ("DROITS NON OUVERTS CHEZ LA MUTUELLE", "droits_rc_fermes"),
    ("CONTRAT RESILIE AU 31/12", "droits_rc_fermes"),
    ("RISQUE NON COUVERT", "risque_non_couvert_rc"),
    ("GARANTIE NON SOUSCRITE PAR L'ADHERENT", "risque_non_couvert_rc"),
    ("MUTUELLE INCONNUE", "amc_inconnue"),
    ("ORGANISME COMPLEMENTAIRE INCONNU AU FICHI", "amc_inconnue"),
    ("L'exonération est sur la carte Vitale mais n'est pas t", "exoneration_non_retrouvee"),
    ("ETM NON TROUVÉE EN BDO", "exoneration_non_retrouvee"),
    ("ALD INCONNUE EN BASE (MAIS PEC POSSIBLE S", "exoneration_non_retrouvee"),
    ("PAS DE MEDECIN TRAITANT DECLARE", "medecin_traitant"),
    ("HORS PARCOURS DE SOINS", "medecin_traitant"),
    ("L'ETABLISSEMENT PRESCRIPTEUR EST INCONNU", "prescripteur_inconnu"),
    ("LE NUMERO DE PRESCRIPTEUR EST INCONNU AU", "prescripteur_inconnu"),
    ("L ETABLISSEMENT PRESCRIPTEUR EST", "prescripteur_inconnu"),
    ("PRESCRIPTEUR NON IDENTIFIE", "prescripteur_inconnu"),
    ("PRESCRIPTION INTERDITE A CETTE DATE", "prescription_date"),
    ("DATE DE PRESCRIPTION POSTERIEURE AUX SOIN", "prescription_date"),
    ("ORDONNANCE ABSENTE", "prescription_incomplete"),
    ("PRESCRIPTION OBLIGATOIRE POUR CET ACTE", "prescription_incomplete"),
    ("NUMERO D'AT MANQUANT", "at_numero_date"),
    ("DATE DE L'ACCIDENT NON RENSEIGNEE", "at_numero_date"),
    ("Incompatibilité nature d'assurance", "nature_assurance_incompatible"),
    ("NATURE ASSURANCE NON COHERENTE", "nature_assurance_incompatible"),
    ("NIR INVALIDE", "nir_cle_invalide"),
    ("CLE DU NIR FAUSSE", "nir_cle_invalide"),
    ("NUMERO DE SECURITE SOCIALE ERRONE", "nir_cle_invalide"),
    ("ASSURE GERE PAR UNE AUTRE CAISSE", "caisse_gestionnaire_erronee"),
    ("CAISSE GESTIONNAIRE ERRONEE", "caisse_gestionnaire_erronee"),
    ("L'assuré est absent de notre référentiel", "assure_inconnu"),
    ("ASSURE INCONNU", "assure_inconnu"),
    ("BENEFICIAIRE INCONNU AU FICHIER", "beneficiaire_inconnu"),
    ("DATE DE NAISSANCE ERRONEE", "beneficiaire_inconnu"),
    ("DATE DE SOINS INVALIDE", "date_soins_invalide"),
    ("DATE DES SOINS POSTERIEURE A LA RECEPTION", "date_soins_invalide"),
    ("DROITS FERMES A LA DATE DES SOINS", "droits_fermes"),
    ("DROITS AMO NON OUVERTS", "droits_fermes"),
    ("ENTENTE PREALABLE ABSENTE", "entente_prealable_absente"),
    ("ACCORD PREALABLE REFUSE", "entente_prealable_absente"),
    ("CUMUL INTERDIT", "cumul_interdit"),
    ("ASSOCIATION NON AUTORISEE", "cumul_interdit"),
    ("CODE ACTE INCONNU", "acte_inconnu"),
    ("PRESTATION INCONNUE A LA NOMENCLATURE", "acte_inconnu"),
    ("PROFESSIONNEL DE SANTE INCONNU", "ps_non_identifie"),
    ("PRATICIEN NON CONVENTIONNE", "ps_non_identifie"),
    ("DELAI DE FACTURATION DEPASSE", "delai_facturation"),
    ("FORCLUSION", "delai_facturation"),
    ("PIECE JUSTIFICATIVE MANQUANTE", "piece_justificative"),
    ("SCOR : ORDO ILLISIBLE", "piece_justificative"),
    ("TOTAL FACTURE INCOHERENT", "total_incoherent"),
    ("MONTANT REMBOURSABLE ERRONE", "total_incoherent"),
    ("SIGNATURE DU LOT INVALIDE", "signature_certificat"),
    ("CERTIFICAT CPS REVOQUE", "signature_certificat"),
    ("CENTRE INFORMATIQUE INCONNU", "centre_destinataire_inconnu"),
    ("ARL NEGATIF", "flux_illisible"),
    ("FICHIER NON CONFORME AU CDC", "flux_illisible"),
    ("REMBOURSEMENT A TAUX REDUIT", "paiement_partiel"),
    ("PAIEMENT PARTIEL", "paiement_partiel"),
    ("N° ADHERENT ABSENT", "requete_droits"),
    ("PRISE EN CHARGE EXPIREE", "prise_en_charge_amc"),
    ("PLAFOND ANNUEL ATTEINT", "garantie_limitee_rc"),
]

UNRELATED = [
    "",
    " ",
    "\x00\x00\x00",
    "X",
    "0000",
    "BONJOUR",
    "MERCI DE VOTRE APPEL",
    "VOIR COURRIER",
    "FACTURE",
    "FACTURE REJETEE",
    "REJET",
    "REJET CODE 100",
    "ANOMALIE",
    "ERREUR",
    "ERREUR INTERNE 12",
    "PATIENT",
    "CAISSE",
    "MUTUELLE",
    "ASSURE",
    "PRESCRIPTEUR",
    "ACTE",
    "DATE",
    "TOTAL",
    "LIBELLE NON RENSEIGNE",
    "CONTACTER LE SERVICE TECHNIQUE",
    "SMGX",
    "PRISE EN COMPTE LE 03/10",
    "REGLEMENT EFFECTUE",
    "BORDEREAU RECAPITULATIF",
    "CHANGEMENT D'ADRESSE",
    "CARTE VITALE ABSENTE",
    "SCORBUT",
    "éèàùç",
]


@pytest.mark.parametrize(("label", "expected"), LABELS)
def test_a_label_leads_to_its_motive(label, expected):
    assert match_label(label)[0].motive.motive == expected


@pytest.mark.parametrize(("label", "expected"), LABELS)
def test_case_accents_and_signs_do_not_matter(label, expected):
    noisy = f"\x00 - {label.lower().replace(' ', '  ').replace('E', 'É')} ;\x00\x00"
    assert match_label(noisy)[0].motive.motive == expected


@pytest.mark.parametrize("label", UNRELATED)
def test_an_unrelated_label_leads_to_nothing(label):
    assert match_label(label) == []


def test_the_tables_of_this_test_are_large_enough():
    deducible = {name for name, motive in MOTIVES.items() if motive.label_patterns}
    assert len(LABELS) >= 60
    assert len(UNRELATED) >= 30
    assert {expected for _, expected in LABELS} == deducible


@pytest.mark.parametrize(
    ("label", "part", "expected"),
    [
        ("DROITS FERMES", None, ["droits_fermes"]),
        ("DROITS FERMES", "O", ["droits_fermes"]),
        ("DROITS FERMES", "AMO", ["droits_fermes"]),
        ("DROITS FERMES", "C", ["droits_rc_fermes"]),
        ("DROITS FERMES", " amc ", ["droits_rc_fermes"]),
        ("DROITS COMPLEMENTAIRE FERMES", None, ["droits_rc_fermes", "droits_fermes"]),
        ("DROITS COMPLEMENTAIRE FERMES", "C", ["droits_rc_fermes"]),
        ("FACTURE DEJA PAYEE", "C", ["doublon"]),
    ],
)
def test_closed_rights_on_the_complementary_part_are_the_insurers(label, part, expected):
    assert [match.motive.motive for match in match_label(label, part)] == expected


def test_first_motive_in_file_order_wins_and_the_others_are_given():
    names = [match.motive.motive for match in match_label("SMG ADRESSES A UNE MAUVAISE CAISSE")]
    assert names == ["smg_mauvaise_caisse", "smg_sans_rattachement", "caisse_gestionnaire_erronee"]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("FACTURE DEJA PAYEE LE 3", "deja payee"),
        ("DEJA PAY", "deja pay"),
        ("L'assuré est absent de notre référentiel", "assure est absent"),
        ("TOTAL DE LA FACTURE INCOHERENT", "total de la facture incoherent"),
    ],
)
def test_the_words_that_matched_are_whole(label, words):
    assert match_label(label)[0].words == words


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("", ""),
        ("L'assuré", "l assure"),
        ("N° d'adhérent", "n d adherent"),
        ("Nº adhérent", "n adherent"),
        ("  A--B__C\x00\x00", "a b c"),
        ("Cœur Œdème Æ", "coeur oedeme ae"),
        ("R.C.", "r c"),
        ("e\u0301te\u0301", "ete"),
        ("İ", "i"),
    ],
)
def test_normalise_label(label, expected):
    assert normalise_label(label) == expected


@given(st.text(max_size=100))
def test_normalising_twice_changes_nothing(label):
    once = normalise_label(label)
    assert normalise_label(once) == once
    assert re.fullmatch(r"(?:[a-z0-9]+(?: [a-z0-9]+)*)?", once)


@given(st.text(max_size=100), st.sampled_from([None, "O", "C"]))
def test_any_label_can_be_matched(label, part):
    names = [match.motive.motive for match in match_label(label, part)]
    assert len(names) == len(set(names))


def test_the_table_holds_its_motives_each_in_both_languages():
    assert len(MOTIVES) == 43
    assert list(MOTIVES)[-1] == DEFAULT
    assert dict(motives.load()) == MOTIVES
    for name, motive in MOTIVES.items():
        assert motive.motive == name
        assert motive.title("fr")
        assert motive.title("en")
        assert motive.confidence in {"A", "B", "C"}
        assert motive.note
        for kind in ("meaning", "payer_action", "provider_action"):
            assert bool(motive.text(kind, "fr")) == bool(motive.text(kind, "en"))


def test_patterns_have_no_pipe_in_a_group_so_that_splitting_is_the_same():
    for motive in MOTIVES.values():
        for pattern in motive.label_patterns.split("|"):
            re.compile(motives.expand(pattern))


@pytest.mark.parametrize(
    "name", ["mouvement_contrat_oc", "ordre_des_actes", "carte_lecteur", "configuration_poste", "autre"]
)
def test_some_motives_are_never_deduced(name):
    assert MOTIVES[name].label_patterns == ""


def test_the_default_motive_never_gets_an_action():
    assert MOTIVES[DEFAULT].action_class is Action.INCONNUE


@pytest.mark.parametrize(
    ("name", "action"),
    [("piece_justificative", Action.ENVOYER_PIECE), ("flux_illisible", Action.RENVOYER_FICHIER)],
)
def test_the_two_added_actions_say_what_the_text_says(name, action):
    assert MOTIVES[name].action_class is action


def test_avoidable_by_names_checks():
    assert MOTIVES["doublon"].avoidable_by == ("unicite_facture", "rapprochement_paiements")
    assert MOTIVES[DEFAULT].avoidable_by == ()
    for motive in MOTIVES.values():
        assert all(re.fullmatch(r"[a-z_]+", name) for name in motive.avoidable_by)


def test_motives_are_a_mapping_that_cannot_be_changed():
    assert "doublon" in MOTIVES
    with pytest.raises(KeyError):
        MOTIVES["inconnu"]
    with pytest.raises(AttributeError):
        MOTIVES["doublon"].note = ""


def test_the_data_file_is_plain():
    raw = motives.DATA.read_bytes()
    assert b"\r" not in raw
    assert not raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8").splitlines()))
    assert {len(row) for row in rows} == {17}


# --- kinds that are easily taken for one another -----------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        # An act already billed is not an invoice already paid.
        ("ACTE NON CUMULABLE DEJA FACTURE CE JOUR", "cumul_interdit"),
        ("ACTE INCOMPATIBLE AVEC UN ACTE DEJA REGLE", "cumul_interdit"),
        ("MAJORATION DEJA FACTUREE LE MEME JOUR", "cumul_interdit"),
        ("FACTURE DEJA REGLEE CE JOUR", "doublon"),
        ("FACTURE PRESENTE DEUX FOIS DANS LE LOT", "doublon"),
        # A person in double is not an invoice in double.
        ("DOUBLON BENEFICIAIRE", DEFAULT),
        ("ASSURE EN DOUBLON DANS LA BASE", DEFAULT),
        ("DOUBLON DE FACTURE POUR CE BENEFICIAIRE", "doublon"),
        ("JUSTIFICATIF NON PARVENU", "piece_justificative"),
        ("PRIX SUPERIEUR AU TARIF OPPOSABLE", "total_incoherent"),
        ("CONTRAT COMPLEMENTAIRE RESILIE", "droits_rc_fermes"),
        ("NE LE DU BENEFICIAIRE ERRONE", "beneficiaire_inconnu"),
        ("NUM. BENEF. ERR.", "beneficiaire_inconnu"),
    ],
)
def test_kinds_that_are_easily_confused(label, expected):
    found = match_label(label)
    assert (found[0].motive.motive if found else DEFAULT) == expected


def test_the_classifier_keeps_its_level_on_labels_of_its_own():
    """The page of the reference shows the same figures, label by label."""
    from tools.reference_labels import judged

    every = judged()
    worked = [one for one in every if one.use == "worked"]
    apart = [one for one in every if one.use == "apart"]
    assert len(worked) >= 390
    assert [one for one in worked if one.wanted != one.given] == []
    assert sum(one.wanted == one.given for one in apart) >= 26
    assert {one.wanted for one in every} <= set(MOTIVES)


def test_a_wrong_answer_never_sends_again_what_was_paid():
    """A label that is misread must not ask for a resend when what it says forbids one."""
    from tools.reference_labels import judged

    for one in judged():
        if MOTIVES[one.wanted].action_class.blocks_resend:
            assert not MOTIVES[one.given].action_class.asks_resend, one.label


@pytest.mark.parametrize("name", ["beneficiaire", "doublon"])
def test_the_words_of_an_insurer_keep_the_rest_of_the_motive(name):
    told = motives.motives_for("C").get(name) or motives.motives_for("C")["doublon"]
    assert told.action_class is MOTIVES[told.motive].action_class
    assert told.label_patterns == MOTIVES[told.motive].label_patterns
