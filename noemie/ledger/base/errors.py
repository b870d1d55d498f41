"""What can go wrong with a database of ours. No message holds a value of a file, of a row or of a URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

Lang = Literal["fr", "en"]


class BaseError(Exception):
    """A database cannot be opened or used; `code` is one of those below, `facts` are technical facts.

    `text(lang)` says it in French or in English, with what to do. A kind of database has a subclass, with its
    name, the variables that give its key, and the texts that it alone needs.
    """

    #: The database, with its article in French, without in English.
    NOM: ClassVar[tuple[str, str]] = ("la base", "database")
    VARIABLES: ClassVar[tuple[str, str]] = ("NOEMIE_KEY_FILE", "NOEMIE_KEY")
    TEXTES: ClassVar[Mapping[str, tuple[str, str]]] = {}

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts

    def text(self, lang: Lang = "fr") -> str:
        """The sentence to show."""
        words = self.TEXTES.get(self.code) or TEXTS[self.code]
        le, name = self.NOM
        du = f"du {le[3:]}" if le.startswith("le ") else f"de {le}"
        file, value = self.VARIABLES
        named = {"le": le, "du": du, "name": name, "file_variable": file, "variable": value}
        return words[lang == "en"].format(**named, **self.facts)

    def __str__(self) -> str:
        return self.text("en")


#: Code -> what is said in French and English, with what to do; completed by `BaseError.text`.
TEXTS: Final[dict[str, tuple[str, str]]] = {
    "module.absent": (
        "{le} a besoin de {module} : pip install 'sesam-noemie[{extra}]'",
        "the {name} needs {module}: pip install 'sesam-noemie[{extra}]'",
    ),
    "base.adresse": (
        "adresse de base de données illisible : donnez un fichier, sqlite:///… ou postgresql://…",
        "unreadable database address: give a file, sqlite:///… or postgresql://…",
    ),
    "base.version": (
        "{le} est à la version {version} du schéma, ce programme n'en connaît que {connue} : "
        "installez un sesam-noemie plus récent",
        "the {name} is at version {version} of the schema, this program knows up to {connue}: "
        "install a newer sesam-noemie",
    ),
    "base.etrangere": (
        "cette base contient autre chose que {le} : donnez-en une autre, vide ou neuve",
        "this database holds something else than a {name}: give another one, empty or new",
    ),
    "base.vide": (
        "il n'y a pas de registre à cet endroit : vérifiez le nom, ou importez d'abord des fichiers",
        "there is no {name} there: check the name, or import files first",
    ),
    "base.occupee": (
        "{le} est occupé par un autre programme : réessayez quand il aura fini",
        "the {name} is in use by another program: try again when it is done",
    ),
    "base.acces": (
        "{le} ne peut pas être ouvert ou écrit : vérifiez le dossier et les droits",
        "the {name} cannot be opened or written: check the folder and the permissions",
    ),
    "base.pleine": (
        "plus de place pour {le} : libérez de l'espace disque, rien n'a été perdu",
        "no room left for the {name}: free some disk space, nothing was lost",
    ),
    "base.copie": (
        "la copie {du} n'a pas pu être faite : vérifiez le dossier, rien n'a changé",
        "the {name} could not be copied: check the folder, nothing was changed",
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
    "base.fermee": ("{le} est fermé", "this {name} is closed"),
    "cle.absente": (
        "clé {du} absente : donnez-la par {file_variable} ou {variable}",
        "the key of the {name} is missing: give it with {file_variable} or {variable}",
    ),
    "cle.illisible": (
        "clé {du} illisible : 32 chiffres hexadécimaux au moins sont attendus",
        "unreadable {name} key: at least 32 hexadecimal digits are expected",
    ),
    "cle.fausse": (
        "cette clé n'est pas celle {du} : sans elle, les patients ne peuvent pas être retrouvés",
        "this key is not the one of this {name}: without it, patients cannot be found",
    ),
    "cle.chiffre": (
        "une donnée chiffrée n'a pas pu être relue : la clé ou la base a changé",
        "encrypted data could not be read again: the key or the database was changed",
    ),
    "personnel.mode": (
        "{le} garde les données personnelles en mode « {mode} » : ce choix se fait à la création",
        "this {name} keeps personal data in mode “{mode}”: that is chosen when it is created",
    ),
    "personnel.inconnu": (
        "mode inconnu pour les données personnelles : token, encrypt ou plain",
        "unknown mode for personal data: token, encrypt or plain",
    ),
}
