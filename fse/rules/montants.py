"""Checks on the amounts of a line. Amounts are cents; one cent of rounding is always forgiven."""

from __future__ import annotations

from collections.abc import Iterator

from flatfile import Finding, Record
from fse.facture import Acte, Facture
from fse.rules.contexte import Contexte
from fse.rules.registre import on_facture
from fse.rules.totaux import euros

#: Types that detail a product by unit price and quantity -> rule.
_PRODUCTS = {"4F": "montant.lpp", "4H": "montant.ucd", "3H": "montant.ucd"}


@on_facture("montant.taux", "montant.base-taux", "montant.amo-depense", "montant.amo-amc-depense")
def check_line(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Rate, base, parts and expense of each line agree."""
    for acte in facture.actes:
        for rule, field, expected in _line(acte):
            yield context.finding(rule, acte.principal, field, expected=expected, facture=facture)


def _line(acte: Acte) -> Iterator[tuple[str, str, str]]:
    base, rate, amo = acte.base_remboursement, acte.taux, acte.montant_amo
    spent, amc = acte.montant_depense, acte.montant_amc or 0
    if rate is not None and rate > 100:
        yield "montant.taux", "taux", ""
    elif base is not None and rate is not None and amo is not None and not agrees(base, rate, amo):
        yield "montant.base-taux", "montant_amo", euros((base * rate + 50) // 100)
    if amo is None or spent is None:
        return
    if amo > spent:
        yield "montant.amo-depense", "montant_amo", ""
    elif amo + amc > spent:
        yield "montant.amo-amc-depense", "montant_amc", ""


def agrees(base: int, rate: int, amo: int) -> bool:
    """Whether the AMO amount is the base times the rate, to the cent either way."""
    return abs(base * rate - amo * 100) <= 100


@on_facture("montant.amc-eclatement")
def check_split(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: a split invoice (flag F) claims no AMC amount [SFG]."""
    header = facture.entete
    if header is None or not context.norme.is_cp or header.text("top_eclatement") != "F":
        return
    for acte in facture.actes:
        if acte.montant_amc:
            yield context.finding("montant.amc-eclatement", acte.principal, "montant_amc", facture=facture)


@on_facture("montant.lpp", "montant.ucd")
def check_products(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Detail of a product: unit price times quantity."""
    for record in facture.records:
        rule = _PRODUCTS.get(record.type)
        expected = product_amount(record) if rule else None
        if rule and expected is not None and record.get("montant_facture", int) != expected:
            yield context.finding(rule, record, "montant_facture", expected=euros(expected), facture=facture)


def product_amount(record: Record) -> int | None:
    """Unit price times quantity, when the record tells both and nothing else bears on the amount."""
    price, quantity = record.get("prix_unitaire", int), record.get("quantite", int)
    if not price or not quantity or record.text("coefficient_fractionnement").strip("0"):
        return None
    return price * quantity
