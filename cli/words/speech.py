"""Two languages: each text of the command is written once, in French and in English, where it is used."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final, Literal

Lang = Literal["fr", "en"]

#: Environment variable that changes the language of the output.
VARIABLE: Final = "NOEMIE_LANG"

#: The variables of the locale, by precedence.
LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

#: What was typed after the name of the command.
_typed: Final[list[str]] = []

#: `say(french, english)` gives the text of the chosen language.
Say = Callable[[str, str], str]


def speaker(lang: Lang) -> Say:
    """Return the function that chooses between the two texts."""
    return (lambda _fr, en: en) if lang == "en" else (lambda fr, _en: fr)


def plural(count: int, one: str, many: str, lang: Lang) -> str:
    """`count` and the noun; French counts zero as singular.

    >>> plural(0, "facture", "factures", "fr"), plural(0, "invoice", "invoices", "en")
    ('0 facture', '0 invoices')
    """
    single = count == 1 or (count == 0 and lang == "fr")
    return f"{count} {one if single else many}"


def remember(arguments: list[str]) -> None:
    """Keep what was typed, for what is asked before options are read."""
    _typed[:] = arguments


def typed(option: str) -> str:
    """The value of an option as it was typed, before options are read; the last one counts."""
    found = ""
    for place, word in enumerate(_typed):
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if name == option:
            found = value if equals else "".join(_typed[place + 1 : place + 2])
    return found


def guess_lang() -> Lang:
    """Language of help pages and of every message that is needed before, or outside, the reading of options:
    what `--lang` says, else `NOEMIE_LANG`, else the locale; French when nothing tells.
    """
    for told in (typed("--lang"), os.environ.get(VARIABLE, "")):
        if (wanted := told.strip().lower()) in ("fr", "en"):
            return "en" if wanted == "en" else "fr"
    return locale_lang()


def locale_lang() -> Lang:
    """Language of the locale: the first of the variables that says something, as POSIX reads them.

    French for French and for what names no language (`C`, `POSIX`, nothing); English for any other language.
    """
    told = next((text for name in LOCALE if (text := os.environ.get(name))), "")
    language = re.split(r"[_.@-]", told, maxsplit=1)[0].lower()
    return "fr" if language in ("", "fr", "c", "posix") else "en"


def translated(text: str) -> str:
    """A text of a help page, written in English where it is used, in the language of the command."""
    if guess_lang() == "en":
        return text
    from cli.words.french import french

    return french(text)
