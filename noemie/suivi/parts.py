"""The follow-up in parts by professional, each through the engine alone, wherever `over_files` has it done.

An answer is matched within one professional, the first that it names among those who sent; links, hints and
ARLs stay within one too. Parts are therefore studied apart and give the lines of a single run, once the
facts that do look further are put together: an answer that names none of the senders, and one whose number
only others sent.

A part is in memory whole: `follow_in_parts` is for parts that are small (see `Parts.legeres`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import msgspec

from codes.actions import Lang
from codes.delais import Delais
from codes.rejects import Catalogue
from noemie.documents.over_files import BATCH, Executor, Lost, over_files
from noemie.suivi.coffre import PARTITIONS, Coffre, Partitions, Suite, partition_of, suite_of
from noemie.suivi.depot import SurDisque
from noemie.suivi.ensemble import Trouve, suivi_of, void_runs
from noemie.suivi.faits import Communs, Envoi, Reponse, Tranche
from noemie.suivi.moteur import Moteur
from noemie.suivi.resultat import Suivi, ordre_des_lignes, ordre_des_orphelines

__all__ = ["MOST", "LostPartError", "Parts", "follow_in_parts"]

#: Bytes of a part that is studied whole: some thousands of invoices.
MOST: Final = BATCH


class LostPartError(RuntimeError):
    """A part whose process died twice: without it nothing can be told."""


class _Facts(NamedTuple):
    """The facts of a part, as msgpack: lists of some of them each."""

    envois: list[bytes]
    reponses: list[bytes]

    @property
    def poids(self) -> int:
        """In bytes."""
        return sum(map(len, self.envois)) + sum(map(len, self.reponses))

    def lire(self) -> Tranche:
        """The facts themselves."""
        envois = [one for told in self.envois for one in msgspec.msgpack.decode(told, type=list[Envoi])]
        reponses = [one for told in self.reponses for one in msgspec.msgpack.decode(told, type=list[Reponse])]
        return Tranche(envois, reponses)


class _Told(NamedTuple):
    """The answer of a part: its lines and orphans in order, and what adds up over the parts."""

    lignes: Suite
    orphelines: Suite
    trouve: Trouve


@dataclass(frozen=True, slots=True)
class _Study:
    """The engine on one part; `communs` is what all share, as msgpack."""

    communs: bytes
    on: dt.date
    site: Catalogue | None
    delais: Delais | None
    lang: Lang

    def __call__(self, facts: _Facts) -> _Told:
        """The answer of a part."""
        moteur = Moteur(_communs(self.communs), site=self.site, delais=self.delais, lang=self.lang)
        moteur.etudier(facts.lire())
        trouve, depot = moteur.rediger(self.on), moteur.depot
        return _Told(
            suite_of(depot.lignes(), ordre_des_lignes),
            suite_of(depot.orphelines(), ordre_des_orphelines),
            trouve,
        )


@lru_cache(maxsize=1)
def _communs(told: bytes) -> Communs:
    """What all parts share, read once by each process."""
    return msgspec.msgpack.decode(told, type=Communs)


def _weight(facts: _Facts) -> int:
    return facts.poids


def follow_in_parts(
    parts: Parts,
    communs: Communs,
    coffre: Coffre,
    executor: Executor,
    on: dt.date,
    *,
    site: Catalogue | None = None,
    delais: Delais | None = None,
    lang: Lang = "fr",
) -> Suivi:
    """What `noemie.suivi.follow_facts` answers, when no mark is given. Raises `LostPartError`."""
    depot, trouve = SurDisque(coffre), Trouve()
    study = _Study(msgspec.msgpack.encode(communs), on, site, delais, lang)
    for told in over_files(study, parts.facts(), executor, weight=_weight, count=PARTITIONS, ahead=1):
        if isinstance(told, Lost):
            raise LostPartError
        depot.ajouter_suites(told.lignes, told.orphelines)
        trouve.ajouter(told.trouve)
    return suivi_of(communs, void_runs(communs), on, depot.lignes(), depot.orphelines(), trouve)


class Parts:
    """Facts by professional, in partitions; those that must be studied together are joined."""

    def __init__(self, tranches: Iterable[Tranche], communs: Communs, coffre: Coffre) -> None:
        self._known = communs.professionnels
        self._envois: Partitions[Envoi] = Partitions(coffre, Envoi)
        self._reponses: Partitions[Reponse] = Partitions(coffre, Reponse)
        self._heads = list(range(PARTITIONS))
        for tranche in tranches:
            self._share(tranche)

    def _share(self, tranche: Tranche) -> None:
        """Put each fact with its professional; `tranche` has all the facts of some numbers."""
        senders: dict[str, set[str]] = {}
        places: dict[str, set[int]] = {}
        tabled: set[str] = set()
        for envoi in tranche.envois:
            senders.setdefault(envoi.cle, set()).add(envoi.ps)
            self._envois.ajouter(partition_of(envoi.ps), envoi)
        for reponse in tranche.reponses:
            named = next((ps for ps in reponse.ps if ps in self._known), "")
            others = senders.get(reponse.cle, set())
            if named:
                place = partition_of(named)
                if others and named not in others:  # the number is known, of others
                    self._join(place, partition_of(min(others)))
            elif others:
                place, *beside = sorted({partition_of(ps) for ps in others})
                for one in beside:
                    self._join(place, one)
            else:
                place = partition_of(reponse.cle)
            self._reponses.ajouter(place, reponse)
            places.setdefault(reponse.cle, set()).add(place)
            if reponse.tableau:  # it may say what any return says of this number
                tabled.add(reponse.cle)
        for number in tabled:
            first, *rest = sorted(places[number])
            for place in rest:
                self._join(first, place)

    def _head(self, place: int) -> int:
        while self._heads[place] != place:
            place = self._heads[place]
        return place

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._head(one), self._head(other)))
        self._heads[high] = low

    def _places(self) -> Collection[list[int]]:
        """The partitions of each part."""
        joined: dict[int, list[int]] = {}
        for place in range(PARTITIONS):
            joined.setdefault(self._head(place), []).append(place)
        return joined.values()

    @property
    def legeres(self) -> bool:
        """Whether each of them may be studied whole."""
        return all(
            sum(self._envois.poids(place) + self._reponses.poids(place) for place in places) <= MOST
            for places in self._places()
        )

    def facts(self) -> Iterator[_Facts]:
        """The facts of each part."""
        for places in self._places():
            made = _Facts(
                [one for place in places for one in self._envois.pieces(place)],
                [one for place in places for one in self._reponses.pieces(place)],
            )
            for place in places:
                self._envois.vider(place)
                self._reponses.vider(place)
            if made.envois or made.reponses:
                yield made
