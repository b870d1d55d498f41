"""The tree of a return, built from the levels (*niveaux de rupture*) and the 990 only.

Which level an entity has belongs to the reference of the flow (929, 576...), and the PS ones are not
public: nothing here knows the shape of a flow. The rules are those of docs/decisions/0004-noemie-tree.md:

- An entity of level 99 is a *leaf* of the deepest open level.
- An entity of a lower level number opens a *node*. The entities of the same level that follow one another
  with nothing deeper between them are one node's header together (071 + 081; 102 + 103 + 198 + 199), until
  the number of the first one comes again: two 110 in a row are two insured persons.
- A 990 closes the open node of the level in its bytes 4-5, and every deeper one.
- An entity of level L closes, without a 990, every open node of level L or deeper (a header that it continues
  excepted).
- 000 and 999 close everything.

A *direct child* of a node, as the counter of 990 counts them, is a node opened directly under it, counted
once however many entities its header has, or a leaf directly under it. The 990, the other entities of the
node's own header, and bytes that are no entity are not counted. Proven on flow 929 only: an insured person
with 120 + 140 + 290 has 3, an insurer with five insured persons has 5.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple

from flatfile import Record
from noemie.returns.tables import CLOSING, DELIMITER, HEADER, TRAILER

#: The level of leaves.
LEAF: Final = 99
#: The level of the root, which is no entity.
ROOT: Final = -1

Anomaly = Literal["absente", "orpheline", "saut"]


class Noeud:
    """One level of the return: its header entities, what it contains, the 990 that closes it.

    A view over the tree: two of one level are equal, and may be keys. `niveau` is 0 to 98, -1 for the root,
    which has no header, and no parent.
    """

    __slots__ = ("_arbre", "_rang")

    def __init__(self, arbre: Arbre, rang: int) -> None:
        self._arbre = arbre
        self._rang = rang

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Noeud):
            return NotImplemented
        return self._arbre is other._arbre and self._rang == other._rang

    def __hash__(self) -> int:
        return hash((id(self._arbre), self._rang))

    @property
    def arbre(self) -> Arbre:
        """The tree that it is of."""
        return self._arbre

    @property
    def niveau(self) -> int:
        """The level."""
        return self._arbre.niveaux[self._rang]

    @property
    def parent(self) -> Noeud | None:
        """The node above, `None` for the root."""
        return Noeud(self._arbre, self._arbre.parents[self._rang]) if self._rang else None

    @property
    def entete(self) -> list[Record]:
        """The entities of the header, in file order."""
        arbre, rang = self._arbre, self._rang
        return list(arbre.entites[arbre.debuts[rang] : arbre.corps[rang]])

    @property
    def fermeture(self) -> Record | None:
        """The 990 that closes it, `None` when there is none."""
        arbre, rang = self._arbre, self._rang
        return arbre.entites[arbre.fins[rang] - 1] if arbre.fermes[rang] else None

    @property
    def enfants(self) -> list[Noeud | Record]:
        """Nodes and leaves, in file order."""
        arbre = self._arbre
        found: list[Noeud | Record] = []
        at = arbre.corps[self._rang]
        for rang in arbre.noeuds_de(self._rang):
            found += map(arbre.entites.__getitem__, arbre.feuilles(self._rang, at, arbre.debuts[rang]))
            found.append(Noeud(arbre, rang))
            at = arbre.fins[rang]
        found += map(arbre.entites.__getitem__, arbre.feuilles(self._rang, at, arbre.fin_de(self._rang)))
        return found

    @property
    def noeuds(self) -> list[Noeud]:
        """The nodes directly under this one."""
        return [Noeud(self._arbre, rang) for rang in self._arbre.noeuds_de(self._rang)]

    @property
    def feuilles(self) -> list[Record]:
        """The leaves directly under this node, bytes that are no entity included."""
        return list(map(self._arbre.entites.__getitem__, self._arbre.feuilles_de(self._rang)))

    @property
    def nombre_enfants(self) -> int:
        """Direct children, as the counter of 990 counts them."""
        return sum(1 for _ in self._arbre.noeuds_de(self._rang)) + sum(map(_counts, self.feuilles))

    def parcours(self) -> Iterator[Noeud]:
        """This node and all those under it, parents first, in file order. Depth does not matter."""
        for rang in range(self._rang, self._arbre.suivants[self._rang]):
            yield Noeud(self._arbre, rang)

    def entites(self) -> Iterator[Record]:
        """The entities of this node and of all those under it, in file order, 990 included."""
        arbre, rang = self._arbre, self._rang
        for place in arbre.feuilles(rang, arbre.debuts[rang], arbre.fins[rang]):
            yield arbre.entites[place]

    def ancetres(self) -> Iterator[Noeud]:
        """The nodes above this one, the nearest first, without the root."""
        rang = self._rang
        while rang and (rang := self._arbre.parents[rang]):
            yield Noeud(self._arbre, rang)

    def au_dessus(self, types: tuple[str, ...]) -> Record | None:
        """The nearest entity of these types in the headers of the nodes above."""
        return self._arbre.dans_les_entetes(self._arbre.parents[self._rang], types)

    def __repr__(self) -> str:
        types = "+".join(record.type for record in self.entete)
        return f"<Noeud niveau {self.niveau} {types}: {len(self.enfants)} enfants>"


class Anomalie(NamedTuple):
    """Something odd in the levels: a node never closed, a 990 that closes nothing, a level jumped over.

    `niveau` is the level it is about; for `saut`, the one that was expected at most.
    """

    nature: Anomaly
    entite: Record
    niveau: int


class Arbre:
    """The levels of a return, a few bytes each: ranks of entities (0-based), by rank of node, parents first.

    `debuts`, `corps`, `fins`: where a node, its content and what follows it begin; `fermes`: whether its last
    entity is its 990; `parents`; `suivants`: the first node that is not under it. `anomalies` is what was
    odd, in file order.
    """

    def __init__(self, entites: Sequence[Record]) -> None:
        self.entites = entites
        self.niveaux = array("b", [ROOT])
        self.debuts = array("I", [0])
        self.corps = array("I", [0])
        self.fins = array("I", [len(entites)])
        self.fermes = bytearray(1)
        self.parents = array("I", [0])
        self.suivants = array("I", [1])
        self.anomalies: list[Anomalie] = []
        self._demande = 0
        self._trouves: dict[tuple[str, ...], Record | None] = {}

    @property
    def racine(self) -> Noeud:
        """The root, whose children are the top-level nodes."""
        return Noeud(self, 0)

    def noeuds_de(self, rang: int) -> Iterator[int]:
        """The nodes directly under one."""
        child, stop = rang + 1, self.suivants[rang]
        while child < stop:
            yield child
            child = self.suivants[child]

    def feuilles_de(self, rang: int) -> Iterable[int]:
        """The leaves directly under a node."""
        if rang and self.suivants[rang] == rang + 1:
            return range(self.corps[rang], self.fin_de(rang))
        return self._entre_les_noeuds(rang)

    def _entre_les_noeuds(self, rang: int) -> Iterator[int]:
        at = self.corps[rang]
        for child in self.noeuds_de(rang):
            yield from self.feuilles(rang, at, self.debuts[child])
            at = self.fins[child]
        yield from self.feuilles(rang, at, self.fin_de(rang))

    def feuilles(self, rang: int, at: int, stop: int) -> Iterable[int]:
        """Entities between two places of a node; 000 and 999 stand under the root, and are of no node."""
        if rang:
            return range(at, stop)
        return (place for place in range(at, stop) if self.entites[place].layout.name not in _OUTSIDE)

    def au_dessus(self, place: int) -> Iterator[int]:
        """The nodes that hold an entity, the innermost first, without the root."""
        rang = bisect_right(self.debuts, place) - 1
        while rang > 0:
            if place < self.fins[rang]:
                yield rang
            rang = self.parents[rang]

    def dans_les_entetes(self, rang: int, types: tuple[str, ...]) -> Record | None:
        """The nearest entity of these types in the header of a node, or above; the root has none.

        What was found is remembered until another node is asked: the invoices of a batch ask the same of it.
        """
        if self._demande != rang:
            self._demande, self._trouves = rang, {}
        if types not in self._trouves:
            self._trouves[types] = self._dans_les_entetes(rang, types)
        return self._trouves[types]

    def _dans_les_entetes(self, rang: int, types: tuple[str, ...]) -> Record | None:
        while rang:
            for place in reversed(range(self.debuts[rang], self.corps[rang])):
                if self.entites[place].layout.name in types:
                    return self.entites[place]
            rang = self.parents[rang]
        return None

    def fin_de(self, rang: int) -> int:
        """Where the content of a node ends, before its 990."""
        return self.fins[rang] - self.fermes[rang]


_OUTSIDE: Final = frozenset({HEADER, TRAILER})


def niveau_de(entite: Record) -> int | None:
    """The level in bytes 4-5, `None` when the bytes are no entity at all or have no level.

    An entity that is not described (212) has its level at the same place: it is part of the tree.
    """
    raw = entite.raw
    level = raw[3:5]
    if not level.isdigit() or len(level) != 2:
        return None
    if entite.layout.name == "?" and not (raw[:3].isdigit() and raw.endswith(DELIMITER)):
        return None
    return int(level)


def numero_de(entite: Record) -> str:
    """The entity number: that of the layout, else the first three bytes when they may be one, else `?`."""
    if entite.layout.name == "?" and niveau_de(entite) is not None:
        return entite.raw[:3].decode("latin-1")
    return entite.layout.name


def _counts(leaf: Record) -> bool:
    number = leaf.layout.name
    return (number if number != "?" else numero_de(leaf)) not in ("?", CLOSING)


def build_tree(entites: Sequence[Record]) -> Arbre:
    """Build the tree of a return; never fails, whatever the levels."""
    return _Builder(entites).build()


class _Builder:
    def __init__(self, entites: Sequence[Record]) -> None:
        self.arbre = Arbre(entites)
        #: The open nodes, the root first.
        self.open = [0]
        self.jumps: set[tuple[int, int]] = set()

    def build(self) -> Arbre:
        levels, arbre = _LEVELS, self.arbre
        for rank, entite in enumerate(arbre.entites):
            number = entite.layout.name
            if number == "?":
                level, number = niveau_de(entite), numero_de(entite)
            elif number in _OUTSIDE:
                self._leave(0, rank)
                continue
            else:
                level = levels.get(entite.raw[3:5])
            if level is None or (level == LEAF and number != CLOSING):
                continue  # a leaf of the deepest open node
            if number == CLOSING:
                self._close(entite, level, rank)
            else:
                self._enter(entite, level, rank)
        self._leave(0, len(arbre.entites))
        arbre.suivants[0] = len(arbre.niveaux)
        self._find_missing_closings()
        arbre.anomalies.sort(key=lambda some: some.entite.number)
        return arbre

    def _leave(self, level: int, rank: int) -> None:
        """End the open nodes of this level or deeper before entity `rank`."""
        arbre = self.arbre
        while arbre.niveaux[self.open[-1]] >= level:
            node = self.open.pop()
            arbre.fins[node] = rank
            arbre.suivants[node] = len(arbre.niveaux)

    def _enter(self, entite: Record, level: int, rank: int) -> None:
        """Continue the header of the open node, or open another node."""
        arbre, node = self.arbre, self.open[-1]
        if arbre.niveaux[node] == level and arbre.corps[node] == rank:
            first = arbre.entites[arbre.debuts[node]]
            if first.raw[:3] != entite.raw[:3]:
                arbre.corps[node] = rank + 1
                return
        self._leave(level, rank)
        parent = self.open[-1]
        self._note_jump(entite, arbre.niveaux[parent], level)
        self.open.append(len(arbre.niveaux))
        arbre.niveaux.append(level)
        arbre.debuts.append(rank)
        arbre.corps.append(rank + 1)
        arbre.fins.append(0)
        arbre.fermes.append(0)
        arbre.parents.append(parent)
        arbre.suivants.append(0)

    def _close(self, entite: Record, level: int, rank: int) -> None:
        """Close the open node of that level; a 990 that closes nothing stays where it was found."""
        arbre = self.arbre
        node = next((one for one in reversed(self.open) if arbre.niveaux[one] <= level), 0)
        if not node or arbre.niveaux[node] != level:
            arbre.anomalies.append(Anomalie("orpheline", entite, level))
            return
        self._leave(level + 1, rank)
        arbre.fermes[node] = 1
        self._leave(level, rank + 1)

    def _note_jump(self, entite: Record, parent: int, level: int) -> None:
        """Note, once for each pair, a level that is not the next one. The top level may be 0 or 1."""
        expected = max(parent, 0) + 1
        if level > expected and (parent, level) not in self.jumps:
            self.jumps.add((parent, level))
            self.arbre.anomalies.append(Anomalie("saut", entite, expected))

    def _find_missing_closings(self) -> None:
        """Note nodes without a 990: all those of a level that others close, else the first of the level."""
        arbre = self.arbre
        closed = {level for level, ferme in zip(arbre.niveaux, arbre.fermes, strict=True) if ferme}
        told: set[int] = set()
        for node in range(1, len(arbre.niveaux)):
            level = arbre.niveaux[node]
            if not arbre.fermes[node] and (level in closed or level not in told):
                told.add(level)
                entite = arbre.entites[arbre.debuts[node]]
                arbre.anomalies.append(Anomalie("absente", entite, level))


#: Level by its two bytes: faster than testing and converting them.
_LEVELS: Final = {b"%02d" % level: level for level in range(100)}
