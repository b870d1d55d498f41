"""Chains: sendings of the same care. Which one takes the place of which, and who holds each claim.

- L1: same number within a year, same passage or same acts: certain.
- L2: other number, same care, the old one refused on the day of the new one: probable, one to one.
- L4: the balance redone: the old one partly paid, the new one claims what lacks to the cent: probable.
- L3: no link, a hint that the old one may be redone: to be verified.

Sendings of two professionals are never linked. Candidates are found by index (number, tokens, total), among
the sendings of one group (see `Dossier.groupe`); only a hint by acts alone (`e3`) looks beyond it.
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from codes.notes import Note
from codes.states import PARTS, Certitude, EtatPart
from noemie.suivi.dossier import Dossier
from noemie.suivi.etats import etat_part
from noemie.suivi.indices import SAME_NUMBER_DAYS, Indices, denied, index_by, within
from noemie.suivi.noeud import Noeud
from noemie.suivi.redites import Redite

__all__ = ["Groupe", "Tableau"]

_SETTLED_PARTS: Final = frozenset({EtatPart.PAYEE, EtatPart.TROP_PAYEE})

#: Whether rejects of a sending are about the person or the rights.
AboutPerson = Callable[[Dossier], bool]


class Tableau:
    """What groups tell one another of sendings of the same acts for other patients (`e3`).

    `voulus` are the acts refused for the person or the rights, and sent again since: only they are looked
    for. `refuses` are the sendings refused, in order; `indices` those of other groups that seem to redo them.
    """

    def __init__(self, voulus: Mapping[str, Redite]) -> None:
        self.voulus = voulus
        self.refuses: dict[str, list[Noeud]] = defaultdict(list)
        self.indices: dict[tuple[str, int, int], Noeud] = {}


class Groupe:
    """The sendings that may be linked, in order; links are found at once, hints when the board is full."""

    def __init__(self, dossiers: Iterable[Dossier], about_person: AboutPerson, jour_corrige: int) -> None:
        made = [Noeud(dossier, dossier.envoi.ordre) for dossier in dossiers]
        self.noeuds = sorted(made, key=lambda noeud: noeud.ordre)
        self._about_person = about_person
        self._jour_corrige = jour_corrige
        self._by_number: dict[tuple[str, str], list[Noeud]] = {}
        self._by_e1: dict[str, list[Noeud]] = {}
        self._by_e2: dict[str, list[Noeud]] = {}
        self._troubled: list[Noeud] = []
        by_number, by_e1, by_e2 = self._by_number, self._by_e1, self._by_e2
        for place, noeud in enumerate(self.noeuds):
            noeud.place, envoi = place, noeud.envoi
            by_number.setdefault((envoi.ps, envoi.cle), []).append(noeud)
            by_e1.setdefault(envoi.e1, []).append(noeud)
            by_e2.setdefault(envoi.e2, []).append(noeud)
            if not noeud.dossier.sans_histoire:
                self._troubled.append(noeud)
        self._redone_by_hand = [noeud for noeud in self._troubled if noeud.marques("refaite_sous")]
        self._moities: list[tuple[Noeud, Noeud, dict[str, int], Certitude]] = []
        self._remises: set[int] = set()
        self._linked: dict[tuple[str, str], list[Noeud]] = defaultdict(list)
        if self._troubled or len(self._by_number) < len(self.noeuds):
            self._link()
            self._close()

    # --- links ----------------------------------------------------------------------------------------------

    def _link(self) -> None:
        troubled = self._troubled
        refused_e1 = index_by(troubled, lambda envoi: envoi.e1)
        by_line: dict[str, list[Noeud]] = defaultdict(list)
        for noeud in troubled:
            for ligne in noeud.envoi.lignes:
                by_line[ligne].append(noeud)
        for noeud in self.noeuds:
            if noeud.annulation:
                self._cancel(noeud)
            elif not self._marked(noeud):
                same = self._same_number(noeud)
                redone = self._redone(noeud, refused_e1)
                half = self._balance(noeud, by_line, same_number=redone is not None)
                if half and (same is None or half[0] is same):
                    self._halve(half[0], noeud, half[1], Certitude.PROBABLE)
                elif same is not None:
                    _chain(same, noeud, Certitude.CERTAINE)
                elif redone is not None:
                    _chain(redone, noeud, Certitude.PROBABLE)
            self._linked[noeud.envoi.ps, noeud.envoi.cle].append(noeud)

    def _older(self, found: Iterable[Noeud], noeud: Noeud) -> Iterator[Noeud]:
        """Those sent before, by the same professional, that no other takes the place of, nor cancelled."""
        for other in found:
            if other.place >= noeud.place:
                return
            if not other.pris and not other.ecarte and other.envoi.ps == noeud.envoi.ps:
                yield other

    def _cancel(self, noeud: Noeud) -> None:
        """Operation 5 or 9: same number or same care, opposite amounts."""
        envoi = noeud.envoi
        found = [*self._by_number[envoi.ps, envoi.cle], *(self._by_e1[envoi.e1] if envoi.e1 else ())]
        back = [
            other
            for other in found
            if other.place < noeud.place
            and other.envoi.ps == envoi.ps
            and not other.annulation
            and other.role != "annulee"
            and (other.envoi.amo, other.envoi.amc) == (-envoi.amo, -envoi.amc)
        ]
        if back:
            old = max(back, key=lambda other: other.place)
            noeud.role, noeud.lie = "annulation", old
            old.role, old.lie = "annulee", noeud

    def _marked(self, noeud: Noeud) -> bool:
        """A person said under which number a sending was redone."""
        if not self._redone_by_hand:
            return False
        for old in self._older(self._redone_by_hand, noeud):
            if not any(one.detail and one.designe_autre(noeud.envoi) for one in old.marques("refaite_sous")):
                continue
            had = {part: sum(one.paye for one in old.jusqu_a(part, noeud.depuis)) for part in PARTS}
            if any(value > 0 for value in had.values()) and any(
                had[part] < old.demande(part) for part in PARTS
            ):
                self._halve(old, noeud, had, Certitude.CERTAINE)
            else:
                _chain(old, noeud, Certitude.CERTAINE)
            return True
        return False

    def _same_number(self, noeud: Noeud) -> Noeud | None:
        """L1: the last one of the same number."""
        envoi = noeud.envoi
        for other in reversed(self._linked[envoi.ps, envoi.cle]):
            mine = other.envoi
            if not within(mine, envoi, SAME_NUMBER_DAYS):
                return None  # those before are older still
            same = (mine.e2 and mine.e2 == envoi.e2) or (mine.e3 and mine.e3 == envoi.e3)
            if same and not other.pris and not other.ecarte:
                return other
        return None

    def _redone(self, noeud: Noeud, refused_e1: dict[object, list[Noeud]]) -> Noeud | None:
        """L2: the first refused one of the same care."""
        found = refused_e1.get(noeud.envoi.e1)
        if found is None:
            return None
        while found and found[0].pris:
            del found[0]
        for other in self._older(found, noeud):
            if other.envoi.cle != noeud.envoi.cle and other.refuse(noeud.depuis) and not denied(other, noeud):
                return other
        return None

    def _balance(
        self, noeud: Noeud, by_line: dict[str, list[Noeud]], *, same_number: bool
    ) -> tuple[Noeud, dict[str, int]] | None:
        """L4: the first one partly paid of which this claims what lacks, to the cent, by lines of its own."""
        envoi = noeud.envoi
        if not envoi.lignes or not envoi.patient:
            return None
        lignes = set(envoi.lignes)
        for other in self._older(by_line.get(envoi.lignes[0], ()), noeud):
            if same_number and other.envoi.cle != envoi.cle:
                continue
            if other.envoi.patient != envoi.patient or not lignes.issubset(other.envoi.lignes):
                continue
            lacking = other.manque(noeud.depuis)
            if lacking and lacking[0] == {"AMO": envoi.amo, "AMC": envoi.amc} and not denied(other, noeud):
                return other, lacking[1]
        return None

    def _halve(self, old: Noeud, new: Noeud, had: dict[str, int], certitude: Certitude) -> None:
        self._moities.append((old, new, had, certitude))
        old.pris = True
        new.role = "solde"

    # --- who holds each claim -------------------------------------------------------------------------------

    def _close(self) -> None:
        chains = []
        for noeud in reversed(self.noeuds):
            if noeud.avant is None or noeud.membres is not None or noeud.role == "annulation":
                continue
            chain = [noeud]
            while chain[-1].avant is not None:
                chain.append(chain[-1].avant[0])
            chain.reverse()
            chains.append(chain)
            for member in chain:
                member.membres = chain
        for chain in chains:
            for old, new in pairwise(chain):
                if new.avant and new.avant[1] is not Certitude.CERTAINE:
                    old.doute(new.avant[1], Note.REFAITE_PRESUMEE)
                old.notes |= {Note.RENVOYEE}
            for part in PARTS:
                _settle(chain, part)
        for old in self._redone_by_hand:
            _hand_over(old)
        for old, new, had, certitude in self._moities:
            self._close_half(old, new, had, certitude)

    def _close_half(self, old: Noeud, new: Noeud, had: dict[str, int], certitude: Certitude) -> None:
        """The claim of the old one becomes what it was paid, unless it moved otherwise since."""
        later = [one for one in new.chaine if one.ordre >= new.ordre]
        old.paires = list(new.chaine)
        for one in new.chaine:
            one.paires = [*one.paires, old]
        back = any(one.role == "annulee" for one in later)
        for part in PARTS:
            claim, paid = old.demande(part), old.paye(part)
            if claim == had[part] or back:
                continue
            if paid >= claim:
                for one in later:
                    _give_up(one, part, EtatPart.DOUBLON)
            elif paid <= had[part]:
                old.coupe = {**old.coupe, part: had[part]}
                old.parts[part] = (
                    etat_part(had[part], old.operations(part)) if had[part] else EtatPart.REMPLACEE
                )
            else:
                back = True
        if back:
            old.coupe = {}
            old.indice = new
            self._remises.add(id(old))
            for part in PARTS:
                if old.demande(part) != had[part]:
                    old.parts[part] = etat_part(old.demande(part), old.operations(part))
        else:
            old.doute(certitude, Note.SOLDE_REFAIT)

    # --- hints ----------------------------------------------------------------------------------------------

    def poster(self, tableau: Tableau) -> bool:
        """Tell the board what other groups may ask of; whether they and this one have hints to exchange."""
        told: dict[str, list[Noeud]] = {}
        for noeud in self.noeuds:
            if noeud.envoi.e3 in tableau.voulus:
                told.setdefault(noeud.envoi.e3, []).append(noeud)
        if not any(_goes_beyond(tableau.voulus[token], found) for token, found in told.items()):
            return False
        for token, found in told.items():
            for noeud in found:
                if not noeud.pris and not noeud.ecarte and self._about_person(noeud.dossier):
                    insort(tableau.refuses[token], noeud, key=lambda one: one.ordre)
        return True

    def indiquer(self, tableau: Tableau) -> None:
        """L3 and same care: what may have been redone, to be verified."""
        if not self._troubled and not tableau.voulus and len(self._by_e1) == len(self.noeuds):
            return
        chercheur = Indices(self, tableau)
        mine = {noeud.cle for noeud in self.noeuds} if tableau.voulus else set()
        for noeud in self.noeuds:
            if noeud.avant is None and not noeud.role:
                near = chercheur.proche(noeud)
                if near is not None and mine and near.cle not in mine:
                    tableau.indices[near.cle] = _later(tableau.indices.get(near.cle), noeud)
                elif (old := near or self._same_care_before(noeud)) is not None and id(
                    old
                ) not in self._remises:
                    old.indice = noeud
                if near is None and self._twin(noeud):
                    noeud.notes |= {Note.MEMES_SOINS}
        for noeud in self._redone_by_hand:
            if not noeud.pris and noeud.indice is None:
                noeud.indice = self._said_redone(noeud)

    def _said_redone(self, old: Noeud) -> Noeud | None:
        """The sending that a mark names and that cannot be linked (it is no later one): to be verified."""
        marks = [one for one in old.marques("refaite_sous") if one.detail]
        named = [
            other
            for other in self.noeuds
            if other is not old
            and any(one.designe_autre(other.envoi) for one in marks)
            and not denied(old, other)
        ]
        return min(named, key=lambda other: other.envoi.ps != old.envoi.ps, default=None)

    def recueillir(self, tableau: Tableau) -> None:
        """Take the hints that other groups gave."""
        for noeud in self.noeuds:
            if noeud.cle in tableau.indices and id(noeud) not in self._remises:
                noeud.indice = _later(noeud.indice, tableau.indices[noeud.cle])

    def _same_care_before(self, noeud: Noeud) -> Noeud | None:
        """The first one of the same care under another number, sent on an earlier day."""
        if not noeud.envoi.e1:
            return None
        for other in self._older(self._by_e1[noeud.envoi.e1], noeud):
            if (
                other.envoi.cle != noeud.envoi.cle
                and noeud.depuis > other.depuis
                and not denied(other, noeud)
            ):
                return other
        return None

    def _twin(self, noeud: Noeud) -> bool:
        """Whether an earlier one of another number has the same care."""
        if not noeud.envoi.e1:
            return False
        for other in self._by_e1[noeud.envoi.e1]:
            if other is noeud:
                return False
            same_ps = other.envoi.ps == noeud.envoi.ps
            if same_ps and other.envoi.cle != noeud.envoi.cle and not denied(other, noeud):
                return True
        return False

    def memes_soins(self, noeud: Noeud) -> Iterator[Noeud]:
        """The other sendings of the same care, by the same professional."""
        envoi = noeud.envoi
        for other in self._by_e2.get(envoi.e2, ()) if envoi.e2 else ():
            if other is not noeud and other.envoi.ps == envoi.ps and noeud.memes_soins(other):
                yield other

    def troubled(self) -> list[Noeud]:
        """Those that something was refused of, taken back, deferred or partly paid."""
        return self._troubled

    def older(self, found: Iterable[Noeud], noeud: Noeud) -> Iterator[Noeud]:
        """Those of `found`, in order, that a hint may name as redone by `noeud`."""
        return self._older(found, noeud)

    def about_person(self, noeud: Noeud) -> bool:
        """Whether its rejects are about the person or the rights."""
        return self._about_person(noeud.dossier)

    @property
    def jour_corrige(self) -> int:
        """Days within which a care day may have been corrected."""
        return self._jour_corrige


def _goes_beyond(redite: Redite, found: Sequence[Noeud]) -> bool:
    """Whether acts that a group has were refused, or sent again, in another one."""
    groups = {noeud.dossier.groupe for noeud in found}
    return redite.hors_de(groups, sum(noeud.depuis >= redite.depuis for noeud in found))


def _later(first: Noeud | None, second: Noeud) -> Noeud:
    return second if first is None or second.ordre > first.ordre else first


def _chain(old: Noeud, new: Noeud, certitude: Certitude) -> None:
    new.avant = (old, certitude)
    old.pris = True


def _settle(chain: list[Noeud], part: str) -> None:
    """One member holds the claim of this part: before it the others are replaced, after it duplicates."""
    members = [one for one in chain if one.demande(part) or one.parts[part] is not EtatPart.RIEN_DU]
    if len(members) < 2:
        return
    holder = _holder(members, part)
    for rank, one in enumerate(members):
        if rank != holder:
            _give_up(one, part, EtatPart.REMPLACEE if rank < holder else EtatPart.DOUBLON)


def _give_up(one: Noeud, part: str, etat: EtatPart) -> None:
    """Another holds its claim; with money it is paid too much."""
    if one.paye(part) > 0:
        one.parts[part] = EtatPart.TROP_PAYEE
        one.en_double |= {part}
    elif etat is EtatPart.REMPLACEE or one.parts[part] is not EtatPart.REMPLACEE:
        one.parts[part] = etat


def _hand_over(old: Noeud) -> None:
    """Redone, a person says: what the new one does not claim, the old one claims no more."""
    new = next((one for one in old.chaine if one.avant and one.avant[0] is old), None)
    for part, etat in old.parts.items():
        unclaimed = new is not None and new.parts[part] is EtatPart.RIEN_DU
        if unclaimed and etat.vivante and old.paye(part) <= 0:
            old.parts[part] = EtatPart.REMPLACEE


def _holder(members: list[Noeud], part: str) -> int:
    for rank, one in enumerate(members):
        if one.parts[part] in _SETTLED_PARTS:
            return rank
    for rank, one in enumerate(members):
        if one.paye(part) > 0:
            return rank
    back = [rank for rank, one in enumerate(members) if one.parts[part] is EtatPart.REPRISE]
    if back:
        taken = members[back[-1]].operations(part)[-1].jour
        if not any(one.depuis >= taken for one in members[back[-1] + 1 :]):
            return back[-1]
    last = len(members) - 1
    while last and _repeats(members[last], members[last - 1], part):
        last -= 1
    return last


def _repeats(new: Noeud, old: Noeud, part: str) -> bool:
    """Whether it was made while the one before was awaited or deferred."""
    waits = new.parts[part] is EtatPart.ATTENDUE and old.parts[part].en_attente
    return waits and not old.dossier.refuse_par_arl
