"""Views over the groups of a Vitale card. Names, positions and what is known of each: `fse/data/ssv.csv`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import NamedTuple, TypeVar

from fse.ssv.vue import Suite, Vue, jour, octets, texte, to_date
from fse.ssv.zone import Group

V = TypeVar("V", bound=Vue)

#: Groups that end what belongs to a beneficiary.
_NEXT = frozenset({101, 104})


class Periode(Vue):
    """A period: from its first day to its last, both included; a missing bound is open [medintux cards]."""

    @property
    def debut(self) -> date | None:
        """First day, `None` when not given."""
        return to_date(self[self.layout.fields[0].name])

    @property
    def fin(self) -> date | None:
        """Last day, `None` when not given: open-ended (inferred)."""
        return to_date(self[self.layout.fields[1].name])

    def contient(self, day: date) -> bool:
        """Whether a day is in the period."""
        debut, fin = self.debut, self.fin
        return (debut is None or debut <= day) and (fin is None or day <= fin)


class Accident(NamedTuple):
    """One work accident of group 103, as text: organism (regime 2, caisse 3, centre 4), codes."""

    organisme: str
    code_bgdh: str
    identifiant: str

    def __repr__(self) -> str:
        return "<Accident>"


class Assure(Vue):
    """Vitale card and insured person (group 101)."""

    GROUPE = 101

    type_carte_vitale = texte()
    numero_serie = texte()
    date_fin_validite = jour()
    ruf_1 = octets()
    ruf_2 = octets()
    ruf_administration = octets()
    type_identification_porteur = texte()
    nir = texte()
    cle_nir = texte()
    code_regime = texte()
    caisse_gestionnaire = texte()
    centre_gestionnaire = texte()
    code_gestion = texte()
    ruf_famille = octets()


class ServiceFamille(Vue):
    """AMO service common to the family (group 102)."""

    GROUPE = 102

    service_amo_famille = texte()
    date_debut_service_amo_famille = jour()
    date_fin_service_amo_famille = jour()


class AccidentsTravail(Vue):
    """Work accidents (group 103)."""

    GROUPE = 103

    organisme_at = texte()
    code_bgdh = texte()
    identifiant_at = texte()
    organisme_at_1 = texte()
    code_bgdh_1 = texte()
    identifiant_at_1 = texte()
    organisme_at_2 = texte()
    code_bgdh_2 = texte()
    identifiant_at_2 = texte()

    @property
    def accidents(self) -> tuple[Accident, ...]:
        """The triplets that name an organism or an accident; zeros mean that there is none."""
        triplets = (
            Accident(self.organisme_at, self.code_bgdh, self.identifiant_at),
            Accident(self.organisme_at_1, self.code_bgdh_1, self.identifiant_at_1),
            Accident(self.organisme_at_2, self.code_bgdh_2, self.identifiant_at_2),
        )
        return tuple(each for each in triplets if each.organisme.strip("0") or each.identifiant.strip("0"))


class Beneficiaire(Vue):
    """Covered person (beneficiary) (group 104)."""

    GROUPE = 104

    nom_usuel = texte()
    nom_patronymique = texte()
    prenom = texte()
    adresse_1 = texte()
    adresse_2 = texte()
    adresse_3 = texte()
    adresse_4 = texte()
    adresse_5 = texte()
    nir_certifie = texte()
    cle_nir_certifie = texte()
    date_certification_nir = jour()
    date_naissance = texte()
    rang_naissance = texte()
    qualite = texte()
    service_amo = texte()
    date_debut_service_amo = jour()
    date_fin_service_amo = jour()
    ruf_amo = octets()

    @property
    def jour_naissance(self) -> date | None:
        """Day of birth, or `None` when no calendar has it (lunar dates): the text is in `date_naissance`."""
        return to_date(self.date_naissance)

    @property
    def est_assure(self) -> bool:
        """Whether this is the insured person: quality 0, compared as an integer."""
        return self.qualite.isdecimal() and not self.qualite.strip("0")

    @property
    def nir(self) -> str:
        """NIR of the person: the certified one, or that of the card when this is the insured person.

        Empty when the card does not tell it.
        """
        return self.nir_certifie or (self._of_the_card("nir") if self.est_assure else "")

    @property
    def cle_nir(self) -> str:
        """Key of `nir`."""
        if self.nir_certifie:
            return self.cle_nir_certifie
        return self._of_the_card("cle_nir") if self.est_assure else ""

    @property
    def droits_amo(self) -> Suite[PeriodeDroits]:
        """Periods of AMO rights (105)."""
        return self._children(PeriodeDroits)

    @property
    def couvertures(self) -> Suite[PeriodeCouverture]:
        """Periods of coverage codes (106)."""
        return self._children(PeriodeCouverture)

    @property
    def mutuelle(self) -> Mutuelle | None:
        """The mutual insurer (107)."""
        return next(iter(self._children(Mutuelle)), None)

    @property
    def droits_mutuelle(self) -> Suite[PeriodeMutuelle]:
        """Periods of mutual rights (108)."""
        return self._children(PeriodeMutuelle)

    @property
    def amc(self) -> Amc | None:
        """The complementary insurance (109)."""
        return next(iter(self._children(Amc)), None)

    @property
    def zone_commune(self) -> ZoneCommune | None:
        """The area common to complementary contracts (111)."""
        return next(iter(self._children(ZoneCommune)), None)

    def couverture_le(self, day: date) -> PeriodeCouverture | None:
        """The first period of coverage that contains a day."""
        return next((each for each in self.couvertures if each.contient(day)), None)

    def droits_ouverts_le(self, day: date) -> bool | None:
        """Whether AMO rights are open on a day; `None` when the card gives no period."""
        periods = self.droits_amo
        return any(each.contient(day) for each in periods) if periods else None

    def groupes(self) -> Iterator[Group]:
        """The groups that belong to this beneficiary: those up to the next one."""
        zone = self.group.zone
        following = iter(zone.groups[self.group.number :])
        return takewhile(lambda group: group.id not in _NEXT, following)

    def _children(self, vue: type[V]) -> Suite[V]:
        return Suite(lambda: (vue(group) for group in self.groupes() if group.id == vue.GROUPE))

    def _of_the_card(self, name: str) -> str:
        group = self.group.zone.find(Assure.GROUPE)
        return "" if group is None else Assure(group)[name].strip()


class PeriodeDroits(Periode):
    """Period of rights to the compulsory regime (group 105)."""

    GROUPE = 105

    date_debut_droits_amo = jour()
    date_fin_droits_amo = jour()


class PeriodeCouverture(Periode):
    """Period of a coverage code (group 106)."""

    GROUPE = 106

    date_debut_couverture = jour()
    date_fin_couverture = jour()
    code_ald = texte()
    code_situation = texte()

    @property
    def code_couverture(self) -> str:
        """Coverage code: the ALD code, then the situation code."""
        return self.code_ald + self.code_situation


class Mutuelle(Vue):
    """Beneficiary's mutual insurer (group 107)."""

    GROUPE = 107

    identification_mutuelle = texte()
    garanties_effectives = texte()
    indicateur_traitement_mutuelle = texte()
    type_services_associes = texte()
    services_associes = texte()
    aiguillage_sts = texte()


