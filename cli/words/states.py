"""States of invoices, counted."""

from __future__ import annotations

from cli.words.speech import language, plural
from codes.states import Etat

__all__ = ["counted_state"]

_PLURALS = {
    Etat.PAYEE: "payées",
    Etat.PAYEE_EN_PARTIE: "payées en partie",
    Etat.REJETEE: "rejetées",
    Etat.DIFFEREE: "différées",
    Etat.PART_AMC_ATTENDUE: "parts mutuelle attendues",
    Etat.PART_AMO_ATTENDUE: "parts caisse attendues",
    Etat.REPONSE_ATTENDUE: "réponses attendues",
    Etat.REPRISE: "reprises par l'organisme",
    Etat.TROP_PAYEE: "payées plus que demandé",
}
_ENGLISH = {
    Etat.PART_AMC_ATTENDUE: "complementary parts awaited",
    Etat.PART_AMO_ATTENDUE: "compulsory parts awaited",
    Etat.REPONSE_ATTENDUE: "answers awaited",
}


def counted_state(etat: Etat, number: int) -> str:
    """`3 payées`, `1 part mutuelle attendue`."""
    one = etat.label(language())
    several = _PLURALS.get(etat, one) if language() == "fr" else _ENGLISH.get(etat, one)
    return plural(number, one, several)
