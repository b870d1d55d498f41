"""What is used twice in a file: numbers of invoices and of batches, care billed under two numbers."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Final

from codes.factures import CANCELLING
from flatfile import Finding, Layout, Record
from flatfile.findings import both
from fse.facture import Facture
from fse.rules.contexte import Contexte, whole_header
from fse.rules.registre import finds

#: Invoices remembered; a file beyond that is compared with its start alone. Files hold some hundreds.
_MOST_CARE: Final = 20_000

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
            if len(self._seen) > _MOST_CARE:
                del self._seen[care]
            return False
        return other != number and bool(header[_NIR].strip(b"0 "))

    def _learn(self, layout: Layout) -> None:
        """Where a header tells who is billed for, the day and rank of birth included."""
        number, birth = layout.by_name["numero_facture"].slice, layout.by_name["date_naissance"].slice
        self._layout = layout
        self._person, self._birth = slice(1, number.start), slice(birth.start, birth.stop + 1)
        self._rest = itemgetter(slice(number.stop, None))


#: First bytes of the records of a line.
_OF_A_LINE = (b"3", b"4")

#: Numbers remembered to find those used twice; a file beyond that is no longer compared with its start.
MOST_REMEMBERED = 100_000


class Numbers:
    """Numbers already used in a file."""

    def __init__(self) -> None:
        #: Invoices that were seen: professional, then number.
        self.invoices: set[bytes] = set()
        self._batches: set[bytes] = set()
        self.care = Soins()

    @finds("unicite.facture", "unicite.soin")
    def check_invoice(self, facture: Facture, context: Contexte) -> Iterator[Finding]:
        """An invoice number is used once in a file by a professional, and care is billed under one number.

        A cancellation repeats the number and the care of what it cancels.
        """
        header = whole_header(facture)
        if header is None:
            return
        layout = header.layout
        if "numero_facture" not in layout:
            return  # a table of a site
        number = invoice_number(header.raw, layout.by_name["numero_facture"].slice)
        if header.text("nature_operation") in CANCELLING:
            self.invoices.discard(number)
            return
        lines = [raw for raw in facture.raws if raw[:1] in _OF_A_LINE] if "date_naissance" in layout else []
        if lines and self.care.again(layout, header.raw, lines, number):
            expected = both("des soins facturés une seule fois", "care billed once")
            found = both("les mêmes lignes qu'une facture précédente", "the same lines as an earlier invoice")
            yield context.finding(
                "unicite.soin", header, "numero_facture", expected=expected, found=found, facture=facture
            )
        if not header.text("numero_facture").strip("0"):
            return
        if number in self.invoices:
            yield context.finding(
                "unicite.facture",
                header,
                "numero_facture",
                expected=both("un autre numéro", "another number"),
                facture=facture,
            )
        self.remember(number)

    def remember(self, number: bytes) -> None:
        """Note the number of an invoice, flawless or not, up to the limit."""
        if len(self.invoices) < MOST_REMEMBERED:
            self.invoices.add(number)

    @finds("unicite.lot")
    def check_batch(self, lot: Record, context: Contexte) -> Iterator[Finding]:
        """A batch number is used once in a file by a professional."""
        if not lot.text("numero_lot").strip("0"):
            return
        number = lot.raw[1:10] + lot["numero_lot"].encode("latin-1")
        if number in self._batches:
            yield context.finding("unicite.lot", lot, "numero_lot")
        self._batches.add(number)


def invoice_number(header: bytes, number: slice) -> bytes:
    """What makes an invoice unique in a file: the professional and the number."""
    return header[1:10] + header[number]
