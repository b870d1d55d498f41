"""Checks on what must be filled in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from flatfile import Finding, Record
from fse.facture import Facture
from fse.rules.contexte import Contexte, whole_doubtful_lines, whole_header
from fse.rules.registre import finds, on_facture

#: City care: field of the header -> rule when it is empty.
_HEADER = {
    "nir": "presence.nir",
    "date_facturation": "presence.date-facturation",
    "regime": "presence.rattachement",
    "caisse": "presence.rattachement",
    "date_naissance": "presence.date-naissance",
}


def is_empty(record: Record, field: str) -> bool:
    """Whether a field of the record is there and holds nothing: zeros or spaces."""
    where = record.layout.plan.get(field)
    return where is not None and not record.raw[where[0]].strip(b" \0").strip(b"0")


@on_facture(
    "presence.nir",
    "presence.date-facturation",
    "presence.rattachement",
    "presence.date-naissance",
    "presence.numero-facture",
)
def check_header(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """What the header must tell."""
    header = whole_header(facture)
    if header is None:
        return
    if is_empty(header, "numero_facture"):
        yield context.finding("presence.numero-facture", header, "numero_facture", facture=facture)
    if context.norme.is_cp:
        return
    told: set[str] = set()
    for field, rule in _HEADER.items():
        if rule not in told and is_empty(header, field):
            told.add(rule)
            yield context.finding(rule, header, field, facture=facture)


@on_facture("presence.date-acte", "presence.code-acte", "presence.executant", "presence.quantite")
def check_lines(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """What each line must tell."""
    for acte in whole_doubtful_lines(facture):
        for field, rule in required(acte.principal.type, cp=context.norme.is_cp).items():
            if is_empty(acte.principal, field):
                yield context.finding(rule, acte.principal, field, facture=facture)


@cache
def required(type: str, *, cp: bool) -> dict[str, str]:
    """Fields of a line that must be filled in, with the rule of each, by the type of its record."""
    fields = {
        "date_debut" if type == "3" else "date_acte": "presence.date-acte",
        "code_acte": "presence.code-acte",
        "quantite": "presence.quantite",
    }
    if not cp:
        fields["numero_executant"] = "presence.executant"
    return fields


@finds("presence.numero-lot")
def check_batch_number(lot: Record, context: Contexte) -> Iterator[Finding]:
    """A batch is numbered from 001 to 999."""
    if is_empty(lot, "numero_lot"):
        yield context.finding("presence.numero-lot", lot, "numero_lot")
