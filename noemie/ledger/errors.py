"""What can go wrong with a ledger. No message holds a value of a file, of the database or of a URL."""

from __future__ import annotations

from typing import Final

from noemie.ledger.base.errors import BaseError, Lang
from noemie.ledger.base.genre import Genre

__all__ = ["GENRE", "Lang", "LedgerError"]


_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "patient.inconnu": (
        "patient illisible : donnez un NIR (13 caractères, 15 avec la clé) ou une référence de la liste des "
        "patients",
        "unreadable patient: give a NIR (13 characters, 15 with its key) or a reference of the patient list",
    ),
    "filtre.sauf": (
        "« tous sauf » demande un organisme",
        "“all except” needs an organisme",
    ),
    "filtre.dates": (
        "la période finit avant de commencer",
        "the period ends before it starts",
    ),
    "mois.illisible": ("mois illisible : AAAA-MM est attendu", "unreadable month: YYYY-MM is expected"),
    "avance.illisible": (
        "fichier de l'avance illisible, entrée {entree} : jour, nature et montant en centimes sont attendus",
        "unreadable advance file, entry {entree}: day, kind and amount in cents are expected",
    ),
    "categories.illisible": (
        'fichier des catégories illisible : code = "catégorie" est attendu',
        'unreadable category file: code = "category" is expected',
    ),
    "purge.trop-tot": (
        "rien ne se purge avant la durée de conservation : au plus tôt ce qui précède le {limite}",
        "nothing is purged within the retention period: at the latest what comes before {limite}",
    ),
    "purge.perimee": (
        "le registre a changé depuis l'essai : refaites l'essai avant de purger",
        "the ledger has changed since the trial run: run the trial again before the purge",
    ),
    "fichier.absent": (
        "ce fichier n'est pas dans le registre",
        "this file is not in the ledger",
    ),
    "fichier.plusieurs": (
        "plusieurs fichiers du registre portent ce nom ou cette empreinte : donnez l'empreinte entière",
        "several files of the ledger have this name or digest: give the whole digest",
    ),
    "marque.cible": (
        "facture illisible : NUMERO, NUMERO/LOT ou NUMERO@ANNEE est attendu",
        "unreadable invoice: NUMBER, NUMBER/BATCH or NUMBER@YEAR is expected",
    ),
    "marque.sorte": ("marque inconnue", "unknown mark"),
    "marque.texte": (
        "ce registre ne chiffre rien, il ne garde pas de texte libre : refaites-le en mode « encrypt »",
        "this ledger encrypts nothing, it keeps no free text: make it again in mode “encrypt”",
    ),
    "export.inconnu": (
        "export inconnu : {connus}",
        "unknown export: {connus}",
    ),
}


class LedgerError(BaseError):
    """A ledger cannot be opened or used; see `noemie.ledger.base.errors`."""

    NOM = ("le registre", "ledger")
    VARIABLES = ("NOEMIE_LEDGER_KEY_FILE", "NOEMIE_LEDGER_KEY")
    TEXTES = _TEXTS


#: What a ledger is among the databases of ours. The number of the lock is any, always the same.
GENRE: Final = Genre(
    LedgerError,
    "ledger",
    frozenset({"fichiers", "envois"}),
    5_640_913_570_215_088,
    "noemie.ledger.migrations",
    encrypts=True,
)
