"""What a reject of a return means, from the reject catalogue; `noemie.suivi.reponse` says what to do."""

from __future__ import annotations

from codes.rejects import Catalogue, Explanation, load
from codes.speakers import is_complementary_emitter
from noemie.returns.facture import FactureRetour
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


def is_complementary(facture: FactureRetour, retour: Retour) -> bool:
    """Whether only a complementary insurer speaks of an invoice: by its return, or by all the rejects."""
    if is_complementary_emitter(retour.emetteur.type):
        return True
    return bool(facture.rejets) and all(rejet.part == "C" for rejet in facture.rejets)
