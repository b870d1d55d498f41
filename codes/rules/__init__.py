"""The rule catalogue: every check of the toolkit, its words, its severity, its source.

One module per family of subjects; `catalogue()` gathers them. The checks themselves are functions of
`fse` and `noemie` that produce findings carrying a rule id; a test proves that the two sides agree.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from types import MappingProxyType

from codes.rules.model import Rule, Severity

__all__ = ["BESIDE_FLOWS", "FAMILIES", "Rule", "Severity", "catalogue", "rule"]

#: Modules of this package, each with a tuple `RULES`, in the order of the reference pages.
FAMILIES = (
    "cause",
    "lecture",
    "fichier",
    "structure",
    "formats",
    "presence",
    "listes",
    "cles",
    "dates",
    "delais",
    "montants",
    "totaux",
    "actes",
    "assurance",
    "smg",
    "cnmss",
    "droits",
    "zone",
    "carte",
    "registre",
    "enveloppe",
    "tableau",
    "retour",
)

#: Families whose findings need more than the reading of a B2 flow: a return, a zone, what a flow is compared
#: with, what carries it, or all its other findings.
BESIDE_FLOWS = frozenset(
    {"cause", "retour", "zone", "carte", "droits", "registre", "delai", "enveloppe", "tableau"}
)


@lru_cache(maxsize=1)
def catalogue() -> MappingProxyType[str, Rule]:
    """All rules by id, in the order of the families."""
    found: dict[str, Rule] = {}
    for family in FAMILIES:
        for rule in import_module(f"codes.rules.{family}").RULES:
            if rule.id in found:
                raise ValueError(f"rule {rule.id} is written twice")
            found[rule.id] = rule
    return MappingProxyType(found)


def rule(id: str) -> Rule:
    """The rule called `id`. Raises `KeyError` when there is none."""
    return catalogue()[id]
