"""Fields of many records of one type at once, as Arrow arrays; needs `pyarrow` and `numpy` (extra `parquet`).

A record is *sure* when every field surely has the bytes of its kind: printable, constants and blanks in their
place, digits where numbers stand, and, for the kinds with few values, each different piece accepted and read
by the very functions that read one record (`convert.columns`). What is not sure goes through those functions
whole, in `batches`: so both ways tell the same, by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from flatfile import Field
from flatfile.digits import are_digits, numbers_of, words_of
from flatfile.layout import FILLER, field_pattern
from fse.naissance import is_birth
from noemie.documents.convert.arrow import array_of, is_coded, type_of
from noemie.documents.convert.columns import Cell, Column, Table, cell_reader
from noemie.documents.hidden import Hider
from noemie.returns.montants import sign_fields

Array = Any

_SPACE, _TILDE = ord(" "), ord("~")

#: Kinds that any printable bytes are.
_FREE: Final = frozenset({"text", "code", "reserved"})
#: Kinds that may hide a number in a sentence.
_SENTENCES: Final = frozenset({"text", "reserved"})

#: Bytes that one machine word holds: of what fits in it, each different piece is looked at once.
_WORD: Final = 8
#: Bytes of a text that has few values, whatever its kind.
_SMALL: Final = 4
#: Pieces of a field that are remembered.
_MOST_REMEMBERED: Final = 1 << 14

#: Records whose bytes are tested together.
_BLOCK: Final = 512

_UNSIGNED: Final = {1: np.uint8, 2: np.uint16, 3: np.uint32, 4: np.uint32}


class Read(NamedTuple):
    """What some fields give: whether each row is sure (`None`: all are), and their arrays once all are."""

    sure: Array | None
    arrays: Sequence[Callable[[], Any]]


class Fields:
    """The fields of one record type.

    `possible` is false for a type that is always read record by record: a kind that no test here knows, a
    sign that belongs to another field, something that is hidden in some records only.
    """

    def __init__(self, table: Table, hider: Hider | None) -> None:
        layout = table.layout
        assert layout is not None
        told = {column.name: column for column in table.columns if column.field is not None}
        self.possible = not sign_fields(layout) and not (hider is not None and layout.name == "000")
        low = np.full(layout.length, _SPACE, np.uint8)
        high = np.full(layout.length, _TILDE, np.uint8)
        for field in layout.fields:
            if field.kind.base in FILLER:
                exact = field.kind.parameter.encode() if field.kind.base == "const" else b" " * field.length
                low[field.slice] = high[field.slice] = np.frombuffer(exact, np.uint8)
        self._low, self._span = low, high - low
        self._readers = list(_readers(list(told.values()), hider))

    def read(self, matrix: Array) -> tuple[Array, list[Callable[[], Any]]]:
        """Whether each row (a record of the right length) is sure; the array of each column, once all are."""
        sure = np.empty(len(matrix), bool)
        for first in range(0, len(matrix), _BLOCK):  # few enough for what is between to stay at hand
            some = matrix[first : first + _BLOCK]
            ((some - self._low) <= self._span).all(axis=1, out=sure[first : first + _BLOCK])
        arrays: list[Callable[[], Any]] = []
        for reader in self._readers:
            found = reader(matrix)
            if found.sure is not None:
                sure &= found.sure
            arrays += found.arrays
        return sure, arrays


def _readers(columns: list[Column], hider: Hider | None) -> Iterator[Callable[[Array], Read]]:
    """A reader for each column, or for several small ones that stand side by side."""
    together: list[Column] = []
    for column in columns:
        if _is_small(column) and _follows(together, column):
            together.append(column)
            continue
        if together:
            yield _Distinct(together)
        together = [column] if _is_small(column) else []
        if not together:
            yield _reader(column, hider)
    if together:
        yield _Distinct(together)


def _is_small(column: Column) -> bool:
    """Whether a field has few values, whatever they are."""
    assert column.field is not None
    return column.type == "text" and column.field.length <= _SMALL


def _follows(columns: list[Column], column: Column) -> bool:
    if not columns:
        return True
    first, last, field = columns[0].field, columns[-1].field, column.field
    assert first is not None
    assert last is not None
    assert field is not None
    return last.slice.stop == field.slice.start and field.slice.stop - first.slice.start <= _WORD


def _reader(column: Column, hider: Hider | None) -> Callable[[Array], Read]:
    field = column.field
    assert field is not None
    base = field.kind.base
    if base in _FREE:
        if column.hidden:
            return _Hidden(column)
        if hider is not None and base in _SENTENCES and field.length >= hider.shortest(field):
            return _Sentence(column, hider)
        return _Distinct([column]) if is_coded(column) and field.length <= _WORD else _Text(column)
    if base in ("cents", "count", "rate") and column.type in ("integer", "amount"):
        return _Number(column)
    if column.type == "text":
        return _Birth(column) if is_birth(field) else _Identifier(column)
    return _Distinct([column])  # days, hours, decimals


def _nulls(column: Column, count: int) -> Any:
    return pa.nulls(count, type_of(column))


class _Wrong:
    """The cell of a piece that is not of its kind."""


_WRONG: Final = _Wrong()


class _Pieces(dict[bytes, "Cell | _Wrong"]):
    """The cell of each different piece of a field; `_WRONG` when it is not of its kind, not even padded."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        tolerated = field.kind.tolerated
        self._strict = field_pattern(field.kind.strict)
        self._padded = field_pattern(tolerated) if tolerated else None
        self._read = cell_reader(field)

    def __missing__(self, piece: bytes) -> Cell | _Wrong:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        accepted = self._strict(piece) or (self._padded is not None and self._padded(piece))
        found = self[piece] = self._read(piece) if accepted else _WRONG
        return found


