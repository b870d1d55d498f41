"""One invoice as a card: what is said of it, what it means, what to do, as `noemie reconcile` words it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cli.words.decided import as_decided
from cli.words.reason import Reason, reason_of
from cli.words.speech import Lang, language, say
from codes.actions import Action
from codes.decide import Refus, explain
from codes.states import Etat, part_named

if TYPE_CHECKING:
    from codes.rejects import Catalogue
    from noemie.suivi.resultat import RejetSuivi

__all__ = ["BUTTONS", "ToldReject", "buttons_of", "told_rejects"]

#: Marks offered for an action, the likeliest first; the others are offered after them.
BUTTONS: Final[Mapping[Action, tuple[str, ...]]] = {
    Action.NE_PAS_RETRANSMETTRE: ("soldee", "reclamee", "note"),
    Action.ATTENDRE: ("rappel", "reclamee", "note"),
    Action.RELANCER: ("relancee", "reclamee", "rappel", "note"),
    Action.RECLAMATION: ("reclamee", "rappel", "note"),
    Action.VERIFIER_REFAITE: ("refaite_sous", "pas_refaite", "soldee", "note"),
    Action.METTRE_A_JOUR_DROITS: ("refaite_sous", "patient_averti", "reclamee", "note"),
    Action.CORRIGER_RETRANSMETTRE: ("refaite_sous", "reclamee", "patient_averti", "note"),
    Action.FACTURER_PATIENT: ("patient_averti", "soldee", "note"),
    Action.ENVOYER_PIECE: ("rappel", "reclamee", "note"),
    Action.PAPIER: ("soldee", "patient_averti", "note"),
}
_USUAL: Final = ("soldee", "reclamee", "rappel", "note")


def buttons_of(one: Any) -> tuple[str, ...]:
    """The marks that fit a card or a line: what the payer holds for now is not closed."""
    held = one.etat is Etat.DIFFEREE and one.action is Action.NE_PAS_RETRANSMETTRE
    return BUTTONS.get(Action.ATTENDRE if held else one.action, _USUAL)


class ToldReject(Reason, frozen=True, kw_only=True):
    """A reject as the page shows it: `part` is `AMO`, `AMC` or empty; `historique`: a later one counts."""

    part: str
    jour: dt.date | None
    historique: bool
    niveau_label: str = ""

    @property
    def part_label(self) -> str:
        """The part, as a reject of a return names its own."""
        return self.part


def told_rejects(card: Any, codes: Path | None) -> list[ToldReject]:
    """The live rejects of a card, or of a line, worded for what was decided.

    `codes` is the folder of a site, whose rejects win.
    """
    parts = card.parts.items() if isinstance(card.parts, Mapping) else ((one.part, one) for one in card.parts)
    found = dict(parts)
    actions = {name: part.action for name, part in found.items()}
    paid = [name for name, part in found.items() if part.paye > 0]
    return [_told(one, card.action, actions, paid, codes) for one in card.rejets]


def _told(
    rejet: RejetSuivi,
    decided: Action,
    actions: dict[str, Action],
    paid: Iterable[str],
    codes: Path | None,
) -> ToldReject:
    refus = Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part, rejet.jour, rejet.emetteur)
    part = part_named(rejet.part)
    data = as_decided(
        _reason(refus, language(), codes), part, decided, actions, list(paid), history=rejet.historique
    )
    return ToldReject(**data.fields(), part=part, jour=rejet.jour, historique=rejet.historique)


@lru_cache(maxsize=1024)
def _reason(refus: Refus, lang: Lang, codes: Path | None) -> Reason:
    return reason_of(explain(refus, _site(codes) if codes else None))


@lru_cache
def _site(codes: Path) -> Catalogue:
    from cli.io.site import rejects

    return rejects(codes)


def do_text(card: Any, rejets: list[ToldReject]) -> str:
    """What to do first, in a sentence: that of the reject when the action is its own, else the action's."""
    for one in rejets:
        if not one.historique and one.action == card.action.value and one.provider_action:
            return one.provider_action
    return say(f"{card.texte}.", f"{card.texte}.")
