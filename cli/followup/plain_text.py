"""Documents of the ledger in plain text: tables and folded paragraphs, as wide as a printed page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

_NO_BREAK = "\N{NO-BREAK SPACE}"

#: Columns of a text unless its reader has others, and the fewest of a first column that is folded.
WIDTH: Final = 80
_NARROWEST: Final = 24
_HANG: Final = "  "


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = (), width: int = WIDTH) -> str:
    """A table in plain text: the first row is the heading, columns in `numbers` are aligned on the right.

    The first column is folded where a line would be wider than `width`, never inside a word.
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rest = sum(2 + width for width in widths[1:])
    longest = max(len(word) for row in rows for word in (row[0].split() or [""]))
    widths[0] = min(widths[0], max(width - rest, _NARROWEST, longest + len(_HANG)))
    lines = ["  ".join("-" * width for width in widths)]
    for rank, row in enumerate(rows):
        first, *folded = _wrapped(row[0], widths[0], _HANG) or [""]
        cells = [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip((first, *row[1:]), widths, strict=True))
        ]
        whole = ["  ".join(cells).rstrip(), *folded]
        lines[0:0] = whole if not rank else ()
        lines += whole if rank else ()
    return "\n".join(line.replace(_NO_BREAK, " ") for line in lines) + "\n"


def folded(text: str, indent: str = "", width: int = WIDTH) -> str:
    """Paragraphs folded at `width`; `indent` starts the lines that follow. An amount is never parted."""
    return "\n".join("\n".join(_wrapped(line, width, indent)) for line in text.split("\n"))


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
