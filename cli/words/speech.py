"""Two languages: each text of the command is written once, in French and in English, where it is used.

The language is a context: `main` sets it, then `--lang` of a verb, then the page for each request. A thread
or a process of ours is handed it by who starts it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, TypeVar

Lang = Literal["fr", "en"]

_Text = TypeVar("_Text")

#: Environment variable that changes the language of the output.
VARIABLE: Final = "NOEMIE_LANG"

#: The variables of the locale, by precedence.
LOCALE: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

#: What was typed after the name of the command.
_typed: Final[list[str]] = []

#: The language in which people are spoken to; nothing until somebody set it.
_spoken: Final[ContextVar[Lang | None]] = ContextVar("language", default=None)


def language() -> Lang:
    """The language in which people are spoken to: what was set, else what `guess_lang` tells."""
    return _spoken.get() or guess_lang()


def speak(lang: Lang) -> None:
    """Set the language until the context ends."""
    _spoken.set(lang)


@contextmanager
def speaking(lang: Lang) -> Iterator[None]:
    """Set the language for a while, also of a function that it decorates.

    A generator speaks as whoever is asking it: give it no `yield` inside.
    """
    before = _spoken.set(lang)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(french: _Text, english: _Text) -> _Text:
    """The one of two texts, or of two groups of texts, that is in the language."""
    return english if language() == "en" else french


def plural(count: int, one: str, many: str) -> str:
    """`count` and the noun; French counts zero as singular.

    >>> with speaking("fr"):
    ...     plural(0, "facture", "factures")
    '0 facture'
    >>> with speaking("en"):
    ...     plural(0, "invoice", "invoices")
    '0 invoices'
    """
    single = count == 1 or (count == 0 and language() == "fr")
    return f"{count} {one if single else many}"


def remember(arguments: list[str]) -> None:
    """Keep what was typed, for what is asked before options are read."""
    _typed[:] = arguments


def typed(option: str) -> str | None:
    """The value of an option as it was typed, before options are read; the last one counts."""
    found = None
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
        if (wanted := (told or "").strip().lower()) in ("fr", "en"):
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
    if language() == "en":
        return text
    from cli.words.french import french

    return french(text)
