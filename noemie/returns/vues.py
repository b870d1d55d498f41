"""What a return holds, found in one walk of its tree: transfers, invoices, movements, lump sums, debts.

Invoices and movements may be many: where each stands is kept, and it is made when asked for.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate, chain
from typing import Final, TypeVar

from flatfile import Record
from flatfile.on_demand import OnDemand
from noemie.returns.copie import Copie
from noemie.returns.facture import FACTURES, FactureRetour, MouvementOC, mouvements_de
from noemie.returns.tree import Arbre, Noeud
from noemie.returns.views import Dette, Forfait

__all__ = ["Ensemble", "Factures", "Virement", "Vues"]

T = TypeVar("T")


@dataclass(slots=True, repr=False)
class Virement:
    """A transfer (071, or 070 in the old family) and what it pays."""

    record: Record
    noeud: Noeud
    factures: Sequence[FactureRetour] = ()
    forfaits: list[Forfait] = field(default_factory=list)
    dettes: list[Dette] = field(default_factory=list)
    #: Date comptable, or date when the transfer was issued.
    date: date | None = field(init=False)

    def __post_init__(self) -> None:
        self.date = self.record.get("date_comptable", date)

    @property
    def libelles(self) -> tuple[str, ...]:
        """The lines of text printed on the bank statement, empty ones excepted; none in the old family."""
        lines = (self.record.text("libelle_virement_1"), self.record.text("libelle_virement_2"))
        return tuple(filter(None, lines))

    @property
    def organisme_payeur(self) -> str:
        """Organisme qui paie, long family only."""
        return self.record.text("organisme_payeur")

    @property
    def montant(self) -> int:
        """Sum of the paid parts of the invoices and of the lump sums, in signed cents.

        Debts (`dettes`) are not in it: no source tells whether what the bank receives holds them.
        """
        paid = sum(facture.montant_paye for facture in self.factures)
        return paid + sum(forfait.montant for forfait in self.forfaits)

    def _repr_html_(self) -> str:
        """The first invoices that it pays, for a notebook."""
        from noemie.returns.html import virement_table

        return virement_table(self)

    def __repr__(self) -> str:
        return f"<Virement {self.date} montant={self.montant}: {len(self.factures)} factures>"


#: A longer return makes its invoices each time they are asked for.
_KEPT: Final = 1000


class Factures(OnDemand[FactureRetour]):
    """The invoices of a return: ranks of their nodes, of their first entities, of what follows the last.

    Those of a return of a usual length stay once made: the checks and the follow-up walk them many times.
    """

    def __init__(self, arbre: Arbre, virements: Sequence[Virement]) -> None:
        self._arbre = arbre
        self._virements = virements
        self.noeuds, self.debuts, self.fins = array("I"), array("I"), array("I")
        self.payes = array("i")  # rank of the transfer, -1 for none
        self._copie = Copie(self)
        self._made: dict[int, FactureRetour] = {}
        self._in_order: list[FactureRetour] | None = None

    def __len__(self) -> int:
        return len(self.debuts)

    def add(self, noeud: int, kinds: bytes, virement: int) -> None:
        """The invoices that the header of a node names; the last one has all that is below."""
        arbre = self._arbre
        start, corps = arbre.debuts[noeud], arbre.corps[noeud]
        while (start := kinds.find(_FACTURE, start, corps)) >= 0:
            after = kinds.find(_FACTURE, start + 1, corps)
            self.noeuds.append(noeud)
            self.debuts.append(start)
            self.fins.append(arbre.fin_de(noeud) if after < 0 else after)
            self.payes.append(virement)
            start += 1

    def __iter__(self) -> Iterator[FactureRetour]:
        if len(self) > _KEPT:
            return super().__iter__()
        if self._in_order is None:
            self._in_order = list(super().__iter__())
        return iter(self._in_order)

    def _at(self, rank: int) -> FactureRetour:
        made = self._made.get(rank)
        if made is None:
            made = self._make(rank)
            if len(self) <= _KEPT:
                self._made[rank] = made
        return made

    def _make(self, rank: int) -> FactureRetour:
        arbre, noeud, start = self._arbre, self.noeuds[rank], self.debuts[rank]
        entites = arbre.entites
        before = entites[arbre.debuts[noeud] : start]
        made = FactureRetour(Noeud(arbre, noeud), tuple(entites[start : self.fins[rank]]), tuple(before))
        made.copie = self._copie
        if self.payes[rank] >= 0:
            made.virement = self._virements[self.payes[rank]]
        return made

    def rank_at(self, place: int) -> int:
        """Rank of the innermost invoice that holds an entity; -1 when there is none."""
        for noeud in self._arbre.au_dessus(place):
            rank = bisect_right(self.noeuds, noeud) - 1
            while rank >= 0 and self.noeuds[rank] == noeud:
                if self.debuts[rank] <= place < self.fins[rank]:
                    return rank
                rank -= 1
        return -1


class _Payees(OnDemand[FactureRetour]):
    """The invoices that one transfer pays."""

    def __init__(self, factures: Factures, ranks: array[int]) -> None:
        self._factures = factures
        self._ranks = ranks

    def __len__(self) -> int:
        return len(self._ranks)

    def _at(self, rank: int) -> FactureRetour:
        return self._factures[self._ranks[rank]]


class _Mouvements(OnDemand[MouvementOC]):
    """The movements of flow 929: ranks of the nodes that an insured person opens, one for each movement."""

    def __init__(self, arbre: Arbre) -> None:
        self._arbre = arbre
        self.noeuds = array("I")

    def __len__(self) -> int:
        return len(self.noeuds)

    def __iter__(self) -> Iterator[MouvementOC]:
        for noeud in dict.fromkeys(self.noeuds):
            yield from mouvements_de(Noeud(self._arbre, noeud))

    def _at(self, rank: int) -> MouvementOC:
        noeud = self.noeuds[rank]
        return mouvements_de(Noeud(self._arbre, noeud))[rank - bisect_left(self.noeuds, noeud)]

    def holds(self, place: int) -> bool:
        """Whether the reject of this rank answers a movement."""
        arbre = self._arbre
        number = arbre.entites[place].number
        return any(
            rejet.record.number == number
            for noeud in arbre.au_dessus(place)
            if self._opens(noeud)
            for mouvement in mouvements_de(Noeud(arbre, noeud))
            for rejet in mouvement.rejets
        )

    def _opens(self, noeud: int) -> bool:
        place = bisect_left(self.noeuds, noeud)
        return place < len(self.noeuds) and self.noeuds[place] == noeud


#: What each entity is for the walk: one byte.
_OTHER, _FACTURE, _VIREMENT, _APART = range(4)
_KINDS: Final = {
    **dict.fromkeys(FACTURES, _FACTURE),
    **dict.fromkeys(("071", "070"), _VIREMENT),
    **dict.fromkeys(("250", "261", "262"), _APART),
}


class Vues:
    """The views of a return."""

    def __init__(self, arbre: Arbre, *, is_oc: bool = False) -> None:
        self.virements: list[Virement] = []
        self.forfaits: list[Forfait] = []
        self.dettes: list[Dette] = []
        self.factures = Factures(arbre, self.virements)
        self.mouvements = _Mouvements(arbre)
        self._arbre = arbre
        self._gather()
        if is_oc:
            self._gather_movements()

    def facture_de(self, place: int) -> FactureRetour | None:
        """The innermost invoice that holds the entity of this rank; `None` when none does."""
        rank = self.factures.rank_at(place)
        return None if rank < 0 else self.factures[rank]

    def is_stray(self, place: int) -> bool:
        """Whether the reject of this rank stands under no invoice and no movement."""
        return self.factures.rank_at(place) < 0 and not self.mouvements.holds(place)

    # --- the walk -------------------------------------------------------------------------------------

    def _gather(self) -> None:
        arbre = self._arbre
        kinds = bytes(_KINDS.get(record.layout.name, _OTHER) for record in arbre.entites)
        #: Rank of the transfer of each node, or of the nearest one above it.
        payes = array("i", [-1])
        paid: list[array[int]] = []
        has_apart = _APART in kinds
        for noeud in range(len(arbre.niveaux)):
            start, corps = arbre.debuts[noeud], arbre.corps[noeud]
            if noeud:
                payes.append(payes[arbre.parents[noeud]])
                if (place := kinds.find(_VIREMENT, start, corps)) >= 0:
                    payes[noeud] = len(self.virements)
                    made = Virement(arbre.entites[place], Noeud(arbre, noeud))
                    paid.append(array("I"))
                    made.factures = _Payees(self.factures, paid[-1])
                    self.virements.append(made)
            virement = payes[noeud]
            if has_apart and kinds.find(_APART, start, arbre.fins[noeud]) >= 0:
                self._gather_apart(noeud, kinds, self.virements[virement] if virement >= 0 else None)
            before = len(self.factures)
            self.factures.add(noeud, kinds, virement)
            if virement >= 0:
                paid[virement].extend(range(before, len(self.factures)))

    def _gather_apart(self, noeud: int, kinds: bytes, virement: Virement | None) -> None:
        """Lump sums and debts of one level, header or leaves."""
        arbre = self._arbre
        header = range(arbre.debuts[noeud], arbre.corps[noeud])
        for place in chain(header, arbre.feuilles_de(noeud)):
            if kinds[place] != _APART:
                continue
            record = arbre.entites[place]
            number = record.layout.name
            if number == "250":
                dette = Dette(record)
                self.dettes.append(dette)
                if virement is not None:
                    virement.dettes.append(dette)
            elif number == "262" and self.forfaits and _follows(self.forfaits[-1], record):
                self.forfaits[-1].details.append(record)
            else:
                forfait = Forfait(record)
                self.forfaits.append(forfait)
                if virement is not None:
                    virement.forfaits.append(forfait)

    def _gather_movements(self) -> None:
        for noeud in range(1, len(self._arbre.niveaux)):
            count = len(mouvements_de(Noeud(self._arbre, noeud)))
            self.mouvements.noeuds.extend([noeud] * count)


def _follows(forfait: Forfait, detail: Record) -> bool:
    """Whether a 262 comes right after its 261, or after another detail of it."""
    last = forfait.details[-1] if forfait.details else forfait.record
    return detail.number == last.number + 1


class Ensemble:
    """The views of several returns, one after another; `tailles` are their numbers of entities."""

    def __init__(self, runs: Sequence[Vues], tailles: Iterable[int]) -> None:
        self._runs = runs
        self._debuts = list(accumulate(tailles, initial=0))
        self.virements = [one for run in runs for one in run.virements]
        self.forfaits = [one for run in runs for one in run.forfaits]
        self.dettes = [one for run in runs for one in run.dettes]
        self.factures: Sequence[FactureRetour] = _Chained([run.factures for run in runs])
        self.mouvements: Sequence[MouvementOC] = _Chained([run.mouvements for run in runs])

    def facture_de(self, place: int) -> FactureRetour | None:
        """See `Vues`."""
        run, first = self._of(place)
        return run.facture_de(place - first)

    def is_stray(self, place: int) -> bool:
        """See `Vues`."""
        run, first = self._of(place)
        return run.is_stray(place - first)

    def _of(self, place: int) -> tuple[Vues, int]:
        rank = bisect_right(self._debuts, place) - 1
        return self._runs[rank], self._debuts[rank]


class _Chained(OnDemand[T]):
    """Several sequences, one after another."""

    def __init__(self, parts: Sequence[Sequence[T]]) -> None:
        self._parts = parts
        self._debuts = list(accumulate(map(len, parts), initial=0))

    def __len__(self) -> int:
        return self._debuts[-1]

    def __iter__(self) -> Iterator[T]:
        return chain.from_iterable(self._parts)

    def _at(self, rank: int) -> T:
        part = bisect_right(self._debuts, rank) - 1
        return self._parts[part][rank - self._debuts[part]]
