"""Tables: titles over a thin rule, columns two spaces apart, no line ever cut."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final

from rich.cells import cell_len

from cli.words.page import QUIET, STRONG, Line, wrap

_GAP: Final = "  "
#: A column that may fold keeps at least so many columns of text.
_NARROWEST: Final = 12


class Table:
    """Rows under titles.

    `right` are the ranks of the columns of numbers; `fold` those whose texts may go on under themselves when
    the table is wider than the page: the widest gives way first, down to its longest word. `made` gives the
    cells of rows that are too many to be kept, each time it is called; they come before those that are added.
    """

    def __init__(
        self,
        *titles: str,
        right: Sequence[int] = (),
        fold: Sequence[int] = (),
        made: Callable[[], Iterable[tuple[str, ...]]] = tuple,
    ) -> None:
        self._titles = titles
        self._right = frozenset(right)
        self._fold = tuple(fold)
        self._rows: list[tuple[tuple[str, ...], str]] = []
        self._made = made
        self._widths = [cell_len(title) for title in titles]
        for cells in made():
            self._widen(cells)

    def add(self, *cells: str, style: str = "") -> None:
        """One more row."""
        self._rows.append((cells, style))
        self._widen(cells)

    def _widen(self, cells: Sequence[str]) -> None:
        self._widths = [max(width, cell_len(cell)) for width, cell in zip(self._widths, cells, strict=True)]

    def _all(self) -> Iterator[tuple[tuple[str, ...], str]]:
        yield from ((cells, "") for cells in self._made())
        yield from self._rows

    def lines(self, width: int) -> Iterator[Line]:
        """Titles, rule, rows, in at most `width` columns if folding allows."""
        widths = self._fitted(width)
        yield from self._row(self._titles, STRONG, widths)
        yield Line("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)), QUIET)
        for cells, style in self._all():
            yield from self._row(cells, style, widths)

    def _fitted(self, width: int) -> list[int]:
        widths = list(self._widths)
        over = sum(widths) + len(_GAP) * (len(widths) - 1) - width
        if over <= 0:
            return widths
        for rank in sorted(self._fold, key=lambda rank: -widths[rank]):
            taken = max(min(over, widths[rank] - self._narrowest(rank)), 0)
            widths[rank] -= taken
            over -= taken
        return widths

    def _narrowest(self, rank: int) -> int:
        """Columns that a column keeps at least: those of its title and of its longest word."""
        words = (word for cells, _ in self._all() for word in cells[rank].split(" "))
        return max(_NARROWEST, cell_len(self._titles[rank]), *map(cell_len, words), 0)

    def _row(self, cells: Sequence[str], style: str, widths: list[int]) -> Iterator[Line]:
        columns = [
            [cell]
            if cell_len(cell) <= width
            else [line.plain.rstrip() for line in wrap(Line(cell), width, width)]
            for cell, width in zip(cells, widths, strict=True)
        ]
        for rank in range(max(map(len, columns))):
            texts = (column[rank] if rank < len(column) else "" for column in columns)
            row = _GAP.join(self._placed(at, text, widths[at]) for at, text in enumerate(texts))
            yield Line(row.rstrip(), style)

    def _placed(self, at: int, text: str, width: int) -> str:
        filling = " " * (width - cell_len(text))
        return filling + text if at in self._right else text + filling


def write_csv(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as CSV on standard output, in UTF-8, one line end (LF) on every system."""
    from flatfile.csv_text import CsvText

    text = CsvText(end="\n").rows([columns, *([row.get(name, "") for name in columns] for row in rows)])
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
    sys.stdout.buffer.flush()
