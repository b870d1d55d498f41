"""Findings on binary zones: those of every check, with the occurrence that SESAM-Vitale programs count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import structs

from flatfile import Finding
from fse.ssv.scan import Damage

#: What remarks of one kind share: rule, id of the group, position of the field; -1 and 0 for a group that no
#: table describes.
Kind = tuple[str, int, int]


class ZoneFinding(Finding, frozen=True, gc=False):
    """One remark about one place of a zone; it holds no value of a field.

    - `record`: 1-based number of the group in the zone, 0 for the whole zone; `type`: its id (`104`);
    - `occurrence`: 1-based rank among the groups of that id, counted over the whole zone as the SGD calls
      do; 0 when no group is meant;
    - `field`: name in the table, `champ_N` for the field at position N that the table does not know;
      `position`: 1-based rank of the field in its group, 0 when the group itself is meant;
    - `offset`, `length`: 0-based place of the group or field in the zone, its length byte included;
    - `count`: how many remarks it stands for. Past a number of remarks of one kind, the next ones are not
      given one by one: the first of them stands for all, after the others.
    """

    occurrence: int = 0
    position: int = 0
    count: int = 1


class Alike:
    """Lets pass the first remarks of each kind, at most `most`, and only counts the next ones; 0 for all.

    Memory depends on how many kinds there are, which the tables bound, not on the zone.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self.counts: Counter[Kind] = Counter()
        self._first: dict[Kind, ZoneFinding] = {}

    def counts_only(self, kind: Kind) -> bool:
        """Whether one more remark of a kind is only to be counted; it is then."""
        if kind not in self._first:
            return False
        self.counts[kind] += 1
        return True

    def passes(self, kind: Kind, finding: ZoneFinding) -> bool:
        """Whether a remark is to be given now; the first that is not stands for those that follow."""
        self.counts[kind] += 1
        if not self._most or self.counts[kind] <= self._most:
            return True
        self._first[kind] = finding
        return False

    def repeat(self, added: Counter[Kind]) -> bool:
        """Count these remarks once more; not when one of them would still be given one by one."""
        if not self._most or any(kind not in self._first for kind in added):
            return False
        self.counts.update(added)
        return True

    def rest(self) -> Iterator[ZoneFinding]:
        """For each kind, the first remark that was not given, which stands for all of those."""
        for kind, finding in self._first.items():
            yield structs.replace(finding, count=self.counts[kind] - self._most)


def of_damage(damage: Damage, field: str, occurrence: int, end: int) -> ZoneFinding:
    """The finding on the damage that stops the reading of a zone of `end` bytes."""
    return ZoneFinding(
        damage.code,
        damage.number,
        damage.offset,
        end - damage.offset,
        str(damage.group) if damage.group >= 0 else "",
        field,
        expected=damage.expected,
        occurrence=occurrence,
        position=damage.field,
    )