class _Hidden:
    """A column that is never told, whose field may hold any printable bytes."""

    def __init__(self, column: Column) -> None:
        self._column = column

    def __call__(self, matrix: Array) -> Read:
        return Read(None, [lambda: _nulls(self._column, len(matrix))])


class _Text:
    """Any printable bytes, told without the spaces around them."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column = column
        self._where = column.field.slice

    def __call__(self, matrix: Array) -> Read:
        return Read(None, [lambda: self._array(matrix)])

    def _array(self, matrix: Array) -> Any:
        if self._column.hidden:
            return _nulls(self._column, len(matrix))
        texts = _trimmed(matrix[:, self._where])
        return texts.cast(type_of(self._column)) if is_coded(self._column) else texts


class _Sentence:
    """A text in which a long number would be crossed out: those that may hold one are not sure."""

    def __init__(self, column: Column, hider: Hider) -> None:
        assert column.field is not None
        self._where = column.field.slice
        self._least = hider.shortest(column.field)
        self._text = _Text(column)

    def __call__(self, matrix: Array) -> Read:
        piece = matrix[:, self._where]
        telling = ((piece - np.uint8(48)) <= 9) | ((piece - np.uint8(65)) <= 1)  # 0 to 9, A and B
        return Read(telling.sum(axis=1) < self._least, self._text(matrix).arrays)


class _Together(dict[bytes, "tuple[Cell | _Wrong, ...]"]):
    """The cells of each different piece that holds several fields; `wrong` has those with a wrong one."""

    def __init__(self, columns: list[Column]) -> None:
        super().__init__()
        self.wrong: set[bytes] = set()
        self._plans = []
        at = 0
        for column in columns:
            assert column.field is not None
            self._plans.append((slice(at, at + column.field.length), _Pieces(column.field)))
            at += column.field.length

    def __missing__(self, piece: bytes) -> tuple[Cell | _Wrong, ...]:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
            self.wrong.clear()
        found = self[piece] = tuple(known[piece[where]] for where, known in self._plans)
        if any(cell is _WRONG for cell in found):
            self.wrong.add(piece)
        return found


class _Distinct:
    """Fields of few different values: each one is read once, by the function that reads one."""

    def __init__(self, columns: list[Column]) -> None:
        first, last = columns[0].field, columns[-1].field
        assert first is not None
        assert last is not None
        self._columns = columns
        self._where = slice(first.slice.start, last.slice.stop)
        self._width = self._where.stop - self._where.start
        self._type = np.dtype(_UNSIGNED.get(self._width, np.uint64))
        self._pieces = _Together(columns)

    def __call__(self, matrix: Array) -> Read:
        size = self._type.itemsize
        if size == self._width:
            keys = np.ascontiguousarray(matrix[:, self._where])
        else:
            keys = np.zeros((len(matrix), size), np.uint8)
            keys[:, : self._width] = matrix[:, self._where]
        coded = plain_array(keys.view(self._type).ravel()).dictionary_encode()
        # What ends with a zero byte is taken for shorter, and is of no kind either way.
        pieces = coded.dictionary.to_numpy().view(f"S{size}").tolist()
        known = list(map(self._pieces.__getitem__, pieces))
        indices = coded.indices
        sure, wrong = None, self._pieces.wrong
        if not wrong.isdisjoint(pieces):
            sure = np.array([piece not in wrong for piece in pieces])[indices.to_numpy()]
        arrays = [
            partial(_coded_array, column, cells, indices)
            for column, cells in zip(self._columns, zip(*known, strict=True), strict=True)
        ]
        return Read(sure, arrays)


def _coded_array(column: Column, cells: Sequence[Any], indices: Any) -> Any:
    """The array of a column whose different cells are told once, at the places that `indices` gives."""
    names = dict.fromkeys(cell for cell in cells if cell is not None)
    if column.hidden or not names:
        return _nulls(column, len(indices))
    if not is_coded(column):
        if len(cells) == 1:
            return pa.repeat(array_of(column, list(cells))[0], len(indices))
        return array_of(column, list(cells)).take(indices)
    if len(names) < len(cells):  # an empty one, or two writings of one code
        ranks = {name: rank for rank, name in enumerate(names)}
        indices = pa.array([ranks.get(cell) for cell in cells], pa.int32()).take(indices)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), pa.string()), safe=False)


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
            return Read(None, [lambda: self._array(numbers_of(words), None)])
        numbers = numbers_of(words)
        empty = np.zeros(len(matrix), bool)
        others = np.flatnonzero(~digits)
        cells = list(map(self._pieces.__getitem__, _pieces_of(matrix[others, self._where])))
        digits[others] = [cell is not _WRONG for cell in cells]
        empty[others] = [cell is None for cell in cells]
        numbers[others] = [cell if isinstance(cell, int) else 0 for cell in cells]
        return Read(digits, [lambda: self._array(numbers, empty)])

    def _array(self, numbers: Array, empty: Array | None) -> Any:
        column = self._column
        if column.hidden:
            return _nulls(column, len(numbers))
        valid, missing = None, 0
        if empty is not None and empty.any():
            valid, missing = _bits(~empty), int(empty.sum())
        count = len(numbers)
        if column.type == "amount":  # 128 bits, the lower half first
            wide = np.zeros((count, 2), np.int64)
            wide[:, 0] = numbers
            numbers = wide
        buffers = [valid, pa.py_buffer(numbers)]
        return pa.Array.from_buffers(type_of(column), count, buffers, null_count=missing)


class _Identifier:
    """A long number, told as written: digits, or a piece that its kind accepts (Corsica, blank, padded)."""

    def __init__(self, column: Column) -> None:
        assert column.field is not None
        self._column, self._where = column, column.field.slice
        self._pieces = _Pieces(column.field)
        self._text = _Text(column)

    def __call__(self, matrix: Array) -> Read:
        return Read(self._test(matrix, are_digits(words_of(matrix, self._where))), self._text(matrix).arrays)

    def _test(self, matrix: Array, digits: Array) -> Array | None:
        """Whether each row is sure; `digits` says which ones have nothing but digits."""
        if digits.all():
            return None
        digits = digits.copy()
        others = np.flatnonzero(~digits)
        blank = (matrix[others, self._where] == _SPACE).all(axis=1)
        if blank.any():
            width = self._where.stop - self._where.start
            digits[others[blank]] = self._pieces[b" " * width] is not _WRONG
            others = others[~blank]
        cells = map(self._pieces.__getitem__, _pieces_of(matrix[others, self._where]))
        digits[others] = [cell is not _WRONG for cell in cells]
        return digits


class _Birth(_Identifier):
    """A day of birth, told as written; zeros are none."""

    def __call__(self, matrix: Array) -> Read:
        words = words_of(matrix, self._where)
        digits = are_digits(words)
        return Read(self._test(matrix, digits), [lambda: self._days(matrix, digits, words)])

    def _days(self, matrix: Array, digits: Array, words: list[Array]) -> Any:
        """The texts; what its kind accepts besides digits is blank."""
        if self._column.hidden:
            return _nulls(self._column, len(matrix))
        return _texts(matrix[:, self._where], digits & (numbers_of(words) > 0))


def _pieces_of(matrix: Array) -> list[bytes]:
    """The bytes of each row; one that ends with a zero byte is shorter here, and of no kind either way."""
    pieces: list[bytes] = np.ascontiguousarray(matrix).view(f"S{matrix.shape[1]}").ravel().tolist()
    return pieces


def _bits(flags: Array) -> Any:
    return pa.py_buffer(np.packbits(flags, bitorder="little"))


def plain_array(values: Array) -> Any:
    """An Arrow array of the same numbers, sharing their memory (`pa.array` would look for pandas)."""
    type = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(type, len(values), [None, pa.py_buffer(np.ascontiguousarray(values))])


def _texts(piece: Array, told: Array | None = None) -> Any:
    """The text of each row, as it stands; null where it is not told."""
    count, width = piece.shape
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    valid, missing = (None, 0) if told is None or told.all() else (_bits(told), count - int(told.sum()))
    buffers = [valid, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(piece))]
    return pa.Array.from_buffers(pa.string(), count, buffers, null_count=missing)


def _trimmed(piece: Array) -> Any:
    """The text of each row without the spaces around it; null where nothing is left. Printable bytes only."""
    texts = _texts(piece)
    if not (piece[:, 0] == _SPACE).any() and not (piece[:, -1] == _SPACE).any():
        return texts
    count = len(piece)
    if not (piece != _SPACE).any():
        return pa.nulls(count, pa.string())
    texts = pc.ascii_trim(texts, " ")
    offsets = np.frombuffer(texts.buffers()[1], np.int32, count + 1)
    filled = offsets[1:] > offsets[:-1]
    if filled.all():
        return texts
    buffers = [_bits(filled), texts.buffers()[1], texts.buffers()[2]]
    return pa.Array.from_buffers(pa.string(), count, buffers, null_count=count - int(filled.sum()))
