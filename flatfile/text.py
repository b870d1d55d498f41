"""Text as the norms write it: upper-case unaccented ASCII; and as it may be shown."""

from __future__ import annotations

import unicodedata
from typing import Final

_UNPRINTABLE: Final = "\N{REPLACEMENT CHARACTER}"
_NBSP: Final = "\u00a0"

_LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "’": "'"}
)


def normalise_text(text: str, length: int) -> str:
    """`text` in upper-case unaccented ASCII, cut at `length` characters.

    Characters that have no ASCII form become spaces, so that columns never move.
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_LIGATURES))
    letters = (
        character if " " <= character <= "~" else " "
        for character in decomposed
        if not unicodedata.combining(character)
    )
    return "".join(letters).upper()[:length]


def printable(text: str) -> str:
    """`text` without any character that could act on a terminal, or on the order of what is read.

    Escape sequences, line ends, direction marks, bytes that are no text: each becomes one mark.

    >>> printable("a\\x1b[31m\\u202eb\\udce9")
    'a�[31m�b�'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == _NBSP else _UNPRINTABLE for c in text)
