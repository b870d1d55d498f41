"""What is compared of a card, taken out of its zone once. Private to `fse.ssv.comparaison`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, NamedTuple

from fse.ssv.aggregates import CarteVitale, Cps
from fse.ssv.card_header import c2s_of
from fse.ssv.liens import CPS, QUALITES
from fse.ssv.vue import Vue
from fse.ssv.vues_carte import Beneficiaire
from fse.ssv.vues_carte import Periode as VuePeriode
from fse.ssv.vues_poste import Situation
from fse.ssv.zone import Zone

_DIGITS: Final = "0123456789"

#: A salaried professional of an establishment has a code of his own in B2 (inferred): same as salaried.
_SALARIED: Final = frozenset({"S", "B"})


class Periode(NamedTuple):
    """A period; a missing bound is open."""

    debut: date | None
    fin: date | None

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return (self.debut is None or self.debut <= day) and (self.fin is None or day <= self.fin)


@dataclass(frozen=True, slots=True, repr=False)
class Complementaire:
    """The insurer of group 107 or 109: number, member number (empty when not told), periods."""

    numero: str
    adherent: str
    periodes: tuple[Periode, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Personne:
    """A beneficiary: birth date AAMMJJ, rank among twins, NIR of their own, quality as in B2, rights."""

    naissance: str
    rang: str
    nir: str
    qualite: str
    droits: tuple[Periode, ...]
    complementaire: Complementaire | None
    c2s: Callable[[date], Vue | None]

    def is_c2s_on(self, day: date) -> bool:
        """Whether the card says that the person has the solidarity cover on a day."""
        return self.c2s(day) is not None


@dataclass(frozen=True, slots=True, repr=False)
class CarteLue:
    """A Vitale card: its insured person, its organism (régime, caisse, centre), its people."""

    nir: str
    cle: str
    organisme: tuple[str, str, str]
    is_test: bool
    fin_validite: date | None
    personnes: tuple[Personne, ...]

    @classmethod
    def of(cls, zone: Zone) -> CarteLue:
        """The card of a zone that has groups 101 and 104."""
        carte = CarteVitale(zone)
        assure = carte.assure
        assert assure is not None
        return cls(
            assure.nir,
            assure.cle_nir,
            (assure.code_regime, assure.caisse_gestionnaire, assure.centre_gestionnaire),
            assure.type_carte_vitale == "T",
            assure.date_fin_validite,
            tuple(_personne(carte, each) for each in carte.beneficiaires),
        )


def _personne(carte: CarteVitale, person: Beneficiaire) -> Personne:
    return Personne(
        person.date_naissance[2:8],
        person.rang_naissance.strip("0"),
        person.nir_certifie,
        QUALITES.get(person.qualite, ""),
        tuple(_periodes(person.droits_amo)),
        _complementaire(person),
        partial(c2s_of, carte, person),
    )


def _complementaire(person: Beneficiaire) -> Complementaire | None:
    if person.mutuelle is not None:
        number = person.mutuelle.identification_mutuelle
        return Complementaire(number, "", tuple(_periodes(person.droits_mutuelle))) if number else None
    amc = person.amc
    if amc is None or not amc.numero_complementaire_b2:
        return None
    period = Periode(amc.date_debut_validite_amc, amc.date_fin_validite_amc)
    return Complementaire(amc.numero_complementaire_b2, amc.numero_adherent, (period,))


def _periodes(views: Iterable[VuePeriode]) -> Iterator[Periode]:
    return (Periode(each.debut, each.fin) for each in views)


@dataclass(frozen=True, slots=True, repr=False)
class CpsLue:
    """What the situations of a card say of one billing number; an empty set says nothing."""

    numero: str
    specialites: frozenset[str]
    zones: frozenset[str]
    conditions: frozenset[str]

    @classmethod
    def by_number(cls, zone: Zone) -> dict[str, CpsLue]:
        """By billing number with its key. A locum bills under a number of his own too."""
        found: dict[str, list[Situation]] = {}
        for each in Cps(zone).situations:
            for number in (
                each.numero_facturation_ps + each.cle_facturation_ps,
                each.numero_facturation_remplacant + each.cle_facturation_remplacant,
            ):
                if number.strip("0"):
                    found.setdefault(number, []).append(each)
        return {number: cls._of(number, situations) for number, situations in found.items()}

    @classmethod
    def _of(cls, number: str, situations: list[Situation]) -> CpsLue:
        condition = next(link.make for link in CPS if link.name == "condition_exercice_executant")
        conditions = {condition(each.mode_exercice) or "" for each in situations}
        if conditions & _SALARIED:
            conditions |= _SALARIED
        return cls(
            number,
            _told(each.specialite for each in situations),
            _told(each.zone_tarif for each in situations),
            frozenset() if "" in conditions else frozenset(conditions),
        )


def _told(values: Iterable[str]) -> frozenset[str]:
    """Values on two digits as in B2; nothing when one of the situations tells none."""
    known = frozenset(value.zfill(2) for value in values)
    return frozenset() if any(not value.strip("0") for value in known) else known


def near(number: str) -> Iterator[str]:
    """The numbers with one character of another digit, or two neighbours swapped.

    >>> sorted(near("12"))[:4], len(set(near("12")))
    (['02', '10', '11', '13'], 19)
    """
    for at, own in enumerate(number):
        yield from (number[:at] + digit + number[at + 1 :] for digit in _DIGITS if digit != own)
    for at in range(len(number) - 1):
        if number[at] != number[at + 1]:
            yield number[:at] + number[at + 1] + number[at] + number[at + 2 :]
