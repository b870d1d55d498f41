"""Words of the generated pages, in both languages."""

from __future__ import annotations

from typing import Final

_FR: Final = {
    "Severity": "Gravité",
    "error": "erreur",
    "warning": "avertissement",
    "info": "information",
    "Says": "Le message",
    "Why": "Pourquoi",
    "How to correct": "Comment corriger",
    "Source": "Source",
    "Confidence": "Confiance",
    "Norms": "Normes",
    "Prevents": "Évite le rejet",
    "Reading stops there": "La lecture s'arrête là (statut 2)",
    "Answered by": "Qui répond",
    "Code": "Code",
    "Label": "Libellé",
    "Means": "Ce que cela veut dire",
    "What the payer did": "Ce que l'organisme a fait",
    "What to do": "Que faire",
    "Action": "Action",
    "Motive": "Motif",
    "Note": "À savoir",
    "not known": "pas connu",
    "Rejects of this motive": "Rejets de ce motif",
    "Rules that prevent it": "Règles qui l'évitent",
    "bytes": "octets",
    "field": "champ",
    "kind": "genre",
    "presence": "présence",
    "list": "liste",
    "label": "libellé",
    "confidence": "confiance",
    "note": "note",
    "personal": "personnel",
    "Rules": "Règles",
    "Rejects": "Rejets",
    "Motives": "Motifs",
    "Records": "Enregistrements B2",
    "Entities": "Entités NOEMIE",
    "rule": "règle",
    "title": "titre",
    "severity": "gravité",
    "reject": "rejet",
    "action": "action",
    "motive": "motif",
    "record": "enregistrement",
    "entity": "entité",
    "length": "longueur",
    "In French": "En français",
    "In English": "En anglais",
    "The command line": "La ligne de commande",
    "option": "option",
    "what it does": "ce qu'elle fait",
    "Meaning of the letters": "Sens des lettres",
}


def word(text: str, lang: str) -> str:
    """A heading or a short word in `lang`, given in English. KeyError when its French is missing."""
    return _FR[text] if lang == "fr" else text
