"""Views over the groups of a professional's card and of a workstation. See `fse/data/ssv.csv`."""

from __future__ import annotations

from fse.ssv.vue import Vue, instant, texte


class Titulaire(Vue):
    """Professional who holds the card (group 1)."""

    GROUPE = 1

    type_carte_ps = texte()
    type_identification_nationale = texte()
    numero_identification_nationale = texte()
    cle_identification_nationale = texte()
    civilite = texte()
    nom_ps = texte()
    prenom_ps = texte()


class Situation(Vue):
    """Billing situation of the professional (group 2)."""

    GROUPE = 2

    numero_logique_situation = texte()
    mode_exercice = texte()
    statut_exercice = texte()
    secteur_activite = texte()
    type_identification_structure = texte()
    numero_identification_structure = texte()
    cle_identification_structure = texte()
    raison_sociale_structure = texte()
    numero_facturation_ps = texte()
    cle_facturation_ps = texte()
    numero_facturation_remplacant = texte()
    cle_facturation_remplacant = texte()
    code_conventionnel = texte()
    specialite = texte()
    zone_tarif = texte()
    zone_ik = texte()
    agrement_1 = texte()
    agrement_2 = texte()
    agrement_3 = texte()
    habilitation_signer_facture = texte()
    habilitation_signer_lot = texte()


class Versions(Vue):
    """Versions of the SESAM-Vitale workstation (group 60)."""

    GROUPE = 60

    version_ssv = texte()
    version_galss = texte()
    version_pss = texte()


class Lecteur(Vue):
    """Card reader (group 61)."""

    GROUPE = 61

    constructeur_lecteur = texte()
    type_lecteur = texte()
    numero_serie_lecteur = texte()
    systeme_lecteur = texte()
    nombre_logiciels = texte()
    nom_logiciel = texte()
    version_logiciel = texte()
    date_heure_lecteur = instant()
    checksum_logiciel = texte()


class ComposantSsv(Vue):
    """SSV component of the workstation (group 62)."""

    GROUPE = 62

    version_bibliotheque_ssv = texte()
    libelle_fichier_tables = texte()
    version_fichier_tables = texte()
    nombre_fichiers_organismes = texte()
    code_regime_organismes = texte()
    version_ruf = texte()


class ComposantGalss(Vue):
    """GALSS component of the workstation (group 63)."""

    GROUPE = 63

    version_bibliotheque_galss = texte()
    version_serveur_galss = texte()
    version_client_galss = texte()
    version_gestion_configuration = texte()


class Composant(Vue):
    """Other SESAM-Vitale component (group 64)."""

    GROUPE = 64

    identifiant_composant = texte()
    libelle_composant = texte()
    version_composant = texte()


class LecteurPcsc(Vue):
    """PC/SC card reader (group 67)."""

    GROUPE = 67

    nom_lecteur_pcsc = texte()
    type_carte = texte()


class VersionSrt(Vue):
    """Versions of the rule engine (SRT) (group 3600)."""

    GROUPE = 3600

    version_referentiel = texte()
    version_referentiel_serveur = texte()
    version_base_ccam = texte()
    version_base_ccam_serveur = texte()
    date_modification = texte()
    variante_referentiel = texte()
    commentaire = texte()
    revision_referentiel = texte()
    version_partie_logicielle = texte()


class VersionSts(Vue):
    """Versions of the pricing module (STS) (group 3780)."""

    GROUPE = 3780

    identification_module = texte()
    version_module = texte()
    version_tables_externes = texte()
    variante = texte()
    commentaire = texte()
