"""What is in a binary zone of SESAM-Vitale: plain data, then a tree for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from msgspec.structs import asdict

from cli.show.model import Head, ZoneMontree
from cli.show.records import details
from cli.words.page import ERROR, QUIET, STRONG, Branch, Line, Page, styled
from cli.words.shown import ShownGroup
from cli.words.speech import plural, say
from cli.words.zone_fields import ZoneReader
from fse.ssv import CarteVitale, Configuration, Cps, EnteteFacture, Group, Zone
from fse.ssv.aggregates import Aggregate

#: Groups shown unless asked otherwise: more than any card holds.
MOST_GROUPS: Final = 200

#: What a zone may be about, each with its name as data and in words.
_SUBJECTS: Final[tuple[tuple[type[Aggregate], str, str, str], ...]] = (
    (CarteVitale, "carte_vitale", "carte Vitale", "Vitale card"),
    (Cps, "cps", "carte de professionnel (CPS)", "card of a professional (CPS)"),
    (Configuration, "configuration", "configuration du poste", "configuration of the workstation"),
    (EnteteFacture, "facture", "en-tête de facture", "invoice header"),
)

#: The card of the old layout, which has no view of its own.
_OLD_CARD: Final = frozenset({40, 41})


# --- data -----------------------------------------------------------------------------------------------


def as_data(zone: Zone, head: Head, reader: ZoneReader, limit: int, *, flat: bool = False) -> ZoneMontree:
    """The zone: what it is about, then at most `limit` groups (0: all), each with those it owns.

    `flat` gives the groups one after another, with every field, even empty.
    """
    total = len(zone.groups)
    shown = total if not limit else min(limit, total)
    read = [(group, False) for group in zone.groups[:shown]]
    if zone.partial is not None and shown == total:
        read.append((zone.partial, True))
    if flat:
        items = [reader.group(group, empty=True, damaged=damaged) for group, damaged in read]
    else:
        items = _nested(read, reader)
    return ZoneMontree(
        **asdict(head),
        subjects=subjects(zone),
        bytes=len(zone.raw),
        groups=total,
        omitted=total - shown,
        items=items,
    )


def subjects(zone: Zone) -> list[str]:
    """What the zone is about: `carte_vitale`, `cps`, `configuration`, `facture`; empty when nothing known."""
    counts = zone.counts()
    damage = zone.damage
    if damage is not None and damage.type:
        counts[int(damage.type)] += 1
    found = [name for kind, name, _, _ in _SUBJECTS if any(counts[id] for id in kind.GROUPES)]
    if "carte_vitale" not in found and any(counts[id] for id in _OLD_CARD):
        found.insert(0, "carte_vitale")
    return found


def _nested(groups: Iterable[tuple[Group, bool]], reader: ZoneReader) -> list[ShownGroup]:
    """Groups, damaged or not, as a tree: order alone links one to the last group of the id it belongs to."""
    top: list[ShownGroup] = []
    last: dict[int, ShownGroup] = {}
    below: dict[int, tuple[int, ...]] = {}
    for group, damaged in groups:
        made = reader.group(group, damaged=damaged)
        layout = group.layout
        parent = last.get(layout.parent) if layout is not None and layout.parent is not None else None
        if parent is None:
            top.append(made)
        else:
            parent.groups = [*(parent.groups or ()), made]
        if group.id not in below:
            below[group.id] = tuple(_below(group.zone, group.id))
        for id in below[group.id]:
            last.pop(id, None)
        last[group.id] = made
    return top


def _below(zone: Zone, id: int) -> Iterator[int]:
    """Ids of the groups that belong to those of an id, whatever the depth."""
    for child, layout in zone.tables.items():
        if layout.parent == id:
            yield child
            yield from _below(zone, child)


# --- text -----------------------------------------------------------------------------------------------


def subject_text(names: list[str]) -> str:
    """What the zone is about, in words."""
    found = [say(fr, en) for _, name, fr, en in _SUBJECTS if name in names]
    return ", ".join(found) or say("sujet inconnu", "unknown subject")


def print_head(page: Page, data: ZoneMontree) -> None:
    """The first lines: name, subject, size, evidence."""
    groups = plural(data.groups, say("groupe", "group"), say("groupes", "groups"))
    size = plural(data.bytes, say("octet", "byte"), say("octets", "bytes"))
    page.line(
        (f"{data.file}{say(' :', ':')} ", STRONG),
        say("zone SSV, ", "SSV zone, ") + f"{subject_text(data.subjects)}, {groups}, {size}",
    )
    evidence = ", ".join(some.text for some in data.seen)
    page.line((say(f"Reconnu à ceci : {evidence}.", f"Recognised by: {evidence}."), QUIET))
    page.blank()


def print_tree(page: Page, data: ZoneMontree) -> None:
    """The groups, each under the one it belongs to."""
    subject = subject_text(data.subjects)
    root = Branch(styled((subject[:1].upper() + subject[1:], STRONG)))
    _grow(root, data.items)
    if data.omitted:
        root.add(styled((omitted_text(data.omitted), QUIET)))
    page.tree(root)


def _grow(branch: Branch, items: Iterable[ShownGroup]) -> None:
    for item in items:
        _grow(branch.add(line_of(item)), item.groups or ())


def line_of(group: ShownGroup) -> Line:
    """One group in the tree: its id, its title, its fields."""
    made = styled((str(group.group), STRONG))
    made.append(f" {group.title}" if group.title else say(" groupe inconnu", " unknown group"), STRONG)
    if group.occurrence > 1:
        made.append(f" ({group.occurrence})", QUIET)
    if group.damaged:
        made.append(say(" abîmé, valeurs cachées", " damaged, values hidden"), ERROR)
        made.append(
            say(
                f" (groupe {group.number}, octet {group.offset})",
                f" (group {group.number}, byte {group.offset})",
            ),
            QUIET,
        )
    if group.fields:
        made.append(say(" : ", ": "), QUIET).append_text(details(group.fields))
    if group.omitted_fields:
        made.append(f", {_fields_text(group.omitted_fields)}", QUIET)
    return made


def omitted_text(count: int) -> str:
    """How many groups are not shown."""
    more = plural(count, say("autre groupe", "more group"), say("autres groupes", "more groups"))
    return more + say(" (--limit 0 pour tous)", " (--limit 0 for all)")


def _fields_text(count: int) -> str:
    return plural(count, say("autre champ", "more field"), say("autres champs", "more fields"))


def print_groups(page: Page, data: ZoneMontree) -> None:
    """Group by group, every field with its position in the group and its bytes in the zone (from 0)."""
    for rank, group in enumerate(data.items):
        if rank:
            page.blank()
        _print_group(page, group)
    if data.omitted:
        page.blank()
        page.line((omitted_text(data.omitted), QUIET))


def _print_group(page: Page, group: ShownGroup) -> None:
    title = group.title or say("groupe inconnu", "unknown group")
    end = group.offset + group.length - 1
    page.line(
        (f"{say('Groupe', 'Group')} {group.number}  {group.group} {title}", STRONG),
        (f"  occurrence {group.occurrence}", QUIET),
        (say(f"  octets {group.offset} à {end}", f"  bytes {group.offset} to {end}"), QUIET),
        (say("  abîmé", "  damaged") if group.damaged else "", ERROR),
    )
    width = max((len(field.name) for field in group.fields), default=0)
    for field in group.fields:
        meaning = f" ({field.meaning})" if field.meaning else ""
        page.line(
            (f"{field.position:>4}  {field.offset:>6}", QUIET),
            f"  {field.name:<{width}}  ",
            (field.text + meaning) or (say("vide", "empty"), QUIET),
            indent=2,
            hang=30,
        )
    if group.omitted_fields:
        page.line((_fields_text(group.omitted_fields), QUIET), indent=8)
