"""Fields of many records of one type at once, as Arrow arrays; needs `pyarrow` and `numpy` (extra `parquet`).

A record is *sure* when every field surely has the bytes of its kind: printable, constants and blanks in their
place, digits where numbers stand, and, for the kinds with few values, each different piece accepted and read
by the very functions that read one record (`convert.columns`). What is not sure goes through those functions
whole, in `batches`: so both ways tell the same, by construction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flatfile import Field
from flatfile.digits import are_digits, numbers_of, words_of
from flatfile.layout import FILLER, field_pattern
from noemie.documents.convert.arrow import array_of, type_of
from noemie.documents.convert.columns import Cell, Column, Table, cell_reader
from noemie.documents.hidden import Hider
from noemie.returns.montants import sign_fields

Array = Any

_SPACE, _TILDE = ord(" "), ord("~")

#: Kinds that any printable bytes are.
_FREE: Final = frozenset({"text", "code", "reserved"})
#: Kinds that may hide a number in a sentence.
_SENTENCES: Final = frozenset({"text", "reserved"})

#: Bytes of a field that one machine word holds: each different piece is then looked at once.
_SHORT: Final = 8
#: Pieces of a field that are remembered.
_MOST_REMEMBERED: Final = 1 << 14

_UNSIGNED: Final = {1: np.uint8, 2: np.uint16, 3: np.uint32, 4: np.uint32}


class Read(NamedTuple):
    """What a field gives: whether each row is sure (`None`: all are), and its array once all are."""

    sure: Array | None
    array: Callable[[], Any]


class Fields:
    """The fields of one record type.

    `possible` is false for a type that is always read record by record: a kind that no test here knows, a
    sign that belongs to another field, something that is hidden in some records only.
    """

    def __init__(self, table: Table, hider: Hider | None) -> None:
        layout = table.layout
        assert layout is not None
        self.columns = [column for column in table.columns if column.field is not None]
        told = {column.name: column for column in self.columns}
        self.possible = not sign_fields(layout) and not (hider is not None and layout.name == "000")
        low = np.full(layout.length, _SPACE, np.uint8)
        high = np.full(layout.length, _TILDE, np.uint8)
        for field in layout.fields:
            if field.kind.base in FILLER:
                exact = field.kind.parameter.encode() if field.kind.base == "const" else b" " * field.length
                low[field.slice] = high[field.slice] = np.frombuffer(exact, np.uint8)
        self._low, self._span = low, high - low
        self._readers = [
            _reader(told[field.name], hider) for field in layout.fields if field.name in told
        ]

    def read(self, matrix: Array) -> tuple[Array, list[Callable[[], Any]]]:
        """Whether each row (one record of the right length) is sure; the array of each column, once all are."""
        sure = ((matrix - self._low) <= self._span).all(axis=1)
        found = [reader(matrix) for reader in self._readers]
        for one in found:
            if one.sure is not None:
                sure &= one.sure
        return sure, [one.array for one in found]


def _reader(column: Column, hider: Hider | None) -> Callable[[Array], Read]:
    field = column.field
    assert field is not None
    base = field.kind.base
    if base in _FREE:
        if column.hidden:
            return _Hidden(column)
        if hider is not None and base in _SENTENCES:
            return _Sentence(column, hider)
        return _Distinct(column) if field.length <= _SHORT else _Text(column)
    if base in ("cents", "count", "rate") and column.type in ("integer", "amount"):
        return _Number(column)
    return _Distinct(column) if field.length <= _SHORT else _Identifier(column)


def _nulls(column: Column, count: int) -> Any:
    return pa.nulls(count, type_of(column))


class _Pieces:
    """Each different piece of a field: whether it is of its kind, or padded as programs do, and its cell."""

    def __init__(self, field: Field) -> None:
        strict, tolerated = field_pattern(field.kind.strict), field.kind.tolerated
        padded = field_pattern(tolerated) if tolerated else None
        read = cell_reader(field)
        self._known: dict[bytes, tuple[bool, Cell]] = {}

        def look(piece: bytes) -> tuple[bool, Cell]:
            accepted = strict(piece) or (padded is not None and padded(piece))
            return bool(accepted), read(piece) if accepted else None

        self._look = look

    def __getitem__(self, piece: bytes) -> tuple[bool, Cell]:
        found = self._known.get(piece)
        if found is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            found = self._known[piece] = self._look(piece)
        return found


class _Hidden:
    """A column that is never told, whose field may hold any printable bytes."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __call__(self, matrix: Array) -> Read:
        return Read(None, lambda: _nulls(self._column, len(matrix)))


