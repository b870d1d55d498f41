"""Where the documentation tells of what `noemie explain` answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.explain.model import Deduced, FieldEntry, MotiveEntry, RecordEntry, RejectEntry, RuleEntry
from cli.words.layouts_by_name import NOEMIE
from cli.words.speech import language
from codes import addresses

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cli.explain.model import Answer, Entry


def address(entry: Entry) -> str:
    """The address of the page of an entry; empty for what has none: a code of a list, a site's own row."""
    match entry:
        case RuleEntry():
            return addresses.url("rules", entry.rule, language())
        case RejectEntry() if not entry.added_by:
            name = addresses.reject_name(entry.namespace, entry.code, entry.label)
            return addresses.url("rejects", name, language())
        case MotiveEntry() | Deduced():
            return addresses.url("motives", entry.motive, language()) if entry.motive else ""
        case RecordEntry() | FieldEntry():
            kind: addresses.Kind = "entities" if entry.family == NOEMIE else "records"
            return addresses.url(kind, f"{entry.family} {entry.record}", language())
        case _:
            return ""


def of_answers(answers: Iterable[Answer]) -> list[str]:
    """The addresses of all that was found, each once, in order."""
    found = (address(entry) for answer in answers for entry in answer.entries or [])
    return [*dict.fromkeys(filter(None, found))]
