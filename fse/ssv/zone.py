"""A binary zone: one buffer, and views over it that are made when they are asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, overload

from flatfile import Engine
from fse.ssv.findings import ZoneFinding, of_damage
from fse.ssv.scan import (
    MARK,
    Header,
    Piece,
    Scan,
    count_fields,
    count_ids,
    error_of,
    iter_blocks,
    iter_headers,
    iter_pieces,
    iter_values,
    scan,
)
from fse.ssv.tables import GroupLayout, Tables, tables
from fse.ssv.writing import FieldValue, GroupValues, encode, encode_length, encode_value

if TYPE_CHECKING:
    from fse.ssv.aggregates import CarteVitale, Configuration, Cps, EnteteFacture
    from fse.ssv.vue import Vue

#: What views of a zone are read with, by name: `fse.ssv.vue` and `fse.ssv.aggregates`, which know zones, put
#: their functions here.
READERS: dict[str, Callable[..., Any]] = {}


class Fields(Sequence[bytes]):
    """The values of one group, in order, cut out of the zone one at a time."""

    __slots__ = ("_raw", "_start", "_stop")

    def __init__(self, raw: bytes, start: int, stop: int) -> None:
        self._raw = raw
        self._start = start
        self._stop = stop

    def __len__(self) -> int:
        return count_fields(self._raw, self._start, self._stop)

    def __iter__(self) -> Iterator[bytes]:
        return iter_values(self._raw, self._start, self._stop)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[bytes, ...]: ...
    def __getitem__(self, index: int | slice) -> bytes | tuple[bytes, ...]:
        if isinstance(index, slice):
            return tuple(self)[index]
        wanted = index + len(self) if index < 0 else index
        found = next(islice(self, wanted, None), None) if wanted >= 0 else None
        if found is None:
            raise IndexError("no field there")
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(
            mine == theirs for mine, theirs in zip(self, other, strict=True)
        )

    def __repr__(self) -> str:
        return f"<Fields: {len(self)}>"


class Group:
    """One group of a zone: its place, and its fields on demand.

    `id` is the group id, `number` its 1-based rank in the zone, `offset` the 0-based place of its id,
    `start` and `stop` the bounds of its content, `length_form` the number of bytes that follow the form byte
    of its length (0 for the short form).
    """

    __slots__ = ("_occurrence", "id", "length_form", "number", "offset", "start", "stop", "zone")

    def __init__(self, zone: Zone, header: Header, number: int, occurrence: int = 0) -> None:
        self.zone = zone
        self.id, self.length_form, self.offset, self.start, self.stop = header
        self.number = number
        self._occurrence = occurrence

    @property
    def occurrence(self) -> int:
        """1-based rank among the groups of this id, over the whole zone, as the SGD calls count."""
        if not self._occurrence:
            before = iter_headers(self.zone.raw, 0, self.number - 1)
            self._occurrence = 1 + sum(header.id == self.id for header in before)
        return self._occurrence

    @property
    def raw(self) -> memoryview:
        """All bytes of the group, header included, without a copy."""
        return memoryview(self.zone.raw)[self.offset : self.stop]

    @property
    def fields(self) -> Fields:
        """The values, in order."""
        return Fields(self.zone.raw, self.start, self.stop)

    @property
    def layout(self) -> GroupLayout | None:
        """What the table says of this group, or `None`."""
        return self.zone.tables.get(self.id)

    def pieces(self) -> Iterator[Piece]:
        """The place of each field."""
        return iter_pieces(self.zone.raw, self.start, self.stop)

    def piece(self, field: int | str) -> Piece | None:
        """The place of a field by 1-based position or by name; `None` when the group stops before it.

        Raises `KeyError` on a name that the table does not place.
        """
        position = self.position(field)
        return next(islice(self.pieces(), position - 1, None), None)

    def position(self, field: int | str) -> int:
        """1-based position of a field given by position or by name. Raises `KeyError`."""
        if isinstance(field, int):
            if field < 1:
                raise KeyError("positions start at 1")
            return field
        found = self.layout.by_name.get(field) if self.layout else None
        if found is None or not found.position:
            raise KeyError(field)
        return found.position

    def __repr__(self) -> str:
        return f"<Group {self.id} no. {self.number} at byte {self.offset}: {self.stop - self.offset} bytes>"


class Groups(Sequence[Group]):
    """Groups of a zone, made when they are asked for; a slice is as lazy as the whole."""

    __slots__ = ("_count", "_first", "_zone")

    def __init__(self, zone: Zone, first: int, count: int) -> None:
        self._zone = zone
        self._first = first
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Group]:
        if not self._count:
            return
        zone, first = self._zone, self._first
        headers = iter_headers(zone.raw, zone.offset_of(first), self._count)
        if first:
            for number, header in enumerate(headers, first + 1):
                yield Group(zone, header, number)
            return
        seen: dict[int, int] = {}
        for number, header in enumerate(headers, 1):
            rank = seen[header.id] = seen.get(header.id, 0) + 1
            yield Group(zone, header, number, rank)

    @overload
    def __getitem__(self, index: int) -> Group: ...
    @overload
    def __getitem__(self, index: slice) -> Groups: ...
    def __getitem__(self, index: int | slice) -> Group | Groups:
        if isinstance(index, slice):
            start, stop, step = index.indices(self._count)
            if step != 1:
                raise ValueError("groups are sliced without a step")
            return Groups(self._zone, self._first + start, max(0, stop - start))
        wanted = index + self._count if index < 0 else index
        if not 0 <= wanted < self._count:
            raise IndexError("no group there")
        number = self._first + wanted
        header = next(iter_headers(self._zone.raw, self._zone.offset_of(number), 1))
        return Group(self._zone, header, number + 1)

    def __repr__(self) -> str:
        return f"<Groups: {self._count}>"


class Zone:
    """A zone in memory. Making one verifies all lengths in one pass; nothing else is read then.

    `raw` are its bytes. A damaged zone is still a zone: `groups` holds what comes before the damage,
    `damage` says where and why reading stopped, `partial` is the damaged group with the fields that are
    whole. No `repr` of this module shows a value. Memory: the buffer, and 8 bytes for 1024 groups.
    """

    __slots__ = ("_scan", "raw", "tables")

    def __init__(
        self,
        raw: bytes | bytearray | memoryview,
        dictionary: Tables | None = None,
        engine: Engine = "fast",
    ) -> None:
        self.raw = raw if isinstance(raw, bytes) else bytes(raw)
        self.tables = tables() if dictionary is None else dictionary
        self._scan: Scan
        if engine == "reference":
            from fse.ssv import reference

            self._scan = reference.scan(self.raw)
        else:
            self._scan = scan(self.raw)

    @classmethod
    def build(cls, groups: Iterable[GroupValues], dictionary: Tables | None = None) -> Self:
        """A zone from group ids and their values (bytes, or text for latin-1), in the shortest forms.

        Raises `EncodingError`.
        """
        return cls(encode(groups), dictionary)

    @property
    def groups(self) -> Groups:
        """The whole groups, in order."""
        return Groups(self, 0, self._scan.total)

    @property
    def damage(self) -> ZoneFinding | None:
        """Where and why the reading stopped, or `None`."""
        found = self._scan.damage
        if found is None:
            return None
        layout = self.tables.get(found.group) or GroupLayout(found.group)
        name = layout.field(found.field).name if found.field else ""
        occurrence = 1 + self.counts()[found.group] if found.group >= 0 else 0
        return of_damage(found, name, occurrence, len(self.raw))

    @property
    def partial(self) -> Group | None:
        """The damaged group, cut after its last whole field; `None` when there is none to show."""
        found = self._scan.damage
        if found is None or found.readable <= found.content:
            return None
        form = found.content - found.start - 3
        header = Header(found.group, form, found.start, found.content, found.readable)
        return Group(self, header, found.number)

    def counts(self) -> Counter[int]:
        """Number of whole groups by id; 0 for an id that the zone does not hold."""
        return count_ids(self.raw, self._scan)

    def blocks(self) -> Iterator[tuple[int, int, int]]:
        """The whole groups, 1024 at a time: number of groups before, first offset, stop of each block."""
        return iter_blocks(self._scan)

    def to_bytes(self) -> bytes:
        """The bytes of the zone, as read: length forms, unknown groups and damage included."""
        return self.raw

    def raise_damage(self) -> None:
        """Raise the `FormatError` of a damaged zone; nothing when it is whole."""
        if self._scan.damage is not None:
            raise error_of(self._scan.damage)

    def offset_of(self, number: int) -> int:
        """Offset of the group at a 0-based number. Raises `IndexError`."""
        if not 0 <= number < self._scan.total:
            raise IndexError("no group there")
        at = self._scan.marks[number // MARK]
        header = next(islice(iter_headers(self.raw, at, number % MARK + 1), number % MARK, None))
        return header.offset

    def select(self, *ids: int) -> Iterator[Group]:
        """The groups of these ids, in order."""
        return (group for group in self.groups if group.id in ids)

    def find(self, id: int, occurrence: int = 1) -> Group | None:
        """The group of this id at a 1-based occurrence, or `None`.

        Raises `ValueError` for an occurrence below 1 (error 0xF805 of the SSV library).
        """
        if occurrence < 1:
            raise ValueError("occurrences start at 1")
        return next(islice(self.select(id), occurrence - 1, None), None)

    def replace(self, number: int, field: int | str, value: FieldValue) -> Zone:
        """A new zone in which one field of the group at a 1-based `number` has another value.

        Only that field and the lengths that count it differ; length forms are kept as long as the new
        lengths fit them. Raises `IndexError` when there is no such group or field, `KeyError` on an unknown
        name, `EncodingError` on a value that is not latin-1.
        """
        if number < 1:
            raise IndexError("groups start at number 1")
        group = self.groups[number - 1]
        piece = group.piece(field)
        if piece is None:
            raise IndexError(f"group {number} stops before this field")
        new = encode_value(value, f"{group.id}.{piece.position}")
        raw = memoryview(self.raw)
        new = encode_length(len(new), piece.form) + new
        size = group.stop - group.start + len(new) - (piece.stop - piece.offset)
        parts = (
            raw[: group.offset + 2],
            encode_length(size, group.length_form),
            raw[group.start : piece.offset],
            new,
            raw[piece.stop :],
        )
        return Zone(b"".join(parts), self.tables)

    # --- views with the norm's words --------------------------------------------------------------------

    def vues(self, *ids: int) -> Iterator[Vue]:
        """A view of each group, or of the groups of these ids."""
        vue_of = READERS["vue"]
        return (vue_of(group) for group in (self.select(*ids) if ids else self.groups))

    def carte_vitale(self) -> CarteVitale | None:
        """The Vitale card (groups 101 to 111), or `None` when the zone holds none of its groups."""
        found: CarteVitale | None = READERS["carte_vitale"](self)
        return found

    def cps(self) -> Cps | None:
        """The professional's card (groups 1 and 2), or `None`."""
        found: Cps | None = READERS["cps"](self)
        return found

    def configuration(self) -> Configuration | None:
        """The workstation (groups 60 to 67, 3600, 3780), or `None`."""
        found: Configuration | None = READERS["configuration"](self)
        return found

    def facture(self) -> EnteteFacture | None:
        """The header groups of an invoice (1110 to 1870), or `None`."""
        found: EnteteFacture | None = READERS["facture"](self)
        return found

    def __eq__(self, other: object) -> bool:
        return self.raw == other.raw if isinstance(other, Zone) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.raw)

    def __repr__(self) -> str:
        state = ", damaged" if self._scan.damage else ""
        return f"<Zone of {len(self.raw)} bytes, {self._scan.total} groups{state}>"
