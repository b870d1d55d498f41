"""What counts of what runs say of one invoice: copies once, versions one, complements all; per transfer.

Occurrences are counted, never reduced to a set: twice in one run is twice, the same run twice is once. What
is left out is named, with what stands for it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from codes.notes import Note
from codes.speakers import is_complementary_emitter
from codes.states import PARTS, Certitude, worst
from noemie.suivi.faits import AMC, AMO, Communs, Mouvement, Reponse, Run, Virement

__all__ = ["Compte", "Compteur", "Ecartee", "Operation"]

PerRun = dict[int, list[Mouvement]]


class Operation(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A posting that counts, on its day: `etat` is `P`, `R`, `D` or empty, `paye` is signed.

    `virement` and `run` are the ranks in `Communs` of its transfer, and of a run that says it.
    """

    jour: dt.date
    etat: str
    paye: int
    virement: int = -1
    run: int = -1

    @property
    def tri(self) -> tuple[object, ...]:
        """Decisions without money first, then takebacks, then payments: reversal before correction."""
        return (self.jour, self.paye != 0, self.paye, self.etat)


class Ecartee(NamedTuple):
    """A posting that is left out, why, and the file whose posting stands for it."""

    fichier: str
    part: str
    etat: str
    paye: int
    raison: Note
    pour: str


class Compte(msgspec.Struct, frozen=True, gc=False):
    """What counts for one invoice, and what was noted on the way."""

    amo: tuple[Operation, ...]
    amc: tuple[Operation, ...]
    notes: frozenset[Note] = frozenset()
    certitude: Certitude = Certitude.CERTAINE
    ecartees: tuple[Ecartee, ...] = ()


_NO_DAY = dt.date.min
_NO_NOTE: frozenset[Note] = frozenset()


class Compteur:
    """Counts the answers to one invoice at a time; `virements` sums what each transfer pays, by its rank."""

    def __init__(self, communs: Communs) -> None:
        self._runs = communs.runs
        self._virements = communs.virements
        self.virements: dict[int, int] = defaultdict(int)

    def compter(
        self,
        reponses: Sequence[Reponse],
        amo: int = 0,
        amc: int = 0,
        retenues: Collection[str] = (),
    ) -> Compte:
        """What counts of these answers to an invoice that claims `amo` and `amc`.

        `retenues` are the files or codes of the returns that a person said to be right.
        """
        if len(reponses) == 1 and not reponses[0].tableau:  # the usual case
            simple = self._single(reponses[0])
            if simple is not None:
                return simple
        return _Comptage(self._runs, self._virements, self.virements, (amo, amc), retenues).run(reponses)

    def _single(self, reponse: Reponse) -> Compte | None:
        """The usual case: one answer, that speaks of each part once."""
        posts = reponse.mouvements or postings(reponse, self._runs[reponse.run])
        if len(posts) > 2 or (len(posts) == 2 and posts[0].part == posts[1].part):
            return None
        amo: tuple[Operation, ...] = ()
        amc: tuple[Operation, ...] = ()
        rang, sure = reponse.virement, Certitude.CERTAINE
        day = self._virements[rang].jour or self._runs[reponse.run].jour or _NO_DAY
        for one in posts:
            told = (Operation(day, one.etat, one.paye, rang, reponse.run),) if one.etat or one.paye else ()
            if one.part == AMO:
                amo = told
            else:
                amc = told
                if reponse.ancienne:
                    sure = Certitude.PROBABLE
            if one.paye:
                self.virements[rang] += one.paye
        return Compte(amo, amc, _NO_NOTE, sure)


def postings(reponse: Reponse, run: Run) -> tuple[Mouvement, ...]:
    """What an answer says of the parts; rejects without a part are a refusal of the part of who speaks."""
    if reponse.mouvements or not reponse.rejets:
        return reponse.mouvements
    return (Mouvement(AMC if is_complementary_emitter(run.type_emetteur) else AMO, "R", None, 0),)


