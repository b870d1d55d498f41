"""The follow-up in parts by professional, each through the engine alone, wherever `over_files` has it done.

An answer is matched within one professional, the first that it names among those who sent; links, hints and
ARLs stay within one too. Parts are therefore studied apart and give the lines of a single run, once the
facts that do look further are put together: an answer that names none of the senders, and one whose number
only others sent.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from codes.actions import Lang
from codes.delais import Delais
from codes.notes import OF_THE_WHOLE, Note
from codes.rejects import Catalogue
from noemie.documents.over_files import Executor, Lost, over_files
from noemie.suivi.coffre import PARTITIONS, Coffre, Partitions, partition_of
from noemie.suivi.depot import SurDisque
from noemie.suivi.ensemble import fichiers, forfaits, retenues, virements, whole_notes
from noemie.suivi.faits import Communs, Envoi, Reponse, Tranche
from noemie.suivi.moteur import Moteur
from noemie.suivi.resultat import ArlSansLot, Ligne, Orpheline, Sommes, Suivi

__all__ = ["LostPartError", "follow_in_parts"]


class LostPartError(RuntimeError):
    """A part whose process died twice: without it nothing can be told."""


class _Facts(msgspec.Struct):
    """The facts of a part."""

    envois: list[Envoi]
    reponses: list[Reponse]


class _Lines(msgspec.Struct):
    """What a part gives for each of its facts."""

    lignes: list[Ligne]
    orphelines: list[Orpheline]


class _Told(NamedTuple):
    """The answer of a part: its lines (msgpack), and what adds up over the parts."""

    lines: bytes
    sommes: Sommes
    notes: set[Note]
    virements: dict[int, int]
    arls: set[int]


@dataclass(frozen=True, slots=True)
class _Study:
    """The engine on one part; `communs` is what all share."""

    communs: Communs
    on: dt.date
    site: Catalogue | None
    delais: Delais | None
    lang: Lang

    def __call__(self, facts: bytes) -> _Told:
        """The answer of a part, whose facts come as msgpack."""
        read = msgspec.msgpack.decode(facts, type=_Facts)
        moteur = Moteur(self.communs, site=self.site, delais=self.delais, lang=self.lang)
        moteur.etudier(Tranche(read.envois, read.reponses))
        paid = moteur.payes
        found = moteur.suivi(self.on)
        lines = _Lines(list(found.lignes), list(found.orphelins))
        return _Told(
            msgspec.msgpack.encode(lines), found.sommes, set(found.notes), paid, moteur.arls_employes
        )


def follow_in_parts(
    tranches: Iterable[Tranche],
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
    depot = SurDisque(coffre)
    sommes, notes, paid, used = Sommes(), set[Note](), Counter[int](), set[int]()
    study = _Study(communs, on, site, delais, lang)
    parts = _Parts(tranches, communs, coffre)
    for told in over_files(study, parts.facts(), executor, weight=len, count=PARTITIONS):
        if isinstance(told, Lost):
            raise LostPartError
        lines = msgspec.msgpack.decode(told.lines, type=_Lines)
        for ligne in lines.lignes:
            depot.ajouter_ligne(ligne)
        for orpheline in lines.orphelines:
            depot.ajouter_orpheline(orpheline)
        for name in ("demande", "paye_amo", "paye_amc", "reste", "trop", "paye_orphelins"):
            setattr(sommes, name, getattr(sommes, name) + getattr(told.sommes, name))
        notes |= told.notes
        paid.update(told.virements)
        used |= told.arls
    void = Moteur(communs).void
    sums, lumps = forfaits(communs, void), retenues(communs, void)
    paid.update(sums.virements)
    sommes.forfaits, sommes.retenues = sums.total, lumps.total
    notes |= whole_notes(communs, void)
    return Suivi(
        on=on,
        lignes=depot.lignes(),
        orphelins=depot.orphelines(),
        notes=sorted(notes, key=lambda note: (note in OF_THE_WHOLE, note)),
        sommes=sommes,
        forfaits=sums.lignes,
        retenues=lumps.lignes,
        fichiers=fichiers(communs, void),
        virements=virements(communs, paid, lumps.virements),
        arls_orphelins=[
            ArlSansLot(arl.numero_lot, arl.date_lot, arl.positif)
            for rang, arl in enumerate(communs.arls)
            if rang not in used
        ],
        marques_sans_cible=0,
    )


class _Parts:
    """Facts by professional, in partitions; those that must be studied together are joined."""

    def __init__(self, tranches: Iterable[Tranche], communs: Communs, coffre: Coffre) -> None:
        self._known = communs.professionnels
        self._envois: Partitions[Envoi] = Partitions(coffre, Envoi)
        self._reponses: Partitions[Reponse] = Partitions(coffre, Reponse)
        self._heads = list(range(PARTITIONS))
        for tranche in tranches:
            self._share(tranche)
        self._envois.close()
        self._reponses.close()

    def _share(self, tranche: Tranche) -> None:
        """Put each fact with its professional; `tranche` has all the facts of some numbers."""
        senders: dict[str, set[str]] = {}
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

    def _head(self, place: int) -> int:
        while self._heads[place] != place:
            place = self._heads[place]
        return place

    def _join(self, one: int, other: int) -> None:
        low, high = sorted((self._head(one), self._head(other)))
        self._heads[high] = low

    def facts(self) -> Iterator[bytes]:
        """The facts of each part, as msgpack."""
        joined: dict[int, list[int]] = {}
        for place in range(PARTITIONS):
            joined.setdefault(self._head(place), []).append(place)
        for places in joined.values():
            envois = [one for place in places for one in self._envois.lire(place)]
            reponses = [one for place in places for one in self._reponses.lire(place)]
            for place in places:
                self._envois.vider(place)
                self._reponses.vider(place)
            if envois or reponses:
                yield msgspec.msgpack.encode(_Facts(envois, reponses))
