"""Who speaks in a return, by the type of its emitter: a fund, or a complementary insurer.

>>> is_complementary_emitter("OC"), is_complementary_emitter("MU"), is_complementary_emitter("SM")
(True, True, False)
"""

from __future__ import annotations

from typing import Final

__all__ = ["COMPLEMENTARY_EMITTERS", "is_complementary_emitter", "payer_words"]

COMPLEMENTARY_EMITTERS: Final = frozenset({"OC", "CS", "MU"})
"""Complementary insurer, service centre of complementary insurers, mutuelle (list ``type_emetteur``).

They speak for the complementary part, whatever the entity. ``SM``, a section locale mutualiste, is a body of
the compulsory insurance (régimes 91 to 96, 99).
"""

_FUND: Final = ("la caisse", "the caisse")
_INSURER: Final = ("la complémentaire", "the insurer")
_MUTUELLE: Final = ("la mutuelle", "the mutual insurer")


def is_complementary_emitter(type_emetteur: str) -> bool:
    """Whether an emitter of this type (2 letters of entity 000) speaks for the complementary part."""
    return type_emetteur.strip() in COMPLEMENTARY_EMITTERS


def payer_words(*, complementary: bool, type_emetteur: str = "") -> tuple[str, str]:
    """Return who pays, in French and in English, with its article."""
    if not complementary:
        return _FUND
    return _MUTUELLE if type_emetteur.strip() == "MU" else _INSURER
