"""What can go wrong with a ledger. No message holds a value of a file, of the database or of a URL."""

from __future__ import annotations

from typing import Final, Literal

Lang = Literal["fr", "en"]


class LedgerError(Exception):
    """A ledger cannot be opened or used; `code` is one of those below, `facts` are technical facts.

    `text(lang)` says it in French or in English, with what to do.
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def text(self, lang: Lang = "fr") -> str:
        """The sentence to show."""
        return _TEXTS[self.code][lang == "en"].format(**self.facts)

    def __str__(self) -> str:
        return self.text("en")


_TEXTS: Final[dict[str, tuple[str, str]]] = {
    "module.absent": (
        "le registre a besoin de {module} : pip install 'sesam-noemie[{extra}]'",
        "the ledger needs {module}: pip install 'sesam-noemie[{extra}]'",
    ),
    "base.adresse": (
        "adresse de base de données illisible : donnez un fichier, sqlite:///… ou postgresql://…",
        "unreadable database address: give a file, sqlite:///… or postgresql://…",
    ),
    "base.etrangere": (
        "cette base contient autre chose qu'un registre : donnez-en une autre, vide ou neuve",
        "this database holds something else than a ledger: give another one, empty or new",
    ),
    "base.version": (
        "le registre est à la version {version} du schéma, ce programme n'en connaît que {connue} : "
        "installez un sesam-noemie plus récent",
        "the ledger is at version {version} of the schema, this program knows up to {connue}: "
        "install a newer sesam-noemie",
    ),
    "base.occupee": (
        "le registre est occupé par un autre programme : réessayez quand il aura fini",
        "the ledger is in use by another program: try again when it is done",
    ),
    "base.acces": (
        "le registre ne peut pas être ouvert ou écrit : vérifiez le dossier et les droits",
        "the ledger cannot be opened or written: check the folder and the permissions",
    ),
    "base.pleine": (
        "plus de place pour le registre : libérez de l'espace disque, rien n'a été perdu",
        "no room left for the ledger: free some disk space, nothing was lost",
    ),
    "base.illisible": (
        "ce fichier n'est pas une base SQLite, ou il est abîmé : reprenez une sauvegarde",
        "this file is no SQLite database, or it is damaged: go back to a backup",
    ),
    "base.connexion": (
        "le serveur PostgreSQL ne répond pas ou refuse la connexion : vérifiez l'adresse et le compte",
        "the PostgreSQL server does not answer or refuses the connection: check the address and the account",
    ),
    "base.erreur": (
        "la base de données a refusé une opération ({genre})",
        "the database refused an operation ({genre})",
    ),
    "base.fermee": ("ce registre est fermé", "this ledger is closed"),
    "cle.absente": (
        "clé du registre absente : donnez-la par NOEMIE_LEDGER_KEY_FILE ou NOEMIE_LEDGER_KEY",
        "the key of the ledger is missing: give it with NOEMIE_LEDGER_KEY_FILE or NOEMIE_LEDGER_KEY",
    ),
    "cle.illisible": (
        "clé du registre illisible : 32 chiffres hexadécimaux au moins sont attendus",
        "unreadable ledger key: at least 32 hexadecimal digits are expected",
    ),
    "cle.fausse": (
        "cette clé n'est pas celle de ce registre : sans elle, les patients ne peuvent pas être retrouvés",
        "this key is not the one of this ledger: without it, patients cannot be found",
    ),
    "cle.chiffre": (
        "une donnée chiffrée n'a pas pu être relue : la clé ou la base a changé",
        "encrypted data could not be read again: the key or the database was changed",
    ),
    "personnel.mode": (
        "ce registre garde les données personnelles en mode « {mode} » : ce choix se fait à la création",
        "this ledger keeps personal data in mode “{mode}”: that is chosen when it is created",
    ),
    "personnel.inconnu": (
        "mode inconnu pour les données personnelles : token, encrypt ou plain",
        "unknown mode for personal data: token, encrypt or plain",
    ),
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
    "export.inconnu": (
        "export inconnu : {connus}",
        "unknown export: {connus}",
    ),
}
