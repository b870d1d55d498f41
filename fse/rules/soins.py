"""Care already billed in a file: the same lines, for the same person, by the same professional."""

from __future__ import annotations

from operator import itemgetter
from typing import Final

from flatfile import Layout

#: Invoices remembered; a file beyond that is compared with its start alone. Files hold some hundreds.
_MOST_REMEMBERED: Final = 20_000

_NIR: Final = slice(11, 24)


class Soins:
    """The care that was seen: of each invoice, what its lines hash to, and its number.

    Invoices themselves are not kept: their bytes would cost more than the whole comparison.
    """

    def __init__(self) -> None:
        self._seen: dict[int, bytes] = {}
        self._layout: Layout | None = None
        self._person = self._birth = slice(0)
        self._rest = itemgetter(slice(0))

    def again(self, layout: Layout, header: bytes, lines: list[bytes], number: bytes) -> bool:
        """Whether an earlier invoice under another number has the same lines; from now on it is known.

        `layout` and `header` are those of its record 2, which has its length; `lines` are its records 3 and 4
        and their complements.
        """
        if layout is not self._layout:
            self._learn(layout)
        care = hash((header[self._person], header[self._birth], *map(self._rest, lines)))
        other = self._seen.setdefault(care, number)
        if other is number:
            if len(self._seen) > _MOST_REMEMBERED:
                del self._seen[care]
            return False
        return other != number and bool(header[_NIR].strip(b"0 "))

    def _learn(self, layout: Layout) -> None:
        """Where a header tells who is billed for, the day and rank of birth included."""
        number, birth = layout.by_name["numero_facture"].slice, layout.by_name["date_naissance"].slice
        self._layout = layout
        self._person, self._birth = slice(1, number.start), slice(birth.start, birth.stop + 1)
        self._rest = itemgetter(slice(number.stop, None))
