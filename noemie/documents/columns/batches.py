"""The records of flows as Arrow record batches, one table a record type, many files in one window.

A window gathers some megabytes of records, of one large flow or of many small ones, then gives one batch for
each norm and record type. Rows that `fields` is not sure of are read one by one by `convert.columns`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
from msgspec.structs import replace

from flatfile import Block, Layout, Record
from fse.normes import LENGTH, UNKNOWN, Norme
from fse.ranks import Numbered, Standing, Types
from noemie.documents.columns.fields import Fields, plain_array
from noemie.documents.convert.arrow import array_of, schema_of
from noemie.documents.convert.columns import PLACES, UNKNOWN_RECORDS, Entry, Table, cells_of, make_table
from noemie.documents.convert.rows import FlowRows, Rows
from noemie.documents.hidden import Hider, is_cut, is_whole

Array = Any

#: Bytes of records that are looked at together.
WINDOW: Final = 8 << 20
_WINDOW_RECORDS: Final = WINDOW // LENGTH

#: Fewer rows than this are read one by one: looking at all their fields at once would cost more.
_FEW: Final = 24

#: What stands in place of a damaged record.
_NOTHING: Final = np.full((1, LENGTH), ord(" "), np.uint8)


class Batch(NamedTuple):
    """Some rows of one table: the norm, the table, the `pyarrow.RecordBatch`.

    `names` are those of the files they come from, `file` the place of its name for each row.
    """

    norme: str
    table: Table
    rows: Any
    names: Sequence[str] = ("",)
    file: Array | None = None


class Count(NamedTuple):
    """What a flow holds."""

    enregistrements: int
    factures: int


def batches_of(rows: Rows, name: str = "") -> Iterator[Batch]:
    """The batches of one flow or return; a `name` is told in the first column. Raises what reading raises."""
    if isinstance(rows, FlowRows):
        window = Window(values=rows.hider is None, named=bool(name))
        for batches in window.read(rows, name):
            yield from batches
        yield from window.batches()
        return
    for table, entries in rows.grouped():
        cells = cells_of(table, entries, rows.hider)
        arrays = [array_of(column, some) for column, some in zip(table.columns, cells, strict=True)]
        if name:
            arrays.insert(0, pa.repeat(name, len(entries)))
        shown = rows.hider is None
        schema = schema_of(table, family=rows.family, norme=rows.norme, values=shown, named=bool(name))
        made = pa.RecordBatch.from_arrays(arrays, schema=schema)
        yield Batch(rows.norme, table, made, (name,))


class _Part(NamedTuple):
    """Records of one file: one a row, the number of their types, their places."""

    matrix: Array
    numbers: Array
    number: Array
    offset: Array
    facture: Array
    ligne: Array
    lot: Array
    lots: Sequence[str]
    name: str
    #: Those of a wrong length or of no known type, by their rank.
    apart: dict[int, Record]


class Window:
    """Gathers the records of flows; `batches` gives what stands in it and empties it.

    `named` adds the column `fichier`. Flows of one window may have several norms; `values` shows personal
    values, and what is hidden is empty.
    """

    def __init__(self, *, values: bool, named: bool = False, wanted: frozenset[str] | None = None) -> None:
        self.hider = None if values else Hider()
        self._named = named
        self._wanted = wanted
        self._types: dict[str, _Types] = {}
        self._parts: dict[str, list[_Part]] = {}
        self._tables: dict[Layout, tuple[Table, Fields]] = {}
        self._schemas: dict[tuple[str, str], Any] = {}
        self._size = 0
        self.count = Count(0, 0)

    @property
    def is_full(self) -> bool:
        """Whether it is time to ask for the batches."""
        return self._size >= _WINDOW_RECORDS

    def read(self, rows: FlowRows, name: str = "") -> Iterator[list[Batch]]:
        """Gather one flow; gives batches whenever the window is full. Raises what reading raises.

        When it raises, what was gathered of this flow and not given yet is forgotten. Afterwards, `count`
        tells what the flow holds.
        """
        norme = rows.norme
        types = self._types_of(rows)
        flow = _Flow(rows, types, name) if rows.is_read else _Told(rows, types, name)
        before = len(self._parts.get(norme, ())), self._size
        try:
            for part in flow.parts(self):
                self._parts.setdefault(norme, []).append(part)
                self._size += len(part.numbers)
                if self.is_full:
                    yield self.batches()
                    before = 0, 0
            self.count = flow.count
        except BaseException:
            del self._parts.get(norme, [])[before[0] :]
            self._size = before[1]
            raise

    def _types_of(self, rows: FlowRows) -> _Types:
        found = self._types.get(rows.norme)
        if found is None:
            found = self._types[rows.norme] = _Types(rows.norm)
        return found

    @property
    def room(self) -> int:
        """How many records more it takes."""
        return max(1, _WINDOW_RECORDS - self._size)

    def batches(self) -> list[Batch]:
        """One batch for each norm and record type that stands in the window, in order of type."""
        made = [batch for norme, parts in self._parts.items() if parts for batch in self._made(norme, parts)]
        self._parts, self._size = {}, 0
        return sorted(made, key=lambda batch: (batch.norme, batch.table.name))

    def _made(self, norme: str, parts: list[_Part]) -> Iterator[Batch]:
        whole = _Whole(parts, self._named)
        unknown = np.zeros(len(whole.numbers), bool)
        unknown[list(whole.apart)] = True
        numbers = np.where(unknown, 0, whole.numbers)
        for number, layout in enumerate(self._types[norme].layouts):
            rows = np.flatnonzero(numbers == number)
            if not len(rows):
                continue
            table, fields = (UNKNOWN_RECORDS, None) if layout is None else self._table(layout)
            if self._wanted is not None and table.name not in self._wanted:
                continue
            columns = whole.places(rows) + self._cells(whole, rows, table, fields)
            schema = self._schema(norme, table)
            rows_of = pa.RecordBatch.from_arrays(columns, schema=schema)
            yield Batch(norme, table, rows_of, whole.names, whole.file[rows])

    def _schema(self, norme: str, table: Table) -> Any:
        found = self._schemas.get((norme, table.name))
        if found is None:
            found = self._schemas[norme, table.name] = schema_of(
                table, family="b2", norme=norme, values=self.hider is None, named=self._named
            )
        return found

    def _table(self, layout: Layout) -> tuple[Table, Fields]:
        found = self._tables.get(layout)
        if found is None:
            table = make_table(layout, self.hider)
            found = self._tables[layout] = table, Fields(table, self.hider)
        return found

    def _cells(self, whole: _Whole, rows: Array, table: Table, fields: Fields | None) -> list[Any]:
        """The arrays of the columns that tell no place."""
        if fields is None or not fields.possible or len(rows) < _FEW:
            return self._one_by_one(whole, rows, table)
        matrix = whole.matrix[rows]
        sure, arrays = fields.read(matrix)
        if sure.all():
            return [*(array() for array in arrays), pa.nulls(len(rows), pa.string())]
        others = self._one_by_one(whole, rows[~sure], table)
        if not sure.any():
            return others
        _, arrays = fields.read(matrix[sure])
        made = [*(array() for array in arrays), pa.nulls(int(sure.sum()), pa.string())]
        order = np.empty(len(rows), np.int64)
        order[sure] = np.arange(len(made[0]))
        order[~sure] = len(made[0]) + np.arange(len(others[0]))
        return [
            pa.concat_arrays([one, two]).take(plain_array(order))
            for one, two in zip(made, others, strict=True)
        ]

    def _one_by_one(self, whole: _Whole, rows: Array, table: Table) -> list[Any]:
        cells = cells_of(table, whole.entries(rows, table.layout), self.hider)[len(PLACES) :]
        return [
            array_of(column, some) for column, some in zip(table.columns[len(PLACES) :], cells, strict=True)
        ]


class _Types(Types):
    """With those whose records cannot be read as fields."""

    def __init__(self, norme: Norme) -> None:
        super().__init__()
        self.numbers = Numbered(self, norme).numbers

    def are_cut(self) -> Array:
        """By number: whether its records have no fields."""
        return np.array([layout is None or is_cut(layout) for layout in self.layouts])


class _Flow:
    """One flow, cut in parts that a window has room for."""

    def __init__(self, rows: FlowRows, types: _Types, name: str) -> None:
        self._rows, self._types, self._name = rows, types, name
        self._standing = Standing(types)
        self._first = 1  # number of the next record
        self._clear()

    @property
    def count(self) -> Count:
        """What was read."""
        return Count(self._first - 1, self._standing.rank)

    def _clear(self) -> None:
        self._matrices: list[Array] = []
        self._numbers: list[Array] = []
        self._runs: list[tuple[int, int, int]] = []  # offset, stride, count
        self._apart: dict[int, Record] = {}
        self._count = 0

    def parts(self, window: Window) -> Iterator[_Part]:
        """The parts; each is taken before the next one is made."""
        reading = self._rows.reading
        with reading.source:
            for block in reading.blocks():
                if block.length != LENGTH:
                    self._add_damaged(Record(reading.layouts(block)[0], block.raws[0], block.offset))
                else:
                    yield from self._whole(block, window)
                if self._count >= window.room:
                    yield self._part()
        if self._count:
            yield self._part()

    def _whole(self, block: Block, window: Window) -> Iterator[_Part]:
        rows = np.frombuffer(block.data, np.uint8).reshape(block.count, block.stride)[:, :LENGTH]
        at = 0
        while at < block.count:
            some = rows[at : at + max(1, window.room - self._count)]
            self._add(some, self._types.numbers(some), block.offset + at * block.stride, block.stride)
            at += len(some)
            if self._count >= window.room:
                yield self._part()

    def _add_damaged(self, record: Record) -> None:
        self._apart[self._count] = record
        number = np.array([self._types[record.layout]], np.uint16)
        self._add(_NOTHING, number, record.offset, LENGTH)

    def _add(self, matrix: Array, numbers: Array, offset: int, stride: int) -> None:
        self._matrices.append(matrix)
        self._numbers.append(numbers)
        self._runs.append((offset, stride, len(matrix)))
        self._count += len(matrix)

    def _part(self) -> _Part:
        matrix, numbers, apart = _joined(self._matrices), _joined(self._numbers), self._apart
        number = np.arange(self._first, self._first + self._count)
        offset = _offsets(self._runs)
        layouts = self._types.layouts

        def record_at(at: int) -> Record:
            if at in apart:
                return apart[at]
            layout = layouts[numbers[at]] or UNKNOWN
            return Record(layout, matrix[at].tobytes(), int(offset[at]), int(number[at]))

        ranks = self._standing.take(numbers, lambda at: self._rows.lot(record_at(at)))
        apart = {at: replace(record, number=int(number[at])) for at, record in apart.items()}
        for at in np.flatnonzero(self._types.are_cut()[numbers]).tolist():
            apart.setdefault(at, record_at(at))
        self._first += self._count
        self._clear()
        lots = self._standing.lots
        return _Part(matrix, numbers, number, offset, *ranks, lots, self._name, apart)


class _Told:
    """A flow in memory, whose records know their places."""

    def __init__(self, rows: FlowRows, types: _Types, name: str) -> None:
        self._rows, self._types, self._name = rows, types, name
        self.count = Count(0, 0)

    def parts(self, window: Window) -> Iterator[_Part]:
        """See `_Flow.parts`."""
        entries = self._rows.entries()
        while some := list(islice(entries, window.room)):
            most = max(self.count.factures, *(entry.facture for entry in some))
            self.count = Count(self.count.enregistrements + len(some), most)
            yield self._part(some)

    def _part(self, entries: list[Entry]) -> _Part:
        records = [entry.record for entry in entries]
        apart = {at: record for at, record in enumerate(records) if not is_whole(record)}
        raws = [b" " * LENGTH if at in apart else record.raw for at, record in enumerate(records)]
        lots = dict.fromkeys(["", *(entry.lot for entry in entries)])
        lots = {lot: rank for rank, lot in enumerate(lots)}
        return _Part(
            np.frombuffer(b"".join(raws), np.uint8).reshape(len(raws), LENGTH),
            np.array([self._types[record.layout] for record in records], np.uint16),
            np.array([record.number for record in records], np.int64),
            np.array([record.offset for record in records], np.int64),
            np.array([entry.facture for entry in entries], np.int64),
            np.array([entry.ligne for entry in entries], np.int64),
            np.array([lots[entry.lot] for entry in entries], np.int64),
            list(lots),
            self._name,
            apart,
        )


def _offsets(runs: list[tuple[int, int, int]]) -> Array:
    """The place of each record: runs of a first place, a stride, a count."""
    table = np.array(runs, np.int64)
    starts, strides, counts = table[:, 0], table[:, 1], table[:, 2]
    ends = np.cumsum(counts)
    within = np.arange(ends[-1]) - np.repeat(ends - counts, counts)
    return np.repeat(starts, counts) + np.repeat(strides, counts) * within


class _Whole:
    """The records of the parts of a window, of one norm."""

    def __init__(self, parts: list[_Part], named: bool) -> None:
        sizes = [len(part.numbers) for part in parts]
        self.matrix = _joined([part.matrix for part in parts])
        self.numbers = _joined([part.numbers for part in parts])
        self._number = _joined([part.number for part in parts])
        self._offset = _joined([part.offset for part in parts])
        self._facture = _joined([part.facture for part in parts])
        self._ligne = _joined([part.ligne for part in parts])
        texts: dict[str, int] = {"": 0}
        self._lot = _joined([self._places_of(part, texts) for part in parts])
        self._lots = list(texts)
        self.apart: dict[int, Record] = {}
        first = 0
        for part, size in zip(parts, sizes, strict=True):
            self.apart.update((first + at, record) for at, record in part.apart.items())
            first += size
        self.names = [part.name for part in parts]
        self._named = named
        self.file = np.repeat(np.arange(len(parts)), sizes)

    @staticmethod
    def _places_of(part: _Part, texts: dict[str, int]) -> Array:
        return np.array([texts.setdefault(lot, len(texts)) for lot in part.lots])[part.lot]

    def places(self, rows: Array) -> list[Any]:
        """The arrays of the columns that tell the place of some rows."""
        lots = pa.array([lot or None for lot in self._lots], pa.string())
        ranks = (self._number, self._offset, self._facture, self._ligne)
        found = [*(plain_array(rank[rows]) for rank in ranks), lots.take(plain_array(self._lot[rows]))]
        if self._named:
            found.insert(0, pa.array(self.names, pa.string()).take(plain_array(self.file[rows])))
        return found

    def entries(self, rows: Array, layout: Layout | None) -> list[Entry]:
        """Some rows, one by one."""
        found = []
        for row in rows.tolist():
            record = self.apart.get(row)
            if record is None:
                assert layout is not None
                raw = self.matrix[row].tobytes()
                record = Record(layout, raw, int(self._offset[row]), int(self._number[row]))
            lot = self._lots[self._lot[row]]
            found.append(Entry(record, int(self._facture[row]), int(self._ligne[row]), lot))
        return found


def _joined(arrays: list[Array]) -> Array:
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
