"""What differs between two B2 flows, or between two NOEMIE returns: invoice by invoice, field by field.

    found = compare(fse.read_flux("avant.b2"), fse.read_flux("apres.b2"))
    for unit in found.units: print(unit.numero, unit.natures, unit.records)

Invoices are aligned by number and professional (number and batch in a return), then by number alone, then by
what they hold; one that only changed places is said to be moved, and its records are not compared with those
of its neighbours. Within an invoice, lines are aligned by what they hold. Personal values are hidden unless
asked for; in a record that nobody can read, all are. Both files are held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal, NamedTuple

import msgspec

from flatfile import Field, Readable, Record, detect, open_source
from fse import Flux, read_flux
from fse.rules.contexte import SHARED
from noemie._diff_units import Cut, Unit, align, changed_batch, cut_flux, cut_retour, match, moved
from noemie._hidden import HIDDEN, Hider, is_sound, names_people
from noemie.reader import read_retour
from noemie.retour import Retour
from noemie.tables import entity_lengths
from noemie.tables import layouts as entity_layouts

__all__ = [
    "Difference",
    "DifferentFamiliesError",
    "FieldDiff",
    "PhysicalDiff",
    "Place",
    "RecordDiff",
    "UnitDiff",
    "compare",
    "load",
]

Nature = Literal["changed", "added", "removed"]
UnitNature = Literal["changed", "added", "removed", "moved", "renumbered", "batch"]

#: Kinds of field that say nothing when both records have the same type.
_SILENT: Final = frozenset({"const"})

#: Fields that the records of an invoice repeat.
_REPEATED: Final = frozenset({*SHARED, "rang_beneficiaire"})


class DifferentFamiliesError(ValueError):
    """A flow cannot be compared with a return."""


class Place(NamedTuple):
    """1-based number of a record or entity, 0-based offset of its first byte in the uncompressed file."""

    record: int
    offset: int


class FieldDiff(msgspec.Struct, frozen=True):
    """One field that differs.

    `start` is 1-based and `length` in bytes. `before` and `after` are texts without filling, with it when
    only the filling differs (`filling`); both are hidden when `hidden`.
    """

    name: str
    label_fr: str
    label_en: str
    start: int
    length: int
    kind: str
    before: str
    after: str
    hidden: bool = False
    filling: bool = False


class RecordDiff(msgspec.Struct, frozen=True):
    """One record that differs, or stands in one file only (`before` or `after` is then `None`).

    `damaged` tells that its fields cannot be trusted: they are not compared.
    """

    nature: Nature
    type: str
    before: Place | None
    after: Place | None
    fields: tuple[FieldDiff, ...] = ()
    damaged: bool = False


class UnitDiff(msgspec.Struct, frozen=True, kw_only=True):
    """One invoice (`facture`), or contract movement of flow 929 (`mouvement`), that differs.

    - `natures`: `added`, `removed`, or any of `changed`, `moved` (another place among the others), `batch`
      (another batch), `renumbered`;
    - `numero`, `numero_after`: its number in each file (rank of the movement), empty where it is not;
    - `lot_before`, `lot_after`: number of its batch; `rank_before`, `rank_after`: 1-based, 0 where it is not;
    - `before`, `after`: its first record; `records`: those that differ.
    """

    kind: Literal["facture", "mouvement"]
    natures: tuple[UnitNature, ...]
    numero: str = ""
    numero_after: str = ""
    lot_before: str = ""
    lot_after: str = ""
    rank_before: int = 0
    rank_after: int = 0
    before: Place | None = None
    after: Place | None = None
    records: tuple[RecordDiff, ...] = ()


class PhysicalDiff(msgspec.Struct, frozen=True):
    """How the files are framed: `norme`, `envelope`, `line_ends`, `frame`."""

    name: str
    before: str
    after: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """All that differs. `identical` tells that both files have the same bytes (uncompressed).

    `units` are in the order of the first file, those added at their place in the second; `outside` holds the
    records that belong to no invoice. Counts are those of each file.
    """

    family: Literal["b2", "noemie"]
    identical: bool
    units: tuple[UnitDiff, ...] = ()
    outside: tuple[RecordDiff, ...] = ()
    physical: tuple[PhysicalDiff, ...] = ()
    units_before: int = 0
    units_after: int = 0
    records_before: int = 0
    records_after: int = 0
    shows_values: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """How many invoices of each nature (one may have several), and how many records outside."""
        found = dict.fromkeys(("changed", "added", "removed", "moved", "batch", "renumbered"), 0)
        for unit in self.units:
            for nature in unit.natures:
                found[nature] += 1
        return {**found, "outside": len(self.outside), "physical": len(self.physical)}

    def __bool__(self) -> bool:
        return not self.identical


def load(
    source: Readable, *, norm: str | None = None, layouts: Path | None = None, name: str = ""
) -> Flux | Retour:
    """Read a flow or a return, whichever it is. Raises `FormatError`, `LayoutError`."""
    if not isinstance(source, (str, Path, bytes, bytearray, memoryview)):
        with open_source(source) as opened:
            source = opened.read_all()
    with open_source(source, name) as opened:
        family = detect(opened.head, entity_lengths()).family
    if family == "noemie":
        return read_retour(source, layouts=entity_layouts(layouts), name=name)
    return read_flux(source, norm=norm, layouts=layouts)


def compare(before: Flux | Retour, after: Flux | Retour, *, values: bool = False) -> Difference:
    """Compare two flows, or two returns; `values` shows personal values.

    Raises `DifferentFamiliesError` for one of each.
    """
    family: Literal["b2", "noemie"]
    if isinstance(before, Flux) and isinstance(after, Flux):
        family, cuts, labels = "b2", (cut_flux(before), cut_flux(after)), False
        counts = len(before.records), len(after.records)
    elif isinstance(before, Retour) and isinstance(after, Retour):
        family, cuts = "noemie", (cut_retour(before), cut_retour(after))
        labels = names_people(before) or names_people(after)
        counts = len(before.entites), len(after.entites)
    else:
        raise DifferentFamiliesError("a flow cannot be compared with a return")
    identical = before.to_bytes() == after.to_bytes()
    comparer = _Comparer(None if values else Hider(labels=labels), *cuts)
    return Difference(
        family=family,
        identical=identical,
        units=() if identical else tuple(comparer.units()),
        outside=() if identical else tuple(comparer.outside()),
        physical=() if identical else tuple(_physical(before, after, same=comparer.is_same)),
        units_before=len(cuts[0].units),
        units_after=len(cuts[1].units),
        records_before=counts[0],
        records_after=counts[1],
        shows_values=values,
    )


class _Comparer:
    def __init__(self, hider: Hider | None, before: Cut, after: Cut) -> None:
        self._hider = hider
        self._before = before
        self._after = after
        self._matched = match(before.units, after.units)

    @property
    def is_same(self) -> bool:
        """Whether both files hold the same records in the same order."""
        return [record.raw for record in _records(self._before)] == [
            record.raw for record in _records(self._after)
        ]

    # --- invoices -------------------------------------------------------------------------------------

    def units(self) -> Iterator[UnitDiff]:
        """The invoices that differ."""
        before, after, matched = self._before.units, self._after.units, self._matched
        displaced, batches = moved(matched), changed_batch(before, after, matched)
        added = sorted(set(range(len(after))) - set(matched.values()), reverse=True)
        for rank, unit in enumerate(before):
            other = matched.get(rank)
            if other is not None and rank not in displaced:
                while added and added[-1] < other:
                    yield self._alone(after[added[-1]], added.pop(), "added")
            if other is None:
                yield self._alone(unit, rank, "removed")
                continue
            found = self._both(rank, other, is_moved=rank in displaced, other_batch=rank in batches)
            if found.natures:
                yield found
        while added:
            yield self._alone(after[added[-1]], added.pop(), "added")

    def _both(self, rank: int, other: int, *, is_moved: bool, other_batch: bool) -> UnitDiff:
        one, two = self._before.units[rank], self._after.units[other]
        records = tuple(_told_once(list(self._records(align(one.records, two.records)))))
        renumbered = one.nature == "facture" and one.key[0] != two.key[0]
        natures: list[UnitNature] = []
        for applies, nature in (
            (records, "changed"),
            (is_moved, "moved"),
            (other_batch, "batch"),
            (renumbered, "renumbered"),
        ):
            if applies:
                natures.append(nature)  # type: ignore[arg-type]  # words of the table above
        return UnitDiff(
            kind=one.nature,
            natures=tuple(natures),
            numero=one.numero,
            numero_after=two.numero,
            lot_before=one.lot,
            lot_after=two.lot,
            rank_before=rank + 1,
            rank_after=other + 1,
            before=_place(one.records[0]),
            after=_place(two.records[0]),
            records=records,
        )

    @staticmethod
    def _alone(unit: Unit, rank: int, nature: Literal["added", "removed"]) -> UnitDiff:
        place = _place(unit.records[0])
        if nature == "added":
            return UnitDiff(
                kind=unit.nature,
                natures=("added",),
                numero_after=unit.numero,
                lot_after=unit.lot,
                rank_after=rank + 1,
                after=place,
            )
        return UnitDiff(
            kind=unit.nature,
            natures=("removed",),
            numero=unit.numero,
            lot_before=unit.lot,
            rank_before=rank + 1,
            before=place,
        )

    # --- records --------------------------------------------------------------------------------------

    def outside(self) -> Iterator[RecordDiff]:
        """The records between invoices that differ, in file order."""
        before, after = self._before.between, self._after.between
        groups = {0: 0, **{one + 1: other + 1 for one, other in self._matched.items()}}
        left: list[Record] = []
        right: list[Record] = []
        found: list[RecordDiff] = []
        for rank, group in enumerate(before):
            if rank not in groups:
                left += group
        taken = set(groups.values())
        for rank, group in enumerate(after):
            if rank not in taken:
                right += group
        for one, other in groups.items():
            for first, second in align(before[one], after[other]):
                # What left one place may have come to another one.
                if first is not None and second is not None:
                    found += self._records([(first, second)])
                elif first is not None:
                    left.append(first)
                elif second is not None:
                    right.append(second)
        left.sort(key=lambda record: record.number)
        right.sort(key=lambda record: record.number)
        found += self._records(align(left, right))
        yield from sorted(found, key=lambda diff: (diff.before or diff.after or Place(0, 0)).record)

    def _records(self, pairs: Sequence[tuple[Record | None, Record | None]]) -> Iterator[RecordDiff]:
        for one, two in pairs:
            if one is not None and two is not None:
                yield self._pair(one, two)
            elif one is not None:
                yield RecordDiff("removed", one.type, _place(one), None, damaged=not is_sound(one))
            elif two is not None:
                yield RecordDiff("added", two.type, None, _place(two), damaged=not is_sound(two))

    def _pair(self, one: Record, two: Record) -> RecordDiff:
        damaged = not (is_sound(one) and is_sound(two))
        fields = () if damaged else tuple(self._fields(one, two))
        return RecordDiff("changed", one.type, _place(one), _place(two), fields, damaged)

    def _fields(self, one: Record, two: Record) -> Iterator[FieldDiff]:
        hidden = self._hider.fields(one) | self._hider.fields(two) if self._hider else frozenset()
        names = dict.fromkeys((*one.layout.by_name, *two.layout.by_name))
        for name in names:
            field = one.layout.by_name.get(name) or two.layout.by_name[name]
            before, after = _raw(one, name), _raw(two, name)
            if before == after or (field.kind.base in _SILENT and one.layout is not two.layout):
                continue
            filling = before.strip(" \0") == after.strip(" \0")
            yield FieldDiff(
                name,
                field.label_fr,
                field.label_en,
                field.start,
                field.length,
                field.kind.name,
                self._shown(field, before, filling=filling, hidden=name in hidden),
                self._shown(field, after, filling=filling, hidden=name in hidden),
                hidden=name in hidden,
                filling=filling,
            )

    def _shown(self, field: Field, text: str, *, filling: bool, hidden: bool) -> str:
        told = text if filling else text.strip(" \0")
        if hidden:
            return HIDDEN if told.strip(" \0") else ""
        return self._hider.text(field, told) if self._hider else told


def _told_once(records: list[RecordDiff]) -> Iterator[RecordDiff]:
    """The records of an invoice; what all of them repeat is told of the first one that differs."""
    told: set[tuple[str, str, str]] = set()
    for diff in records:
        repeated = [(f.name, f.before, f.after) for f in diff.fields if f.name in _REPEATED]
        fields = tuple(
            f for f in diff.fields if f.name not in _REPEATED or (f.name, f.before, f.after) not in told
        )
        told.update(repeated)
        if fields or not diff.fields:
            yield msgspec.structs.replace(diff, fields=fields)


def _raw(record: Record, name: str) -> str:
    return record[name] if name in record.layout else ""


def _place(record: Record) -> Place:
    return Place(record.number, record.offset)


def _records(cut: Cut) -> Iterator[Record]:
    yield from cut.between[0]
    for unit, group in zip(cut.units, cut.between[1:], strict=True):
        yield from unit.records
        yield from group


def _physical(before: Flux | Retour, after: Flux | Retour, *, same: bool) -> Iterator[PhysicalDiff]:
    told = False
    for name, one, two in zip(_PHYSICAL, _frame(before), _frame(after), strict=True):
        if one != two:
            told = True
            yield PhysicalDiff(name, one, two)
    if same and not told:
        yield PhysicalDiff("frame", "", "")


_PHYSICAL: Final = ("norme", "envelope", "line_ends")
_ENDS: Final = {b"": "", b"\r\n": "CR LF", b"\n": "LF", b"\r": "CR"}


def _frame(read: Flux | Retour) -> tuple[str, str, str]:
    if isinstance(read, Retour):
        style = read.skeleton.style()
        return read.reference, read.detection.envelope, _ENDS.get(style.eol, "?")
    ends = {read.eol, *read.ends.values()}
    told = ", ".join(sorted(_ENDS.get(end, "?") for end in ends)) if len(ends) > 1 else _ENDS[read.eol]
    return read.norme.name, "", told
