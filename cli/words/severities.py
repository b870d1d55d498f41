"""Rules by their id, severities of findings, and findings by invoice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from cli.words.speech import say

if TYPE_CHECKING:
    from codes.rules import Rule, Severity

#: What a severity counts as on the command line.
WORDS: Final = ("error", "warning", "info")


def known_rule(id: str) -> Rule | None:
    """The catalogue entry of a rule; `None` for an id that the catalogue does not have."""
    from codes.rules import catalogue

    return catalogue().get(id)


def severity_of(rule: Rule | None) -> Severity:
    """Severity of a rule; a finding that no catalogue entry words is a warning."""
    from codes.rules import Severity

    return rule.severity if rule else Severity.WARNING


def severity_word(word: str) -> str:
    """Severity as printed: capitals, so that it is seen without colours."""
    return {
        "error": say("ERREUR", "ERROR"),
        "warning": say("AVERTISSEMENT", "WARNING"),
        "info": say("À NOTER", "NOTE"),
    }[word]


def grouped(findings: Iterable[dict[str, Any]]) -> Iterator[tuple[tuple[str, str], list[dict[str, Any]]]]:
    """Findings as data by (batch, invoice), each group where its first finding stands."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for finding in findings:
        groups.setdefault((finding["lot"], finding["facture"]), []).append(finding)
    yield from groups.items()
