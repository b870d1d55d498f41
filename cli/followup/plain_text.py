"""Documents of the ledger in plain text: tables and folded paragraphs, as wide as a printed page."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Final

_NO_BREAK = "\N{NO-BREAK SPACE}"

#: Columns of a text, and the fewest of a first column that is folded.
WIDTH: Final = 80
_NARROWEST: Final = 24


def table(rows: Sequence[Sequence[str]], numbers: Sequence[int] = ()) -> str:
    """A table in plain text: the first row is the heading, columns in `numbers` are aligned on the right.

    The first column is folded where a line would be wider than `WIDTH`.
    """
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    rest = sum(2 + width for width in widths[1:])
    widths[0] = min(widths[0], max(WIDTH - rest, _NARROWEST))
    lines = ["  ".join("-" * width for width in widths)]
    for rank, row in enumerate(rows):
        first, *folded = textwrap.wrap(row[0], widths[0], subsequent_indent="  ") or [""]
        cells = [
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip((first, *row[1:]), widths, strict=True))
        ]
        whole = ["  ".join(cells).rstrip(), *folded]
        lines[0:0] = whole if not rank else ()
        lines += whole if rank else ()
    return "\n".join(line.replace(_NO_BREAK, " ") for line in lines) + "\n"


def folded(text: str, indent: str = "") -> str:
    """Paragraphs folded at `WIDTH`; `indent` starts the lines that follow. An amount is never parted."""
    return "\n".join(
        "\n".join(
            textwrap.wrap(
                line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
            )
        )
        for line in text.split("\n")
    )
