"""A page of text: styled pieces, lines that wrap under themselves, trees; plain unless on a terminal.

Wrapping is our own: rich breaks lines at no-break spaces, and would part amounts from their currency. Plain
text goes straight to its file: a report of tens of thousands of lines must not take longer than its reading.
What draws in colours is imported when something is. Tables are in `cli.words.tables`.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Self, TextIO

from rich.cells import cell_len

from cli.words.screen import columns, console, has_colour

if TYPE_CHECKING:
    from rich.text import Text

    from cli.words.tables import Table

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

SEVERITY_STYLES: Final = {"error": ERROR, "warning": WARNING, "info": INFO}

#: Fewest columns left to the text of a deep branch.
_NARROWEST: Final = 24


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


class Branch:
    """A node of a tree: its text, its branches."""

    def __init__(self, label: Line) -> None:
        self.label = label
        self.branches: list[Branch] = []

    def add(self, label: Line) -> Branch:
        """A new branch under this one."""
        made = Branch(label)
        self.branches.append(made)
        return made

    def lines(self, width: int, before: str = "", own: str = "") -> Iterator[tuple[str, Line]]:
        """Each line: its guides, its text. `before` stands before the lines under the first one."""
        room = max(width - len(before), _NARROWEST)
        under = before + ("│ " if self.branches else "  ") if before or own else before
        for rank, line in enumerate(wrap(self.label, room, room - len(under) + len(before))):
            yield own if not rank else under, line
        for branch in self.branches:
            last = branch is self.branches[-1]
            yield from branch.lines(
                width, before + ("   " if last else "│  "), before + ("└─ " if last else "├─ ")
            )


class Page:
    """Writes to standard output, or `stream`; `width` is that of `cli.words.screen.columns`."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stdout
        self._console = console(self._stream) if has_colour(self._stream) else None
        #: Columns of the page.
        self.width = columns(self._stream)

    def line(self, *pieces: Piece | Line, indent: int = 0, hang: int = 0) -> Self:
        """One paragraph; `hang` more columns before its second line and the next ones."""
        room = max(self.width - indent, _NARROWEST)
        for rank, row in enumerate(wrap(styled(*pieces), room, max(room - hang, _NARROWEST))):
            self._write(" " * (indent + (hang if rank else 0)), row)
        return self

    def _write(self, margin: str, row: Line) -> None:
        plain = row.plain.rstrip()
        if not plain:
            margin = margin.rstrip()
        if self._console is None:
            self._stream.write(f"{margin}{plain}\n")
        else:
            row = row.part(0, len(plain))
            self._console.print(row.drawn(margin, QUIET if margin.strip() else ""), soft_wrap=True)

    def blank(self) -> None:
        """An empty line."""
        self._write("", Line())

    def heading(self, text: str) -> None:
        """A title that stands out in plain text too."""
        self.line((text, STRONG))

    def tree(self, branch: Branch) -> None:
        """A tree, from its root."""
        for guides, line in branch.lines(self.width):
            self._write(guides, line)

    def table(self, table: Table) -> None:
        """A table."""
        for row in table.lines(self.width):
            self._write("", row)
