"""Flows and invoices as tables for notebooks: numbers, days and amounts, nobody's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flatfile.html import HIDDEN, Shown, euros, is_sound, table
from fse.trusted import number_of, number_of_batch

if TYPE_CHECKING:
    from fse.facture import Facture
    from fse.flux import Flux

_COLUMNS: Final = ("facture", "lot", "date", "lignes", "dépense €", "AMO €", "AMC €")


def flux_table(flux: Flux) -> str:
    """The first invoices of a flow."""
    factures = flux.factures
    caption = f"Flux {flux.norme.name}: {len(flux.lots)} lots, {len(factures)} factures"
    return table(caption, _COLUMNS, map(_row, factures), len(factures))


def facture_table(facture: Facture) -> str:
    """One invoice."""
    return table("Facture", _COLUMNS, [_row(facture)], 1)


def _row(facture: Facture) -> list[Shown]:
    """The cells of an invoice; where one of its records is damaged, digits may be those of somebody."""
    numero = number_of(facture) or HIDDEN
    lot = facture.lot
    batch = "" if lot is None else number_of_batch(lot) or HIDDEN
    if not all(map(is_sound, facture.records)):
        return [numero, batch, HIDDEN, len(facture.actes), HIDDEN, HIDDEN, HIDDEN]
    amounts = (facture.montant_depense, facture.montant_amo, facture.montant_amc)
    day = facture.date_facturation if lot is None or is_sound(lot) else HIDDEN
    return [numero, batch, day, len(facture.actes), *map(euros, amounts)]
