"""Which function finds what: every rule id of the catalogue is claimed by exactly one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import Contexte

Check = Callable[[Facture, Contexte], Iterator[Finding]]
_F = TypeVar("_F", bound=Callable[..., object])

#: Rule id -> name of the function that finds it.
CLAIMS: dict[str, str] = {}

#: Checks of one invoice, in the order in which they were written.
ON_FACTURE: list[Check] = []


def claimant(function: Callable[..., object]) -> str:
    """The name under which a function claims rules."""
    return f"{function.__module__}.{function.__name__}"


def finds(*rules: str) -> Callable[[_F], _F]:
    """Claim rule ids for a function."""

    def claim(function: _F) -> _F:
        for rule in rules:
            if rule in CLAIMS:
                raise ValueError(f"rule {rule} is claimed twice")
            CLAIMS[rule] = claimant(function)
        return function

    return claim


def on_facture(*rules: str) -> Callable[[Check], Check]:
    """Claim rule ids for a check of one invoice, and register it."""

    def register(check: Check) -> Check:
        finds(*rules)(check)
        ON_FACTURE.append(check)
        return check

    return register
