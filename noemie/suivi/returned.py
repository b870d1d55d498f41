"""What came back, reduced to what the follow-up needs: no personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

import msgspec

from codes.decide import Refus, explain
from codes.speakers import is_complementary_emitter
from noemie.returns.explain import part_of
from noemie.returns.facture import FactureRetour
from noemie.returns.retour import Retour
from noemie.returns.tree import Noeud
from noemie.returns.views import Rejet as RejetLu
from noemie.suivi.faits import Rejet

__all__ = ["PROVIDERS", "PartRecue", "Returned", "iter_returned", "parts_recues", "rejet_recu"]

#: Entities above an invoice that may name the professional who sent it, and the field that does.
PROVIDERS: Final = {
    "020": "numero_destinataire_reglement",
    "040": "numero_destinataire_reglement",
    "081": "numero_lieu_execution",
}


class PartRecue(msgspec.Struct, frozen=True, gc=False):
    """What one return says of one part: `etat` is `P`, `R`, `D` or empty (not processed).

    `demande` is what the caisse says was claimed, in cents, `None` in the old family, which does not tell;
    `paye` is in signed cents.
    """

    etat: str
    paye: int
    demande: int | None = None


class Returned(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What one return says of one invoice.

    - `numero`, `lot`, `date_lot`, `date_facturation`: as received, empty or `None` when not told;
    - `numeros_ps`: numbers that may be the professional's (recipient, payee, place of execution);
    - `amo`, `amc`: the parts, `None` for one that the return does not speak of;
    - `date_paiement`: day of the transfer;
    - `enregistrement`: 1-based number of the entity 102 or 100 in the file.
    """

    numero: str
    lot: str = ""
    date_lot: dt.date | None = None
    date_facturation: dt.date | None = None
    numeros_ps: tuple[str, ...] = ()
    amo: PartRecue | None = None
    amc: PartRecue | None = None
    rejets: tuple[Rejet, ...] = ()
    date_paiement: dt.date | None = None
    enregistrement: int = 0

    @property
    def paye(self) -> int:
        """What this return pays for the invoice, in signed cents."""
        return (self.amo.paye if self.amo else 0) + (self.amc.paye if self.amc else 0)

    def __repr__(self) -> str:
        return f"<Returned no. {self.numero} lot {self.lot or '?'}: {self.paye} c>"


def iter_returned(run: Retour) -> Iterator[Returned]:
    """What a run says of each invoice, in file order."""
    recipient = run.destinataire.numero
    above: dict[Noeud | None, tuple[str, ...]] = {}
    for facture in run.factures:
        parent = facture.noeud.parent
        providers = above.get(parent)
        if providers is None:
            providers = above[parent] = tuple(filter(None, (recipient, *_providers(facture.noeud))))
        rejets = tuple(rejet_recu(rejet, run) for rejet in facture.rejets)
        amo, amc = parts_recues(facture, rejets, run)
        yield Returned(
            numero=facture.numero,
            lot=facture.lot,
            date_lot=facture.date_lot,
            date_facturation=facture.date_facturation,
            numeros_ps=providers,
            amo=amo,
            amc=amc,
            rejets=rejets,
            date_paiement=facture.virement.date if facture.virement else None,
            enregistrement=facture.record.number,
        )


def rejet_recu(rejet: RejetLu, run: Retour) -> Rejet:
    """The reject that an entity 290 or 294 of a run carries."""
    return Rejet(rejet.code, rejet.libelle, rejet.niveau, part_of(rejet, run), rejet.ligne, rejet.rang)


def _providers(noeud: Noeud) -> Iterator[str]:
    for above in noeud.ancetres():
        for record in above.entete:
            field = PROVIDERS.get(record.type)
            if field and (number := record.text(field)):
                yield number


def parts_recues(
    facture: FactureRetour, rejets: tuple[Rejet, ...], retour: Retour
) -> tuple[PartRecue | None, PartRecue | None]:
    """The AMO and AMC parts; in the old family, which has none, the acts tell that of the sender."""
    parts = facture.parts
    if not parts:
        of_acts = _part_of_acts(facture.montant_paye, bool(facture.actes), rejets)
        by_insurer = is_complementary_emitter(retour.emetteur.type)
        return (None, of_acts) if by_insurer else (of_acts, None)
    found: dict[str, PartRecue] = {}
    for part in parts:
        before = found.get(part.nom, PartRecue("", 0, 0))
        paid, claimed = before.paye + part.paye, (before.demande or 0) + part.demande
        found[part.nom] = PartRecue(part.etat or before.etat, paid, claimed)
    return found.get("AMO"), found.get("AMC")


def _part_of_acts(paid: int, has_acts: bool, rejets: tuple[Rejet, ...]) -> PartRecue:
    if paid or (has_acts and not rejets):
        return PartRecue("P", paid)
    if any(explain(Refus(*rejet[:4])).outcome == "differe" for rejet in rejets):
        return PartRecue("D", 0)
    return PartRecue("R" if rejets else "", 0)
