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

from flatfile import Layout, Record
from fse.normes import LENGTH
from fse.ranks import Standing, Types
from noemie.documents.columns.fields import Fields, plain_array
from noemie.documents.convert.arrow import array_of, schema_of
from noemie.documents.convert.columns import PLACES, UNKNOWN_RECORDS, Entry, Table, cells_of, make_table
from noemie.documents.convert.rows import FlowRows
from noemie.documents.hidden import Hider, is_cut, is_whole

Array = Any

#: Bytes of records that are looked at together.
WINDOW: Final = 8 << 20
_WINDOW_RECORDS: Final = WINDOW // LENGTH

#: Fewer rows than this are read one by one: looking at all their fields at once would cost more.
_FEW: Final = 24


class Batch(NamedTuple):
    """Some rows of one table: the norm, the table, the `pyarrow.RecordBatch`."""

    norme: str
    table: Table
    rows: Any


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

    @property
    def is_full(self) -> bool:
        """Whether it is time to ask for the batches."""
        return self._size >= _WINDOW_RECORDS

    def read(self, rows: FlowRows, name: str = "") -> Iterator[list[Batch]]:
        """Gather one flow; gives batches whenever the window is full. Raises what reading raises.

        When it raises, what was gathered of this flow and not given yet is forgotten.
        """
        norme = rows.norme
        types = self._types.setdefault(norme, _Types())
        flow = _Flow(rows, types, name) if rows.is_read else _Told(rows, types, name)
        before = len(self._parts.get(norme, ())), self._size
        try:
            for part in flow.parts(self):
                self._parts.setdefault(norme, []).append(part)
                self._size += len(part.numbers)
                if self.is_full:
                    yield self.batches()
                    before = 0, 0
        except BaseException:
            del self._parts.get(norme, [])[before[0] :]
            self._size = before[1]
            raise

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
            yield Batch(norme, table, pa.RecordBatch.from_arrays(columns, schema=schema))

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
        return [pa.concat_arrays([one, two]).take(plain_array(order)) for one, two in zip(made, others, strict=True)]

    def _one_by_one(self, whole: _Whole, rows: Array, table: Table) -> list[Any]:
        cells = cells_of(table, whole.entries(rows, table.layout), self.hider)[len(PLACES) :]
        return [
            array_of(column, some) for column, some in zip(table.columns[len(PLACES) :], cells, strict=True)
        ]


class _Types(Types):
    """With those whose records cannot be read as fields."""

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

    def _clear(self) -> None:
        self._raws: list[bytes] = []
        self._layouts: list[Layout] = []
        self._runs: list[tuple[int, int, int]] = []  # offset, stride, count
        self._apart: dict[int, Record] = {}

    def parts(self, window: Window) -> Iterator[_Part]:
        """The parts; each is taken before the next one is made."""
        for offset, stride, raws, layouts in self._rows.blocks():
            at = 0
            while at < len(raws):
                room = window.room - len(self._raws)
                some = raws[at : at + room]
                self._add(offset + at * stride, stride, some, layouts[at : at + room])
                at += len(some)
                if len(self._raws) >= window.room:
                    yield self._part()
        if self._raws:
            yield self._part()

    def _add(self, offset: int, stride: int, raws: list[bytes], layouts: Sequence[Layout]) -> None:
        if len(raws[0]) != LENGTH:  # then it stands alone
            at = len(self._raws)
            self._apart[at] = Record(layouts[0], raws[0], offset, self._first + at)
            raws = [b" " * LENGTH]
        self._runs.append((offset, stride, len(raws)))
        self._raws += raws
        self._layouts += layouts

    def _part(self) -> _Part:
        count = len(self._raws)
        matrix = np.frombuffer(b"".join(self._raws), np.uint8).reshape(count, LENGTH)
        numbers = np.fromiter(map(self._types.__getitem__, self._layouts), np.uint16, count)
        number = np.arange(self._first, self._first + count)
        offset = _offsets(self._runs)
        raws, layouts, apart = self._raws, self._layouts, self._apart

        def lot_of(at: int) -> str:
            record = apart.get(at) or Record(layouts[at], raws[at], int(offset[at]), int(number[at]))
            return self._rows.lot(record)

        ranks = self._standing.take(numbers, lot_of)
        for at in np.flatnonzero(self._types.are_cut()[numbers]).tolist():
            if at not in apart:
                apart[at] = Record(layouts[at], raws[at], int(offset[at]), int(number[at]))
        self._first += count
        self._clear()
        lots = self._standing.lots
        return _Part(matrix, numbers, number, offset, *ranks, lots, self._name, apart)


class _Told:
    """A flow in memory, whose records know their places."""

    def __init__(self, rows: FlowRows, types: _Types, name: str) -> None:
        self._rows, self._types, self._name = rows, types, name

    def parts(self, window: Window) -> Iterator[_Part]:
        """See `_Flow.parts`."""
        entries = self._rows.entries()
        while some := list(islice(entries, window.room)):
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
        self._names = [part.name for part in parts] if named else []
        self._file = np.repeat(np.arange(len(parts)), sizes)

    @staticmethod
    def _places_of(part: _Part, texts: dict[str, int]) -> Array:
        return np.array([texts.setdefault(lot, len(texts)) for lot in part.lots])[part.lot]

    def places(self, rows: Array) -> list[Any]:
        """The arrays of the columns that tell the place of some rows."""
        lots = pa.array([lot or None for lot in self._lots], pa.string())
        ranks = (self._number, self._offset, self._facture, self._ligne)
        found = [*(plain_array(rank[rows]) for rank in ranks), lots.take(plain_array(self._lot[rows]))]
        if self._names:
            found.insert(0, pa.array(self._names, pa.string()).take(plain_array(self._file[rows])))
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
