"""Care already billed in a file: the same lines, for the same person, by the same professional."""

from __future__ import annotations

from typing import Final

from flatfile import Layout
from fse.facture import Facture

#: Invoices remembered; a file beyond that is no longer compared with its start. Files hold some hundreds.
_MOST_REMEMBERED: Final = 1_500

#: What the lines of an invoice say after what all its records repeat, complements included.
Lines = tuple[tuple[str, bytes], ...]


class Soins:
    """The care that was seen. Lines are compared where a person comes again, and nowhere else."""

    def __init__(self) -> None:
        self._seen: dict[bytes, Facture | dict[Lines, bytes]] = {}
        self._count = 0
        self._layout: Layout | None = None
        self._number = self._birth = slice(0)

    def again(self, facture: Facture) -> bool:
        """Whether an earlier invoice under another number has the same lines; from now on it is known."""
        header = facture.raws[0]
        if facture.layouts[0] is not self._layout:
            self._learn(facture.layouts[0])
        if not self._birth.stop or not header[11:24].strip(b"0 "):
            return False
        person = header[1 : self._number.start] + header[self._birth]
        known = self._seen.get(person)
        if known is None:
            if self._count < _MOST_REMEMBERED:
                self._count += 1
                self._seen[person] = facture
            return False
        if isinstance(known, Facture):
            known = self._seen[person] = {_lines(known): known.raws[0][self._number]}
        lines, own = _lines(facture), header[self._number]
        other = known.get(lines)
        if other is None and self._count < _MOST_REMEMBERED:
            self._count += 1
            known[lines] = own
        return bool(lines) and other is not None and other != own

    def _learn(self, layout: Layout) -> None:
        """Where a header tells its number, and the day and rank of birth: twins are two persons."""
        number, birth = layout.by_name.get("numero_facture"), layout.by_name.get("date_naissance")
        self._layout, self._number, self._birth = layout, slice(0), slice(0)
        if number is not None and birth is not None and layout.name == "2":
            self._number = number.slice
            self._birth = slice(birth.slice.start, birth.slice.stop + 1)


def _lines(facture: Facture) -> Lines:
    found: list[tuple[str, bytes]] = []
    for layout, raw in zip(facture.layouts, facture.raws, strict=True):
        if layout.name[0] in "34":
            field = layout.by_name.get("numero_facture")
            found.append((layout.name, raw[field.slice.stop if field is not None else 0 :]))
    return tuple(sorted(found))
