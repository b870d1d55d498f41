"""What a reject of a return means and what to do about an invoice, from the reject catalogue."""

from __future__ import annotations

from codes.actions import Action
from codes.rejects import Catalogue, Explanation, combine, load
from codes.speakers import is_complementary_emitter
from noemie.returns.facture import EtatFacture, FactureRetour
from noemie.returns.retour import Retour
from noemie.returns.views import Rejet


def namespace_of(rejet: Rejet, retour: Retour, catalogue: Catalogue | None = None) -> str:
    """Who speaks: `OC929`, `AMC` (complementary part), `AMO`, or `SIM` (the simulated caisse)."""
    if retour.is_oc:
        return "OC929"
    default = "AMC" if part_of(rejet, retour) == "C" else "AMO"
    return (catalogue or load()).namespace_of(rejet.code, default)


def part_of(rejet: Rejet, retour: Retour) -> str:
    """The part a reject bears on: `O`, `C` or empty; always `C` when a complementary insurer speaks."""
    return "C" if is_complementary_emitter(retour.emetteur.type) else rejet.part


def explain(rejet: Rejet, retour: Retour, catalogue: Catalogue | None = None) -> Explanation:
    """Explain a reject by its code and label as received, at the date and for the sender of the return.

    Never raises; what is not known stays unknown. `catalogue` is the shipped one by default; one with a
    site's rows comes from `codes.rejects.Catalogue.with_site`.
    """
    known = catalogue or load()
    return known.lookup(
        rejet.code or None,
        rejet.libelle or None,
        namespace_of(rejet, retour, known),
        part_of(rejet, retour) or None,
        retour.date_creation,
        retour.emetteur.numero or None,
    )


def action(facture: FactureRetour, retour: Retour, catalogue: Catalogue | None = None) -> Action:
    """The one action of an invoice: the most cautious of its rejects, never a resend of what was paid.

    Without any reject: `aucune` when it is paid, `attendre` when it is deferred, else `inconnue`. With
    rejects: `attendre` at most while a part is deferred; and when the amounts say that the AMO part was
    paid, a reject that would have the invoice made again gives `inconnue`: the whole invoice would be
    paid twice (rejects.md, sections 5 and 6).
    """
    rejets, etat = facture.rejets, facture.etat
    if not rejets:
        return _WITHOUT_REJECT.get(etat, Action.INCONNUE)
    known = catalogue or load()
    chosen = combine([explain(rejet, retour, known) for rejet in rejets], [rejet.niveau for rejet in rejets])
    if any(part.etat == "D" for part in facture.parts) and chosen.caution > Action.ATTENDRE.caution:
        return Action.ATTENDRE
    return Action.INCONNUE if chosen.asks_resend and _amo_is_paid(facture) else chosen


def is_complementary(facture: FactureRetour, retour: Retour) -> bool:
    """Whether only a complementary insurer speaks of an invoice: by its return, or by all the rejects."""
    if is_complementary_emitter(retour.emetteur.type):
        return True
    return bool(facture.rejets) and all(rejet.part == "C" for rejet in facture.rejets)


_WITHOUT_REJECT = {EtatFacture.PAYE: Action.AUCUNE, EtatFacture.DIFFERE: Action.ATTENDRE}


def _amo_is_paid(facture: FactureRetour) -> bool:
    """Whether the whole AMO part was paid; in the old family, the whole invoice."""
    amo = [part for part in facture.parts if part.nom == "AMO"]
    if not amo:
        return facture.etat is EtatFacture.PAYE
    return all(part.etat == "P" and 0 < part.demande <= part.paye for part in amo)
