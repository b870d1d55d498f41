"""Text as the norms write it: upper-case unaccented ASCII."""

from __future__ import annotations

import unicodedata

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
