"""Returns and what they hold as tables for notebooks: numbers, states and amounts, nobody's identity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from flatfile.html import HIDDEN, Shown, euros, is_sound, table

if TYPE_CHECKING:
    from noemie.returns.facture import FactureRetour, MouvementOC
    from noemie.returns.retour import Retour, Virement

_COLUMNS: Final = ("facture", "lot", "état", "demandé €", "payé €", "rejets")


def retour_table(retour: Retour) -> str:
    """The first invoices of a return; of a rights flow (929), the first movements."""
    runs = f", {len(retour.runs)} runs" if len(retour.runs) > 1 else ""
    reference = retour.reference if retour.debut is not None and is_sound(retour.debut) else HIDDEN
    name = f"Retour {reference}{runs}"
    if retour.is_oc:
        mouvements = retour.mouvements
        caption = f"{name}: {len(mouvements)} mouvements"
        return table(caption, ("code_mouvement", "codes_retour"), map(_movement, mouvements), len(mouvements))
    paid = "" if not retour.virements else f", {len(retour.virements)} virements"
    return factures_table(f"{name}: {len(retour.factures)} factures{paid}", retour.factures)


def virement_table(virement: Virement) -> str:
    """The first invoices that a transfer pays."""
    sound = is_sound(virement.record)
    caption = f"Virement {(virement.date or '') if sound else HIDDEN}: {len(virement.factures)} factures"
    return factures_table(caption, virement.factures)


def factures_table(caption: str, factures: Sequence[FactureRetour]) -> str:
    """The first of some invoices of returns."""
    return table(caption, _COLUMNS, _rows(factures), len(factures))


def _rows(factures: Iterable[FactureRetour]) -> Iterable[list[Shown]]:
    for facture in factures:
        if all(map(is_sound, facture.entites)):
            codes = " ".join(rejet.code for rejet in facture.rejets)
            amounts = euros(facture.montant_demande), euros(facture.montant_paye)
            yield [facture.numero, facture.lot, str(facture.etat), *amounts, codes]
        else:  # digits may have moved, and be those of somebody
            yield [HIDDEN] * len(_COLUMNS)


def _movement(mouvement: MouvementOC) -> list[Shown]:
    records = [rejet.record for rejet in mouvement.rejets]
    if mouvement.record is not None:
        records.append(mouvement.record)
    if not all(map(is_sound, records)):
        return [HIDDEN, HIDDEN]
    return [mouvement.code_mouvement, " ".join(mouvement.codes_retour)]
