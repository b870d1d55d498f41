"""The text of an action: of the whole invoice, or of the open part alone when the other part is paid.

When a part is paid, no text may speak of the invoice: redoing it would claim again what was paid. Whatever a
motive says, what may be redone is then the open part, under the payee of that part (`destinataire_reglement`
25 for the complementary part, 05 for the compulsory one).

>>> action_text(Action.CORRIGER_RETRANSMETTRE, "AMC", {"AMO"}, "fr")
'Corriger, puis ne refaire que la part mutuelle (destinataire 25)'
>>> action_banner(Action.PAPIER, "AMC", {"AMO"}, "en")
'ASK THE COMPLEMENTARY INSURER'
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from codes._explanation import Explanation
from codes.actions import Action, Lang
from codes.states import PARTS

__all__ = ["action_banner", "action_text", "arl_text", "open_part", "provider_text"]


class _Part(NamedTuple):
    part: str
    payer: str
    payee: str


_NAMES: Final[dict[str, dict[str, _Part]]] = {
    "AMO": {
        "fr": _Part("la part caisse", "la caisse", "05"),
        "en": _Part("the compulsory part", "the fund", "05"),
    },
    "AMC": {
        "fr": _Part("la part mutuelle", "la mutuelle", "25"),
        "en": _Part("the complementary part", "the complementary insurer", "25"),
    },
}

_ARL_LATE: Final = (
    "Demander si le fichier est arrivé ; ne le renvoyer que s'il ne l'est pas",
    "Ask whether the file arrived; send it again only if it did not",
)

_TEXTS: Final[dict[Action, tuple[str, str]]] = {
    Action.NE_PAS_RETRANSMETTRE: (
        "Ne pas renvoyer {part} : voir avec {payer}",
        "Do not resend {part}: ask {payer}",
    ),
    Action.ATTENDRE: (
        "Attendre la réponse de {payer} pour {part}, ne rien renvoyer d'ici là",
        "Wait for the answer of {payer} on {part}, resend nothing until then",
    ),
    Action.VERIFIER_REFAITE: (
        "Vérifier si {part} a déjà été redemandée, avant de la refaire",
        "Check whether {part} was claimed again already, before redoing it",
    ),
    Action.REDEMANDER_RETOUR: (
        "Récupérer de nouveau le retour coupé : il dit peut-être {part}",
        "Fetch the cut return again: it may tell {part}",
    ),
    Action.VERIFIER_VIREMENT: (
        "Comparer {part} au relevé bancaire",
        "Check {part} on the bank statement",
    ),
    Action.VERIFIER_REPRISE: (
        "Vérifier pourquoi {part} a été reprise, auprès de {payer}",
        "Check with {payer} why {part} was taken back",
    ),
    Action.INCONNUE: (
        "Voir avec {payer} pour {part} seule, avant tout renvoi",
        "Ask {payer} about {part} alone, before any resend",
    ),
    Action.SIGNALER_TROP_PERCU: (
        "Signaler à {payer} le trop-perçu de {part}, ne rien renvoyer",
        "Report to {payer} what is over on {part}, resend nothing",
    ),
    Action.RELANCER: ("Demander à {payer} où en est {part}", "Ask {payer} what became of {part}"),
    Action.RECLAMATION: (
        "Déposer une réclamation auprès de {payer} pour {part}",
        "File a claim with {payer} for {part}",
    ),
    Action.IMPORTER_ENVOI: (
        "Donner aussi le flux envoyé, avant de décider de {part}",
        "Give the flow that was sent too, before deciding on {part}",
    ),
    Action.ENVOYER_PIECE: (
        "Envoyer à {payer} la pièce manquante pour {part}",
        "Send {payer} the document missing for {part}",
    ),
    Action.METTRE_A_JOUR_DROITS: (
        "Mettre à jour les droits du patient, puis ne refaire que {part} (destinataire {payee})",
        "Update the patient's rights, then redo {part} only (payee {payee})",
    ),
    Action.CORRIGER_POSTE: (
        "Corriger le poste de travail, puis ne refaire que {part} (destinataire {payee})",
        "Correct the workstation, then redo {part} only (payee {payee})",
    ),
    Action.PAPIER: (
        "Voir avec {payer} comment lui présenter {part} seule",
        "Ask {payer} how to claim {part} alone",
    ),
    Action.CORRIGER_RETRANSMETTRE: (
        "Corriger, puis ne refaire que {part} (destinataire {payee})",
        "Correct, then redo {part} only (payee {payee})",
    ),
    Action.RENVOYER_FICHIER: (
        "Corriger la cause, puis ne refaire que {part} (destinataire {payee})",
        "Correct the cause, then redo {part} only (payee {payee})",
    ),
    Action.FACTURER_PATIENT: (
        "Ne facturer au patient que {part}",
        "Bill the patient {part} only",
    ),
    Action.AUCUNE: ("Rien à faire pour {part}", "Nothing to do for {part}"),
}

#: Of a part that has money on it, what lacks is asked for: redoing the part would claim again what was paid.
_REST_LACKS: Final = (
    "voir avec {payer} pour ce qui manque de {part}, sans la refaire",
    "ask {payer} about what lacks of {part}, without redoing it",
)
_TEXTS_OF_REST: Final[dict[Action, tuple[str, str]]] = {
    Action.METTRE_A_JOUR_DROITS: (
        f"Mettre à jour les droits du patient, puis {_REST_LACKS[0]}",
        f"Update the patient's rights, then {_REST_LACKS[1]}",
    ),
    Action.CORRIGER_POSTE: (
        f"Corriger le poste de travail, puis {_REST_LACKS[0]}",
        f"Correct the workstation, then {_REST_LACKS[1]}",
    ),
    Action.CORRIGER_RETRANSMETTRE: (f"Corriger, puis {_REST_LACKS[0]}", f"Correct, then {_REST_LACKS[1]}"),
    Action.RENVOYER_FICHIER: (
        f"Corriger la cause, puis {_REST_LACKS[0]}",
        f"Correct the cause, then {_REST_LACKS[1]}",
    ),
    Action.PAPIER: (
        "Voir avec {payer} comment lui présenter ce qui manque de {part}",
        "Ask {payer} how to claim what lacks of {part}",
    ),
    Action.FACTURER_PATIENT: (
        "Ne facturer au patient que ce qui manque de {part}",
        "Bill the patient only what lacks of {part}",
    ),
}

#: Banners that speak of an invoice, a file or a payer: what stands in their place when a part is paid.
_ASK: Final = ("VOIR AVEC {payer}", "ASK {payer}")
_REDO: Final = ("NE REFAIRE QUE {part}", "REDO {part} ONLY")
_BANNERS: Final[dict[Action, tuple[str, str]]] = {
    Action.INCONNUE: _ASK,
    Action.PAPIER: _ASK,
    Action.RELANCER: ("RELANCER {payer}", "CHASE {payer}"),
    Action.CORRIGER_RETRANSMETTRE: _REDO,
    Action.RENVOYER_FICHIER: _REDO,
    Action.VERIFIER_REFAITE: ("{part} DÉJÀ REFAITE ? VÉRIFIER", "{part} REDONE ALREADY? CHECK"),
    Action.FACTURER_PATIENT: ("NE FACTURER AU PATIENT QUE {part}", "BILL THE PATIENT {part} ONLY"),
}
_BANNERS_OF_REST: Final[dict[Action, tuple[str, str]]] = {
    Action.CORRIGER_RETRANSMETTRE: _ASK,
    Action.RENVOYER_FICHIER: _ASK,
    Action.FACTURER_PATIENT: (
        "NE FACTURER AU PATIENT QUE LE RESTE DE {part}",
        "BILL THE PATIENT THE REST OF {part} ONLY",
    ),
}


def open_part(scope: str, paid: Collection[str]) -> str:
    """The part that a text must speak of: `AMO` or `AMC`, empty when it may speak of the whole invoice.

    `scope` is what the action bears on: `AMO`, `AMC`, or empty for the invoice; `paid` are the parts with
    money on them.
    """
    if scope in PARTS:
        return scope if paid else ""
    rest = [part for part in PARTS if part not in paid]
    return rest[0] if paid and len(rest) == 1 else ""


def arl_text(lang: Lang = "fr") -> str:
    """What to ask when the ARL of a batch is late."""
    return _ARL_LATE[lang == "en"]


def action_text(action: Action, scope: str, paid: Collection[str], lang: Lang = "fr") -> str:
    """What to do, in a sentence: of the open part alone once a part is paid, or of what it lacks."""
    part = open_part(scope, paid)
    rest = _TEXTS_OF_REST.get(action) if part in paid else None
    return _fill(rest or _TEXTS[action], part, lang) if part else action.title(lang)


def action_banner(action: Action, scope: str, paid: Collection[str], lang: Lang = "fr") -> str:
    """The same in capitals, to be shown first."""
    part = open_part(scope, paid)
    rest = _BANNERS_OF_REST.get(action) if part in paid else None
    words = rest or _BANNERS.get(action)
    return _fill(words, part, lang).upper() if part and words else action.banner(lang)


def provider_text(
    explanation: Explanation, action: Action, scope: str, paid: Collection[str], lang: Lang = "fr"
) -> str:
    """What the catalogue tells the provider to do; with money on the invoice, the text of the open part."""
    if open_part(scope, paid):
        return action_text(action, scope, paid, lang)
    return explanation.text("provider_action", lang)


def _fill(words: tuple[str, str], part: str, lang: Lang) -> str:
    return words[lang == "en"].format(**_NAMES[part][lang]._asdict())
