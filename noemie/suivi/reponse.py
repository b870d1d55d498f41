"""One answer alone: what a return says of an invoice, in the states and the actions of the follow-up.

Nothing is known of what was sent: an amount taken back is always `reprise`, a part that the return does not
speak of is not due, and nothing is late. With the flow, `noemie.suivi.follow` knows more.
"""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from codes.actions import Action
from codes.decide import Decision, PartView, Refus, decide
from codes.decide import explain as explain_refus
from codes.rejects import Catalogue, Explanation
from codes.states import PARTS, Etat, EtatPart
from noemie.returns.entites import part
from noemie.returns.explain import explain as explain_received
from noemie.returns.explain import part_of
from noemie.returns.facture import FactureRetour
from noemie.returns.retour import Retour
from noemie.returns.tables import TRAILER, entity_lengths
from noemie.returns.views import Rejet
from noemie.suivi.etats import etat_facture, etat_part
from noemie.suivi.mouvements import Operation
from noemie.suivi.returned import PartRecue, parts_recues, rejet_recu

__all__ = ["OF_AN_ANSWER", "Verdict", "action", "explain", "refus_of", "verdict", "without_cut_end"]

#: States that one answer can give, in their order.
OF_AN_ANSWER = (
    Etat.PAYEE,
    Etat.PAYEE_EN_PARTIE,
    Etat.REJETEE,
    Etat.DIFFEREE,
    Etat.PART_AMC_ATTENDUE,
    Etat.PART_AMO_ATTENDUE,
    Etat.REPONSE_ATTENDUE,
    Etat.REPRISE,
    Etat.TROP_PAYEE,
)

#: Parts of which nothing more is decided: what comes with them is a notice.
_SETTLED = frozenset({EtatPart.PAYEE, EtatPart.RIEN_DU})


class Verdict(NamedTuple):
    """The state of an invoice and of each part, and what must be done; `paid` are the parts with money."""

    etat: Etat
    parts: dict[str, PartView]
    decision: Decision
    paid: tuple[str, ...]

    @property
    def scope(self) -> str:
        """The part that the action bears on; empty for the invoice."""
        asking = [name for name, one in self.decision.parts.items() if one is self.decision.action]
        return asking[0] if len(asking) == 1 else ""

    def is_notice(self, part: str) -> bool:
        """Whether a reject on this part (`O`, `C`, empty for both) decides nothing: the part is settled."""
        named = {"O": ("AMO",), "C": ("AMC",)}.get(part, PARTS)
        return all(self.parts[name].etat in _SETTLED for name in named)


def verdict(facture: FactureRetour, retour: Retour, site: Catalogue | None = None) -> Verdict:
    """What a return says of an invoice; `site` is the catalogue with the rows of a site."""
    day = _day(facture, retour)
    centimes = 0 if facture.rejets else max(1, len(facture.actes))  # a reject is a reason, no rounding
    told = _told(facture, retour)
    states = {name: _etat(part, centimes) for name, part in told.items()}
    if any(part.demande for part in told.values()):
        for name, part in told.items():
            if not (part.demande or part.paye):
                states[name] = EtatPart.RIEN_DU
    views = dict.fromkeys(PARTS, PartView(EtatPart.RIEN_DU, 0, 0))
    for name, part in told.items():
        claim = max(part.paye, 0) if part.demande is None else part.demande
        views[name] = PartView(states[name], claim, part.paye, day if _speaks(part) else None)
    etat = etat_facture(
        {name: view.etat for name, view in views.items() if view.etat.vivante},
        [view.etat for view in views.values()],
        repondue=True,
        sans_reponse=Etat.REPONSE_ATTENDUE,
    )
    refus = [refus_of(rejet, facture, retour) for rejet in facture.rejets]
    decision = decide(views, refus, etat, site, on=day)
    return Verdict(etat, views, decision, tuple(name for name, view in views.items() if view.paye > 0))


def action(facture: FactureRetour, retour: Retour, catalogue: Catalogue | None = None) -> Action:
    """The one action of an invoice: the most cautious of its parts, never a resend of what was paid.

    `catalogue` is the shipped one by default.
    """
    return verdict(facture, retour, catalogue).decision.action


def explain(
    rejet: Rejet, facture: FactureRetour | None, retour: Retour, site: Catalogue | None = None
) -> Explanation:
    """What the catalogue knows of a reject of an invoice, or of no invoice."""
    if retour.is_oc:
        return explain_received(rejet, retour, site)
    return explain_refus(refus_of(rejet, facture, retour), site)


def refus_of(rejet: Rejet, facture: FactureRetour | None, retour: Retour) -> Refus:
    """A reject as the catalogue is asked for it: at the day of its answer, for who told it."""
    day = _day(facture, retour) if facture is not None else retour.date_creation
    part = part_of(rejet, retour)
    return Refus(rejet.code, rejet.libelle, rejet.niveau, part, day, retour.emetteur.numero)


def without_cut_end(retour: Retour) -> Retour:
    """The same run, without its last entity when it is cut: half an amount is not an amount."""
    entites = retour.entites
    if len(entites) < 2 or entites[-1].layout.name == TRAILER:
        return retour
    # The layout of a cut entity is that of its first bytes: only the table tells its whole length.
    whole = entity_lengths(retour.layouts).get(entites[-1].layout.name, 0)
    return (
        retour.with_entites(part(entites, 0, len(entites) - 1))
        if 0 < len(entites[-1].raw) < whole
        else retour
    )


def _day(facture: FactureRetour, retour: Retour) -> dt.date | None:
    paid = facture.virement.date if facture.virement else None
    return paid or retour.date_creation


def _told(facture: FactureRetour, retour: Retour) -> dict[str, PartRecue]:
    rejets = tuple(rejet_recu(rejet, retour) for rejet in facture.rejets)
    amo, amc = parts_recues(facture, rejets, retour)
    return {name: part for name, part in zip(PARTS, (amo, amc), strict=True) if part is not None}


def _speaks(part: PartRecue) -> bool:
    return bool(part.etat or part.paye)


def _etat(part: PartRecue, centimes: int) -> EtatPart:
    if part.paye < 0:
        return EtatPart.REPRISE
    # The old family does not tell the claim: what it pays is what it owes, what it refuses is something.
    claim = part.demande if part.demande is not None else part.paye or 1
    if not _speaks(part):
        return EtatPart.ATTENDUE if claim else EtatPart.RIEN_DU
    alone = Operation(dt.date.min, part.etat, part.paye)  # its day changes nothing
    return etat_part(claim, [alone], centimes)
