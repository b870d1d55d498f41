"""Views over the header groups of an invoice. See `fse/data/ssv.csv`.

Groups whose fields have no known position (1180, 1610, 1620, 1630, 1870) have a view without attributes:
`vue.items()` gives what they hold.
"""

from __future__ import annotations

from datetime import date

from fse.ssv.vue import Vue, jour, octets, texte, to_date


class IdentificationFacture(Vue):
    """Identity of the invoice (group 1110)."""

    GROUPE = 1110

    numero_facture = texte()
    nature_operation = texte()
    date_facture = jour()
    numero_logique_situation = texte()
    numero_facture_rectifiee = texte()
    date_facture_rectifiee = jour()


class ProfessionnelFacturant(Vue):
    """Billing professional (group 1120)."""

    GROUPE = 1120

    numero_facturation_ps = texte()
    cle_facturation_ps = texte()
    nom_ps = texte()
    prenom_ps = texte()
    code_conventionnel = texte()
    specialite = texte()
    zone_tarif = texte()
    zone_ik = texte()
    agrement_1 = texte()
    agrement_2 = texte()
    agrement_3 = texte()
    conditions_exercice = texte()


class BeneficiaireFacture(Vue):
    """Person who receives care (group 1130)."""

    GROUPE = 1130

    type_identification_beneficiaire = texte()
    nir = texte()
    cle_nir = texte()
    date_naissance = texte()
    rang_naissance = texte()
    qualite = texte()
    code_couverture = texte()
    presentation_carnet = texte()

    @property
    def jour_naissance(self) -> date | None:
        """Day of birth, or `None` when no calendar has it: the text is in `date_naissance`."""
        return to_date(self.date_naissance)


class Structure(Vue):
    """Structure where the professional works (group 1140)."""

    GROUPE = 1140

    type_identification_structure = texte()
    numero_identification_structure = texte()
    cle_identification_structure = texte()
    raison_sociale_structure = texte()


class Remplacant(Vue):
    """Locum (group 1150)."""

    GROUPE = 1150

    numero_facturation_remplacant = texte()
    cle_facturation_remplacant = texte()
    nom_remplacant = texte()
    prenom_remplacant = texte()
    indicateur_signature = texte()


class Individu(Vue):
    """NIR of the person who receives care (group 1160)."""

    GROUPE = 1160

    nir_certifie = texte()
    cle_nir_certifie = texte()


class MedecinTraitant(Vue):
    """Treating doctor and care pathway (group 1180)."""

    GROUPE = 1180


class ArretTravail(Vue):
    """Prescription of sick leave (group 1220)."""

    GROUPE = 1220

    nombre_jours_arret = texte()
    date_fin_arret = jour()


class OrganismesAmo(Vue):
    """Organisms of the compulsory regime (group 1310)."""

    GROUPE = 1310

    code_regime = texte()
    caisse_gestionnaire = texte()
    centre_gestionnaire = texte()
    organisme_destinataire = texte()
    centre_informatique = texte()


class OrganismesAmc(Vue):
    """Complementary organisms (group 1321)."""

    GROUPE = 1321

    type_contrat = texte()
    numero_complementaire = texte()
    numero_adherent = texte()
    donnees_amc_1 = octets()
    donnees_amc_2 = octets()
    numero_complementaire_edi = texte()
    code_application = texte()
    code_routage_amc = texte()
    domaine_amc = texte()
    indicateur_traitement_amc = texte()
    identifiant_hote = texte()
    identifiant_assure_amc = texte()
    zone_supplementaire = octets()


class Prestation(Vue):
    """Act or benefit (group 1610)."""

    GROUPE = 1610


class IndemniteForfaitaire(Vue):
    """Flat-rate travel allowance (group 1620)."""

    GROUPE = 1620


class IndemniteKilometrique(Vue):
    """Allowance per kilometre (group 1630)."""

    GROUPE = 1630


class Executant(Vue):
    """Professional who performs the act (group 1870)."""

    GROUPE = 1870
