"""Funds in words: the name of their régime, where a list knows it.

No public list names the caisses, nor says how a return writes a payer: their codes stay.
"""

from __future__ import annotations

from cli.words.speech import language, say
from cli.words.texts import printable

__all__ = ["fund_text", "regime_name", "regimes"]


def regimes() -> list[tuple[str, str]]:
    """The grands régimes: code and name, by code.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     regimes()[0]
    ('01', 'régime général')
    """
    from codes.lists import b2

    lang = language()
    return sorted((code, found.label(lang)) for code, found in b2()["grand_regime"].items())


def regime_name(code: str) -> str:
    """The short name of a grand régime; empty when no list knows it.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     regime_name("08"), regime_name("77")
    ('CNMSS', '')
    """
    from codes.lists import b2

    found = b2()["grand_regime"].get(code)
    return found.label(language()).partition(",")[0] if found else ""


def fund_text(regime: str, caisse: str) -> str:
    """A fund for a sentence.

    >>> from cli.words.speech import speaking
    >>> with speaking("fr"):
    ...     fund_text("01", "421"), fund_text("77", "421")
    ('caisse 01\xa0421 (régime général)', 'caisse 77\xa0421')
    """
    name = regime_name(regime)
    numbers = printable(f"{regime} {caisse}".strip()).replace(" ", "\u00a0")
    return say("caisse ", "fund ") + numbers + (f" ({name})" if name else "")
