"""Checks on the amounts of a line. Amounts are cents; one cent of rounding is always forgiven."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache

from flatfile import Finding, Layout, Record
from fse.facture import Acte, Facture
from fse.normes import LENGTH
from fse.rules.actes import MODIFIERS
from fse.rules.contexte import Contexte, whole_doubtful_lines, whole_header, whole_lines, whole_records
from fse.rules.registre import Remark, on_facture
from fse.rules.valeurs import euros

#: Types that detail a product by unit price and quantity -> rule.
_PRODUCTS = {"4F": "montant.lpp", "4H": "montant.ucd", "3H": "montant.ucd"}

#: Fields of a line that `amount_remarks` looks at.
_FIGURES = (
    "quantite",
    "coefficient",
    "coefficient_mco",
    "denombrement",
    "prix_unitaire",
    "taux",
    "base_remboursement",
    "montant_depense",
    "montant_amo",
    "montant_amc",
)

#: Figures of lines that are remembered.
_MOST_SEEN = 1 << 12

#: Fractionation coefficients (1+4 digits) that leave the amount as it is: none, and 1.
_WHOLE = ("", "00000", "10000")


@on_facture(
    "montant.taux",
    "montant.base-taux",
    "montant.amo-depense",
    "montant.amo-amc-depense",
    "montant.prix-unitaire",
)
def check_line(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Rate, base, parts and expense of each line agree."""
    for acte in whole_doubtful_lines(facture):
        record = acte.principal
        start = _start_of_figures(record.layout)
        for rule, field, expected in _seen(record.layout, start, record.raw[start:]):
            found = ""
            if rule == "montant.prix-unitaire":
                if any(map(_changes_price, acte.complements)):
                    continue
                found = _factors(acte)
            yield context.finding(
                rule, acte.principal, field, expected=expected, found=found, facture=facture
            )


def _changes_price(record: Record) -> bool:
    """Whether a complement may say that an act is paid in part, or more than its price."""
    return record.type == "4M" and (
        len(record.raw) != LENGTH
        or any(record.text(name) for name in ("association", "supplement_charge", *MODIFIERS))
        or record.text("remboursement_exceptionnel") not in ("", "N")
    )


@cache
def _start_of_figures(layout: Layout) -> int:
    """Where the first figure of a line stands."""
    return min(layout.by_name[name].slice.start for name in _FIGURES if name in layout)


@lru_cache(maxsize=_MOST_SEEN)
def _seen(layout: Layout, start: int, figures: bytes) -> tuple[Remark, ...]:
    """The remarks on the figures of a line: the same ones come again and again."""
    return tuple(amount_remarks(Acte(Record(layout, b"0" * start + figures))))


def amount_remarks(acte: Acte) -> Iterator[Remark]:
    """Remarks on the amounts of one line."""
    base, rate, amo = acte.base_remboursement, acte.taux, acte.montant_amo
    spent, amc = acte.montant_depense, acte.montant_amc or 0
    if rate is not None and rate > 100:
        yield "montant.taux", "taux", "0-100"
    elif base is not None and rate is not None and amo is not None and not agrees(base, rate, amo):
        yield "montant.base-taux", "montant_amo", euros((base * rate + 50) // 100)
    if amo is not None and spent is not None:
        if amo > spent:
            yield "montant.amo-depense", "montant_amo", f"≤ {euros(spent)}"
        elif amo + amc > spent:
            yield "montant.amo-amc-depense", "montant_amc", f"≤ {euros(spent - amo)}"
    if not _is_priced(acte):
        yield "montant.prix-unitaire", "prix_unitaire", euros(base or spent or 0)


def product_of(acte: Acte) -> int | None:
    """Quantity times coefficient times unit price, in cents; nothing where one of them is not told.

    A coefficient of zero multiplies nothing. In hospital one of its own (MCO) may change the price.
    """
    quantity, price = acte.quantite, acte.prix_unitaire
    if not quantity or not price or acte.principal.text("coefficient_mco") not in _WHOLE:
        return None
    return int(quantity * price * (acte.coefficient or 1) + Decimal("0.5"))


def _is_priced(acte: Acte) -> bool:
    """Whether quantity, coefficient and unit price make the base or the expense, to a cent a unit."""
    product, base, spent = product_of(acte), acte.base_remboursement, acte.montant_depense
    if product is None or base is None or spent is None or not (base or spent):
        return True
    near, times = acte.quantite or 1, acte.denombrement or 1
    return any(abs(made - amount) <= near for made in (product, product * times) for amount in (base, spent))


def _factors(acte: Acte) -> str:
    """The multiplication as written."""
    price, product = acte.prix_unitaire or 0, product_of(acte) or 0
    coefficient = f"{acte.coefficient or 1}".replace(".", ",")
    return f"{acte.quantite} × {coefficient} × {euros(price)} = {euros(product)}"


def agrees(base: int, rate: int, amo: int) -> bool:
    """Whether the AMO amount is the base times the rate, to the cent either way."""
    return abs(base * rate - amo * 100) <= 100


@on_facture("montant.amc-eclatement")
def check_split(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Establishments: a split invoice (flag F) claims no AMC amount [SFG]."""
    header = whole_header(facture)
    if header is None or not context.norme.is_cp or header.text("top_eclatement") != "F":
        return
    for acte in whole_lines(facture):
        if acte.montant_amc:
            yield context.finding(
                "montant.amc-eclatement", acte.principal, "montant_amc", expected=euros(0), facture=facture
            )


@on_facture("montant.lpp", "montant.ucd")
def check_products(facture: Facture, context: Contexte) -> Iterator[Finding]:
    """Detail of a product: unit price times quantity."""
    for record in whole_records(facture):
        for rule, field, expected in product_remarks(record) if record.layout.name in _PRODUCTS else ():
            yield context.finding(rule, record, field, expected=expected, facture=facture)


def product_remarks(record: Record) -> Iterator[Remark]:
    """Remarks on the detail of one product, when the record tells both price and quantity."""
    rule = _PRODUCTS.get(record.layout.name)
    if rule is None:
        return
    price, quantity = record.get("prix_unitaire", int), record.get("quantite", int)
    if not price or not quantity or record.text("coefficient_fractionnement") not in _WHOLE:
        return
    if record.get("montant_facture", int) != price * quantity:
        yield rule, "montant_facture", euros(price * quantity)
