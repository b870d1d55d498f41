"""The personal values of a file, and where any of them stands in other bytes.

Private to `noemie.documents.mask`. A *value* is what a personal field holds, without its filling, when it
has 4 characters or more. How it is looked for depends on what chance alone would find:

- values with a letter, and numbers of 12 digits or more: anywhere, at any place of any byte string;
- numbers of 8 to 11 digits, leading zeros apart: whole fields, and runs of digits in texts;
- shorter numbers (birth dates, postcodes, street numbers) stand by chance among amounts: they are compared
  with the fields of their own record only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

#: Characters of the shortest value that is looked for.
SHORTEST: Final = 4

#: Digits, leading zeros apart, from which a number is looked for in other fields, and anywhere.
IN_FIELDS, ANYWHERE = 8, 12

#: Bytes that are looked up to find a text, and a long number; places between two look-ups of the latter.
_WINDOW, _GRAM = 4, 8
_STRIDE: Final = ANYWHERE - _GRAM + 1

_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]")
_RUNS = re.compile(rb"[A-Za-z\x80-\xff]+")
_DIGITS = re.compile(rb"[0-9]+")
_APART = re.compile(rb"[ \0]{2,}")
_VOWELS = re.compile(rb"[AEIOUYaeiouy\x80-\xff]")


def core_of(raw: bytes) -> bytes:
    """A value without its filling: spaces and NUL bytes, and the zeros on the left of a number."""
    value = raw.strip(b" \0")
    return value.lstrip(b"0") if value.isdigit() else value


class Known:
    """Personal values of one file."""

    def __init__(self) -> None:
        #: Numbers of `IN_FIELDS` digits or more, without leading zeros.
        self.numbers: set[bytes] = set()
        #: Distinct values met, long enough to be looked for.
        self.count = 0
        self._seen: set[bytes] = set()
        self._lengths: set[int] = set()
        #: Four bytes of a value from its first letter on -> (place of the window in the value, value). Those
        #: of which the window starts before a letter are apart.
        self._texts: dict[bytes, list[tuple[int, bytes]]] = {}
        self._late: dict[bytes, list[tuple[int, bytes]]] = {}
        #: Eight digits of a long number -> the same.
        self._long: dict[bytes, list[tuple[int, bytes]]] = {}

    def add(self, raw: bytes) -> None:
        """Remember the value of a personal field."""
        if raw in self._seen:
            return
        self._seen.add(raw)
        parts = _APART.split(value := raw.strip(b" \0"))
        # Where bytes have moved, a field may hold a value and the start of the next one.
        for part in parts if len(parts) > 1 else ():
            self.add(part)
        if len(value) < SHORTEST or len(set(value)) < 2:
            return
        self.count += 1
        found = _LETTERS.search(value)
        if found is not None:
            at = min(found.start(), len(value) - _WINDOW)
            windows = self._texts if at == found.start() else self._late
            windows.setdefault(value[at : at + _WINDOW], []).append((at, value))
        elif value.isdigit():
            self._add_number(value.lstrip(b"0"))

    def _add_number(self, core: bytes) -> None:
        if len(core) < IN_FIELDS or core in self.numbers:
            return
        self.numbers.add(core)
        self._lengths.add(len(core))
        if len(core) >= ANYWHERE:
            for shift in range(_STRIDE):
                self._long.setdefault(core[shift : shift + _GRAM], []).append((shift, core))

    def find(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Start and stop of the values that are looked for anywhere; the same place may come twice."""
        # A long number covers one place in every `_STRIDE` from which `_GRAM` of its first digits start.
        long = self._long
        if long:
            for at in range(0, len(data) - _GRAM + 1, _STRIDE):
                if (gram := data[at : at + _GRAM]) in long:
                    yield from _occurrences(data, at, long[gram])
        if self._texts or self._late:
            yield from self._find_texts(data)

    def _find_texts(self, data: bytes) -> Iterator[tuple[int, int]]:
        texts, late = self._texts, self._late
        for run in _RUNS.finditer(data):
            start, stop = run.span()
            for at in range(start, stop):
                if (window := data[at : at + _WINDOW]) in texts:
                    yield from _occurrences(data, at, texts[window])
            for at in range(max(0, start - _WINDOW + 1), start) if late else ():
                yield from _occurrences(data, at, late.get(data[at : at + _WINDOW], ()))

    def find_numbers(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Start and stop of the known numbers of `IN_FIELDS` digits or more in a text."""
        if not self.numbers:
            return
        for run in _DIGITS.finditer(data):
            for start in range(run.start(), run.end() - IN_FIELDS + 1):
                for length in self._lengths:
                    stop = start + length
                    if stop <= run.end() and data[start:stop] in self.numbers:
                        yield start, stop

    def __repr__(self) -> str:
        return f"<Known: {self.count} values>"


def _occurrences(data: bytes, at: int, values: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, int]]:
    """Where the values stand of which a window was seen at `at`."""
    for shift, value in values:
        start = at - shift
        if start >= 0 and data.startswith(value, start):
            yield start, start + len(value)


def is_chance(value: bytes) -> bool:
    """Whether a value may be spelt by chance by pseudonyms: letters without a vowel."""
    return _LETTERS.search(value) is not None and _VOWELS.search(value) is None


def is_short(value: bytes) -> bool:
    """Whether amounts and codes in a row may well spell a value: `100000000000`, `A00015`."""
    core = value.strip(b"0 ")
    return len(core) < (ANYWHERE if core.isdigit() else IN_FIELDS)
