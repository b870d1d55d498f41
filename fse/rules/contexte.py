"""What the rules need to know besides the records they look at."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from codes.lists import Code, CodeList, Namespace
from flatfile import Field, Finding, Record
from flatfile.layout import padded
from fse.facture import Facture
from fse.normes import LENGTH, Norme


class Contexte:
    """State of one check: the norm, the code lists, the records that are open.

    `debut` and `lot` are the records 000 and 1 that the invoice being looked at stands under.
    """

    def __init__(self, norme: Norme, lists: Namespace) -> None:
        self.norme = norme
        self.lists = lists
        self.debut: Record | None = None
        self.lot: Record | None = None
        self._known: dict[Field, Mapping[str, Code]] = {}

    @cached_property
    def emitted(self) -> Mapping[str, frozenset[str]]:
        """Codes that a flow may carry, by list: what a gate lets pass."""
        return {name: codes.emitted for name, codes in self.lists.items()}

    def code_list(self, field: Field) -> CodeList | None:
        """The list of a field, when it has one that we know."""
        return self.lists.get(field.list) if field.list else None

    def known(self, field: Field, codes: CodeList) -> Mapping[str, Code]:
        """The codes of a field's list by the bytes that write them there."""
        found = self._known.get(field)
        if found is None:
            found = self._known[field] = {
                padded(code, field): entry for code, entry in codes.items() if len(code) <= field.length
            }
        return found

    def finding(
        self,
        rule: str,
        record: Record,
        field: str = "",
        *,
        expected: str = "",
        facture: Facture | None = None,
    ) -> Finding:
        """A finding on `record`, or on one of its fields.

        The number of the invoice is told only when it can be trusted to be one: in a damaged record its
        place may hold part of another field.
        """
        offset, length = record.offset, len(record.raw)
        if field:
            where = record.layout.by_name[field]
            offset, length = record.offset + where.start - 1, where.length
        return Finding(
            rule,
            record.number,
            offset,
            length,
            "" if record.type == "?" else record.type,
            field,
            number_of(facture) if facture is not None else "",
            safe_number(self.lot, "numero_lot") if self.lot is not None else "",
            expected,
        )


def number_of(facture: Facture) -> str:
    """The invoice number, or nothing when no undamaged record tells it."""
    for rank, layout in enumerate(facture.layouts):
        if "numero_facture" in layout and len(facture.raws[rank]) == LENGTH:
            return safe_number(facture.records[rank], "numero_facture")
    return ""


def safe_number(record: Record, field: str) -> str:
    """A number of an undamaged record, when it is made of digits only."""
    text = record.text(field) if len(record.raw) == LENGTH else ""
    return text if text.isdigit() else ""
