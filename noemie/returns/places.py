"""Where a finding is: entity, field, invoice, batch."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

from flatfile import Field, Finding, Record
from fse.rules.valeurs import shape, value_found
from noemie.returns.borders import BLOCK
from noemie.returns.retour import Retour
from noemie.returns.tables import HEADER, TRAILER
from noemie.returns.tree import numero_de

#: What may be shown of an invoice or batch number: in a damaged file its place may hold part of a name.
_SAFE: Final = re.compile(r"[0-9 ]{1,9}")


#: Characters beyond which a value of the wrong form may be a part of a name.
_TELLING: Final = 4


class Places:
    """Makes findings on a return."""

    def __init__(self, retour: Retour) -> None:
        self._retour = retour

    @property
    def are_trimmed(self) -> bool:
        """Whether the lines of the file lost the blanks at their end."""
        return self._retour.skeleton.trimmed

    def finding(
        self, rule: str, record: Record, field: str = "", expected: str = "", found: str = ""
    ) -> Finding:
        """A finding on an entity, or on one of its fields, which then tells what was found."""
        offset, length = record.offset, len(record.raw)
        if field:
            where: Field = record.layout.by_name[field]
            offset, length = self._offset(record, where.start - 1), where.length
            found = _found(record, where, rule)
        facture = self._retour.facture_de(record)
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
            found,
        )

    def _offset(self, record: Record, place: int) -> int:
        """Where byte `place` of an entity is in the file: in P1, flags stand between its bytes."""
        offset = record.offset + place
        if self._retour.skeleton.envelope != "P1" or record.layout.name in (HEADER, TRAILER):
            return offset
        inside = (record.offset - self._start) % BLOCK - 1 + place
        return offset + inside // (BLOCK - 1)

    @cached_property
    def _start(self) -> int:
        """Where a block starts."""
        debut = self._retour.debut
        return debut.offset if debut else len(self._retour.skeleton.before)


def _found(record: Record, field: Field, rule: str) -> str:
    """What a field holds; of one that cannot be what it should, unless it is very short, the shape alone."""
    doubtful = rule.startswith(("format.", "code.", "retour."))
    if doubtful and field.length > _TELLING:
        return shape(record[field.name])
    return value_found(record, field, doubtful=doubtful)


def _safe(number: str) -> str:
    return number if _SAFE.fullmatch(number) else ""
