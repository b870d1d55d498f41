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

from collections.abc import Iterable, Iterator
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

    `niveau` is 0 to 98, -1 for the root. `entete` holds the entities of the header, in file order (empty for
    the root). `enfants` holds nodes and leaves, in file order; `fermeture` is the 990, or `None`. `parent` is
    `None` for the root.
    """

    __slots__ = ("enfants", "entete", "fermeture", "niveau", "parent")

    def __init__(self, niveau: int, parent: Noeud | None) -> None:
        self.niveau = niveau
        self.parent = parent
        self.entete: list[Record] = []
        self.enfants: list[Noeud | Record] = []
        self.fermeture: Record | None = None

    @property
    def noeuds(self) -> list[Noeud]:
        """The nodes directly under this one."""
        return [child for child in self.enfants if isinstance(child, Noeud)]

    @property
    def feuilles(self) -> list[Record]:
        """The leaves directly under this node, bytes that are no entity included."""
        return [child for child in self.enfants if isinstance(child, Record)]

    @property
    def nombre_enfants(self) -> int:
        """Direct children, as the counter of 990 counts them."""
        return sum(1 for child in self.enfants if isinstance(child, Noeud) or _counts(child))

    def parcours(self) -> Iterator[Noeud]:
        """This node and all those under it, parents first, in file order. Depth does not matter."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.noeuds))

    def entites(self) -> Iterator[Record]:
        """The entities of this node and of all those under it, in file order, 990 included."""
        waiting: list[Noeud | Record] = [self]
        while waiting:
            some = waiting.pop()
            if isinstance(some, Record):
                yield some
                continue
            yield from some.entete
            if some.fermeture is not None:
                waiting.append(some.fermeture)
            waiting.extend(reversed(some.enfants))

    def ancetres(self) -> Iterator[Noeud]:
        """The nodes above this one, the nearest first, without the root."""
        node = self.parent
        while node is not None and node.niveau != ROOT:
            yield node
            node = node.parent

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


class Arbre(NamedTuple):
    """The root, whose children are the top-level nodes, and what was odd, in file order."""

    racine: Noeud
    anomalies: list[Anomalie]


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
    number = numero_de(leaf)
    return number not in ("?", CLOSING)


def build_tree(entites: Iterable[Record]) -> Arbre:
    """Build the tree of a return; never fails, whatever the levels."""
    return _Builder().build(entites)


class _Builder:
    def __init__(self) -> None:
        self.racine = Noeud(ROOT, None)
        self.anomalies: list[Anomalie] = []
        #: The deepest open node.
        self.open = self.racine
        self.jumps: set[tuple[int, int]] = set()

    def build(self, entites: Iterable[Record]) -> Arbre:
        levels = _LEVELS
        for entite in entites:
            number = entite.layout.name
            if number == "?":
                level, number = niveau_de(entite), numero_de(entite)
            elif number in (HEADER, TRAILER):
                self.open = self.racine
                continue
            else:
                level = levels.get(entite.raw[3:5])
            if level is None or (level == LEAF and number != CLOSING):
                self.open.enfants.append(entite)
            elif number == CLOSING:
                self.close(entite, level)
            else:
                self.enter(entite, level)
        self._find_missing_closings()
        return Arbre(self.racine, sorted(self.anomalies, key=lambda some: some.entite.number))

    def enter(self, entite: Record, level: int) -> None:
        """Continue the header of the open node, or open another node."""
        node = self.open
        if node.niveau == level and not node.enfants and node.entete[0].raw[:3] != entite.raw[:3]:
            node.entete.append(entite)
            return
        while node.niveau >= level:
            assert node.parent is not None  # the root has the lowest level
            node = node.parent
        self._note_jump(entite, node.niveau, level)
        new = Noeud(level, node)
        new.entete.append(entite)
        node.enfants.append(new)
        self.open = new

    def close(self, entite: Record, level: int) -> None:
        """Close the open node of that level; a 990 that closes nothing stays where it was found."""
        node = self.open
        while node.niveau > level:
            assert node.parent is not None
            node = node.parent
        if node.niveau != level or node.parent is None:
            self.anomalies.append(Anomalie("orpheline", entite, level))
            self.open.enfants.append(entite)
            return
        node.fermeture = entite
        self.open = node.parent

    def _note_jump(self, entite: Record, parent: int, level: int) -> None:
        """Note, once for each pair, a level that is not the next one. The top level may be 0 or 1."""
        expected = max(parent, 0) + 1
        if level > expected and (parent, level) not in self.jumps:
            self.jumps.add((parent, level))
            self.anomalies.append(Anomalie("saut", entite, expected))

    def _find_missing_closings(self) -> None:
        """Note nodes without a 990: all those of a level that others close, else the first of the level."""
        missing: dict[int, list[Noeud]] = {}
        closed: set[int] = set()
        for node in self.racine.parcours():
            if node.niveau == ROOT:
                continue
            if node.fermeture is not None:
                closed.add(node.niveau)
            else:
                missing.setdefault(node.niveau, []).append(node)
        for level, nodes in missing.items():
            for node in nodes if level in closed else nodes[:1]:
                self.anomalies.append(Anomalie("absente", node.entete[0], level))


#: Level by its two bytes: faster than testing and converting them.
_LEVELS: Final = {b"%02d" % level: level for level in range(100)}
