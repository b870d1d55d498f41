"""Check a binary zone: one pass, findings in file order, memory that does not grow with the zone.

Nothing here refuses a zone: wrong keys are seen on real test cards, and newer versions have more groups
and fields than the public table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from codes.lists import overlay, ssv
from flatfile import Finding, Readable
from fse.rules.registre import finds
from fse.rules.valeurs import shape
from fse.ssv.champs import Champs
from fse.ssv.findings import Alike, Kind, ZoneFinding
from fse.ssv.ordre import Ordre, Remark
from fse.ssv.reader import read_zone
from fse.ssv.scan import MARK, first_wasteful, iter_headers, shortest_form
from fse.ssv.tables import GroupLayout, ZoneField
from fse.ssv.zone import Group, Zone

#: Remarks of one kind that are given one by one.
MOST_ALIKE: Final = 100

#: Characters of a field that are told as they are.
_TELLING: Final = 8

#: Bytes that some transfers add at the end of a file.
_FILLING = b"\0\x1a\r\n "

#: Groups whose remarks are remembered, and the longest of them in bytes: cards put end to end repeat groups.
_MOST_KNOWN: Final = 4096
_LONGEST_KNOWN: Final = 256


def check(
    source: Zone | Readable,
    *,
    layouts: Path | None = None,
    codes: Path | None = None,
    most_alike: int = MOST_ALIKE,
) -> Iterator[Finding]:
    """Findings on a zone, in file order, each a `ZoneFinding`.

    At most `most_alike` of one kind (rule, group, field) are given one by one, 0 for all; one more, at the
    end, stands for the others and has their `count`. `codes` is a directory with a site's own `ssv.csv` of
    codes; `layouts` is used when `source` is not a zone yet. Raises `FormatError` as `read_zone` does,
    `CodeTableError` or `LayoutError` when a table of the site is wrong.
    """
    zone = source if isinstance(source, Zone) else read_zone(source, layouts=layouts)
    champs = Champs(ssv() if codes is None else overlay("ssv", codes))
    alike = Alike(most_alike)
    yield from _Check(zone, champs, alike).findings()
    yield from alike.rest()


#: What was found in one group: the remark, the position of its field, its place from the start of the group.
_Inside = tuple[Remark, int, int, int]


class _Check:
    """One check of one zone."""

    def __init__(self, zone: Zone, champs: Champs, alike: Alike) -> None:
        self.zone = zone
        self.champs = champs
        self.alike = alike
        self.ordre = Ordre(zone.tables)
        self._inside: dict[bytes, tuple[_Inside, ...]] = {}
        self._filling = -1

    def findings(self) -> Iterator[ZoneFinding]:
        """See `check`."""
        zone = self.zone
        for group in self._groups():
            if not group.id and group.offset >= self._start_of_filling():
                left = len(zone.raw) - group.offset
                yield ZoneFinding("zone.octets-finaux", group.number, group.offset, left, expected=str(left))
                break
            yield from self._group(group)
        else:
            if not zone.raw:
                yield ZoneFinding("zone.vide")
            elif (damage := zone.damage) is not None:
                yield damage
                return  # what is missing may be behind the damage
        for id, remark in self.ordre.missing():
            yield ZoneFinding(remark.rule, offset=len(zone.raw), type=str(id), expected=remark.expected)

    def _groups(self) -> Iterator[Group]:
        """The groups, but for blocks that are copies of the one before and can only repeat its remarks."""
        raw, total = self.zone.raw, len(self.zone.groups)
        # Once each id was seen more often than the table allows, a copy can only repeat what was said.
        steady = 1 + max((layout.max_occurs or 0 for layout in self.zone.tables.values()), default=0)
        block, copies = b"", 0
        ids: Counter[int] = Counter()
        remarks: Counter[Kind] = Counter()
        for before, start, stop in self.zone.blocks():
            copies = copies + 1 if raw[start:stop] == block else 0
            if copies > steady and self.alike.repeat(remarks):
                self.ordre.repeat(ids)
                continue
            block = raw[start:stop]
            seen, said = Counter(self.ordre.seen), self.alike.counts.copy()
            for number, header in enumerate(iter_headers(raw, start, min(MARK, total - before)), before + 1):
                yield Group(self.zone, header, number)
            ids, remarks = Counter(self.ordre.seen) - seen, self.alike.counts - said

    def _group(self, group: Group) -> Iterator[ZoneFinding]:
        remarks = list(self.ordre.see(group.id))
        occurrence = self.ordre.seen[group.id]
        known = group.id in self.zone.tables
        if occurrence == 1 and not known:
            remarks.insert(0, _unknown())
        whole = group.stop - group.offset
        for remark, field, start, stop in (
            *((remark, 0, 0, whole) for remark in remarks),
            *self._known(group),
        ):
            kind = (remark.rule, group.id, field) if known else (remark.rule, -1, 0)
            if not self.alike.counts_only(kind):
                finding = _finding(group, occurrence, remark, field, start, stop)
                if self.alike.passes(kind, finding):
                    yield finding

    def _known(self, group: Group) -> tuple[_Inside, ...]:
        """What the bytes of a group alone tell, remembered."""
        if group.stop - group.offset > _LONGEST_KNOWN:
            return tuple(_inside(group, self.champs))
        raw = self.zone.raw[group.offset : group.stop]
        found = self._inside.get(raw)
        if found is None:
            if len(self._inside) >= _MOST_KNOWN:
                self._inside.clear()
            found = self._inside[raw] = tuple(_inside(group, self.champs))
        return found

    def _start_of_filling(self) -> int:
        if self._filling < 0:
            self._filling = start_of_filling(self.zone.raw)
        return self._filling


def _inside(group: Group, champs: Champs) -> Iterator[_Inside]:
    """Remarks on the lengths and fields of a group."""
    yield from _lengths(group)
    for position, piece, remark in champs.check(group):
        yield remark, position, piece.offset - group.offset, piece.stop - group.offset


@finds("zone.groupe-inconnu")
def _unknown() -> Remark:
    """A group that no table describes: said once for each id."""
    return Remark("zone.groupe-inconnu")


@finds("zone.longueur-longue")
def _lengths(group: Group) -> Iterator[_Inside]:
    """Lengths in a longer form than needed: the group's own, and the first one among its fields."""
    remark = Remark("zone.longueur-longue")
    if group.length_form > shortest_form(group.stop - group.start):
        yield remark, 0, 0, group.stop - group.offset
    piece = first_wasteful(group.zone.raw, group.start, group.stop)
    if piece is not None:
        yield remark, piece.position, piece.offset - group.offset, piece.stop - group.offset


