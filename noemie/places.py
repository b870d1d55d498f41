"""Where a finding is: entity, field, invoice, batch."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from flatfile import Field, Finding, Record
from noemie.facture import FactureRetour
from noemie.retour import Retour
from noemie.tree import numero_de

#: What may be shown of an invoice or batch number: in a damaged file its place may hold part of a name.
_SAFE: Final = re.compile(r"[0-9 ]{1,9}")


class Places:
    """Makes findings on a return. Which entity belongs to which invoice is looked up at the first finding."""

    def __init__(self, retour: Retour) -> None:
        self._retour = retour

    @cached_property
    def _factures(self) -> dict[int, FactureRetour]:
        """Invoice by number of entity."""
        return {record.number: facture for facture in self._retour.factures for record in facture.entites}

    def finding(self, rule: str, record: Record, field: str = "", expected: str = "") -> Finding:
        """A finding on an entity, or on one of its fields."""
        offset, length = record.offset, len(record.raw)
        if field:
            where: Field = record.layout.by_name[field]
            offset, length = record.offset + where.start - 1, where.length
        facture = self._factures.get(record.number)
        number = numero_de(record)
        return Finding(
            rule,
            record.number,
            offset,
            length,
            "" if number == "?" else number,
            field,
            _safe(facture.numero) if facture else "",
            _safe(facture.lot) if facture else "",
            expected,
        )


def _safe(number: str) -> str:
    return number if _SAFE.fullmatch(number) else ""
