"""What two files are compared by: invoices, contract movements, zones, and the records around them.

Private to `noemie.documents.diff`. A *side* is one of the two files; it gives its units in file order, as
often as it is asked. Those of a flow are read again each time: a flow is never whole in memory.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal, NamedTuple, Protocol

from codes.factures import cle
from flatfile import Readable, Record, open_source
from fse import Facture, Reading
from fse.naissance import file_day
from fse.ssv import Group, Zone, read_zone
from fse.trusted import SHARED, number_of, number_of_batch
from noemie.documents.convert.model import name_ends
from noemie.documents.hidden import is_sound, names_people
from noemie.documents.recognise import Family, expect, recognise_source
from noemie.returns.lecture import days_apart, lectures
from noemie.returns.reader import read_retour
from noemie.returns.retour import Retour
from noemie.returns.tables import HEADER
from noemie.returns.tables import layouts as entity_layouts
from noemie.returns.tree import Noeud

Kind = Literal["facture", "mouvement", "zone", "hors-facture"]

#: One line of a unit: a record of a flow, an entity of a return, a group of a zone.
Line = Record | Group

_ENDS: Final = {b"": "", b"\r\n": "CR LF", b"\n": "LF", b"\r": "CR"}
_MIXED: Final = "CR LF, CR, LF"


class Unit(NamedTuple):
    """An invoice, a movement of flow 929, a zone, or one record that stands in none of them.

    `keys` tell which one it is, the surest first; they may be personal, and an empty one tells nothing.
    `lot` is its batch, for comparison only.
    """

    kind: Kind
    keys: tuple[object, ...]
    lot: str
    lines: Facture | tuple[Line, ...]

    @property
    def raws(self) -> tuple[bytes, ...]:
        """The bytes of each of its lines."""
        if isinstance(self.lines, Facture):
            return tuple(self.lines.raws)
        return tuple(bytes(line.raw) for line in self.lines)

    @property
    def records(self) -> tuple[Line, ...]:
        """Its lines."""
        return self.lines.records if isinstance(self.lines, Facture) else self.lines

    @property
    def numero(self) -> str:
        """Its number, when it is sure to be one."""
        if isinstance(self.lines, Facture):
            return number_of(self.lines)
        first = self.lines[0] if self.kind == "facture" and self.lines else None
        return first.text("numero_facture") if isinstance(first, Record) and is_sound(first) else ""

    @property
    def numero_lot(self) -> str:
        """The number of its batch, when it is sure to be one."""
        if isinstance(self.lines, Facture):
            return number_of_batch(self.lines.lot) if self.lines.lot is not None else ""
        return self.lot if self.numero else ""

    def __repr__(self) -> str:
        return f"<Unit {self.kind} of {len(self.raws)} lines>"


class Frame(NamedTuple):
    """How a file is framed: its norm or reference, its envelope, its line ends."""

    norme: str
    enveloppe: str
    fins_de_ligne: str


class Side(Protocol):
    """One of the two files."""

    family: Family
    #: Whether the labels of rejects may name people.
    labels: bool
    #: Day on which it was made, `None` when it does not tell.
    file_day: date | None
    #: Number of an entity -> its days whose order is not sure: told by their bytes.
    unsure: Mapping[int, frozenset[str]]

    def units(self) -> Iterator[Unit]:
        """Its units, in file order."""
        ...

    def frame(self) -> Frame:
        """How it is framed, once its units were read."""
        ...


def side_of(source: Readable, *, norm: str | None, layouts: Path | None, name: str = "") -> Side:
    """The side of a file that can be read several times. Raises `FormatError`, `LayoutError`."""
    family = expect(recognise_source(source, layouts), "b2", "noemie", "zone").family
    if family == "b2":
        return FlowSide(source, norm, layouts)
    if family == "noemie":
        return ReturnSide(read_retour(source, layouts=entity_layouts(layouts), name=name))
    return ZoneSide(read_zone(source, layouts=layouts))


# --- flows ------------------------------------------------------------------------------------------------


class FlowSide:
    """A B2 flow, read from its start each time."""

    family: Family = "b2"
    labels = False
    unsure: Mapping[int, frozenset[str]] = {}

    def __init__(self, source: Readable, norm: str | None, layouts: Path | None) -> None:
        self._source = source
        self._norm = norm
        self._layouts = layouts
        self._frame = Frame("", "", "")
        reading = self._open()  # a wrong table is told now
        with reading.source:
            first = next(reading.records(), None)
        self.file_day = file_day(first) if first is not None and is_sound(first) else None

    def _open(self) -> Reading:
        return Reading(self._source, norm=self._norm, layouts=self._layouts)

    def units(self) -> Iterator[Unit]:
        """Invoices, and each record outside."""
        reading = self._open()
        with reading.source:
            for item in reading.items():
                if isinstance(item, Facture):
                    numero, ps, lot = cle(item.numero), cle(item.numero_ps), cle(item.numero_lot)
                    keys: tuple[object, ...] = ((lot, ps, numero), (ps, numero), numero) if numero else ()
                    yield Unit("facture", keys, lot, item)
                else:
                    lot, ps = cle(item.text("numero_lot")), cle(item.text("numero_ps"))
                    kind = item.type
                    keys = ((kind, lot, ps), (kind, lot), (kind, ps)) if lot else ((kind,),)
                    yield Unit("hors-facture", keys, lot, (item,))
        eol = _MIXED if reading.uneven else _ENDS.get(reading.eol) or name_ends(reading.eol)
        self._frame = Frame(reading.norme.name, "", eol)

    def frame(self) -> Frame:
        """Norm and line ends."""
        return self._frame


# --- returns ----------------------------------------------------------------------------------------------


class ReturnSide:
    """A NOEMIE return, whole in memory: its tree needs all of it."""

    family: Family = "noemie"

    def __init__(self, retour: Retour) -> None:
        self._retour = retour
        self.labels = names_people(retour)
        self.file_day = retour.date_creation
        self.unsure: Mapping[int, frozenset[str]] = {}
        for run in retour.runs:
            self.unsure = {**self.unsure, **days_apart(run)}
        self._units = list(_cut(retour))

    def units(self) -> Iterator[Unit]:
        """Invoices or movements, and each entity outside."""
        return iter(self._units)

    def frame(self) -> Frame:
        """Reference of the norm, physical form, line ends."""
        retour = self._retour
        eol = _ENDS.get(retour.skeleton.style().eol, "?")
        return Frame(retour.reference, retour.detection.envelope, eol)


def _cut(retour: Retour) -> Iterator[Unit]:
    read = {
        lecture.record.number: lecture.record for lecture in lectures(retour) if lecture.record.type == HEADER
    }
    units = [unit for run in retour.runs for unit in (_movements(run) if run.is_oc else _answers(run))]
    by_record = {line.number: rank for rank, unit in enumerate(units) for line in unit.records}
    seen: set[int] = set()
    before: object = ()
    counts: dict[object, int] = {}
    for entity in retour.entites:
        rank = by_record.get(entity.number)
        if rank is None:
            # Closing entities are alike: the invoice before them tells which is which.
            place = (entity.type, before)
            counts[place] = counts.get(place, 0) + 1
            yield Unit(
                "hors-facture",
                ((*place, counts[place]), (entity.type, 0)),
                "",
                (read.get(entity.number, entity),),
            )
        elif rank not in seen:
            seen.add(rank)
            before = units[rank].keys[:1]
            yield units[rank]


def _answers(retour: Retour) -> Iterator[Unit]:
    for facture in retour.factures:
        numero, lot = facture.numero_normalise, cle(facture.lot)
        keys = ((lot, numero), numero) if numero else ()
        yield Unit("facture", keys, lot, facture.entites)


def _movements(retour: Retour) -> Iterator[Unit]:
    """One for each insured person: the level that an entity 110 opens."""
    seen: set[Noeud] = set()
    for movement in retour.mouvements:
        node = movement.noeud
        if node not in seen:
            seen.add(node)
            yield Unit("mouvement", (movement.assure.text("nir"),), "", tuple(node.entites()))


# --- zones ------------------------------------------------------------------------------------------------


class ZoneSide:
    """An SSV zone: one unit, whose lines are its groups."""

    family: Family = "zone"
    labels = False
    unsure: Mapping[int, frozenset[str]] = {}
    file_day: date | None = None  # a zone writes whole years

    def __init__(self, zone: Zone) -> None:
        self._zone = zone

    def units(self) -> Iterator[Unit]:
        """The zone."""
        partial = self._zone.partial
        groups = (*self._zone.groups, *((partial,) if partial is not None else ()))
        yield Unit("zone", ("zone",), "", groups)

    def frame(self) -> Frame:
        """The bytes that cannot be read, told by their length and a sum."""
        zone = self._zone
        if zone.damage is None:
            return Frame("", "", "")
        last = zone.partial or (zone.groups[-1] if zone.groups else None)
        rest = zone.raw[last.stop if last else 0 :]
        return Frame("", f"+ {len(rest)} ({zlib.crc32(rest):08x})", "")


def same_bytes(one: Readable, other: Readable) -> bool:
    """Whether two sources have the same bytes once uncompressed."""
    with open_source(one) as first, open_source(other) as second:
        left = right = b""
        while True:
            left = left or first.read()
            right = right or second.read()
            size = min(len(left), len(right))
            if not size:
                return left == right
            if left[:size] != right[:size]:
                return False
            left, right = left[size:], right[size:]


def content_of(line: Line) -> tuple[object, bytes]:
    """What a line holds, but for what all the records of an invoice repeat."""
    if isinstance(line, Group):
        return line.id, bytes(line.raw)
    raw = line.raw
    if len(raw) == line.layout.length and any(name in line.layout for name in SHARED):
        blanked = bytearray(raw)
        for name in SHARED:
            field = line.layout.by_name.get(name)
            if field is not None:
                blanked[field.slice] = b" " * field.length
        raw = bytes(blanked)
    return line.type, raw


def type_of(line: Line) -> str:
    """Type of a record or an entity, number of a group."""
    return str(line.id) if isinstance(line, Group) else line.type
