"""How an action or a severity looks on a page: its tone (a class of house.css) and its sign (a symbol).

A tone is never told by colour alone: the word stands beside its sign, and each tone has its own rule.
"""

from __future__ import annotations

from typing import Final

from codes.actions import Action
from codes.states import Etat

__all__ = ["SIGNS", "sentence", "sign_of", "state_tone", "tone_of"]

#: Symbols of macros.html.
SIGNS: Final = ("stop", "wait", "card", "fix", "paper", "good", "late", "note")

_TONES: Final = {
    Action.NE_PAS_RETRANSMETTRE: "stop",
    Action.ATTENDRE: "wait",
    Action.AUCUNE: "good",
}
_SIGNS: Final = {
    Action.NE_PAS_RETRANSMETTRE: "stop",
    Action.ATTENDRE: "wait",
    Action.METTRE_A_JOUR_DROITS: "card",
    Action.CORRIGER_RETRANSMETTRE: "fix",
    Action.RENVOYER_FICHIER: "fix",
    Action.CORRIGER_POSTE: "fix",
    Action.ENVOYER_PIECE: "paper",
    Action.PAPIER: "paper",
    Action.RECLAMATION: "paper",
    Action.AUCUNE: "good",
}
_SEVERITIES: Final = {"error": ("stop", "stop"), "warning": ("act", "late"), "info": ("note", "note")}

_STATES: Final = {
    Etat.PAYEE: "good",
    Etat.SOLDEE_HORS_FLUX: "good",
    Etat.REJETEE: "stop",
    Etat.ARL_NEGATIF: "stop",
    Etat.REPRISE: "stop",
    Etat.PAYEE_EN_PARTIE: "act",
    Etat.TROP_PAYEE: "act",
    Etat.ORPHELINE: "act",
    Etat.DIFFEREE: "wait",
}


def tone_of(name: str) -> str:
    """The tone of an action (its value) or of a severity (its word).

    >>> tone_of("ne_pas_retransmettre"), tone_of("relancer"), tone_of("error")
    ('stop', 'act', 'stop')
    """
    if name in _SEVERITIES:
        return _SEVERITIES[name][0]
    return _TONES.get(Action(name), "act")


def sign_of(name: str) -> str:
    """The sign of an action (its value) or of a severity (its word)."""
    if name in _SEVERITIES:
        return _SEVERITIES[name][1]
    return _SIGNS.get(Action(name), "late")


def state_tone(name: str) -> str:
    """The tone of a state of an invoice; what is only awaited is neutral.

    >>> state_tone("payee"), state_tone("reponse_attendue")
    ('good', 'note')
    """
    return _STATES.get(Etat(name), "note")


def sentence(banner: str) -> str:
    """A banner in capitals as a sentence; what is between capitals for itself (FSE, AMO) stays.

    >>> sentence("DÉJÀ REFAITE ? VÉRIFIER"), sentence("CORRIGER UNE FSE")
    ('Déjà refaite ? Vérifier', 'Corriger une FSE')
    """
    if banner != banner.upper():
        return banner[:1].upper() + banner[1:]
    words = [word if word.strip(".,;:") in _KEPT else word.lower() for word in banner.split(" ")]
    for rank, word in enumerate(words):
        if rank == 0 or words[rank - 1].endswith(("?", ".", "!")):
            words[rank] = word[:1].upper() + word[1:]
    return " ".join(words)


_KEPT: Final = frozenset({"FSE", "AMO", "AMC", "ARL", "CPS", "NIR", "SMG", "C2S"})
