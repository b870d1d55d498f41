"""What differs between two lines, field by field, and what of it may be shown.

Private to `noemie.documents.diff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Final

import msgspec
from msgspec import UNSET, UnsetType

from flatfile import Field, Record
from fse.naissance import birth_of, is_birth
from fse.ssv import Group, ZoneField
from fse.ssv.tables import GroupLayout
from fse.trusted import SHARED
from noemie.documents.diff.matching import Pair
from noemie.documents.diff.model import FieldDiff, Nature, Place, RecordDiff
from noemie.documents.diff.units import Line, type_of
from noemie.documents.hidden import HIDDEN, Hider, is_sound

#: Fields that the records of an invoice repeat.
_REPEATED: Final = frozenset({*SHARED, "rang_beneficiaire"})

_NONE: Final[frozenset[str]] = frozenset()

#: Kinds of field that say nothing when the records have two types.
_SILENT: Final = frozenset({"const"})


class Teller:
    """Tells what differs; personal values are hidden, unless `values`.

    `labels` hides the labels of rejects too: those of the rights flow name people. `days` are those on which
    each file was made, `unsure` the days of their entities that are not in a sure order.
    """

    def __init__(
        self,
        *,
        values: bool,
        labels: bool,
        days: tuple[date | None, date | None] = (None, None),
        unsure: tuple[Mapping[int, frozenset[str]], Mapping[int, frozenset[str]]] = ({}, {}),
    ) -> None:
        self._days = days
        self._unsure = unsure
        self._hider = None if values else Hider(labels=labels)

    def lines(self, pairs: Iterator[Pair]) -> tuple[RecordDiff, ...]:
        """The differences of the lines of a unit; what they repeat is told of the first one only."""
        return tuple(_told_once(self._line(one, two) for one, two in pairs))

    def _line(self, one: Line | None, two: Line | None) -> RecordDiff:
        if one is None or two is None:
            line = one or two
            assert line is not None  # one side at least
            nature: Nature = "removed" if two is None else "added"
            return RecordDiff(nature, type_of(line), place(one), place(two), damaged=not _is_sound(line))
        damaged = not (_is_sound(one) and _is_sound(two))
        fields = () if damaged else tuple(self._fields(one, two))
        return RecordDiff("changed", type_of(one), place(one), place(two), fields, damaged)

    def _fields(self, one: Line, two: Line) -> Iterator[FieldDiff]:
        if isinstance(one, Group) and isinstance(two, Group):
            yield from self._group_fields(one, two)
        elif isinstance(one, Record) and isinstance(two, Record):
            yield from self._record_fields(one, two)

    def _record_fields(self, one: Record, two: Record) -> Iterator[FieldDiff]:
        differing = list(_differing(one, two))
        if not differing:
            return
        hidden = self._hider.fields(one) | self._hider.fields(two) if self._hider else frozenset()
        unsure = self._unsure[0].get(one.number, _NONE) | self._unsure[1].get(two.number, _NONE)
        for field, was, now in differing:
            name, before, after = field.name, was.decode("latin-1"), now.decode("latin-1")
            filling = before.strip(" \0") == after.strip(" \0")
            born = (UNSET, UNSET) if name in hidden | unsure else self._born(field, one, two)
            yield FieldDiff(
                name,
                field.label_fr,
                field.label_en,
                field.start,
                field.length,
                "text" if name in unsure or _orders(name, one, two) else field.kind.name,
                self._shown(field, before, filling, name in hidden),
                self._shown(field, after, filling, name in hidden),
                hidden=name in hidden,
                filling=filling,
                born_before=born[0],
                born_after=born[1],
            )

    def _born(self, field: Field, *records: Record) -> tuple[date | UnsetType, date | UnsetType]:
        """The days of a birth date in both records, where they are known."""
        if not is_birth(field):
            return UNSET, UNSET
        one, two = (
            birth_of(record, record.layout.by_name.get(field.name, field), day) or UNSET
            for record, day in zip(records, self._days, strict=True)
        )
        return one, two

    def _shown(self, field: Field, text: str, filling: bool, hidden: bool) -> str:
        told = text if filling else text.strip(" \0")
        if hidden:
            return HIDDEN if told.strip(" \0") else ""
        return self._hider.text(field, told) if self._hider else told

    def _group_fields(self, one: Group, two: Group) -> Iterator[FieldDiff]:
        layout = one.layout or two.layout or GroupLayout(one.id)
        for position, (before, after) in enumerate(zip_longest(one.fields, two.fields), start=1):
            if before == after:
                continue
            field = layout.field(position)
            hidden = self._hider is not None and field.is_masked
            yield FieldDiff(
                field.name,
                field.label_fr,
                field.label_en,
                position,
                len(before or after or b""),
                field.kind,
                self._shown_of_group(field, before, hidden),
                self._shown_of_group(field, after, hidden),
                hidden=hidden,
            )

    def _shown_of_group(self, field: ZoneField, value: bytes | None, hidden: bool) -> str:
        if not value:
            return ""
        if hidden:
            return HIDDEN
        text = value.hex() if field.kind == "raw" else value.decode("latin-1")
        return self._hider.free_text(text) if self._hider and field.kind == "text" else text


def place(line: Line | None) -> Place | None:
    """Where a line stands."""
    return None if line is None else Place(line.number, line.offset)


def _is_sound(line: Line) -> bool:
    """Whether the fields of a line can be trusted; those of a group were all delimited by their lengths."""
    return isinstance(line, Group) or is_sound(line)


def _differing(one: Record, two: Record) -> Iterator[tuple[Field, bytes, bytes]]:
    """The fields that differ, with their bytes in both."""
    if one.layout is two.layout:
        was, now = one.raw, two.raw
        for field in one.layout.fields:
            where = field.slice
            if was[where] != now[where]:
                yield field, was[where], now[where]
        return
    fields, others = one.layout.by_name, two.layout.by_name
    for name in dict.fromkeys((*fields, *others)):
        mine, theirs = fields.get(name), others.get(name)
        field = mine or others[name]
        was = one.raw[mine.slice] if mine else b""
        now = two.raw[theirs.slice] if theirs else b""
        if was != now and field.kind.base not in _SILENT:
            yield field, was, now


def _orders(name: str, one: Record, two: Record) -> bool:
    """Whether a day is read in two orders: its bytes are then told, not two days that look alike."""
    kinds = {layout.by_name[name].kind for layout in (one.layout, two.layout) if name in layout}
    return len({kind.name for kind in kinds}) > 1 and {kind.base for kind in kinds} == {"date"}


def _told_once(diffs: Iterator[RecordDiff]) -> Iterator[RecordDiff]:
    told: set[tuple[str, str, str]] = set()
    for diff in diffs:
        repeated = {(f.name, f.before, f.after) for f in diff.fields if f.name in _REPEATED}
        if repeated & told:
            fields = tuple(f for f in diff.fields if (f.name, f.before, f.after) not in repeated & told)
            if not fields:
                continue
            diff = msgspec.structs.replace(diff, fields=fields)
        told |= repeated
        yield diff
