"""One invoice as a card: what is said of it, what it means, what to do, as `noemie reconcile` words it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from cli.words.decided import as_decided, part_named
from cli.words.reason import Reason, reason_of
from cli.words.speech import Lang, language, say
from codes.actions import Action
from codes.decide import Refus, explain
from noemie.ledger.handles import handle_of
from noemie.suivi.resultat import RejetSuivi

__all__ = ["BUTTONS", "buttons_of", "handle", "told_rejects"]

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


def handle(one: Any) -> str:
    """What names an invoice in an address."""
    return handle_of(one.fichier, one.record)


def buttons_of(action: Action) -> tuple[str, ...]:
    """The marks that fit an action."""
    return BUTTONS.get(action, _USUAL)


def told_rejects(card: Any) -> list[dict[str, Any]]:
    """The live rejects of a card (or of a line), as data: code, label, meaning, payer's and own action."""
    parts = card.parts.items() if isinstance(card.parts, Mapping) else ((one.part, one) for one in card.parts)
    found = dict(parts)
    actions = {name: part.action for name, part in found.items()}
    paid = [name for name, part in found.items() if part.paye > 0]
    return [_told(one, card.action, actions, paid) | {"historique": one.historique} for one in card.rejets]


def _told(
    rejet: RejetSuivi, decided: Action, actions: dict[str, Action], paid: Iterable[str]
) -> dict[str, Any]:
    refus = Refus(rejet.code, rejet.libelle, rejet.niveau, rejet.part, rejet.jour, rejet.emetteur)
    part = part_named(rejet.part)
    data = as_decided(
        _reason(refus, language()), part, decided, actions, list(paid), history=rejet.historique
    )
    return {**data.fields(), "niveau_label": "", "part_label": part, "jour": rejet.jour, "part": part}


@lru_cache(maxsize=1024)
def _reason(refus: Refus, lang: Lang) -> Reason:
    return reason_of(explain(refus, None))


def do_text(card: Any, rejets: list[dict[str, Any]]) -> str:
    """What to do first, in a sentence: that of the reject when the action is its own, else the action's."""
    for one in rejets:
        if not one["historique"] and one["action"] == card.action.value and one["provider_action"]:
            return str(one["provider_action"])
    return say(f"{card.texte}.", f"{card.texte}.")
