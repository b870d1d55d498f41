"""Checks on counters and totals, and on the size of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from flatfile import Finding, Layout, Record, Value
from fse.facture import Facture
from fse.normes import LENGTH
from fse.rules.contexte import Contexte
from fse.rules.registre import finds, on_facture
from fse.rules.valeurs import euros, value_in
from fse.totaux import Totaux, TotauxLot

_OF_5 = (
    "nombre_lignes",
    "total_depense",
    "total_amo",
    "total_participation_assure",
    "total_amc",
    "total_base_hospitalier",
    "total_amo_hospitalier",
    "total_honoraires",
    "total_amo_honoraires",
    "total_amc_hospitalier",
    "total_amc_honoraires",
    "total_depense_hospitalier",
)
_OF_6 = (
    "nombre_factures",
    "nombre_lignes",
    "nombre_types_2",
    "nombre_types_5",
    "total_depense",
    "total_amo",
    "total_amc",
)


def _rule(subject: str, field: str) -> str:
    return f"{subject}.{field.replace('_', '-')}"


def _shown(field: str, value: int) -> str:
    return euros(value) if field.startswith("total") else str(value)


@cache
def _getter(layout: Layout, names: tuple[str, ...]) -> Callable[[bytes], tuple[Value, ...]]:
    """Reader of these fields; nothing for one that a table of a site does not have."""
    if all(name in layout for name in names):
        return layout.getter(*names)
    return lambda raw: tuple(Record(layout, raw).get(name, int) for name in names)


def _is_unknown(totals: Totaux | TotauxLot, field: str) -> bool:
    """Whether damage leaves the right value in doubt: the damage is told, its consequences are not."""
    return totals.doubtful if field.startswith("total") else totals.uncounted


@on_facture(*(_rule("facture", field) for field in _OF_5))
def check_invoice(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Record 5 counts and sums the lines of its invoice, as far as these could be read."""
    total = facture.total
    if total is None or len(total.raw) != LENGTH:
        return
    totals = Totaux.of_invoice(facture)
    of_record_5 = totals.of_record_5(cp=context.norme.is_cp)
    for (field, expected), written in zip(
        of_record_5.items(), _getter(total.layout, tuple(of_record_5))(total.raw), strict=True
    ):
        if not isinstance(written, int) or written == expected or _is_unknown(totals, field):
            continue
        if field == "nombre_lignes" and written == totals.lines:
            continue  # city care: the source does not say whether complements are counted
        yield context.finding(
            _rule("facture", field), total, field, expected=_shown(field, expected), facture=facture
        )


@finds(*(_rule("lot", field) for field in _OF_6))
def check_batch_totals(end: Record, totals: TotauxLot, context: Contexte) -> Iterator[Finding]:
    """Record 6 counts and sums the invoices of its batch."""
    records = totals.records
    also = {"nombre_lignes": records.all_lines, "nombre_types_2": records.all_2}
    for field, expected in totals.of_record_6().items():
        written = end.get(field, int)
        # The sources do not say whether complements are counted: both counts are right.
        if written is None or written in (expected, also.get(field)) or _is_unknown(totals, field):
            continue
        yield context.finding(_rule("lot", field), end, field, expected=_shown(field, expected))


@finds("lot.numero", "lot.numero-ps")
def check_batch_identity(end: Record, context: Contexte) -> Iterator[Finding]:
    """Records 1 and 6 of a batch tell the same number and the same professional."""
    if context.lot is None or len(context.lot.raw) != LENGTH:
        return
    for rule, field in (("lot.numero", "numero_lot"), ("lot.numero-ps", "numero_ps")):
        if end.text(field) != context.lot.text(field):
            expected = value_in(context.lot, field)
            yield context.finding(rule, end, field, expected=expected)


@finds("fichier.volume", "fichier.nombre-lots")
def check_file_counts(
    end: Record, records: int | None, batches: int | None, context: Contexte
) -> Iterator[Finding]:
    """Record 999 counts the records and the batches of the file, unless damage leaves them in doubt."""
    for rule, field, expected in (
        ("fichier.volume", "volume", records),
        ("fichier.nombre-lots", "nombre_lots", batches),
    ):
        written = end.get(field, int)
        if written is not None and expected is not None and written != expected:
            yield context.finding(rule, end, field, expected=str(expected))


#: Records that a file may hold before its size is remarked on [AL].
LARGE = 999


@finds("fichier.taille")
def check_size(end: Record, records: int, context: Contexte) -> Iterator[Finding]:
    """Files stay small."""
    if records > LARGE:
        yield context.finding("fichier.taille", end, "volume", expected=str(LARGE))
