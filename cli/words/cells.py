"""Cells of a CSV that no spreadsheet takes for a formula."""

from __future__ import annotations

from cli.words.texts import printable
from flatfile.cells import guard_cell


def cell(value: str | int) -> str | int:
    """A value as a cell that no spreadsheet runs.

    >>> cell("=cmd()"), cell(" +1"), cell("-2"), cell(-2), cell("facture")
    ("'=cmd()", "' +1", "'-2", -2, 'facture')
    """
    if isinstance(value, int):
        return value
    return guard_cell(printable(value))
