"""The personal values of a file, and where any of them stands in other bytes.

Private to `noemie.mask`. A *value* is what a personal field holds, without its filling, when it has 4 characters
or more. How it is looked for depends on what chance alone would find:

- values with a letter, and numbers of 12 digits or more: anywhere, at any place of any byte string;
- numbers of 8 to 11 digits, leading zeros apart: whole fields, and runs of digits in texts;
- shorter numbers (birth dates, postcodes, street numbers) stand by chance among amounts: they are compared with
  the fields of their own record only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: Characters of the shortest value that is looked for.
SHORTEST: Final = 4

#: Digits, leading zeros apart, from which a number is looked for in other fields, and anywhere.
IN_FIELDS, ANYWHERE = 8, 12

_WINDOW: Final = 4
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]")
_RUNS = re.compile(rb"[A-Za-z\x80-\xff]+")
_DIGITS = re.compile(rb"[0-9]+")
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
        #: Four bytes of a value from its first letter on -> (place of the window in the value, value)
        self._texts: dict[bytes, list[tuple[int, bytes]]] = {}
        self._lengths: set[int] = set()
        self._long: set[bytes] = set()

    def add(self, raw: bytes) -> None:
        """Remember the value of a personal field."""
        if raw in self._seen:
            return
        self._seen.add(raw)
        value = raw.strip(b" \0")
        if len(value) < SHORTEST or len(set(value)) < 2:
            return
        self.count += 1
        found = _LETTERS.search(value)
        if found is not None:
            at = min(found.start(), len(value) - _WINDOW)
            self._texts.setdefault(value[at : at + _WINDOW], []).append((at, value))
        elif value.isdigit():
            core = value.lstrip(b"0")
            if len(core) >= IN_FIELDS:
                self.numbers.add(core)
                self._lengths.add(len(core))
            if len(core) >= ANYWHERE:
                self._long.add(core)

    def find(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Start and stop of the values that are looked for anywhere."""
        yield from self._find_texts(data)
        if self._long:
            for start, stop, core in self._find_digits(data, ANYWHERE):
                if core in self._long:
                    yield start, stop

    def _find_texts(self, data: bytes) -> Iterator[tuple[int, int]]:
        texts = self._texts
        for run in _RUNS.finditer(data) if texts else ():
            # A window starts at a letter, or up to three bytes before the last one of its value.
            for at in range(max(0, run.start() - _WINDOW + 1), run.end()):
                for shift, value in texts.get(data[at : at + _WINDOW], ()):
                    start = at - shift
                    if start >= 0 and data.startswith(value, start):
                        yield start, start + len(value)

    def find_numbers(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Start and stop of the known numbers of `IN_FIELDS` digits or more in a text."""
        if self.numbers:
            for start, stop, core in self._find_digits(data, IN_FIELDS):
                if core in self.numbers:
                    yield start, stop

    def _find_digits(self, data: bytes, least: int) -> Iterator[tuple[int, int, bytes]]:
        lengths = [length for length in self._lengths if length >= least]
        if not lengths:
            return
        shortest = min(lengths)
        for run in _DIGITS.finditer(data):
            if run.end() - run.start() < shortest:
                continue
            for start in range(run.start(), run.end() - shortest + 1):
                for length in lengths:
                    if start + length <= run.end():
                        yield start, start + length, data[start : start + length]

    def __repr__(self) -> str:
        return f"<Known: {self.count} values>"


def is_chance(value: bytes) -> bool:
    """Whether a value may be spelt by chance by pseudonyms: letters without a vowel."""
    return _LETTERS.search(value) is not None and _VOWELS.search(value) is None
