"""Where the records of a flow stand, many at once: ranks of the invoice and the line, batch; needs `numpy`.

The same as `Reading.items` says one by one: an invoice starts at a record 2, or at a record of an invoice met
outside any; it ends with a record 5, or where a record stands that is of no invoice; a record of unknown type
belongs to the invoice that is open.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np

from flatfile import Layout
from fse.normes import Norme
from fse.reader import place_of

Array = Any

_HEADER, _INSIDE, _TOTAL, _OUTSIDE, _ANYWHERE = b"HITO?"

#: What stands for a type that three bytes of its own tell; other numbers are those of types, from 1 on.
_APART: Final = 255

_BATCH_START: Final = 1
_BATCH_END: Final = 2


class Types(dict[Layout, int]):
    """A small number for each layout, 0 when of no known type; what each says of the place of a record."""

    def __init__(self) -> None:
        super().__init__()
        self.layouts: list[Layout | None] = [None]
        self._places = [_ANYWHERE]
        self._lines = [(False, False)]
        self._batches = [0]
        self._tables: tuple[Array, ...] | None = None

    def __missing__(self, layout: Layout) -> int:
        name = layout.name
        if name == "?":
            self[layout] = 0
            return 0
        self.layouts.append(layout)
        self._places.append(place_of(layout))
        self._lines.append((name in ("3", "4"), name[0] in "34"))
        self._batches.append({"1": _BATCH_START, "6": _BATCH_END}.get(name, 0))
        number = self[layout] = len(self.layouts) - 1
        assert number < _APART - 1, "more types than any norm has"
        self._tables = None
        return number

    def tables(self) -> tuple[Array, ...]:
        """By number: the place, whether it starts a line, whether it may be of one, what it is of a batch."""
        if self._tables is None:
            columns = (self._places, *zip(*self._lines, strict=True), self._batches)
            self._tables = tuple(map(np.array, columns))
        return self._tables


class Numbered:
    """Which type each record is, by its number in `Types`; what was seen once is remembered."""

    def __init__(self, types: Types, norme: Norme) -> None:
        self._types, self._norme = types, norme
        # By bytes 1, 36 and 39, those that tell a type; memory is taken where types are met.
        self._known = np.zeros(1 << 24, np.uint8)

    def numbers(self, matrix: Array) -> Array:
        """The number of each record; `matrix` has one record a row."""
        first = matrix[:, 0].astype(np.uint32)
        keys = first << 16 | matrix[:, 35].astype(np.uint32) << 8 | matrix[:, 38]
        found = self._known[keys]
        while not found.all():
            at = int(np.argmin(found))
            number = self._number(matrix[at])
            self._known[keys[at]] = _APART if matrix[at, 0] in b"09" else number + 1
            found = self._known[keys]
        numbers = found.astype(np.uint16) - 1
        for at in np.flatnonzero(found == _APART).tolist():  # told by three bytes
            numbers[at] = self._number(matrix[at])
        return numbers

    def _number(self, row: Array) -> int:
        return self._types[self._norme.layout_of(row.tobytes())]


class Ranks(NamedTuple):
    """For each record: rank of its invoice, rank of its line (0: none), place of its batch in `lots`."""

    facture: Array
    ligne: Array
    lot: Array


class Standing:
    """One flow, read piece after piece: `rank` of its last invoice, `lots` met, first that of none."""

    def __init__(self, types: Types) -> None:
        self._types = types
        self._opened = False
        self.rank = 0
        self._line = 0
        self._lot = 0
        self.lots: list[str] = [""]

    def take(self, numbers: Array, lot_of: Callable[[int], str]) -> Ranks:
        """The ranks of the next records; `numbers` are those of their types.

        `lot_of` gives the number of the batch that the record at a place (1 or 6) tells.
        """
        places, line_starts, may_be_line, batches = (table[numbers] for table in self._types.tables())
        count = len(numbers)
        rank = np.arange(count)

        def last(where: Array) -> Array:
            """The place of the last record up to each one, itself included, that is one of them; -1: none."""
            return np.maximum.accumulate(np.where(where, rank, -1))

        known = last(places != _ANYWHERE)
        opens = (places == _HEADER) | (places == _INSIDE)
        after = np.where(known >= 0, opens[known], self._opened)
        before = np.concatenate(([self._opened], after[:-1]))
        header = places == _HEADER
        inside = header | (places == _INSIDE) | (places == _TOTAL)
        starts = header | (inside & ~before)
        member = inside | ((places == _ANYWHERE) & before)

        counted = self.rank + np.cumsum(starts)
        lines = np.cumsum(line_starts)
        start = last(starts)
        ahead = np.where(start >= 0, lines[start] - line_starts[start], -self._line)
        within = lines - ahead
        ligne = np.where(member & may_be_line, within, 0)

        lot = self._batch(batches, last, lot_of, member)
        if count:
            self._opened, self.rank, self._line = bool(after[-1]), int(counted[-1]), int(within[-1])
        return Ranks(np.where(member, counted, 0), ligne, lot)

    def _batch(
        self, batches: Array, last: Callable[[Array], Array], lot_of: Callable[[int], str], member: Array
    ) -> Array:
        own = np.zeros(len(batches), np.int64)
        told = batches > 0
        for at in np.flatnonzero(told).tolist():
            own[at] = self._number(lot_of(at))
        event = last(told)
        opened = np.where(batches == _BATCH_START, own, 0)
        current = np.where(event >= 0, opened[event], self._lot)
        if len(batches):
            self._lot = int(current[-1])
        return np.where(told, own, np.where(member, current, 0))

    def _number(self, lot: str) -> int:
        if lot and lot != self.lots[-1]:
            self.lots.append(lot)
        return len(self.lots) - 1 if lot else 0
