"""The environment variables that the command heeds, each with what it does, in French and in English.

The modules that read them hold their names; a test finds in the sources every name that begins like ours.
"""

from __future__ import annotations

from typing import Final

VARIABLES: Final[dict[str, tuple[str, str]]] = {
    "NOEMIE_LANG": (
        "Langue : fr ou en. Sinon LC_ALL, LC_MESSAGES puis LANG ; le français si rien ne le dit.",
        "Language: fr or en. Else LC_ALL, LC_MESSAGES, then LANG; French when nothing tells.",
    ),
    "NOEMIE_COLUMNS": (
        "Coupe les lignes à ce nombre de colonnes, aussi dans un tube ou un fichier.",
        "Folds lines at this number of columns, in a pipe or a file too.",
    ),
    "NO_COLOR": ("Jamais de couleurs.", "No colours."),
    "FORCE_COLOR": ("Des couleurs, aussi dans un tube.", "Colours, in a pipe too."),
    "NOEMIE_LEDGER": ("Où est le registre : `--db`.", "Where the ledger is: `--db`."),
    "NOEMIE_LEDGER_KEY_FILE": (
        "Fichier de la clé du registre : `--key-file`.",
        "File of the key of the ledger: `--key-file`.",
    ),
    "NOEMIE_LEDGER_KEY": ("La clé elle-même, en hexadécimal.", "The key itself, in hexadecimal."),
    "NOEMIE_RIGHTS_KEY_FILE": (
        "Fichier de la clé d'un registre de droits : `--key-file`.",
        "File of the key of a register of rights: `--key-file`.",
    ),
    "NOEMIE_RIGHTS_KEY": ("La clé elle-même, en hexadécimal.", "The key itself, in hexadecimal."),
    "NOEMIE_MASK_KEY": ("Clé de `noemie mask`.", "Key of `noemie mask`."),
    "NOEMIE_MAX_BYTES": (
        "Plus grande taille d'un fichier une fois décompressé, en octets.",
        "Largest size of a file once uncompressed, in bytes.",
    ),
    "NOEMIE_DOCS": (
        "Base des adresses de la documentation dans les rapports : https://… ou file:///…",
        "Base of the addresses of the documentation in reports: https://… or file:///…",
    ),
    "NOEMIE_DEBUG": (
        "1 : montre la trace d'une erreur interne. Elle peut citer des valeurs d'un fichier.",
        "1: shows the traceback of an internal error. It may quote values of a file.",
    ),
}
