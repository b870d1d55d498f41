"""Rules by their id, severities of findings, in words and counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cli.words.speech import plural, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from codes.rules import Rule, Severity

#: What a severity counts as on the command line.
WORDS: Final = ("error", "warning", "info")


def known_rules() -> Mapping[str, Rule]:
    """The catalogue, which is imported for the first rule that is asked for."""
    from codes.rules import catalogue

    return catalogue()


def known_rule(id: str) -> Rule | None:
    """The catalogue entry of a rule; `None` for an id that the catalogue does not have."""
    return known_rules().get(id)


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


def counts_text(counts: Mapping[str, int]) -> str:
    """`2 erreurs, 1 avertissement`; what is zero is left out."""
    words = (
        ("error", say("erreur", "error"), say("erreurs", "errors")),
        ("warning", say("avertissement", "warning"), say("avertissements", "warnings")),
        ("info", say("information", "note"), say("informations", "notes")),
    )
    parts = [plural(counts[key], one, many) for key, one, many in words if counts[key]]
    return ", ".join(parts) or say("rien à signaler", "nothing to report")
