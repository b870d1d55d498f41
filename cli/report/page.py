"""A page of text: lines that wrap under themselves, styled on a terminal, plain elsewhere."""

from __future__ import annotations

from typing import Final

from rich.console import RenderableType
from rich.text import Text

from cli.screen import console

#: A piece of a line: text, or text and its style.
Piece = str | tuple[str, str]

ERROR: Final = "bold red"
WARNING: Final = "bold yellow"
INFO: Final = "cyan"
GOOD: Final = "green"
QUIET: Final = "dim"
STRONG: Final = "bold"

#: Styles of severities and of what must not be missed.
SEVERITY_STYLES: Final = {"error": ERROR, "warning": WARNING, "info": INFO}


class Page:
    """Writes to standard output; `width` is that of the terminal, 80 in a pipe."""

    def __init__(self) -> None:
        self.console = console()

    @property
    def width(self) -> int:
        """Columns of the page."""
        return self.console.width

    def line(self, *pieces: Piece, indent: int = 0, hang: int = 0) -> None:
        """One paragraph; `hang` more columns before its second line and the next ones."""
        text = styled(*pieces)
        rows = text.wrap(self.console, max(self.width - indent - hang, 20)) if text else [text]
        for rank, row in enumerate(rows):
            row.rstrip()
            margin = " " * (indent + (hang if rank else 0)) if row else ""
            self.console.print(Text(margin).append_text(row), soft_wrap=True)

    def blank(self) -> None:
        """An empty line."""
        self.console.print()

    def heading(self, text: str) -> None:
        """A title that stands out in plain text too."""
        self.line((text, STRONG))

    def put(self, renderable: RenderableType) -> None:
        """A table or a tree."""
        self.console.print(renderable)


def styled(*pieces: Piece) -> Text:
    """One text of several pieces."""
    made = Text()
    for piece in pieces:
        if isinstance(piece, str):
            made.append(piece)
        else:
            made.append(*piece)
    return made
