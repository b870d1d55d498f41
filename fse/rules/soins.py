"""Care already billed in a file: the same lines, for the same person, by the same professional."""

from __future__ import annotations

from typing import Final

from flatfile import Layout
from fse.facture import Facture

#: Invoices remembered; a file beyond that is no longer compared with its start. Files hold some hundreds.
_MOST_REMEMBERED: Final = 1_500

#: What a line says after what all records of an invoice repeat, complements included.
Lines = list[tuple[str, bytes]]


class Soins:
    """The care that was seen. Lines are compared where a person comes again, and nowhere else."""

    def __init__(self) -> None:
        self._seen: dict[bytes, list[tuple[tuple[Layout, ...], list[bytes], bytes]]] = {}
        self._count = 0

    def again(self, facture: Facture) -> bool:
        """Whether an earlier invoice under another number has the same lines; from now on it is known."""
        header, layout = facture.raws[0], facture.layouts[0]
        number = layout.by_name.get("numero_facture")
        birth = layout.by_name.get("date_naissance")
        if number is None or birth is None or layout.name != "2" or not header[11:24].strip(b"0 "):
            return False
        # Rank of birth included: twins are two persons.
        person = header[1 : number.start - 1] + header[birth.slice.start : birth.slice.stop + 1]
        own = header[number.slice]
        known = self._seen.get(person)
        found = False
        if known is not None:
            lines = _lines(facture.layouts, facture.raws)
            found = bool(lines) and any(
                own != other and lines == _lines(layouts, raws) for layouts, raws, other in known
            )
        if self._count < _MOST_REMEMBERED:
            self._count += 1
            self._seen.setdefault(person, []).append((facture.layouts, facture.raws, own))
        return found


def _lines(layouts: tuple[Layout, ...], raws: list[bytes]) -> Lines:
    found: Lines = []
    for layout, raw in zip(layouts, raws, strict=True):
        if layout.name[0] in "34":
            field = layout.by_name.get("numero_facture")
            found.append((layout.name, raw[field.slice.stop if field is not None else 0 :]))
    return sorted(found)
