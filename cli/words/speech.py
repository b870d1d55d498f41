"""Two languages: each text of the command is written once, in French and in English, where it is used."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final, Literal

Lang = Literal["fr", "en"]

#: Environment variable that changes the language of the output.
VARIABLE: Final = "NOEMIE_LANG"

_OPTION: Final = re.compile(r"--lang(?:=(.*))?")

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
    """Keep what was typed, for `guess_lang`."""
    _typed[:] = arguments


def guess_lang() -> Lang:
    """Language of a message that is needed before, or outside, the reading of the options."""
    words = _typed
    wanted = os.environ.get(VARIABLE, "")
    for place, word in enumerate(words):
        if found := _OPTION.fullmatch(word):
            wanted = found[1] or "".join(words[place + 1 : place + 2])
    return "en" if wanted.strip().lower() == "en" else "fr"
