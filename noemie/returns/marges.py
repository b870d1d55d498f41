"""Blanks that a copy took off the ends of lines, of 128 bytes or of those they announce: put back, taken off.

A return is read with these blanks when it is then read clean (`noemie.returns.reader`). Its bytes stay those
of the file: the blanks are taken off again when it is written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final, NamedTuple

from flatfile.detect import start_of
from noemie.returns.borders import BLOCK
from noemie.returns.tables import ENVELOPE_LENGTH, TRAILER

#: Evidence that blanks were taken off the ends of lines (`Detection.seen`).
TRIMMED: Final = "blancs-retires"

_END: Final = re.compile(rb"(\r\n|\n|\r)")
#: What may stand after the last line.
_AFTER: Final = b"\r\n\x1a"
_LOST: Final = re.compile(rb"(?<! ) ++(?=[\r\n])")
_LOST_AT_THE_END: Final = re.compile(rb"(?<! ) ++(?=[\r\n\x1a]*+\Z)")
#: The start of a 999: number, type of the sender, number of the sender.
_TRAILER_START: Final = re.compile(rb"999[A-Z]{2}[0-9 ]{14}")
#: Lines that show how a file is written.
_FEWEST: Final = 3


class Marges(NamedTuple):
    """A file with the blanks put back: its text, where each line starts in both, its size in the file."""

    text: bytes
    starts: list[int]
    places: list[int]
    sizes: list[int]

    def place(self, offset: int) -> int:
        """The place in the file of a byte of the text: of a blank that is not there, the end of its line."""
        rank = bisect_right(self.starts, offset) - 1
        return self.places[rank] + min(offset - self.starts[rank], self.sizes[rank])


def may_be_trimmed(head: bytes) -> bool:
    """Whether no line at the beginning of a file ends blank, and some are shorter than they should be."""
    lines = _END.split(head[start_of(head) :].rstrip(_AFTER))[::2][:-1]
    widths = _widths(lines)
    if len(lines) < _FEWEST and BLOCK in widths:
        return False
    lost = [width - len(line) for line, width in zip(lines, widths, strict=True)]
    return bool(lost) and min(lost) >= 0 < max(lost) and not any(line.endswith(b" ") for line in lines)


def _widths(lines: list[bytes], block: int = BLOCK) -> list[int]:
    """How long each line should be: what its four first digits announce (P3), or as all others."""
    announced = [4 + int(line[:4]) if line[:4].isdigit() else 0 for line in lines]
    return announced if all(announced) else [block] * len(lines)


def restorations(data: bytes) -> Iterator[Marges]:
    """A file with the blanks put back, in each way in which its lines may have been cut.

    None of those for which taking the blanks off again would not give its bytes.
    """
    start = start_of(data)
    before, data = data[:start], data[start:]
    body = data.rstrip(_AFTER)
    pieces = _END.split(body)
    lines, ends = pieces[::2], [*pieces[1::2], data[len(body) :]]
    for widths in _possible_widths(lines):
        whole = [line.ljust(width) for line, width in zip(lines, widths, strict=True)]
        text = b"".join(line + end for line, end in zip(whole, ends, strict=True))
        if without_blanks(text) != data:
            continue
        written = [len(line) + len(end) for line, end in zip(lines, ends, strict=True)]
        widened = [len(line) + len(end) for line, end in zip(whole, ends, strict=True)]
        starts, places = (list(accumulate(sizes[:-1], initial=start)) for sizes in (widened, written))
        yield Marges(before + text, starts, places, written)


def _possible_widths(lines: list[bytes]) -> Iterator[list[int]]:
    """How long each line may have been: those of records, then those of a program that cut lines."""
    for block in dict.fromkeys((BLOCK, *_usual(lines))):
        widths = _widths(lines, block)
        if widths[-1] == block and not lines[-1].startswith(TRAILER.encode()):
            widths[-1] = _last_width(lines, block)
        yield widths
        if lines[0][:4].isdigit():
            yield from (_of_records(lines, block, end) for end in (2, 1, block))


def _usual(lines: list[bytes]) -> Iterator[int]:
    """The width of lines that were cut, where several have it."""
    longest = max(map(len, lines))
    if sum(len(line) == longest for line in lines) > 1:
        yield longest


def _last_width(lines: list[bytes], block: int) -> int:
    """How long the last line should be for a 999 that it ends to be whole; 0 without one."""
    text = b"".join(line.ljust(block) for line in lines[:-1]) + lines[-1]
    start = max((hit.start() for hit in _TRAILER_START.finditer(text)), default=-1)
    more = start + ENVELOPE_LENGTH - len(text)
    return len(lines[-1]) + more if start >= 0 and more > 0 else 0


def _of_records(lines: list[bytes], block: int, end: int) -> list[int]:
    """How long each line should be where records that tell their length (P3) are cut every `block` bytes.

    The `end` of each record, of so many bytes, counts among them, or starts them again (`block`).
    """
    widths: list[int] = []
    left = taken = 0  # of the record, of the line
    for line in lines:
        if not left:
            left = 4 + int(line[:4]) if line[:4].isdigit() else 0
        width = min(block - taken, left)
        left -= width
        taken = (taken + width + (0 if left else end)) % block if end < block or left else 0
        widths.append(width)
    widths[-1] += left  # the last blanks had a line of their own
    return widths


def without_blanks(text: bytes, *, ended: bool = True) -> bytes:
    """A text as its copy had it; with `ended`, its last line is one of the file too."""
    text = _LOST.sub(b"", text)
    return _LOST_AT_THE_END.sub(b"", text) if ended else text
