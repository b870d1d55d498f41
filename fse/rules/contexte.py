"""What the rules need to know besides the records they look at."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from typing import TYPE_CHECKING

from codes.lists import Code, CodeList, Namespace
from flatfile import Field, Finding, Layout, Record
from flatfile.layout import padded
from fse.facture import Acte, Facture
from fse.normes import LENGTH, Norme
from fse.rules.valeurs import NONE, type_found, value_found
from fse.trusted import SHARED as SHARED
from fse.trusted import number_of as number_of
from fse.trusted import number_of_batch as number_of_batch

if TYPE_CHECKING:
    from fse.coupures import Coupes

#: Rules that are told once in a batch; the others in `Contexte.told`, once in a file.
OF_A_BATCH = ("structure.hors-lot", "date.facturation-lot")


#: Rules on what is not there.
_MISSING = frozenset(
    {
        "structure.facture-sans-entete",
        "structure.facture-sans-ligne",
        "structure.facture-sans-total",
        "structure.lot-sans-fin",
        "structure.lot-vide",
    }
)


class Contexte:
    """State of one check: the norm, the code lists, the records that are open.

    `debut` and `lot` are the records 000 and 1 that the invoice being looked at stands under. `told` holds
    the rules that are told once, not for each invoice that the same fault touches.
    """

    def __init__(self, norme: Norme, lists: Namespace, coupes: Coupes | None = None) -> None:
        self.norme = norme
        self.lists = lists
        self.coupes = coupes  # of a flow that was wrapped
        self.debut: Record | None = None
        self.lot: Record | None = None
        self.told: set[str] = set()
        self.regime = ""  # of the first invoice of the file
        self._known, self._right = _known_codes(lists)
        self._numbered: tuple[Facture, str] | None = None
        self._numbered_batch: tuple[Record, str] | None = None

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

    def right_codes(self, field: Field) -> Container[bytes]:
        """Bytes of a field that are a code of its list: those on which there is nothing more to ask."""
        found = self._right.get(field)
        if found is None:
            codes = self.code_list(field)
            texts = (padded(code, field) for code in codes.emitted) if codes is not None else ()
            found = self._right[field] = frozenset(
                text.encode("latin-1") for text in texts if len(text) == field.length
            )
        return found

    def first_time(self, rule: str) -> bool:
        """Whether the rule has not been told yet; from now on it has."""
        if rule in self.told:
            return False
        self.told.add(rule)
        return True

    def open_batch(self, lot: Record) -> None:
        """What was told of the invoices before it may be told again of those of this batch."""
        self.lot = lot
        self.told -= {rule for rule in self.told if rule.startswith(OF_A_BATCH)}

    def finding(
        self,
        rule: str,
        record: Record,
        field: str = "",
        *,
        expected: str = "",
        found: str = "",
        facture: Facture | None = None,
    ) -> Finding:
        """A finding on `record`, or on one of its fields.

        The numbers of the invoice and of the batch are told only when they surely are: where bytes were
        lost or added, their places may hold part of another field. `found` is what stands in the field,
        unless the check has better to tell.
        """
        start, length = 0, len(record.raw)
        if field:
            where = record.layout.by_name[field]
            start, length = where.start - 1, where.length
            found = found or value_found(record, where, doubtful=rule.startswith(("format.", "code.")))
        elif not found:
            found = NONE if rule in _MISSING else type_found(record)
        offset = record.offset + start
        if self.coupes is not None:
            offset, length = self.coupes.within(record.offset, start, length)
        return Finding(
            rule,
            record.number,
            offset,
            length,
            "" if record.type == "?" else record.type,
            field,
            self._number_of(facture) if facture is not None else "",
            self._number_of_batch(),
            expected,
            found,
        )

    def _number_of(self, facture: Facture) -> str:
        if self._numbered is None or self._numbered[0] is not facture:
            self._numbered = (facture, number_of(facture))
        return self._numbered[1]

    def _number_of_batch(self) -> str:
        lot = self.lot
        if lot is None:
            return ""
        if self._numbered_batch is None or self._numbered_batch[0] is not lot:
            self._numbered_batch = (lot, number_of_batch(lot))
        return self._numbered_batch[1]


#: Codes by the bytes that write them, for the last code lists used: small files are checked by thousands.
_Known = tuple[dict[Field, Mapping[str, Code]], dict[Field, frozenset[bytes]]]
_KNOWN: list[tuple[Namespace, _Known]] = []
_MOST_KNOWN = 8


def _known_codes(lists: Namespace) -> _Known:
    for known_lists, known in _KNOWN:
        if known_lists is lists:
            return known
    _KNOWN.append((lists, ({}, {})))
    del _KNOWN[:-_MOST_KNOWN]
    return _KNOWN[-1][1]


def first_whole(facture: Facture) -> Record | None:
    """The first undamaged record of an invoice: its header, most often."""
    return next((record for record in facture.records if is_whole(record.layout, record.raw)), None)


def is_whole(layout: Layout, raw: bytes) -> bool:
    """Whether a record is of a known type and of the right length."""
    return len(raw) == LENGTH and layout.name != "?"


def whole_header(facture: Facture) -> Record | None:
    """Record 2, when it is undamaged."""
    header = facture.entete
    return header if header is not None and len(header.raw) == LENGTH else None


def whole_lines(facture: Facture) -> tuple[Acte, ...]:
    """The lines whose main record is undamaged."""
    known: tuple[Acte, ...] | None = facture.__dict__.get("whole_lines")
    if known is None:
        known = tuple(acte for acte in facture.actes if len(acte.principal.raw) == LENGTH)
        facture.__dict__["whole_lines"] = known
    return known


def doubtful_lines(facture: Facture) -> Sequence[Acte]:
    """The lines on which a check that looks at one line may have something to say, damaged ones included."""
    known: Sequence[Acte] | None = facture.__dict__.get("doubtful_lines")
    return facture.actes if known is None else known


def whole_doubtful_lines(facture: Facture) -> Sequence[Acte]:
    """Those of them whose main record is undamaged."""
    if "doubtful_lines" not in facture.__dict__:
        return whole_lines(facture)
    return [acte for acte in doubtful_lines(facture) if len(acte.principal.raw) == LENGTH]


def note_right_lines(facture: Facture, wrong: Collection[int]) -> None:
    """Note that no check has anything to say of the lines but those that hold a record of these ranks."""
    if len(facture.actes) > 1:
        doubtful = {id(facture.records[rank]) for rank in wrong}
        facture.__dict__["doubtful_lines"] = [
            acte for acte in facture.actes if any(id(record) in doubtful for record in acte.records)
        ]


def whole_records(facture: Facture) -> tuple[Record, ...]:
    """The undamaged records."""
    known: tuple[Record, ...] | None = facture.__dict__.get("whole_records")
    if known is None:
        known = tuple(record for record in facture.records if is_whole(record.layout, record.raw))
        facture.__dict__["whole_records"] = known
    return known
