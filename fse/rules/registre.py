"""Which function finds what: every rule id of the catalogue is claimed by exactly one check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

import fse.rules
from flatfile import Finding
from fse.facture import Facture
from fse.rules.contexte import Contexte

Check = Callable[[Facture, Contexte], Iterator[Finding]]

#: Rule, field, what is expected: a remark on one record, whatever stands around it.
Remark = tuple[str, str, str]
_F = TypeVar("_F", bound=Callable[..., object])

#: Rule id -> name of the function that finds it.
CLAIMS: dict[str, str] = {}

#: Checks of one invoice that were imported so far.
ON_FACTURE: list[Check] = []


def claimant(function: Callable[..., object]) -> str:
    """The name under which a function claims rules."""
    return f"{function.__module__}.{function.__name__}"


#: Modules whose checks look at one invoice, in the order in which their findings at one place are told;
#: any other comes after them.
_FIRST = ("totaux", "montants", "presence", "actes", "cnmss", "structure", "assurance", "dates")


def invoice_checks() -> tuple[Check, ...]:
    """The checks of one invoice, those of every module of this package."""
    _import_rules()
    return _in_order(tuple(ON_FACTURE))


@lru_cache(maxsize=4)
def _in_order(checks: tuple[Check, ...]) -> tuple[Check, ...]:
    order = {f"fse.rules.{name}": rank for rank, name in enumerate(_FIRST)}
    return tuple(sorted(checks, key=lambda check: order.get(check.__module__, len(order))))


@cache
def _import_rules() -> None:
    for name in sorted(module.name for module in iter_modules(fse.rules.__path__)):
        import_module(f"fse.rules.{name}")


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
