"""What a provider must do, and must not do, about a reject: the closed list of action classes.

"Do not resend" is the most valuable answer of the toolkit: sending again what the fund holds or has paid
makes duplicates and undue payments. The list is ordered by caution, and one invoice gets one action: the most
cautious of its rejects.

>>> most_cautious([Action.CORRIGER_RETRANSMETTRE, Action.NE_PAS_RETRANSMETTRE]).banner("en")
'DO NOT RESEND'
>>> Action("attendre").blocks_resend
True

Two classes were added to the ten first ones. ``renvoyer_fichier`` is for a negative ARL: its source speaks
of the file only and asks for no new invoice number, which ``corriger_retransmettre`` implies.
``envoyer_piece`` is for the missing document: the sourced text already said to send it, and was classed
``inconnue`` only because the list had no word for it. No other row uses them.

Seven more come from the follow-up of money and of files, never from a reject: ``relancer``,
``verifier_virement``, ``verifier_reprise``, ``signaler_trop_percu``, ``redemander_retour``,
``verifier_refaite``, ``importer_envoi``. What is to be done about one part only is worded by
``codes.action_texts``.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Literal, NamedTuple

__all__ = ["REDOES", "RESENDS", "Action", "Lang", "most_cautious"]

Lang = Literal["fr", "en"]
"""Languages of every text of the catalogue."""


class Action(StrEnum):
    """Action class of a reject. Members are in order of caution, the most cautious first.

    The first three places come from the catalogue's rules (do not resend, wait, unknown, then the others).
    The order of the others is this toolkit's own: what goes through a person comes before what sends again,
    and "nothing to do" comes last so that it never hides another action.
    """

    NE_PAS_RETRANSMETTRE = "ne_pas_retransmettre"
    ATTENDRE = "attendre"
    VERIFIER_REFAITE = "verifier_refaite"
    REDEMANDER_RETOUR = "redemander_retour"
    VERIFIER_VIREMENT = "verifier_virement"
    VERIFIER_REPRISE = "verifier_reprise"
    INCONNUE = "inconnue"
    SIGNALER_TROP_PERCU = "signaler_trop_percu"
    RELANCER = "relancer"
    RECLAMATION = "reclamation"
    IMPORTER_ENVOI = "importer_envoi"
    ENVOYER_PIECE = "envoyer_piece"
    METTRE_A_JOUR_DROITS = "mettre_a_jour_droits"
    CORRIGER_POSTE = "corriger_poste"
    PAPIER = "papier"
    CORRIGER_RETRANSMETTRE = "corriger_retransmettre"
    RENVOYER_FICHIER = "renvoyer_fichier"
    FACTURER_PATIENT = "facturer_patient"
    AUCUNE = "aucune"

    def title(self, lang: Lang = "fr", *, complementary: bool = False) -> str:
        """Return a short title, in sentence case; ``complementary`` as for ``banner``."""
        words = _WORDS_OF_AMC.get(self, _WORDS[self]) if complementary else _WORDS[self]
        return words.title_fr if lang == "fr" else words.title_en

    def banner(self, lang: Lang = "fr", *, complementary: bool = False) -> str:
        """Return the imperative text shown first, in capitals.

        ``complementary`` tells that a complementary insurer speaks: it is not asked like a fund, and only
        its part may be billed again, never that of the fund.
        """
        words = _WORDS_OF_AMC.get(self, _WORDS[self]) if complementary else _WORDS[self]
        return words.banner_fr if lang == "fr" else words.banner_en

    @property
    def caution(self) -> int:
        """Rank in the order of caution: 0 is the most cautious."""
        return _CAUTION[self]

    @property
    def blocks_resend(self) -> bool:
        """Whether a resend is forbidden: now (``ne_pas_retransmettre``) or until a new return (``attendre``).

        False does not mean that a resend is right: see ``asks_resend``.
        """
        return self in _BLOCKING

    @property
    def asks_resend(self) -> bool:
        """Whether the action itself is to send again, an invoice under a new number or the same file."""
        return self in _SENDING


class _Words(NamedTuple):
    title_fr: str
    title_en: str
    banner_fr: str
    banner_en: str


_WORDS: Final[dict[Action, _Words]] = {
    Action.NE_PAS_RETRANSMETTRE: _Words(
        "Ne pas retransmettre", "Do not resend", "NE PAS RETRANSMETTRE", "DO NOT RESEND"
    ),
    Action.ATTENDRE: _Words(
        "Attendre le prochain retour, ne rien renvoyer d'ici là",
        "Wait for the next return, resend nothing until then",
        "ATTENDRE, NE RIEN RENVOYER",
        "WAIT, RESEND NOTHING",
    ),
    Action.INCONNUE: _Words(
        "Action inconnue : se renseigner avant tout renvoi",
        "Action unknown: ask before any resend",
        "ACTION INCONNUE : INTERROGER LA CAISSE",
        "ACTION UNKNOWN: ASK THE FUND",
    ),
    Action.VERIFIER_REFAITE: _Words(
        "Vérifier si ces soins ont déjà été refacturés, avant de refaire quoi que ce soit",
        "Check whether this care was billed again already, before redoing anything",
        "DÉJÀ REFAITE ? VÉRIFIER",
        "REDONE ALREADY? CHECK",
    ),
    Action.REDEMANDER_RETOUR: _Words(
        "Récupérer de nouveau le retour : le fichier lu est coupé",
        "Fetch the return again: the file that was read is cut",
        "RÉCUPÉRER DE NOUVEAU LE RETOUR",
        "FETCH THE RETURN AGAIN",
    ),
    Action.VERIFIER_VIREMENT: _Words(
        "Comparer au relevé bancaire ce que les retours disent avoir payé",
        "Check on the bank statement what the returns say was paid",
        "COMPARER AU RELEVÉ BANCAIRE",
        "CHECK THE BANK STATEMENT",
    ),
    Action.VERIFIER_REPRISE: _Words(
        "Vérifier pourquoi l'organisme a repris ce qu'il avait payé",
        "Check why the payer took back what it had paid",
        "VÉRIFIER LA REPRISE",
        "CHECK THE TAKEBACK",
    ),
    Action.SIGNALER_TROP_PERCU: _Words(
        "Signaler le trop-perçu à l'organisme, ne rien renvoyer",
        "Report the overpayment to the payer, resend nothing",
        "SIGNALER LE TROP-PERÇU, NE RIEN RENVOYER",
        "REPORT THE OVERPAYMENT",
    ),
    Action.RELANCER: _Words(
        "Demander à l'organisme où en est le dossier",
        "Ask the payer what became of it",
        "RELANCER L'ORGANISME",
        "CHASE THE PAYER",
    ),
    Action.IMPORTER_ENVOI: _Words(
        "Donner aussi le flux envoyé, avant de décider",
        "Give the flow that was sent too, before deciding",
        "IMPORTER L'ENVOI",
        "IMPORT THE FLOW",
    ),
    Action.RECLAMATION: _Words(
        "Déposer une réclamation", "File a claim", "DÉPOSER UNE RÉCLAMATION", "FILE A CLAIM"
    ),
    Action.ENVOYER_PIECE: _Words(
        "Envoyer la pièce manquante", "Send the missing document", "ENVOYER LA PIÈCE", "SEND THE DOCUMENT"
    ),
    Action.METTRE_A_JOUR_DROITS: _Words(
        "Vérifier et mettre à jour les droits du patient",
        "Check and update the patient's rights",
        "METTRE À JOUR LES DROITS",
        "UPDATE THE RIGHTS",
    ),
    Action.CORRIGER_POSTE: _Words(
        "Corriger le poste de travail", "Correct the workstation", "CORRIGER LE POSTE", "FIX THE WORKSTATION"
    ),
    Action.PAPIER: _Words(
        "Facturer sur papier", "Bill on paper", "PASSER PAR LA FEUILLE PAPIER", "USE A PAPER SHEET"
    ),
    # The new number comes from a third-party reading of a FIDES rule; for an FSE it is to be confirmed.
    Action.CORRIGER_RETRANSMETTRE: _Words(
        "Corriger puis refaire la facture, sous un nouveau numéro",
        "Correct, then make the invoice again under a new number",
        "CORRIGER PUIS REFAIRE LA FACTURE",
        "CORRECT, THEN REDO THE INVOICE",
    ),
    Action.RENVOYER_FICHIER: _Words(
        "Corriger la cause puis renvoyer le fichier, mêmes numéros de facture",
        "Correct the cause, then send the file again, same invoice numbers",
        "CORRIGER PUIS RENVOYER LE FICHIER",
        "CORRECT, THEN SEND THE FILE AGAIN",
    ),
    Action.FACTURER_PATIENT: _Words(
        "Facturer la part au patient",
        "Bill the part to the patient",
        "FACTURER AU PATIENT",
        "BILL THE PATIENT",
    ),
    Action.AUCUNE: _Words("Rien à faire", "Nothing to do", "RIEN À FAIRE", "NOTHING TO DO"),
}

_WORDS_OF_AMC: Final = {
    Action.INCONNUE: _WORDS[Action.INCONNUE]._replace(
        banner_fr="ACTION INCONNUE : INTERROGER LA COMPLÉMENTAIRE",
        banner_en="ACTION UNKNOWN: ASK THE COMPLEMENTARY INSURER",
    ),
    Action.CORRIGER_RETRANSMETTRE: _Words(
        "Corriger puis refaire la demande de la part complémentaire seule",
        "Correct, then claim the complementary part alone again",
        "CORRIGER PUIS REFAIRE LA PART COMPLÉMENTAIRE",
        "CORRECT, THEN REDO THE COMPLEMENTARY PART",
    ),
}
"""The words that differ when a complementary insurer speaks."""

_CAUTION: Final[dict[Action, int]] = {action: rank for rank, action in enumerate(Action)}
_BLOCKING: Final = frozenset({Action.NE_PAS_RETRANSMETTRE, Action.ATTENDRE})
_SENDING: Final = frozenset({Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER})

RESENDS: Final = frozenset({Action.CORRIGER_RETRANSMETTRE, Action.RENVOYER_FICHIER, Action.PAPIER})
"""What bills again what was billed: never of what has money on it, nor of what is matched with a doubt."""

REDOES: Final = RESENDS | {
    Action.METTRE_A_JOUR_DROITS,
    Action.CORRIGER_POSTE,
    Action.FACTURER_PATIENT,
}
"""The same, and what ends in a new invoice or in the patient's purse."""


def most_cautious(actions: Iterable[Action]) -> Action:
    """Return the most cautious action of several; ``Action.INCONNUE`` when there is none.

    No action at all means that nothing is known of the refusal: that is never "nothing to do".
    """
    return min(actions, key=_CAUTION.__getitem__, default=Action.INCONNUE)
