"""Cells of CSV tables that no spreadsheet runs."""

from __future__ import annotations

from typing import Final

#: What starts a formula, in ASCII and in the full-width forms that spreadsheets read alike.
FORMULA: Final = tuple("=+-@＝＋－＠")


def guard_cell(text: str) -> str:
    """`text` with an apostrophe in front when a spreadsheet would take it for a formula.

    >>> guard_cell("=cmd()"), guard_cell(" +1"), guard_cell("facture")
    ("'=cmd()", "' +1", 'facture')
    """
    return f"'{text}" if text.lstrip().startswith(FORMULA) else text