@finds(
    "zone.tronquee",
    "zone.longueur-interdite",
    "zone.groupe-deborde",
    "zone.champ-deborde",
    "zone.octets-finaux",
)
def start_of_filling(raw: bytes) -> int:
    """Offset from which a zone holds nothing but filling. The other rules come from the scanner."""
    return len(raw.rstrip(_FILLING))


@finds("zone.vide", "zone.trop-grande", "zone.autre-fichier", "zone.autre-zone")
def unreadable() -> None:
    """Rules that stop the reading, raised by `read_zone` and `read_card`."""


def _finding(group: Group, occurrence: int, remark: Remark, field: int, start: int, stop: int) -> ZoneFinding:
    layout = group.layout or GroupLayout(group.id)
    piece = group.zone.raw[group.offset + start : group.offset + stop]
    return ZoneFinding(
        remark.rule,
        group.number,
        group.offset + start,
        stop - start,
        str(group.id),
        layout.field(field).name if field else "",
        expected=remark.expected,
        found=_found(piece, layout.field(field)) if field else "",
        occurrence=occurrence,
        position=field,
    )


def _found(piece: bytes, field: ZoneField) -> str:
    """What a field holds after its length: a short text that tells nobody, else its shape."""
    text = piece[1:].decode("latin-1")
    is_short = len(text) <= _TELLING and text.isascii() and text.isprintable()
    return shape(text) if field.is_masked or not text.strip() or not is_short else text
