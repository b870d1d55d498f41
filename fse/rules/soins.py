"""Care already billed in a file: the same lines, for the same person, by the same professional."""

from __future__ import annotations

from operator import itemgetter
from typing import Final

from flatfile import Layout
from fse.facture import Facture

#: Invoices remembered; a file beyond that is no longer compared with its start. Files hold some hundreds.
_MOST_REMEMBERED: Final = 20_000

_HEADER, _TOTAL, _LINES = ord("2"), ord("5"), b"34"


class Soins:
    """The care that was seen: of each invoice, what its lines hash to, and its number.

    Invoices themselves are not kept: their bytes would cost more than the whole comparison.
    """

    def __init__(self) -> None:
        self._seen: dict[int, bytes] = {}
        self._layout: Layout | None = None
        self._rest = itemgetter(slice(0))
        self._number = self._person = self._birth = slice(0)

    def again(self, facture: Facture) -> bool:
        """Whether an earlier invoice under another number has the same lines; from now on it is known."""
        if facture.layouts[0] is not self._layout:
            self._learn(facture.layouts)
        raws = facture.raws
        if not all(raws):  # between two line ends in a row, nothing stands
            raws = [raw for raw in raws if raw]
        header = raws[0]
        if header[0] == _HEADER and raws[-1][0] == _TOTAL:  # lines stand together before the total
            first = 1
            while raws[first][0] == _HEADER:
                first += 1
            lines = raws[first:-1]
        else:
            lines = [raw for raw in raws if raw[0] in _LINES]
        care = hash((header[self._person], header[self._birth], *map(self._rest, lines)))
        own = header[self._number]
        other = self._seen.setdefault(care, own)
        if other is own:
            if len(self._seen) > _MOST_REMEMBERED or not lines or not own:
                del self._seen[care]
            return False
        return other != own and bool(header[11:24].strip(b"0 "))

    def _learn(self, layouts: tuple[Layout, ...]) -> None:
        """Where a header tells its number, and the day and rank of birth: twins are two persons."""
        self._layout = header = layouts[0]
        number, birth = header.by_name.get("numero_facture"), header.by_name.get("date_naissance")
        self._number = slice(0)
        if number is not None and birth is not None and header.name == "2":
            self._number, self._person = number.slice, slice(1, number.slice.start)
            self._birth = slice(birth.slice.start, birth.slice.stop + 1)
            self._rest = itemgetter(slice(max(map(_start, layouts)), None))


def _start(layout: Layout) -> int:
    """Where what follows the number of the invoice starts."""
    field = layout.by_name.get("numero_facture")
    return field.slice.stop if field is not None else 0