class _Text:
    """Any printable bytes, told without the spaces around them."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column = column
        self._where = column.field.slice

    def __call__(self, matrix: Array) -> Read:
        return Read(None, lambda: self._array(matrix))

    def _array(self, matrix: Array) -> Any:
        texts = _trimmed(matrix[:, self._where])
        wanted = type_of(self._column)
        return texts if texts.type == wanted else texts.cast(wanted)


class _Sentence:
    """A text in which a long number would be crossed out: those that may hold one are not sure."""

    def __init__(self, column: Column, hider: Hider) -> None:
        assert column.field is not None
        self._field = column.field
        least = hider.shortest(column.field)
        self._least = least if column.field.length >= least else 0
        self._reader = _Distinct(column) if column.field.length <= _SHORT else _Text(column)

    def __call__(self, matrix: Array) -> Read:
        found = self._reader(matrix)
        if not self._least:
            return found
        piece = matrix[:, self._field.slice]
        telling = ((piece - np.uint8(48)) <= 9) | ((piece - np.uint8(65)) <= 1)  # 0 to 9, A and B
        few = telling.sum(axis=1) < self._least
        return Read(few if found.sure is None else few & found.sure, found.array)


class _Distinct:
    """A field of few different values: each one is read once, by the function that reads one."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column, self._where = column, column.field.slice
        self._width = column.field.length
        self._type = _UNSIGNED.get(self._width, np.uint64)
        self._size = np.dtype(self._type).itemsize
        self._pieces = _Pieces(column.field)

    def __call__(self, matrix: Array) -> Read:
        count = len(matrix)
        if self._size == self._width:
            keys = np.ascontiguousarray(matrix[:, self._where])
        else:
            keys = np.zeros((count, self._size), np.uint8)
            keys[:, : self._width] = matrix[:, self._where]
        coded = pa.array(keys.view(self._type).ravel()).dictionary_encode()
        different = np.ascontiguousarray(coded.dictionary.to_numpy()).view(np.uint8)
        pieces = [row.tobytes() for row in different.reshape(-1, self._size)[:, : self._width]]
        known = [self._pieces[piece] for piece in pieces]
        indices = coded.indices
        sure = None
        if not all(accepted for accepted, _ in known):
            sure = np.array([accepted for accepted, _ in known])[indices.to_numpy()]
        return Read(sure, lambda: self._array([cell for _, cell in known], indices))

    def _array(self, cells: list[Cell], indices: Any) -> Any:
        column = self._column
        if column.hidden:
            return _nulls(column, len(indices))
        if not pa.types.is_dictionary(type_of(column)):
            return array_of(column, cells).take(indices)
        names: dict[Cell, int] = {}
        places = [None if cell is None else names.setdefault(cell, len(names)) for cell in cells]
        if places != list(range(len(cells))):  # an empty one, or two writings of one code
            indices = pa.array(places, pa.int32()).take(indices)
        return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()))


class _Number:
    """Counts, rates, amounts: digits, or what programs write in their place."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column, self._where = column, column.field.slice
        self._pieces = _Pieces(column.field)

    def __call__(self, matrix: Array) -> Read:
        words = words_of(matrix, self._where)
        digits = are_digits(words)
        if digits.all():
            return Read(None, lambda: self._array(numbers_of(words), None))
        numbers = numbers_of(words)
        empty = np.zeros(len(matrix), bool)
        for row in np.flatnonzero(~digits).tolist():
            digits[row], cell = self._pieces[matrix[row, self._where].tobytes()]
            empty[row] = cell is None
            numbers[row] = cell or 0
        return Read(digits, lambda: self._array(numbers, empty))

    def _array(self, numbers: Array, empty: Array | None) -> Any:
        column = self._column
        if column.hidden:
            return _nulls(column, len(numbers))
        valid, missing = None, 0
        if empty is not None and empty.any():
            valid, missing = _bits(~empty), int(empty.sum())
        if column.type == "amount":  # 128 bits, the lower half first
            wide = np.zeros((len(numbers), 2), np.int64)
            wide[:, 0] = numbers
            numbers = wide
        buffers = [valid, pa.py_buffer(numbers)]
        return pa.Array.from_buffers(type_of(column), len(numbers), buffers, null_count=missing)


class _Identifier:
    """A long number, told as written: digits, or a piece that its kind accepts (Corsica, blank, padded)."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column, self._where = column, column.field.slice
        self._pieces = _Pieces(column.field)
        self._text = _Text(column)

    def __call__(self, matrix: Array) -> Read:
        digits = are_digits(words_of(matrix, self._where))
        if not digits.all():
            others = np.flatnonzero(~digits)
            blank = (matrix[others, self._where] == _SPACE).all(axis=1)
            if blank.any():
                digits[others[blank]] = self._pieces[b" " * (self._where.stop - self._where.start)][0]
                others = others[~blank]
            for row in others.tolist():
                digits[row] = self._pieces[matrix[row, self._where].tobytes()][0]
        if self._column.hidden:
            return Read(digits, lambda: _nulls(self._column, len(matrix)))
        return Read(digits, self._text(matrix).array)


def _bits(flags: Array) -> Any:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def _trimmed(piece: Array) -> Any:
    """The text of each row without the spaces around it; null where nothing is left. Printable bytes only."""
    count, width = piece.shape
    data = np.ascontiguousarray(piece)
    offsets = np.arange(0, (count + 1) * width, width, np.int32)
    texts = pa.Array.from_buffers(pa.string(), count, [None, pa.py_buffer(offsets), pa.py_buffer(data)])
    if not (piece[:, 0] == _SPACE).any() and not (piece[:, -1] == _SPACE).any():
        return texts
    texts = pc.ascii_trim(texts, " ")
    offsets = np.frombuffer(texts.buffers()[1], np.int32, count + 1)
    filled = offsets[1:] > offsets[:-1]
    if filled.all():
        return texts
    buffers = [_bits(filled), texts.buffers()[1], texts.buffers()[2]]
    return pa.Array.from_buffers(pa.string(), count, buffers, null_count=int((~filled).sum()))
