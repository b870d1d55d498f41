"""A file that cannot be read: one located message, what was expected, what to do; never a traceback."""

from __future__ import annotations

from typing import Any

import msgspec

from cli.io.inputs import STANDARD, title
from cli.words.screen import tell
from cli.words.severities import known_rule
from cli.words.speech import language, say
from flatfile import FormatError

#: Rules about a file as a whole: a byte offset would tell nothing.
_WHOLE_FILE = frozenset(
    {
        "enveloppe.abimee",
        "enveloppe.chiffree",
        "enveloppe.plusieurs",
        "enveloppe.profonde",
        "enveloppe.sans-fichier",
        "fichier.absent",
        "fichier.acces",
        "fichier.adresse",
        "fichier.processus",
        "fichier.protocole",
        "fichier.repertoire",
        "fichier.vide",
    }
)


class Problem(msgspec.Struct, frozen=True):
    """A file that cannot be read: which, the rule, where (0-based byte), what was expected, what to do."""

    file: str
    rule: str
    offset: int
    title: str
    message: str
    fix: str


def problem_of(error: FormatError, name: str) -> Problem:
    """What there is to say of a file that cannot be read."""
    rule = known_rule(error.code)
    facts: dict[str, Any] = dict(error.facts)
    if not facts.get("lookalike", "?"):
        facts["lookalike"] = say("aucun format connu", "no format we know")
    return Problem(
        file=title(name),
        rule=error.code,
        offset=error.offset,
        title=rule.title(language()) if rule else say("Fichier illisible", "File that cannot be read"),
        message=rule.message(language(), **facts)
        if rule
        else say("ce fichier ne peut pas être lu", "this file cannot be read"),
        fix=rule.fix(language())
        if rule
        else say("Exporter ou transférer de nouveau le fichier.", "Export or transfer the file again."),
    )


def describe(error: FormatError, name: str) -> dict[str, Any]:
    """The same as plain data."""
    return msgspec.structs.asdict(problem_of(error, name))


def sentence(problem: Problem) -> str:
    """The message for a person: where, what, what to do."""
    name = say("entrée standard", "standard input") if problem.file == STANDARD else problem.file
    colon = say(" :", ":")
    where = ""
    if problem.rule not in _WHOLE_FILE:
        where = say(f"octet {problem.offset}", f"byte {problem.offset}") + f"{colon} "
    return f"{name}{colon} {problem.title} [{problem.rule}]\n  {where}{problem.message}.\n  → {problem.fix}"


def report(error: FormatError, name: str) -> Problem:
    """Write the message on standard error and return it."""
    problem = problem_of(error, name)
    tell(sentence(problem))
    return problem
