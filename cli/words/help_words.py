"""The words of a help page besides our texts, in both languages: titles, metavars, words in brackets."""

from __future__ import annotations

import re
from typing import Any, Final

from cli.words.speech import language, say, translated

#: What stands for a value, English to French; the others are the same in both.
METAVARS: Final[dict[str, str]] = {
    "ADDRESS": "ADRESSE",
    "ARGS": "ARGUMENTS",
    "BATCH": "LOT",
    "COMMAND": "VERBE",
    "DAY": "JOUR",
    "DB": "BASE",
    "DIR": "DOSSIER",
    "FAMILY": "FAMILLE",
    "FILE": "FICHIER",
    "FOLDER": "DOSSIER",
    "KEY": "CLÉ",
    "KIND": "GENRE",
    "LABEL": "LIBELLÉ",
    "LIST": "LISTE",
    "NAME": "NOM",
    "NUMBER": "NUMÉRO",
    "PATH": "CHEMIN",
    "PLACE": "ENDROIT",
    "RATE": "TAUX",
    "RECORD": "ENREGISTREMENT",
    "REF": "RÉFÉRENCE",
    "RULE": "RÈGLE",
    "SHARE": "PART",
    "TEXT": "TEXTE",
    "WHAT": "QUOI",
    "WORDS": "MOTS",
    "YEAR": "ANNÉE",
    "YYYY": "AAAA",
}

#: Choices stay as they are typed.
_METAVAR: Final = re.compile(r"<[^>]*>|[A-Z]{2,}")

#: `{FILE...}...` and `[[FILE...]]...` in a usage line; `<list[str]>` after the name of an argument.
_BRACKETS: Final = re.compile(r"^(?:\{|(\[)\[)(\w+)(?:\.\.\.)?(?:\}|\](\]))\.\.\.$")
_BRACES: Final = re.compile(r"^\{(\w+)\}$")
_TYPE: Final = re.compile(r" <(?:list\[)?str\]?>")

#: What stands in brackets after the text of an option.
_EXTRAS: Final = (
    (re.compile(r"env var: "), "variable : "),
    (re.compile(r"default: "), "défaut : "),
    (re.compile(r"\brequired\b"), "obligatoire"),
    (re.compile(r"(\S+)<=x<=([^;\]]+)"), r"de \1 à \2"),
    (re.compile(r"x>=([^;\]]+)"), r"\1 ou plus"),
    (re.compile(r"x<=([^;\]]+)"), r"\1 au plus"),
    (re.compile(r"; "), " ; "),
)


def metavar(text: str) -> str:
    """What stands for a value, in the language of the command."""
    if language() == "en":
        return text
    return _METAVAR.sub(lambda found: METAVARS.get(found[0], found[0]), text)


def heading(english: str) -> str:
    """The title of a section; its colon comes after."""
    if language() == "en":
        return english
    return translated(english) + " "


def usage_prefix() -> str:
    """What begins a usage line."""
    return say("Utilisation : ", "Usage: ")


def usage_piece(piece: str) -> str:
    """A part of a usage line: `FILE...`, whatever brackets stand around it."""
    return metavar(_BRACKETS.sub(r"\1\2\3...", _BRACES.sub(r"\1", piece)))


def row(param: Any, context: Any) -> tuple[str, str] | None:
    """The two columns of an option or an argument; nothing of a hidden one."""
    record = param.get_help_record(context)
    if record is None:
        return None
    name, text = record
    help = param.help or ""
    rest = text[len(help) :] if text.startswith(help) else ""
    if language() == "fr":
        for pattern, french in _EXTRAS:
            rest = pattern.sub(french, rest)
    return metavar(_TYPE.sub("", name)), translated(help) + rest
