"""Checks on the order, the nesting and the number of groups: what was seen of them, in a few counters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from fse.rules.registre import finds
from fse.ssv.tables import Tables


class Remark(NamedTuple):
    """A rule that is broken, and what its message expects."""

    rule: str
    expected: str = ""


#: vitale := 101 102 [103] beneficiary+ ; beneficiary := 104 [105] 106+ [107 108* | 109 [111]]
_RANK: Final = {101: 0, 102: 1, 103: 2, 104: 3, 105: 4, 106: 5, 107: 6, 109: 6, 108: 7, 111: 7}
_CARD: Final = "101 102 103 104"
_BENEFICIARY: Final = "104 105 106 (107 108 | 109 111)"

#: A group -> the one it cannot do without, beside its parent of the table.
_NEEDS: Final = {108: 107, 111: 109}

#: Error 0xF0F0 of the SSV library: both for one beneficiary.
_EXCLUDES: Final = {107: 109, 109: 107}

#: Labels announce 6 beneficiaries at most; 19 were seen on a card.
_UNBOUNDED: Final = frozenset({104})

#: Groups whose order is inferred: each stands before those named.
_PRESUMED_BEFORE: Final = {1: (2,), 40: (41,), 1120: (1130,)}

#: Groups that belong together, where the presence of some is inferred.
_FAMILIES: Final = (
    (1, 2),
    (60, 61, 62, 63, 64, 67),
    (1110, 1120, 1130, 1140, 1150, 1160, 1180, 1220, 1310, 1321, 1610, 1620, 1630, 1870),
)

_SURE: Final = "A"


class Ordre:
    """Follows the groups of one zone. Its memory grows with the number of different ids, at most 65,536."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.seen: dict[int, int] = {}
        self._within: dict[int, int] = {}
        self._rank = -1
        self._opened: dict[int, tuple[int, ...]] = {}
        for id, layout in tables.items():
            if layout.parent is not None:
                self._opened[layout.parent] = (*self._opened.get(layout.parent, ()), id)

    def see(self, id: int) -> Iterator[Remark]:
        """What is wrong with a group of this id coming next."""
        if id in _RANK:
            yield from self._card(id)
        elif id in self.tables:
            yield from self._presumed_order(id)
        self.seen[id] = self.seen.get(id, 0) + 1
        yield from self._number(id)

    def repeat(self, ids: Mapping[int, int]) -> None:
        """Count once more groups that follow their own copies: nothing else changes."""
        for id, count in ids.items():
            self.seen[id] += count

    @finds("zone.ordre", "zone.parent-absent", "zone.mutuelle-et-amc")
    def _card(self, id: int) -> Iterator[Remark]:
        """Order and nesting on a Vitale card, proven by sample cards."""
        rank = _RANK[id]
        needed = self._missing_parent(id)
        if needed:
            yield Remark("zone.parent-absent", str(needed))
        elif self._within.get(_EXCLUDES.get(id, 0)):
            yield Remark("zone.mutuelle-et-amc", "107 | 109")
        elif id != 104 and rank < self._rank:
            yield Remark("zone.ordre", _CARD if rank < 3 else _BENEFICIARY)
        self._rank = rank if id == 104 else max(rank, self._rank)

    def _missing_parent(self, id: int) -> int:
        """The group that should have come before, 0 when all is well."""
        parent = 104 if _RANK[id] > 3 else 0
        if parent and not self.seen.get(parent):
            return parent
        needed = _NEEDS.get(id, 0)
        return needed if needed and not self._within.get(needed) else 0

    @finds("zone.ordre-presume")
    def _presumed_order(self, id: int) -> Iterator[Remark]:
        """Order that is inferred from how programs read the groups."""
        if self.seen.get(id):
            return
        if id == 1110:
            late = [other for other in _FAMILIES[2] if self.seen.get(other)]
        else:
            late = [other for other in _PRESUMED_BEFORE.get(id, ()) if self.seen.get(other)]
        if late:
            yield Remark("zone.ordre-presume", str(late[0]))

    @finds("zone.groupe-double", "zone.nombre-groupes")
    def _number(self, id: int) -> Iterator[Remark]:
        """Number of groups of an id, in the zone or in what they belong to."""
        layout = self.tables.get(id)
        if layout is None:
            return
        if layout.parent is None:
            count = self.seen[id]
        else:
            count = self._within[id] = self._within.get(id, 0) + 1
        self._open(id)
        top = None if id in _UNBOUNDED else layout.max_occurs
        if top is not None and count == top + 1:
            single = top == 1 and layout.confidence == _SURE
            yield Remark("zone.groupe-double" if single else "zone.nombre-groupes", str(top))

    def _open(self, id: int) -> None:
        """Forget the groups that belong to the previous one of this id."""
        for child in self._opened.get(id, ()):
            if self._within.pop(child, 0):
                self._open(child)

    @finds("zone.groupe-absent", "zone.groupe-attendu")
    def missing(self) -> Iterator[tuple[int, Remark]]:
        """Groups that the zone should hold and does not, with their id."""
        if any(id in self.seen for id in _RANK):
            for id in sorted(_RANK):
                layout = self.tables.get(id)
                if layout and layout.parent is None and layout.min_occurs and id not in self.seen:
                    yield id, Remark("zone.groupe-absent", str(id))
        for family in _FAMILIES:
            if any(id in self.seen for id in family):
                for id in family:
                    layout = self.tables.get(id)
                    if layout and layout.min_occurs and id not in self.seen:
                        yield id, Remark("zone.groupe-attendu", str(id))