class _Comptage:
    """The counting of one invoice that several answers speak of."""

    def __init__(
        self,
        runs: Sequence[Run],
        virements: Sequence[Virement],
        sommes: dict[int, int],
        demandes: tuple[int, int],
        retenues: Collection[str],
    ) -> None:
        self.runs, self.virements, self.sommes = runs, virements, sommes
        self.demandes = dict(zip(PARTS, demandes, strict=True))
        self.retenues = retenues
        self.notes: set[Note] = set()
        self.certitude = Certitude.CERTAINE
        self.ecartees: list[Ecartee] = []
        self.operations: dict[str, list[Operation]] = {AMO: [], AMC: []}

    def run(self, reponses: Sequence[Reponse]) -> Compte:
        told = self._grouped([one for one in reponses if not one.tableau])
        self._without_day(told)
        self._without_transfer(told)
        for virement, part in self._in_order(told):
            self._count(virement, part, told[virement, part])
        self._tables(self._grouped([one for one in reponses if one.tableau]))
        for operations in self.operations.values():
            operations.sort(key=lambda one: one.tri)
        return Compte(
            tuple(self.operations[AMO]),
            tuple(self.operations[AMC]),
            frozenset(self.notes),
            self.certitude,
            tuple(self.ecartees),
        )

    def _grouped(self, reponses: Iterable[Reponse]) -> dict[tuple[int, str], PerRun]:
        """Postings by transfer and part, then by run."""
        groups: dict[tuple[int, str], PerRun] = {}
        for reponse in reponses:
            for post in postings(reponse, self.runs[reponse.run]):
                per_run = groups.setdefault((reponse.virement, post.part), {})
                per_run.setdefault(reponse.run, []).append(post)
                if reponse.ancienne and post.part == AMC:
                    self._doubt(Certitude.PROBABLE)
        return groups

    def _in_order(self, groups: Mapping[tuple[int, str], PerRun]) -> list[tuple[int, str]]:
        return sorted(groups, key=lambda key: (self._tri(key[0]), key[1]))

    def _tri(self, virement: int) -> tuple[object, ...]:
        return self.virements[virement].tri

    def _place(self, run: int) -> tuple[str, int]:
        return (self.runs[run].fichier, self.runs[run].rang)

    def _doubt(self, certitude: Certitude) -> None:
        self.certitude = worst(self.certitude, certitude)

    # --- transfers that are not fully named -----------------------------------------------------------------

    def _without_day(self, groups: dict[tuple[int, str], PerRun]) -> None:
        """A transfer without a day is the dated one of the same labels that says the same."""
        for key in self._in_order(groups):
            virement = self.virements[key[0]]
            if not virement.nomme or virement.jour is not None:
                continue
            mine = self._kept(groups[key])
            for other in self._in_order(groups):
                dated = self.virements[other[0]]
                same = dated.nomme and dated.jour and dated.payeur == virement.payeur
                labels = (dated.libelle_1, dated.libelle_2) == (virement.libelle_1, virement.libelle_2)
                if same and labels and other[1] == key[1] and self._kept(groups[other]) == mine:
                    self._drop(groups, key, other, Note.COPIE_SANS_JOUR)
                    break

    def _without_transfer(self, groups: dict[tuple[int, str], PerRun]) -> None:
        """No transfer at all: the same payment told under another header is presumed a copy."""
        alike: dict[tuple[object, ...], list[tuple[int, str]]] = {}
        for key in self._in_order(groups):
            virement = self.virements[key[0]]
            paid = [(post, number) for post, number in self._kept(groups[key]).items() if post.paye]
            if not virement.nomme and paid:
                paid.sort(key=lambda one: one[0].tri)
                same = (virement.payeur, virement.beneficiaire, key[1], tuple(paid))
                alike.setdefault(same, []).append(key)
        for first, *others in alike.values():
            for key in others:
                self._drop(groups, key, first, Note.COPIE_SANS_VIREMENT)
                self._doubt(Certitude.A_VERIFIER)

    def _drop(
        self, groups: dict[tuple[int, str], PerRun], key: tuple[int, str], kept: tuple[int, str], note: Note
    ) -> None:
        self.notes.add(note)
        self._leave_out(groups.pop(key), Counter(), note, self._first_file(groups[kept]))

    def _kept(self, per_run: PerRun) -> Counter[Mouvement]:
        return self._resolve(per_run, 0)[0]

    # --- one saying or several ------------------------------------------------------------------------------

    def _count(self, rang: int, part: str, per_run: PerRun) -> None:
        kept, note = self._resolve(per_run, self.demandes[part])
        if note:
            self.notes.add(note)
        if len(per_run) > 1:
            other = any(Counter(filter(_speaks, posts)) - kept for posts in per_run.values())
            self._leave_out(per_run, kept, note or (Note.DEUX_VERSIONS if other else Note.COPIE))
        days = [day for run in per_run if (day := self.runs[run].jour)]
        day = self.virements[rang].jour or min(days, default=_NO_DAY)
        for post, number in kept.items():
            run = min((run for run, posts in per_run.items() if post in posts), key=self._place)
            self.operations[part] += [Operation(day, post.etat, post.paye, rang, run)] * number
            if post.paye:
                self.sommes[rang] += post.paye * number

    def _resolve(self, per_run: PerRun, claim: int) -> tuple[Counter[Mouvement], Note | None]:
        """The postings of one transfer, invoice and part that count, and what is presumed to say so."""
        told: dict[frozenset[tuple[Mouvement, int]], list[Run]] = {}
        for run, posts in per_run.items():
            live = Counter(post for post in posts if post.etat or post.paye)
            if live:
                told.setdefault(frozenset(live.items()), []).append(self.runs[run])
        if not told:
            return Counter(), None
        if len(told) == 1:
            ((only, runs),) = told.items()
            return Counter(dict(only)), _copied(runs)
        sets = {key: Counter(dict(key)) for key in told}
        largest = [
            key for key in sets if not any(other != key and sets[key] <= sets[other] for other in sets)
        ]
        if len(largest) == 1:
            return sets[largest[0]], _copied([run for runs in told.values() for run in runs])
        if self._complete(largest, told, sets, claim):
            return sum((sets[key] for key in largest), Counter()), Note.COMPLEMENT_PRESUME
        return self._version(largest, told, sets)

    def _complete(
        self,
        largest: list[frozenset[tuple[Mouvement, int]]],
        told: Mapping[frozenset[tuple[Mouvement, int]], list[Run]],
        sets: Mapping[frozenset[tuple[Mouvement, int]], Counter[Mouvement]],
        claim: int,
    ) -> bool:
        """Whether they are pieces: no header in common, all paid, and their sum is the claim to the cent."""
        heads = [head for key in largest for head in {run.entete for run in told[key]}]
        whole = sum((sets[key] for key in largest), Counter())
        paid = sum(post.paye * number for post, number in whole.items())
        pieces = len(heads) == len(set(heads)) and all(post.etat == "P" for post in whole)
        return bool(claim) and paid == claim and pieces

    def _version(
        self,
        largest: list[frozenset[tuple[Mouvement, int]]],
        told: Mapping[frozenset[tuple[Mouvement, int]], list[Run]],
        sets: Mapping[frozenset[tuple[Mouvement, int]], Counter[Mouvement]],
    ) -> tuple[Counter[Mouvement], Note | None]:
        """The right one of several: said so, complete, adding up, later; else the lower amount."""
        for key in largest:
            if any(run.fichier in self.retenues or run.identification in self.retenues for run in told[key]):
                return sets[key], None

        def rank(key: frozenset[tuple[Mouvement, int]]) -> tuple[bool, bool, dt.date]:
            runs = told[key]
            latest = max(run.jour or _NO_DAY for run in runs)
            return (any(run.entier for run in runs), any(run.concorde for run in runs), latest)

        top = max(map(rank, largest))
        best = [key for key in largest if rank(key) == top]
        lowest = min(
            best, key=lambda key: (_paid(sets[key]), sorted(post.tri for post in sets[key].elements()))
        )
        return sets[lowest], Note.DEUX_VERSIONS if len(best) == 1 else Note.DEUX_VERSIONS_SANS_ORDRE

    # --- what is left out -----------------------------------------------------------------------------------

    def _first_file(self, per_run: PerRun) -> str:
        return min(self.runs[run].fichier for run in per_run)

    def _leave_out(self, per_run: PerRun, kept: Counter[Mouvement], note: Note, pour: str = "") -> None:
        """Name the postings that do not count: those that no occurrence kept stands for."""
        rest = kept.copy()
        runs = sorted(per_run, key=lambda run: (self.runs[run].fichier, self.runs[run].rang))
        first = pour or self._standing(per_run, kept, runs)
        for run in sorted(runs, key=lambda run: self.runs[run].fichier != first):
            own = Counter(post for post in per_run[run] if post.etat or post.paye)
            taken = own & rest
            rest -= taken
            for post in sorted((own - taken).elements(), key=lambda post: post.tri):
                fichier = self.runs[run].fichier
                self.ecartees.append(Ecartee(fichier, post.part, post.etat, post.paye, note, first))

    def _standing(self, per_run: PerRun, kept: Counter[Mouvement], runs: Sequence[int]) -> str:
        """The file whose postings count."""
        for run in runs:
            if kept and kept <= Counter(per_run[run]):
                return self.runs[run].fichier
        return self.runs[runs[0]].fichier

    # --- tables ---------------------------------------------------------------------------------------------

    def _tables(self, groups: Mapping[tuple[int, str], PerRun]) -> None:
        """What tables say beside returns: the same payment counts once, by the return."""
        free = {part: list(operations) for part, operations in self.operations.items()}
        returns = {part: list(operations) for part, operations in self.operations.items()}
        for rang, part in self._in_order(groups):
            per_run = groups[rang, part]
            day = self.virements[rang].jour
            for post in sorted(self._kept(per_run).elements(), key=lambda one: one.tri):
                here = [one for one in returns[part] if day is None or one.jour == day]
                same = [one for one in free[part] if one in here and one.paye == post.paye]
                if not here:
                    self._alone(rang, part, post, per_run)
                    continue
                self.notes.add(Note.DIT_PAR_TABLEAU)
                if same:
                    free[part].remove(same[0])
                else:
                    self._doubt(Certitude.A_VERIFIER)
                fichier = self._first_file(per_run)
                self.ecartees.append(Ecartee(fichier, part, post.etat, post.paye, Note.DIT_PAR_TABLEAU, ""))

    def _alone(self, rang: int, part: str, post: Mouvement, per_run: PerRun) -> None:
        """A table that no return speaks beside of counts, without certainty."""
        days = [day for run in per_run if (day := self.runs[run].jour)]
        day = self.virements[rang].jour or min(days, default=_NO_DAY)
        self.operations[part].append(
            Operation(day, post.etat, post.paye, rang, min(per_run, key=self._place))
        )
        if post.paye:
            self.sommes[rang] += post.paye
        self._doubt(Certitude.PROBABLE)


def _speaks(post: Mouvement) -> bool:
    return post.parle


def _paid(posts: Counter[Mouvement]) -> int:
    return sum(post.paye * number for post, number in posts.items())


def _copied(runs: Sequence[Run]) -> Note | None:
    """What it is called when these runs say the same."""
    if len(runs) < 2:
        return None
    heads = {run.entete for run in runs}
    same = len(heads) == 1 or len({run.empreinte for run in runs}) == 1
    return Note.COPIE if same else Note.COPIE_PRESUMEE
