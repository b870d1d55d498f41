"""What differs between two B2 flows, two NOEMIE returns or two SSV zones: invoice by invoice, field by field.

    comparison = compare("avant.b2", "apres.b2")
    for unit in comparison: print(unit.numero, unit.natures, unit.records)

Invoices are aligned by batch, professional and number (batch and number in a return), then by professional
and number, then by number alone, then by what they hold; one that only changed places is said to be moved,
and is not compared with its neighbours. Within an invoice, and within a zone, lines are
aligned by what they hold, then by type: an added line does not make the following ones differ. Personal
values are hidden unless asked for; in a record that nobody can read, all are.

Flows are read twice, three times when invoices stand in one of them only: what is kept is some tens of bytes
an invoice, and the invoices that differ and changed places. Returns and zones are held in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from flatfile import FormatError, Readable
from noemie.documents.diff.fields import Teller, place
from noemie.documents.diff.matching import NONE, Index, match, pairs_of
from noemie.documents.diff.model import FieldDiff, PhysicalDiff, Place, RecordDiff, UnitDiff, UnitNature
from noemie.documents.diff.units import Side, Unit, same_bytes, side_of, type_of
from noemie.documents.recognise import Family, kept

__all__ = [
    "Compared",
    "Comparison",
    "DifferentFamiliesError",
    "FieldDiff",
    "PhysicalDiff",
    "Place",
    "RecordDiff",
    "Tally",
    "UnitDiff",
    "compare",
    "read_side",
]

_NATURES: Final[tuple[UnitNature, ...]] = ("changed", "added", "removed", "moved", "batch", "renumbered")


class DifferentFamiliesError(ValueError):
    """Files of two kinds: `before` and `after` are their families (`b2`, `noemie`, `zone`)."""

    def __init__(self, before: Family, after: Family) -> None:
        super().__init__(f"{before} and {after} cannot be compared")
        self.before = before
        self.after = after


class Compared(NamedTuple):
    """One file to be compared: its bytes, its units, and how many `units` and `lines` were `counted`."""

    source: Readable
    side: Side
    counted: Index


def read_side(source: Readable, *, norm: str | None = None, layouts: Path | None = None) -> Compared:
    """Read a file to be compared; a stream is kept in memory. See `compare` for errors."""
    source = kept(source)
    side = side_of(source, norm=norm, layouts=layouts)
    return Compared(source, side, Index(side))


def compare(
    before: Readable,
    after: Readable,
    *,
    values: bool = False,
    norm: str | None = None,
    layouts: Path | None = None,
) -> Comparison:
    """Compare two files of the same kind. `values` shows personal values.

    `norm` and `layouts` are those of `fse.read_flux`. Raises `DifferentFamiliesError` for files of two kinds,
    `FormatError` when one cannot be read (`fichier.inconnu` for ARLs too, which are text), `LayoutError` when
    a site's table is wrong. Both files must stay as they are until the comparison was iterated.
    """
    sides = (read_side(source, norm=norm, layouts=layouts) for source in (before, after))
    return Comparison(*sides, values=values)


class Comparison:
    """Two files compared. Iterating gives each unit that differs, in the order of the first file, those
    added at their place in the second; it may be done several times, and reads the files again. It raises
    `FormatError` (`fichier.lecture`) when they have changed.

    - `family`: `b2`, `noemie` or `zone`; `identical`: both have the same bytes, once uncompressed;
    - `before`, `after`: how many `units` (invoices, movements) and `lines` (records) each file has;
    - `physical`: differences that no record shows; `shows_values`: personal values are shown.
    """

    def __init__(self, one: Compared, two: Compared, *, values: bool = False) -> None:
        if one.side.family != two.side.family:
            raise DifferentFamiliesError(one.side.family, two.side.family)
        self.family: Family = one.side.family
        self.shows_values = values
        self.before, self.after = one.counted, two.counted
        self.identical = one.counted.full == two.counted.full and same_bytes(one.source, two.source)
        self._one, self._two = one.side, two.side
        self._match = match(one.side, one.counted, two.side, two.counted)
        self._teller = Teller(
            values=values,
            labels=one.side.labels or two.side.labels,
            days=(one.side.file_day, two.side.file_day),
            unsure=(one.side.unsure, two.side.unsure),
        )

    @cached_property
    def physical(self) -> tuple[PhysicalDiff, ...]:
        """Differences of norm, envelope, line ends; one called `decoupage` when nothing else differs."""
        if self.identical:
            return ()
        one, two = self._one.frame(), self._two.frame()
        found = [
            PhysicalDiff(name, was, now)
            for name, was, now in zip(one._fields, one, two, strict=True)
            if was != now
        ]
        if not found and not self._match.added and not any(map(self._differs, range(len(self.before)))):
            found.append(PhysicalDiff("decoupage", "", ""))
        return tuple(found)

    @cached_property
    def tally(self) -> Tally:
        """How many units of each nature; counting reads both files once more."""
        tally = Tally(self)
        for unit in self:
            tally.add(unit)
        return tally

    def __bool__(self) -> bool:
        return not self.identical

    def __len__(self) -> int:
        """How many units differ."""
        return len(self._match.added) + sum(map(self._differs, range(len(self.before))))

    def __iter__(self) -> Iterator[UnitDiff]:
        partner, added = self._match.after, list(reversed(self._match.added))
        changed = [rank for rank in range(len(self.before)) if self._differs(rank)]
        fetch = _Fetcher(self._two, {partner[rank] for rank in changed if partner[rank] != NONE} | set(added))
        following = iter(changed)
        wanted = next(following, NONE)
        for rank, unit in enumerate(self._one.units() if changed else ()):
            if rank != wanted:
                continue
            other = partner[rank]
            if other != NONE and rank not in self._match.moved:
                while added and added[-1] < other:
                    yield _added(fetch(added[-1]), added.pop())
            yield self._both(unit, rank, fetch(other), other) if other != NONE else _removed(unit, rank)
            wanted = next(following, NONE)
            if wanted == NONE:
                break
        while added:
            yield _added(fetch(added[-1]), added.pop())

    def _differs(self, rank: int) -> bool:
        found = self._match
        other = found.after[rank]
        return (
            other == NONE
            or self.before.full[rank] != self.after.full[other]
            or rank in found.moved
            or rank in found.batch
        )

    def _both(self, one: Unit, rank: int, two: Unit, other: int) -> UnitDiff:
        records = self._teller.lines(pairs_of(one, two))
        applies: dict[UnitNature, bool] = {
            "changed": bool(records),
            "moved": rank in self._match.moved,
            "batch": rank in self._match.batch,
            "renumbered": one.kind == "facture" and one.keys[-1:] != two.keys[-1:],
        }
        return UnitDiff(
            kind=one.kind,
            natures=tuple(nature for nature, does in applies.items() if does),
            type=_type(one),
            numero=one.numero,
            numero_after=two.numero,
            lot_before=one.numero_lot,
            lot_after=two.numero_lot,
            rank_before=rank + 1,
            rank_after=other + 1,
            before=_place(one),
            after=_place(two),
            lines=max(len(one.raws), len(two.raws)),
            records=records,
        )


class Tally:
    """How many invoices, movements or zones of each nature (one may have several), how many records
    `outside`, how many `physical` differences, among the units that were added; their `kinds`.
    """

    def __init__(self, comparison: Comparison) -> None:
        self.counts = dict.fromkeys((*_NATURES, "outside"), 0)
        self.counts["physical"] = len(comparison.physical)
        self.kinds: set[str] = set()

    def add(self, unit: UnitDiff) -> None:
        """Count one more."""
        self.kinds.add(unit.kind)
        for nature in ("outside",) if unit.kind == "hors-facture" else unit.natures:
            self.counts[nature] += 1


class _Fetcher:
    """Gives units of a side by rank, each once; those passed over are kept until they are asked for."""

    def __init__(self, side: Side, wanted: set[int]) -> None:
        self._units = enumerate(side.units())
        self._wanted = wanted
        self._held: dict[int, Unit] = {}

    def __call__(self, rank: int) -> Unit:
        while rank not in self._held:
            at, unit = next(self._units, (NONE, None))
            if unit is None:
                raise FormatError("fichier.lecture")
            if at in self._wanted:
                self._held[at] = unit
        return self._held.pop(rank)


def _removed(unit: Unit, rank: int) -> UnitDiff:
    return UnitDiff(
        kind=unit.kind,
        natures=("removed",),
        type=_type(unit),
        numero=unit.numero,
        lot_before=unit.numero_lot,
        rank_before=rank + 1,
        before=_place(unit),
        lines=len(unit.raws),
    )


def _added(unit: Unit, rank: int) -> UnitDiff:
    return UnitDiff(
        kind=unit.kind,
        natures=("added",),
        type=_type(unit),
        numero_after=unit.numero,
        lot_after=unit.numero_lot,
        rank_after=rank + 1,
        after=_place(unit),
        lines=len(unit.raws),
    )


def _type(unit: Unit) -> str:
    """The type of a record outside invoices."""
    return type_of(unit.records[0]) if unit.kind == "hors-facture" else ""


def _place(unit: Unit) -> Place | None:
    return place(unit.records[0]) if unit.records else None
