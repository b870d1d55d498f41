"""A line of text, each piece with its style, and how it folds; what draws it in colours is imported then."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Self

from rich.cells import cell_len

if TYPE_CHECKING:
    from rich.text import Text

ERROR: Final = "bold red"
WARNING: Final = "bold yellow"
INFO: Final = "cyan"
GOOD: Final = "green"
QUIET: Final = "dim"
STRONG: Final = "bold"

#: A piece of a line: text, or text and its style.
Piece = str | tuple[str, str]

#: What a terminal would obey: bell, backspace, vertical tab, form feed, carriage return.
_CONTROLS: Final = dict.fromkeys((7, 8, 11, 12, 13))


class Line:
    """Pieces of text, each with its style: those of `rich.style`, or none."""

    __slots__ = ("_pieces",)

    def __init__(self, text: str = "", style: str = "") -> None:
        self._pieces: list[tuple[str, str]] = []
        self.append(text, style)

    def append(self, text: str, style: str = "") -> Self:
        """Add a piece, without anything that a terminal would obey."""
        if text := text.translate(_CONTROLS):
            self._pieces.append((text, style))
        return self

    def append_text(self, other: Line) -> Self:
        """Add the pieces of another line."""
        self._pieces += other._pieces
        return self

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for text, _ in self._pieces)

    def __len__(self) -> int:
        return sum(len(text) for text, _ in self._pieces)

    def part(self, start: int, end: int | None = None) -> Line:
        """The characters from `start` to `end`, with their styles."""
        made, done = Line(), 0
        for text, style in self._pieces:
            stop = None if end is None else max(end - done, 0)
            if piece := text[max(start - done, 0) : stop]:
                made._pieces.append((piece, style))
            done += len(text)
        return made

    def drawn(self, margin: str = "", style: str = "") -> Text:
        """The same for `rich`, after a margin."""
        from rich.text import Text

        made = Text(margin, style)
        for piece in self._pieces:
            made.append(*piece)
        return made


def styled(*pieces: Piece | Line) -> Line:
    """One line of several pieces."""
    made = Line()
    for piece in pieces:
        if isinstance(piece, Line):
            made.append_text(piece)
        elif isinstance(piece, str):
            made.append(piece)
        else:
            made.append(*piece)
    return made


def wrap(line: Line, first: int, rest: int) -> list[Line]:
    """Lines of at most `first` columns, then `rest`; broken at plain spaces, and at line ends.

    A word is never broken, even one that is longer than a line: a path, an address.
    """
    lines: list[Line] = []
    start = 0
    for text in line.plain.split("\n"):
        lines += [
            line.part(start + one, start + other)
            for one, other in _folds(text, rest if lines else first, rest)
        ]
        start += len(text) + 1
    return lines


def _folds(plain: str, first: int, rest: int) -> Iterator[tuple[int, int]]:
    """Where each line starts and ends."""
    if cell_len(plain) <= first:
        yield 0, len(plain)
        return
    # Where each character starts, in columns: most take one, some take two.
    ends = list(accumulate(map(cell_len, plain)))
    start, width, done = 0, first, 0
    while ends[-1] - done > width:
        stop = max(bisect_right(ends, done + width), start + 1)
        space = stop if plain[stop] == " " else plain.rfind(" ", start + 1, stop)
        if space <= start or not plain[start:space].strip():
            word = len(plain) - len(plain[start:].lstrip(" "))
            space = plain.find(" ", max(word, stop))
        if space < 0:
            break
        yield start, space
        start = space
        while start < len(plain) and plain[start] == " ":
            start += 1
        if start == len(plain):
            return
        done, width = ends[start - 1], rest
    yield start, len(plain)
