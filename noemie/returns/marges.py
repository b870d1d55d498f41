"""Blanks that a copy took off the ends of lines, of 128 bytes or of those they announce: put back, taken off.

A return is read with these blanks when it is then read clean (`noemie.returns.reader`). Its bytes stay those
of the file: the blanks are taken off again when it is written.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from itertools import accumulate
from typing import Final, NamedTuple

from noemie.returns.borders import BLOCK
from noemie.returns.tables import TRAILER

#: Evidence that blanks were taken off the ends of lines (`Detection.seen`).
TRIMMED: Final = "blancs-retires"

_END: Final = re.compile(rb"(\r\n|\n|\r)")
#: What may stand after the last line, and a byte order mark.
_AFTER: Final = b"\r\n\x1a"
_BOM: Final = b"\xef\xbb\xbf"
_LOST: Final = re.compile(rb" +(?=[\r\n])")
_LOST_AT_THE_END: Final = re.compile(rb" +(?=[\r\n\x1a]*\Z)")
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
    lines = _END.split(head.removeprefix(_BOM).rstrip(_AFTER))[::2][:-1]
    widths = _widths(lines)
    if len(lines) < _FEWEST and BLOCK in widths:
        return False
    lost = [width - len(line) for line, width in zip(lines, widths, strict=True)]
    return bool(lost) and min(lost) >= 0 < max(lost) and not any(line.endswith(b" ") for line in lines)


def _widths(lines: list[bytes]) -> list[int]:
    """How long each line should be: what its four first digits announce (P3), or 128 bytes."""
    announced = [4 + int(line[:4]) if line[:4].isdigit() else 0 for line in lines]
    return announced if all(announced) else [BLOCK] * len(lines)


def restored(data: bytes) -> Marges | None:
    """A file with the blanks put back; nothing when taking them off again would not give its bytes."""
    mark = _BOM if data.startswith(_BOM) else b""
    body = data.rstrip(_AFTER)
    pieces = _END.split(body.removeprefix(mark))
    lines, ends = pieces[::2], [*pieces[1::2], data[len(body) :]]
    widths = _widths(lines)
    if not lines[-1].startswith(TRAILER.encode()) and widths[-1] == BLOCK:
        widths[-1] = 0  # of no width that is known
    whole = [line.ljust(width) for line, width in zip(lines, widths, strict=True)]
    text = mark + b"".join(line + end for line, end in zip(whole, ends, strict=True))
    if without_blanks(text) != data:
        return None
    written = [len(line) + len(end) for line, end in zip(lines, ends, strict=True)]
    widened = [len(line) + len(end) for line, end in zip(whole, ends, strict=True)]
    starts, places = (list(accumulate(sizes[:-1], initial=len(mark))) for sizes in (widened, written))
    return Marges(text, starts, places, written)


def without_blanks(text: bytes, *, ended: bool = True) -> bytes:
    """A text as its copy had it; with `ended`, its last line is one of the file too."""
    text = _LOST.sub(b"", text)
    return _LOST_AT_THE_END.sub(b"", text) if ended else text
