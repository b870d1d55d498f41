"""A page of text: lines that wrap under themselves, and trees; styled on a terminal, plain elsewhere.

Wrapping is our own: rich breaks lines at no-break spaces, and would part amounts from their currency. Plain
text goes straight to its file: a report of tens of thousands of lines must not take longer than its reading.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING, Final, Self, TextIO

from rich.cells import cell_len
from rich.text import Text

from cli.words.screen import console

if TYPE_CHECKING:
    from cli.words.tables import Table

#: A piece of a line: text, or text and its style.
Piece = str | tuple[str, str]

ERROR: Final = "bold red"
WARNING: Final = "bold yellow"
INFO: Final = "cyan"
GOOD: Final = "green"
QUIET: Final = "dim"
STRONG: Final = "bold"

SEVERITY_STYLES: Final = {"error": ERROR, "warning": WARNING, "info": INFO}

#: Fewest columns left to the text of a deep branch.
_NARROWEST: Final = 24


def styled(*pieces: Piece) -> Text:
    """One text of several pieces."""
    made = Text()
    for piece in pieces:
        if isinstance(piece, str):
            made.append(piece)
        else:
            made.append(*piece)
    return made


def wrap(text: Text, first: int, rest: int) -> list[Text]:
    """Lines of at most `first` columns, then `rest`; broken at plain spaces, and at line ends.

    A word is never broken, even one that is longer than a line: a path, an address.
    """
    lines: list[Text] = []
    for paragraph in text.split("\n", allow_blank=True):
        lines += _wrap_one(paragraph, first if not lines else rest, rest)
    return lines or [Text()]


def _wrap_one(text: Text, first: int, rest: int) -> Iterator[Text]:
    plain = text.plain
    if cell_len(plain) <= first:
        yield text
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
        yield text[start:space]
        start = space
        while start < len(plain) and plain[start] == " ":
            start += 1
        if start == len(plain):
            return
        done, width = ends[start - 1], rest
    yield text[start:]


class Branch:
    """A node of a tree: its text, its branches."""

    def __init__(self, label: Text) -> None:
        self.label = label
        self.branches: list[Branch] = []

    def add(self, label: Text) -> Branch:
        """A new branch under this one."""
        made = Branch(label)
        self.branches.append(made)
        return made

    def lines(self, width: int, before: str = "", own: str = "") -> Iterator[tuple[str, Text]]:
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
        self.console = console(stream)

    @property
    def width(self) -> int:
        """Columns of the page."""
        return self.console.width

    def line(self, *pieces: Piece | Text, indent: int = 0, hang: int = 0) -> Self:
        """One paragraph; `hang` more columns before its second line and the next ones."""
        text = Text()
        for piece in pieces:
            text.append_text(piece if isinstance(piece, Text) else styled(piece))
        room = max(self.width - indent, _NARROWEST)
        for rank, row in enumerate(wrap(text, room, max(room - hang, _NARROWEST))):
            self._write(" " * (indent + (hang if rank else 0)), row)
        return self

    def _write(self, margin: str, row: Text) -> None:
        row.rstrip()
        if self.console.color_system is None:
            self.console.file.write((margin + row.plain if row else margin.rstrip()) + "\n")
            return
        made = Text(margin if row else margin.rstrip(), QUIET if margin.strip() else "")
        self.console.print(made.append_text(row), soft_wrap=True)

    def blank(self) -> None:
        """An empty line."""
        self._write("", Text())

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
