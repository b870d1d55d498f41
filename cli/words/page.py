"""A page of text: lines that wrap under themselves, and trees; styled on a terminal, plain elsewhere.

Wrapping is our own: rich breaks lines at no-break spaces, and would part amounts from their currency. Plain
text goes straight to its file: a report of tens of thousands of lines must not take longer than its reading.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Self, TextIO

from cli.words.line import ERROR as ERROR
from cli.words.line import GOOD as GOOD
from cli.words.line import INFO as INFO
from cli.words.line import QUIET as QUIET
from cli.words.line import STRONG as STRONG
from cli.words.line import WARNING as WARNING
from cli.words.line import Line, Piece, styled, wrap
from cli.words.screen import columns, console, has_colour

if TYPE_CHECKING:
    from cli.words.tables import Table

SEVERITY_STYLES: Final = {"error": ERROR, "warning": WARNING, "info": INFO}

#: Fewest columns left to the text of a deep branch.
_NARROWEST: Final = 24


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
