"""What the gate asks the checks themselves, once for each piece of record that it meets.

Pieces repeat from one line to the next (performer, day and act; quantities and amounts; an act and its
modifiers): the answer is remembered by the caller. A *yes* means that no check has a remark.
"""

from __future__ import annotations

from flatfile import Layout, Record
from fse.facture import Acte
from fse.rules.actes import MODIFIERS, detail_remarks
from fse.rules.contexte import Contexte
from fse.rules.exonerations import NUTRITION, UNPAID
from fse.rules.montants import amount_remarks, product_remarks
from fse.rules.presence import is_empty, required

#: Types on which `detail_holds` has something to ask.
DETAILED = frozenset({"3S", "4S", "3F", "3H", "4F", "4H", "4M", "4U"})


def line_starts_well(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """The part of a line before its quantity: day, code, performer, prior agreement, exemption."""
    record = Record(layout, raw)
    cp = context.norme.is_cp
    if any(is_empty(record, field) for field in required(layout.name, cp=cp) if field != "quantite"):
        return False
    if any(detail_remarks(record)) or not _is_current(record, ("code_acte",), context):
        return False
    if cp and record.text("code_acte") == NUTRITION:
        return False
    return not cp or layout.name == "3" or is_empty(record, "justification_exoneration")


def line_ends_well(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """The part of a line from its quantity on: quantity, amounts, and the exemption of a stay."""
    record = Record(layout, raw)
    if is_empty(record, "quantite") or any(amount_remarks(Acte(record))):
        return False
    if context.norme.is_cp and record.text("qualificatif_depense") in UNPAID:
        return False
    return layout.name != "3" or is_empty(record, "justification_exoneration")


def detail_holds(layout: Layout, raw: bytes, context: Contexte) -> bool:
    """A record that details a line."""
    record = Record(layout, raw)
    if any(detail_remarks(record)) or any(product_remarks(record)):
        return False
    return layout.name != "4M" or _is_current(record, MODIFIERS, context)


def _is_current(record: Record, fields: tuple[str, ...], context: Contexte) -> bool:
    """Whether no code has a last day: those that have one are left to the check, which knows the day."""
    for name in fields:
        codes = context.code_list(record.layout.by_name[name])
        entry = codes.get(record.text(name)) if codes is not None else None
        if entry is not None and (entry.valid_from or entry.valid_to):
            return False
    return True
