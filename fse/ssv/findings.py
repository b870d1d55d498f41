"""Findings on binary zones: those of every check, with the occurrence that SESAM-Vitale programs count."""

from __future__ import annotations

from flatfile import Finding
from fse.ssv.scan import Damage


class ZoneFinding(Finding, frozen=True, gc=False):
    """One remark about one place of a zone; it holds no value of a field.

    - `record`: 1-based number of the group in the zone, 0 for the whole zone; `type`: its id (`104`);
    - `occurrence`: 1-based rank among the groups of that id, counted over the whole zone as the SGD calls
      do; 0 when no group is meant;
    - `field`: name in the table, `champ_N` for the field at position N that the table does not know;
    - `offset`, `length`: 0-based place of the group or field in the zone, its length byte included.
    """

    occurrence: int = 0


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
    )
