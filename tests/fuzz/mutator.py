"""Damage that knows what records are: the same bytes from the same seed, without any library.

An input is one file, or several joined by `CUT`. Damage befalls one of them at a time: bytes, records,
amounts, line ends, delimiters, encodings, pieces of another input.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Callable, Sequence
from typing import Final

#: What stands between the files of an input that has several.
CUT: Final = b"\n--------8<--------\n"

#: Longest input: damage that adds never grows without end.
MOST_BYTES: Final = 1 << 16

#: Bytes that mean something to a reader: blanks, digits, delimiters, line ends, fillers, what is no ASCII.
_TEMPTING: Final = b" 0123456789ABMPRSZ@,;\t\"'=+-.[]{}<>/\r\n\0\x1a\x1b\x7f\x80\x82\x84\x85\xa0\xc9\xff"
_PIECES: Final = (
    b"@", b"\r\n", b"\n", b"\r", b"\x1a", b"\0", b"\0\0\0\0", b"  ", b"000", b"999", b"0128", b"9999",
    b"\xef\xbb\xbf", b"\xc9", b"\xc3\x89", b"\xff\xfe", b"=1+1", b"\x1b[31m", b"<!--", b'"', b"\\u0000",
    b"\\ud800", b"1e999", b"-1", b"\x84\xff\xff\xff\xff", b"\x81\x80", b"../", b"%00", b"NaN",
    b"18446744073709551616", b"9" * 5000,
)  # fmt: skip
_DIGITS: Final = re.compile(rb"[0-9]{2,}")
_LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|$)")
_ENTITIES: Final = re.compile(rb"[^@]*(?:@|$)")
_CELLS: Final = re.compile(rb"[^,;\t\r\n]*(?:[,;\t\r\n]|$)")
_EOLS: Final = (b"", b"\n", b"\r\n", b"\r", b"\r\r\n", b"\x1a", b"\x85")
_ENCODINGS: Final = ("utf-8", "utf-16", "utf-16-le", "cp037", "utf-8-sig", "cp850")
_B2: Final = 128


class Mutator:
    """Draws damaged inputs from a seed: pieces of `corpus` are put together, `words` are of the format."""

    def __init__(self, seed: int | str, corpus: Sequence[bytes], words: Sequence[bytes] = ()) -> None:
        self._rng = random.Random(seed)
        self._corpus = corpus
        self._words = (*_PIECES, *words, *words)

    def draw(self) -> bytes:
        """One input more: one of the corpus, with one to six damages."""
        return self.damage(self._rng.choice(self._corpus), self._rng.choice((1, 1, 1, 2, 2, 3, 4, 6)))

    def damage(self, data: bytes, times: int = 1) -> bytes:
        """The input with so many damages."""
        for _ in range(times):
            files = data.split(CUT)
            rank = self._rng.randrange(len(files))
            change = self._rng.choice(_CHANGES)
            files[rank] = change(self, files[rank])[:MOST_BYTES]
            data = CUT.join(files)
        return data

    # --- bytes ----------------------------------------------------------------------------------------

    def _place(self, data: bytes) -> int:
        return self._rng.randrange(len(data) + 1)

    def _flip(self, data: bytes) -> bytes:
        if not data:
            return self._insert(data)
        at = self._rng.randrange(len(data))
        return data[:at] + bytes([data[at] ^ 1 << self._rng.randrange(8)]) + data[at + 1 :]

    def _replace(self, data: bytes) -> bytes:
        at = self._place(data)
        piece = bytes(self._rng.choices(_TEMPTING, k=self._rng.choice((1, 1, 1, 2, 4))))
        return data[:at] + piece + data[at + len(piece) :]

    def _insert(self, data: bytes) -> bytes:
        at = self._place(data)
        piece = self._rng.choice(self._words) * self._rng.choice((1, 1, 1, 2, 9))
        return data[:at] + piece + data[at:]

    def _overwrite(self, data: bytes) -> bytes:
        at, piece = self._place(data), self._rng.choice(self._words)
        return data[:at] + piece + data[at + len(piece) :]

    def _lose(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] + data[at + self._rng.choice((1, 1, 2, 3, 13, 40, 127, 128, 129)) :]

    def _cut(self, data: bytes) -> bytes:
        at = self._place(data)
        return data[:at] if self._rng.random() < 0.8 else data[at:]

    # --- records --------------------------------------------------------------------------------------

    def _records(self, data: bytes) -> list[bytes]:
        """The file, cut where its records, entities, lines or cells may be."""
        way = self._rng.random()
        if way < 0.4 and data[:3] == b"000" and b"@" in data:
            return [piece for piece in _ENTITIES.findall(data) if piece]
        if way < 0.6 and data[:1].isdigit():
            step = _B2 + self._rng.choice((0, 0, 0, 1, 2))
            return [data[at : at + step] for at in range(0, len(data), step)]
        lines = [piece for piece in _LINES.findall(data) if piece]
        if len(lines) > 2 and way < 0.8:
            return lines
        cells = [piece for piece in _CELLS.findall(data) if piece]
        if 2 < len(cells) < 2000:
            return cells
        return [data[at : at + 16] for at in range(0, len(data), 16)]

    def _exchange(self, data: bytes) -> bytes:
        found = self._records(data)
        if len(found) > 1:
            one, two = self._rng.randrange(len(found)), self._rng.randrange(len(found))
            found[one], found[two] = found[two], found[one]
        return b"".join(found)

    def _double(self, data: bytes) -> bytes:
        found = self._records(data)
        if found:
            at = self._rng.randrange(len(found))
            found[at:at] = found[at : at + self._rng.choice((1, 1, 2, 5))]
        return b"".join(found)

    def _drop(self, data: bytes) -> bytes:
        found = self._records(data)
        if found:
            at = self._rng.randrange(len(found))
            del found[at : at + self._rng.choice((1, 1, 1, 2, 5))]
        return b"".join(found)

    def _move(self, data: bytes) -> bytes:
        found = self._records(data)
        if found:
            piece = found.pop(self._rng.randrange(len(found)))
            found.insert(self._rng.randrange(len(found) + 1), piece)
        return b"".join(found)

    def _splice(self, data: bytes) -> bytes:
        """The beginning of one, records or the end of another."""
        other = self._rng.choice(self._rng.choice(self._corpus).split(CUT))
        mine, theirs = self._records(data), self._records(other)
        at, first = self._rng.randrange(len(mine) + 1), self._rng.randrange(len(theirs) + 1)
        count = self._rng.choice((1, 2, 9, len(theirs)))
        rest = mine[at:] if self._rng.random() < 0.5 else []
        return b"".join((*mine[:at], *theirs[first : first + count], *rest))

    # --- what records hold ----------------------------------------------------------------------------

    def _amount(self, data: bytes) -> bytes:
        """A number with another value, of the same length."""
        numbers = list(_DIGITS.finditer(data))
        if not numbers:
            return self._replace(data)
        found = self._rng.choice(numbers)
        size = min(len(found[0]), self._rng.choice((2, 4, 6, 8, 10)))
        at = self._rng.randrange(found.start(), found.end() - size + 1)
        value = int(data[at : at + size])
        other = self._rng.choice((0, 1, 10**size - 1, value + 1, max(0, value - 1), value * 10, value // 10))
        return data[:at] + b"%0*d" % (size, other % 10**size) + data[at + size :]

    def _sign(self, data: bytes) -> bytes:
        """A digit that becomes a sign, a letter or a blank, or a letter that becomes another."""
        return self._swap_bytes(data, b"0123456789ABDNPR", b"PN-+ ABRDO09")

    def _delimiter(self, data: bytes) -> bytes:
        kinds = b",;\t@|\"'=:[]{}<>&"
        if self._rng.random() < 0.2:
            one, two = self._rng.sample(kinds, 2)
            return data.replace(bytes([one]), bytes([two]))
        return self._swap_bytes(data, kinds, kinds + b" ")

    def _swap_bytes(self, data: bytes, old: bytes, new: bytes) -> bytes:
        start = self._place(data)
        for at in (*range(start, len(data)), *range(start)):
            if data[at] in old:
                return data[:at] + bytes([self._rng.choice(new)]) + data[at + 1 :]
        return self._insert(data)

    # --- what a transfer does -------------------------------------------------------------------------

    def _line_ends(self, data: bytes) -> bytes:
        new = self._rng.choice(_EOLS)
        old = self._rng.choice((b"\r\n", b"\n", b"\r"))
        if old in data and self._rng.random() < 0.7:
            return data.replace(old, new)
        width = self._rng.choice((_B2, _B2, _B2, 76, 998))
        lines = [data[at : at + width] for at in range(0, len(data), width)]
        if self._rng.random() < 0.3:
            lines = [line.rstrip() for line in lines]
        return new.join(lines) + (new if self._rng.random() < 0.5 else b"")

    def _encode(self, data: bytes) -> bytes:
        way = self._rng.randrange(8)
        if way < len(_ENCODINGS):
            return data.decode("latin-1").encode(_ENCODINGS[way], "replace")
        if way == len(_ENCODINGS):
            return gzip.compress(data, 1, mtime=0)
        return data.upper() if self._rng.random() < 0.5 else data.lower()


_CHANGES: Final[tuple[Callable[[Mutator, bytes], bytes], ...]] = (
    *(Mutator._flip, Mutator._replace, Mutator._replace, Mutator._insert, Mutator._overwrite),
    *(Mutator._lose, Mutator._cut, Mutator._exchange, Mutator._double, Mutator._drop, Mutator._move),
    *(Mutator._splice, Mutator._amount, Mutator._amount, Mutator._sign, Mutator._delimiter),
    *(Mutator._line_ends, Mutator._encode),
)
