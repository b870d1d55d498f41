"""Words of the reject catalogue for a person: who speaks, what the emitter did, at which level."""

from __future__ import annotations

from typing import Final

from cli.words.speech import language, say

#: Who speaks, in words.
_SPEAKERS: Final[dict[str, tuple[str, str]]] = {
    "AMO": ("caisse (AMO)", "caisse (AMO)"),
    "AMC": ("complémentaire (AMC)", "complementary insurer (AMC)"),
    "OC929": ("mouvement de contrat (929)", "contract movement (929)"),
    "ARL": ("accusé de réception (ARL)", "acknowledgement (ARL)"),
    "SSV": ("poste de travail (SSV)", "workstation (SSV)"),
    "DROITS": ("service de droits", "rights service"),
    "SIM": ("caisse simulée", "simulated caisse"),
}

#: The simulated caisse answering as a complementary insurer does.
_SIMULATED_INSURER: Final = ("complémentaire simulée", "simulated complementary insurer")


#: Who pays, or simulates it: what the emitter did says something of an amount.
_PAYERS: Final = frozenset({"AMO", "AMC", "SIM"})

#: What the emitter did, in words: it is not what to do.
_OUTCOMES: Final[dict[str, tuple[str, str]]] = {
    "rejet": ("rejet : la part n'est pas payée", "reject: the part is not paid"),
    "signalement": (
        "signalement : souvent payé quand même, regarder l'état et les montants",
        "notice: often paid all the same, look at the state and the amounts",
    ),
    "acquittement": ("acquittement", "acknowledgement"),
    "differe": ("différé : pas encore un rejet", "deferred: not a reject yet"),
    "accepte": ("accepté", "accepted"),
    "refuse": ("refusé", "refused"),
    "message_de_service": ("message de service", "service message"),
    "local": ("erreur locale : rien n'est parti", "local error: nothing was sent"),
    "droits": ("réponse de droits : rien n'est facturé", "answer on rights: nothing was billed"),
    "non_classe": ("non classé par la source", "not classified by the source"),
    "non_precise": (
        "rejet ou signalement : la source ne le dit pas",
        "reject or notice: the source is silent",
    ),
}

_LEVELS: Final[dict[str, str]] = {
    "fichier": "file",
    "lot": "batch",
    "facture": "invoice",
    "ligne": "line",
    "poste": "workstation",
    "contrat": "contract",
    "droits": "rights",
}


def speaker_of(namespace: str | None, *, complementary: bool = False) -> str:
    """Who uses a code, in words; the namespace itself when a site added it."""
    if not namespace:
        return ""
    french, english = _SPEAKERS.get(namespace, (namespace, namespace))
    if complementary and namespace == "SIM":
        french, english = _SIMULATED_INSURER
    return say(french, english)


def outcome_word(outcome: str, namespace: str) -> str:
    """What the emitter did, in words; empty when no source tells."""
    words = say(*_OUTCOMES.get(outcome, ("", "")))
    # Only a payer pays or refuses.
    return words if namespace in _PAYERS else words.partition(":")[0].strip()


def level_word(level: str) -> str:
    """A level of the catalogue in words."""
    return _LEVELS.get(level, level) if language() == "en" else level
