"""Hints: sendings that may be an old one redone, found through the troubled ones only."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice
from typing import TYPE_CHECKING, Final

from noemie.suivi.faits import Envoi
from noemie.suivi.noeud import Noeud

if TYPE_CHECKING:
    from noemie.suivi.chaines import Groupe, Tableau

__all__ = ["SAME_NUMBER_DAYS", "Indices", "denied", "index_by", "within"]

#: An invoice of the same number that comes later than this is another one.
SAME_NUMBER_DAYS: Final = 365


class Indices:
    """Looks for the sendings that another may redo, through the troubled ones only.

    Each hint has its own index, so that each is asked of few.
    """

    def __init__(self, groupe: Groupe, tableau: Tableau) -> None:
        self._groupe = groupe
        self._tableau = tableau
        troubled = groupe.troubled()
        self._by_e2 = index_by(troubled, lambda envoi: envoi.e2)
        self._by_number = index_by(troubled, lambda envoi: (envoi.ps, envoi.cle))
        self._by_e3 = index_by(troubled, lambda envoi: envoi.e3)
        self._by_line: dict[str, list[Noeud]] = defaultdict(list)
        self._by_total: dict[int, list[Noeud]] = defaultdict(list)
        for noeud in troubled:
            envoi = noeud.envoi
            for ligne in envoi.lignes:
                self._by_line[ligne].append(noeud)
            if envoi.soins:
                self._by_total[envoi.amo + envoi.amc].append(noeud)

    def proche(self, noeud: Noeud) -> Noeud | None:
        """The first of those that it seems to redo."""
        envoi = noeud.envoi
        lines = self._by_line.get(envoi.lignes[0], ()) if envoi.lignes else ()
        first: Noeud | None = None
        for found, looks in (
            (self._by_e2.get(envoi.e2, ()), _same_passage),
            (self._by_number.get((envoi.ps, envoi.cle), ()), _same_number),
            (lines, _balance),
            (self._by_e3.get(envoi.e3, ()), self._same_acts),
            (self._corrected(noeud), self._day_corrected),
        ):
            if not found:
                continue
            for other in self._groupe.older(found, noeud):
                if first is not None and other.place >= first.place:
                    break
                if looks(other, noeud) and not denied(other, noeud):
                    first = other
                    break
        return self._of_others(noeud, first)

    def _of_others(self, noeud: Noeud, first: Noeud | None) -> Noeud | None:
        """The same among the other groups, when one of them comes before."""
        for other in self._tableau.refuses.get(noeud.envoi.e3, ()):
            if other.ordre >= (noeud.ordre if first is None else min(first.ordre, noeud.ordre)):
                break
            if not other.pris and other.refuse(noeud.depuis) and not denied(other, noeud):
                return other
        return first

    def _same_acts(self, old: Noeud, new: Noeud) -> bool:
        return old.refuse(new.depuis) and self._groupe.about_person(old)

    def _corrected(self, noeud: Noeud) -> Iterable[Noeud]:
        """Those of the same total that were sent on or after its last care day, in order."""
        envoi = noeud.envoi
        found = self._by_total.get(envoi.amo + envoi.amc)
        if not found or envoi.soins is None:
            return ()
        start = bisect_left(found, envoi.soins[1], key=lambda other: other.depuis)
        return islice(found, start, None)

    def _day_corrected(self, old: Noeud, new: Noeud) -> bool:
        """The care day was corrected: the new one, too, is of care given before the first sending."""
        mine, theirs = old.envoi, new.envoi
        if not (_same_patient(old, new) and mine.soins and theirs.soins and mine.depuis):
            return False
        near = abs((theirs.soins[0] - mine.soins[0]).days) <= self._groupe.jour_corrige
        return near and old.refuse(new.depuis)


def _same_patient(old: Noeud, new: Noeud) -> bool:
    return bool(old.envoi.patient) and old.envoi.patient == new.envoi.patient


def _same_passage(old: Noeud, new: Noeud) -> bool:
    return old.refuse(new.depuis) or (_same_patient(old, new) and old.manque(new.depuis) is not None)


def _same_number(old: Noeud, new: Noeud) -> bool:
    near = _same_patient(old, new) and within(old.envoi, new.envoi, SAME_NUMBER_DAYS)
    return near and old.refuse(new.depuis)


def _balance(old: Noeud, new: Noeud) -> bool:
    lines = _same_patient(old, new) and set(new.envoi.lignes) <= set(old.envoi.lignes)
    return lines and old.manque(new.depuis) is not None


def denied(old: Noeud, new: Noeud) -> bool:
    """Whether a person said that these two are not the same care, or that the old one was not redone."""
    if not old.dossier.marques and not new.dossier.marques:
        return False
    return any(one.designe_autre(new.envoi) for one in old.marques("pas_refaite", "pas_la_meme")) or any(
        one.designe_autre(old.envoi) for one in new.marques("pas_la_meme")
    )


def index_by(noeuds: Iterable[Noeud], key: Callable[[Envoi], object]) -> dict[object, list[Noeud]]:
    """By a key of the sending; an empty token links nothing."""
    made: dict[object, list[Noeud]] = defaultdict(list)
    for noeud in noeuds:
        if (found := key(noeud.envoi)) != "":
            made[found].append(noeud)
    return made


def within(first: Envoi, second: Envoi, days: int) -> bool:
    """Whether two sendings were made within so many days."""
    old, new = first.depuis, second.depuis
    return old is not None and new is not None and abs((new - old).days) <= days
