"""A patient and their care in words, when they may be shown: who, which days, which acts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from cli.words.speech import language, say
from cli.words.texts import day, printable

if TYPE_CHECKING:
    from noemie.ledger.who import Acte, Personne, Soins

__all__ = ["act_text", "acts_text", "care_text", "full_name", "named", "who_text"]

_MOST_ACTS: Final = 6


def who_text(one: Personne) -> str:
    """The name; without one, the birth date and the end of the NIR; empty when none may be shown.

    >>> from cli.words.speech import speaking
    >>> from noemie.ledger.who import Personne
    >>> with speaking("fr"):
    ...     who_text(Personne(reference="0f1e2d3c4b5a", naissance="680412", nir="123"))
    'né(e) le 12/04/68, NIR …123'
    >>> who_text(Personne(reference="0f1e2d3c4b5a"))
    ''
    """
    if one.nom or one.prenom:
        return printable(f"{one.nom} {one.prenom}".strip())
    born = _birth(one.naissance)
    told = [say(f"né(e) le {born}", f"born {born}") if born else "", f"NIR …{one.nir}" if one.nir else ""]
    return printable(", ".join(filter(None, told)))


def named(one: Personne) -> str:
    """`who_text` for a page: the first name in small letters, which tells it from the name.

    >>> from noemie.ledger.who import Personne
    >>> named(Personne(nom="D'ESSAI", prenom="JEAN-TEST"))
    "D'ESSAI Jean-Test"
    """
    return full_name(one.nom, one.prenom) if one.prenom.isupper() else who_text(one)


def full_name(nom: str, prenom: str) -> str:
    """The name, then the first name, in small letters when it is told in capitals.

    >>> full_name("D'ESSAI", "JEAN-TEST"), full_name("D'ESSAI", "Jeanne"), full_name("", "")
    ("D'ESSAI Jean-Test", "D'ESSAI Jeanne", '')
    """
    return printable(f"{nom} {prenom.title() if prenom.isupper() else prenom}".strip())


def _birth(aammjj: str) -> str:
    """A birth date of B2 (AAMMJJ), whose century nothing tells."""
    if len(aammjj) != len("AAMMJJ") or not aammjj.isdecimal():
        return ""
    year, month, born = aammjj[:2], aammjj[2:4], aammjj[4:]
    return f"{year}-{month}-{born}" if language() == "en" else f"{born}/{month}/{year}"


def care_text(soins: Soins) -> str:
    """The care days and the acts, empty when nothing is known.

    >>> from cli.words.speech import speaking
    >>> import datetime as dt
    >>> from noemie.ledger.who import Soins
    >>> with speaking("fr"):
    ...     care_text(Soins(du=dt.date(2026, 1, 5), au=dt.date(2026, 1, 7)))
    'soins du 05/01/2026 au 07/01/2026'
    """
    parts = []
    if soins.du:
        first, last = day(soins.du), day(soins.au)
        span = first if soins.au in (None, soins.du) else say(f"{first} au {last}", f"{first} to {last}")
        parts.append(say(f"soins du {span}", f"care of {span}"))
    if acts := acts_text(soins):
        parts.append(acts)
    return ", ".join(parts)


def act_text(acte: Acte) -> str:
    """An act with its coefficient, when it has one that says something: `AMI 4`."""
    text = acte.coefficient
    coefficient = text.rstrip("0").rstrip(".") if "." in text else text
    plain = coefficient in ("", "0", "1", "None")
    told = coefficient.replace(".", say(",", "."))
    return printable(acte.code if plain else f"{acte.code} {told}")


def acts_text(soins: Soins) -> str:
    """The acts, those alike counted: `AMI 4 × 2, IFD`."""
    counts: Counter[str] = Counter()
    for one in soins.actes:
        counts[act_text(one)] += one.quantite or 1
    told = [name if count == 1 else f"{name} × {count}" for name, count in counts.items()]
    more = len(told) - _MOST_ACTS
    return ", ".join(told[:_MOST_ACTS]) + (f" + {more}" if more > 0 else "")
