"""What a zone is about: a Vitale card, a professional's card, a workstation, the header of an invoice."""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from fse.ssv import vues_carte as carte
from fse.ssv import vues_facture as entete
from fse.ssv import vues_poste as poste
from fse.ssv.vue import Suite, Vue
from fse.ssv.zone import READERS, Zone

V = TypeVar("V", bound=Vue)


class Aggregate:
    """Views over the groups of one subject, found in the zone each time they are asked for."""

    #: Ids of the groups of the subject.
    GROUPES: ClassVar[frozenset[int]] = frozenset()

    def __init__(self, zone: Zone) -> None:
        self.zone = zone

    @classmethod
    def of(cls, zone: Zone) -> Self | None:
        """The subject, or `None` when the zone holds none of its groups."""
        return cls(zone) if next(zone.select(*cls.GROUPES), None) else None

    def _one(self, vue: type[V]) -> V | None:
        group = self.zone.find(vue.GROUPE)
        return None if group is None else vue(group)

    def _all(self, vue: type[V]) -> Suite[V]:
        return Suite(lambda: (vue(group) for group in self.zone.select(vue.GROUPE)))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} in {self.zone!r}>"


class CarteVitale(Aggregate):
    """A Vitale card: the insured person, then the beneficiaries, however many they are."""

    GROUPES = frozenset({101, 102, 103, 104, 105, 106, 107, 108, 109, 111})

    @property
    def assure(self) -> carte.Assure | None:
        """The insured person and the card (101)."""
        return self._one(carte.Assure)

    @property
    def service_famille(self) -> carte.ServiceFamille | None:
        """The AMO service common to the family (102)."""
        return self._one(carte.ServiceFamille)

    @property
    def accidents_travail(self) -> tuple[carte.Accident, ...]:
        """The work accidents (103)."""
        found = self._one(carte.AccidentsTravail)
        return found.accidents if found else ()

    @property
    def beneficiaires(self) -> Suite[carte.Beneficiaire]:
        """The covered persons (104), each with the groups that follow it."""
        return self._all(carte.Beneficiaire)


class Cps(Aggregate):
    """A professional's card."""

    GROUPES = frozenset({1, 2})

    @property
    def titulaire(self) -> poste.Titulaire | None:
        """The professional (1)."""
        return self._one(poste.Titulaire)

    @property
    def situations(self) -> Suite[poste.Situation]:
        """The billing situations (2)."""
        return self._all(poste.Situation)


class Configuration(Aggregate):
    """A workstation: versions, readers, components."""

    GROUPES = frozenset({60, 61, 62, 63, 64, 67, 3600, 3780})

    @property
    def versions(self) -> poste.Versions | None:
        """General versions (60)."""
        return self._one(poste.Versions)

    @property
    def lecteurs(self) -> Suite[poste.Lecteur]:
        """Card readers (61)."""
        return self._all(poste.Lecteur)

    @property
    def composants_ssv(self) -> Suite[poste.ComposantSsv]:
        """SSV components (62)."""
        return self._all(poste.ComposantSsv)

    @property
    def composants_galss(self) -> Suite[poste.ComposantGalss]:
        """GALSS components (63)."""
        return self._all(poste.ComposantGalss)

    @property
    def composants(self) -> Suite[poste.Composant]:
        """Other SESAM-Vitale components (64)."""
        return self._all(poste.Composant)

    @property
    def lecteurs_pcsc(self) -> Suite[poste.LecteurPcsc]:
        """PC/SC readers (67)."""
        return self._all(poste.LecteurPcsc)

    @property
    def version_srt(self) -> poste.VersionSrt | None:
        """Versions of the rule engine (3600)."""
        return self._one(poste.VersionSrt)

    @property
    def version_sts(self) -> poste.VersionSts | None:
        """Versions of the pricing module (3780)."""
        return self._one(poste.VersionSts)


class EnteteFacture(Aggregate):
    """The header groups of an invoice."""

    GROUPES = frozenset({1110, 1120, 1130, 1140, 1150, 1160, 1180, 1220, 1310, 1321, 1610, 1620, 1630, 1870})

    @property
    def identification(self) -> entete.IdentificationFacture | None:
        """Identity of the invoice (1110)."""
        return self._one(entete.IdentificationFacture)

    @property
    def professionnel(self) -> entete.ProfessionnelFacturant | None:
        """The billing professional (1120)."""
        return self._one(entete.ProfessionnelFacturant)

    @property
    def beneficiaire(self) -> entete.BeneficiaireFacture | None:
        """The person who receives care (1130)."""
        return self._one(entete.BeneficiaireFacture)

    @property
    def structure(self) -> entete.Structure | None:
        """The structure (1140)."""
        return self._one(entete.Structure)

    @property
    def remplacant(self) -> entete.Remplacant | None:
        """The locum (1150)."""
        return self._one(entete.Remplacant)

    @property
    def individu(self) -> entete.Individu | None:
        """The person's own NIR (1160)."""
        return self._one(entete.Individu)

    @property
    def medecin_traitant(self) -> entete.MedecinTraitant | None:
        """The treating doctor (1180); its fields are not known."""
        return self._one(entete.MedecinTraitant)

    @property
    def arret(self) -> entete.ArretTravail | None:
        """The sick leave (1220)."""
        return self._one(entete.ArretTravail)

    @property
    def organismes_amo(self) -> entete.OrganismesAmo | None:
        """The organisms of the compulsory regime (1310)."""
        return self._one(entete.OrganismesAmo)

    @property
    def organismes_amc(self) -> Suite[entete.OrganismesAmc]:
        """The complementary organisms (1321)."""
        return self._all(entete.OrganismesAmc)

    @property
    def prestations(self) -> Suite[entete.Prestation]:
        """Acts or benefits (1610); their fields are not known."""
        return self._all(entete.Prestation)

    @property
    def executant(self) -> entete.Executant | None:
        """The professional who performs the act (1870); its fields are not known."""
        return self._one(entete.Executant)


READERS.update(
    carte_vitale=CarteVitale.of, cps=Cps.of, configuration=Configuration.of, facture=EnteteFacture.of
)