class PeriodeMutuelle(Periode):
    """Period of rights to the mutual insurer (group 108)."""

    GROUPE = 108

    date_debut_droits_mutuelle = jour()
    date_fin_droits_mutuelle = jour()


class Amc(Vue):
    """Complementary insurance (AMC) (group 109)."""

    GROUPE = 109

    numero_complementaire_b2 = texte()
    numero_complementaire_edi = texte()
    numero_adherent = texte()
    indicateur_traitement_amc = texte()
    date_debut_validite_amc = jour()
    date_fin_validite_amc = jour()
    code_routage_amc = texte()
    identifiant_hote = texte()
    domaine_amc = texte()
    aiguillage_sts = texte()
    type_services_associes = texte()
    services_associes = texte()


class ZoneCommune(Vue):
    """Area common to complementary contracts (group 111)."""

    GROUPE = 111

    zone_commune = octets()


class Assure131(Vue):
    """Vitale card and insured person, layout 1.31 (group 40)."""

    GROUPE = 40

    type_carte_vitale = texte()
    numero_serie = texte()
    type_identification_porteur = texte()
    nir = texte()
    cle_nir = texte()
    code_regime = texte()
    caisse_gestionnaire = texte()
    centre_gestionnaire = texte()
    code_gestion = texte()


class Beneficiaire131(Vue):
    """Beneficiary and periods, layout 1.31 (group 41)."""

    GROUPE = 41

    nom_usuel = texte()
    nom_patronymique = texte()
    prenom = texte()
    adresse = texte()
    date_naissance = texte()
    rang_naissance = texte()
    qualite = texte()
    identification_mutuelle = texte()
    garanties_effectives = texte()
    nombre_periodes_droits_amo = texte()
    date_debut_droits_amo = texte()
    date_fin_droits_amo = texte()
    nombre_periodes_droits_mutuelle = texte()
    date_debut_droits_mutuelle = texte()
    date_fin_droits_mutuelle = texte()
    nombre_periodes_couverture = texte()
    date_debut_couverture = texte()
    date_fin_couverture = texte()
    code_ald = texte()
    code_situation = texte()
