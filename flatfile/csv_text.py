"""CSV, written in one place: RFC 4180, or as French spreadsheets open it without a question.

`excel-fr` is for them: `;` between cells, a byte order mark (else they take UTF-8 for Windows-1252), a
decimal comma, and `="0123"` for what they would make another number or a day of (`0123`, a NIR, `1E5`,
`3-4`). Amounts in cents stay in cents: a column means the same in both styles.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from contextvars import ContextVar
from decimal import Decimal
from typing import Final, Literal

Style = Literal["standard", "excel-fr"]

_style: Final[ContextVar[Style]] = ContextVar("csv_style", default="standard")

#: Texts that a spreadsheet reads as a number or a day that is not what is written.
_MISREAD: Final = re.compile(r"0[0-9]+|[0-9]{12,}|[0-9]+[eE][0-9]+|[0-9]{1,2}[-/][0-9]{1,4}")

#: A text that such a writer kept whole.
_KEPT: Final = re.compile(r'="([^"]*)"')


def use_style(style: Style) -> None:
    """Have CSV written so, from here on, by this thread or task."""
    _style.set(style)


def csv_style() -> Style:
    """The style of CSV of this thread or task."""
    return _style.get()


class CsvText:
    r"""Rows as text.

    - `end`: what ends a row in the standard style;
    - `style`: that of `use_style` when it is not given.

    >>> CsvText(style="standard").rows([["code", "montant"], ["0123", Decimal("17.5")]])
    'code,montant\r\n0123,17.5\r\n'
    >>> CsvText(style="excel-fr").rows([["acte", "montant"], ["AMI", Decimal("17.5")]])
    '\ufeffacte;montant\r\nAMI;17,5\r\n'
    """

    def __init__(self, *, end: str = "\r\n", style: Style | None = None) -> None:
        self._is_french = (style or _style.get()) == "excel-fr"
        self._end = "\r\n" if self._is_french else end
        self._begun = False

    def rows(self, rows: Iterable[Iterable[object]]) -> str:
        """The text of the next rows."""
        text = io.StringIO(newline="")
        if self._is_french and not self._begun:
            text.write("\ufeff")
        self._begun = True
        writer = csv.writer(text, delimiter=";" if self._is_french else ",", lineterminator=self._end)
        writer.writerows(map(self._kept, rows) if self._is_french else rows)
        return text.getvalue()

    @staticmethod
    def _kept(row: Iterable[object]) -> Iterable[object]:
        for cell in row:
            if isinstance(cell, str):
                yield f'="{cell}"' if _MISREAD.fullmatch(cell) else cell
            elif isinstance(cell, (float, Decimal)):
                yield f"{cell:f}".replace(".", ",")
            else:
                yield cell


def unkept(cell: str) -> str:
    """A cell read back: the text that `="0123"` keeps.

    >>> unkept('="0123"'), unkept("0123")
    ('0123', '0123')
    """
    found = _KEPT.fullmatch(cell)
    return found[1] if found else cell
