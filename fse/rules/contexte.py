"""What the rules need to know besides the records they look at."""

from __future__ import annotations

from collections.abc import Mapping

from codes.lists import Code, CodeList, Namespace
from flatfile import Field, Finding, Layout, Record
from flatfile.layout import field_pattern, padded
from fse.facture import Acte, Facture
from fse.normes import LENGTH, Norme
from fse.rules.numeros import HOLDS, nir_holds

#: Rules that are told once in a batch; the others in `Contexte.told`, once in a file.
OF_A_BATCH = ("structure.hors-lot", "date.facturation-lot")

#: Fields that all records of an invoice repeat, in their order.
SHARED = ("numero_ps", "nir", "cle_nir", "numero_facture")


class Contexte:
    """State of one check: the norm, the code lists, the records that are open.

    `debut` and `lot` are the records 000 and 1 that the invoice being looked at stands under. `told` holds
    the rules that are told once, not for each invoice that the same fault touches.
    """

    def __init__(self, norme: Norme, lists: Namespace) -> None:
        self.norme = norme
        self.lists = lists
        self.debut: Record | None = None
        self.lot: Record | None = None
        self.told: set[str] = set()
        self.regime = ""  # of the first invoice of the file
        self._known = _known_codes(lists)
        self._numbered: tuple[Facture, str] | None = None

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
        facture: Facture | None = None,
    ) -> Finding:
        """A finding on `record`, or on one of its fields.

        The numbers of the invoice and of the batch are told only when they surely are: where bytes were
        lost or added, their places may hold part of another field.
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
            self._number_of(facture) if facture is not None else "",
            number_of_batch(self.lot) if self.lot is not None else "",
            expected,
        )

    def _number_of(self, facture: Facture) -> str:
        if self._numbered is None or self._numbered[0] is not facture:
            self._numbered = (facture, number_of(facture))
        return self._numbered[1]


#: Codes by the bytes that write them, for the last code lists used: small files are checked by thousands.
_KNOWN: list[tuple[Namespace, dict[Field, Mapping[str, Code]]]] = []
_MOST_KNOWN = 8


def _known_codes(lists: Namespace) -> dict[Field, Mapping[str, Code]]:
    for known_lists, known in _KNOWN:
        if known_lists is lists:
            return known
    _KNOWN.append((lists, {}))
    del _KNOWN[:-_MOST_KNOWN]
    return _KNOWN[-1][1]


def number_of(facture: Facture) -> str:
    """The invoice number, or nothing when it cannot be told from other digits.

    It can where the fields before it have their form and their keys hold, or where two records say the same.
    """
    seen: set[tuple[str, ...]] = set()
    for record in facture.records:
        if any(name not in record.layout for name in SHARED) or not has_form(record, ("blanc_1", *SHARED)):
            continue
        values = tuple(record[name] for name in SHARED)
        if values in seen or _keys_hold(*values[:3]):
            return record.text("numero_facture")
        seen.add(values)
    return ""


def _keys_hold(numero_ps: str, nir: str, key: str) -> bool:
    return bool(nir.strip(" 0")) and nir_holds((nir + key).encode()) and HOLDS["id:luhn9"](numero_ps.encode())


def number_of_batch(record: Record) -> str:
    """The batch number, or nothing when record 1 cannot be told from another one."""
    constants = [field.name for field in record.layout.fields if field.kind.base in ("const", "date")]
    names = (*constants, "numero_ps", "numero_lot")
    if "numero_lot" not in record.layout or not has_form(record, names):
        return ""
    return record.text("numero_lot")


def has_form(record: Record, names: tuple[str, ...]) -> bool:
    """Whether a record is whole and these fields have the bytes of their kinds."""
    return len(record.raw) == LENGTH and all(
        field_pattern(record.layout.by_name[name].kind.strict)(record.raw[record.layout.by_name[name].slice])
        for name in names
        if name in record.layout
    )


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


def whole_lines(facture: Facture) -> list[Acte]:
    """The lines whose main record is undamaged."""
    return [acte for acte in facture.actes if len(acte.principal.raw) == LENGTH]


def whole_records(facture: Facture) -> list[Record]:
    """The undamaged records."""
    return [record for record in facture.records if is_whole(record.layout, record.raw)]
