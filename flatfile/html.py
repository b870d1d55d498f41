"""Plain HTML tables for notebooks (`_repr_html_`): small, escaped, without any style of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from html import escape
from itertools import islice
from typing import Final

from flatfile.record import MASK, Record

#: Rows that a table shows; the caption tells how many there are.
MOST_ROWS: Final = 20
#: Characters of a cell; what is beyond is cut.
_MOST_CHARACTERS: Final = 200

#: Stands for a value that cannot be shown.
HIDDEN: Final = MASK * 3

#: What a cell may hold; `None` leaves it empty.
Shown = str | int | date | Decimal | None


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Shown]], count: int) -> str:
    """An HTML table of the first `MOST_ROWS` of `count` rows; no more of `rows` are made.

    >>> table("Une <facture>", ["lot"], [["001"]], 1)
    '<table><caption>Une &lt;facture&gt;</caption><tr><th>lot</th></tr><tr><td>001</td></tr></table>'
    """
    if count > MOST_ROWS:
        caption = f"{caption} ({MOST_ROWS} of {count} shown)"
    lines = [_line("th", columns), *(_line("td", row) for row in islice(rows, MOST_ROWS))]
    return f"<table><caption>{_text(caption)}</caption>{''.join(lines)}</table>"


def euros(cents: int | None) -> Decimal | None:
    """Cents as euros with two decimals."""
    return None if cents is None else Decimal(cents).scaleb(-2)


def is_sound(record: Record) -> bool:
    """Whether a record has all its bytes, and those of its kinds in every field: none has moved."""
    layout = record.layout
    return (
        layout.name != "?"
        and len(record.raw) == layout.length
        and all(tolerated for _, tolerated in layout.defects(record.raw))
    )


def _line(tag: str, cells: Iterable[Shown]) -> str:
    return "<tr>" + "".join(f"<{tag}>{_text(cell)}</{tag}>" for cell in cells) + "</tr>"


def _text(cell: Shown) -> str:
    text = "" if cell is None else str(cell)
    if len(text) > _MOST_CHARACTERS:
        text = text[: _MOST_CHARACTERS - 1] + "…"
    return escape("".join(c if c.isprintable() else "�" for c in text))
