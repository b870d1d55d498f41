"""Check a binary zone: one pass, findings in file order, memory that does not grow with the zone.

Nothing here refuses a zone: wrong keys are seen on real test cards, and newer versions have more groups
and fields than the public table.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from codes.lists import overlay, ssv
from flatfile import Finding, Readable
from fse.rules.registre import finds
from fse.ssv.champs import Champs
from fse.ssv.findings import ZoneFinding
from fse.ssv.ordre import Ordre, Remark
from fse.ssv.reader import read_zone
from fse.ssv.scan import first_wasteful, shortest_form
from fse.ssv.tables import GroupLayout
from fse.ssv.zone import Group, Zone

#: Bytes that some transfers add at the end of a file.
_FILLING = b"\0\x1a\r\n "


def check(
    source: Zone | Readable, *, layouts: Path | None = None, codes: Path | None = None
) -> Iterator[Finding]:
    """Findings on a zone, in file order, each a `ZoneFinding`.

    `codes` is a directory with a site's own `ssv.csv` of codes; `layouts` is used when `source` is not a zone
    yet. Raises `FormatError` as `read_zone` does, `CodeTableError` or `LayoutError` when a table of the site
    is wrong.
    """
    zone = source if isinstance(source, Zone) else read_zone(source, layouts=layouts)
    champs = Champs(ssv() if codes is None else overlay("ssv", codes))
    ordre = Ordre(zone.tables)
    filling = len(zone.raw)
    for group in zone.groups:
        if not group.id and filling == len(zone.raw):
            filling = start_of_filling(zone.raw)
        if group.offset >= filling:
            left = len(zone.raw) - group.offset
            yield ZoneFinding("zone.octets-finaux", group.number, group.offset, left, expected=str(left))
            break
        yield from _check_group(group, ordre, champs)
    else:
        if not zone.raw:
            yield ZoneFinding("zone.vide")
        elif zone.damage is not None:
            yield zone.damage
            return  # what is missing may be behind the damage
    for id, remark in ordre.missing():
        yield ZoneFinding(remark.rule, offset=len(zone.raw), type=str(id), expected=remark.expected)


def _check_group(group: Group, ordre: Ordre, champs: Champs) -> Iterator[Finding]:
    if group.layout is None and group.id not in ordre.seen:
        yield _finding(group, _unknown())
    for remark in ordre.see(group.id):
        yield _finding(group, remark)
    yield from _lengths(group)
    for position, piece, remark in champs.check(group):
        layout = group.layout or GroupLayout(group.id)
        name = layout.field(position).name
        yield _finding(group, remark, name, piece.offset, piece.stop)


@finds("zone.groupe-inconnu")
def _unknown() -> Remark:
    """A group that no table describes: said once for each id."""
    return Remark("zone.groupe-inconnu")


@finds("zone.longueur-longue")
def _lengths(group: Group) -> Iterator[Finding]:
    """Lengths in a longer form than needed: the group's own, and the first one among its fields."""
    rule = "zone.longueur-longue"
    if group.length_form > shortest_form(group.stop - group.start):
        yield _finding(group, Remark(rule))
    piece = first_wasteful(group.zone.raw, group.start, group.stop)
    if piece is not None:
        layout = group.layout or GroupLayout(group.id)
        yield _finding(group, Remark(rule), layout.field(piece.position).name, piece.offset, piece.stop)


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


@finds("zone.vide", "zone.trop-grande", "zone.autre-fichier")
def unreadable() -> None:
    """Rules that stop the reading, raised by `read_zone`."""


def _finding(
    group: Group, remark: Remark, field: str = "", offset: int | None = None, stop: int | None = None
) -> ZoneFinding:
    start = group.offset if offset is None else offset
    return ZoneFinding(
        remark.rule,
        group.number,
        start,
        (group.stop if stop is None else stop) - start,
        str(group.id),
        field,
        expected=remark.expected,
        occurrence=group.occurrence,
    )
