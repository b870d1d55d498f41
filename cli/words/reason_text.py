"""A reject explained, as text: the action first, then what it means, what to do, and how sure we are."""

from __future__ import annotations

from typing import Final, Protocol

from cli.words.page import ERROR, GOOD, INFO, QUIET, STRONG, WARNING, Page
from cli.words.reason import Candidate, Reason
from cli.words.reject_words import level_word, outcome_word
from cli.words.speech import language, say
from codes.actions import Action

#: Answers of our own caisse: there is no source to judge.
_SIMULATED: Final = "SIM"

#: Rules named under a reason; the others are counted.
_MOST_RULES: Final = 6


class Asking(Protocol):
    """What has an action, and the capitals that say it."""

    @property
    def action(self) -> str:
        """One of `codes.actions.Action`."""

    @property
    def banner(self) -> str:
        """The action in capitals."""


def action_style(action: str) -> str:
    """Red for what must not be sent again, green for nothing to do, yellow for the rest."""
    if Action(action).blocks_resend:
        return ERROR
    return {"aucune": GOOD, "inconnue": INFO}.get(action, WARNING)


def print_banner(page: Page, data: Asking, indent: int) -> None:
    """The action, on a line of its own, in capitals: it cannot be missed, even without colours."""
    style = action_style(data.action)
    text = data.banner
    page.line((f"■ {text}", "bold white on red" if style == ERROR else style), indent=indent)


def print_reason(
    page: Page,
    data: Reason,
    indent: int = 2,
    *,
    banner: bool = True,
    again: bool = False,
    whole: bool = False,
) -> None:
    """A reason: action, meaning, what the payer does, what to do, what weakens it, source.

    Without `banner` when the same action was just printed for the invoice; `again` for a reason that was
    told in full before: what to do is repeated, the rest is not. `whole` adds how the answer was found, the
    level, what would have seen it before sending, and the entries it stands beside.
    """
    if banner:
        print_banner(page, data, indent)
    rows = [(say("sens", "meaning"), data.meaning, "")]
    if data.inferred and not banner:
        rows.append(
            (say("certitude", "certainty"), say("déduit du libellé", "deduced from the label"), WARNING)
        )
    if not again:
        rows.append((data.payer or say("la caisse", "the caisse"), data.payer_action, ""))
    rows.append((say("à faire", "to do"), data.provider_action, ""))
    if whole:
        rows += _besides(data)
    if again:
        rows.append(("", say("source et réserves : voir plus haut", "source and caveats: see above"), QUIET))
    else:
        rows += _weakening(data)
    print_rows(page, [row for row in rows if row[1]], indent)
    if whole:
        _print_related(page, data, indent)
    for candidate in () if again else data.candidates:
        print_candidate(page, candidate, indent + 2)


def _besides(data: Reason) -> list[tuple[str, str, str]]:
    """What a whole reason tells besides: outcome, level, prevention, which step answered, who added it."""
    outcome = outcome_word(data.outcome, data.namespace)
    added = data.added_by
    return [
        (say("issue", "outcome"), outcome, ""),
        (say("niveau", "level"), level_word(data.level), ""),
        ("part", data.catalogue_part, ""),
        (say("évitable", "avoidable"), _avoidable(data), ""),
        (say("réponse", "answer"), data.answered_by, ""),
        (
            say("ajouté", "added"),
            f"{added['file']}, {added['author_role']}, {added['date']}" if added else "",
            "",
        ),
    ]


def _avoidable(data: Reason) -> str:
    """What would have seen it before sending, in one text."""
    rules = [rule.rule for rule in data.prevented_by]
    parts = []
    if rules:
        told = ", ".join(rules[:_MOST_RULES])
        if len(rules) > _MOST_RULES:
            told += say(f" et {len(rules) - _MOST_RULES} autres", f" and {len(rules) - _MOST_RULES} more")
        parts.append(say(f"règles avant l'envoi : {told}", f"rules before sending: {told}"))
    if data.habits:
        habits = ", ".join(data.habits)
        parts.append(say(f"à contrôler : {habits}", f"to be checked: {habits}"))
    return say(" ; ", "; ").join(parts)


def _print_related(page: Page, data: Reason, indent: int) -> None:
    """The entries an answer stands beside: they are shown, never taken instead."""
    other = say("autre entrée du site pour ce code", "other entry of the site for this code")
    hidden = say("entrée du catalogue, remplacée par celle du site", "shipped entry, hidden by the site's")
    related = [(say("remplacé par", "replaced by"), one) for one in data.replacement]
    related += [(say("remplace", "replaces"), one) for one in data.replaces]
    related += [(other if one.file else hidden, one) for one in data.overridden]
    for title, candidate in related:
        page.line((title, QUIET), indent=indent)
        print_candidate(page, candidate, indent + 2)


def _weakening(data: Reason) -> list[tuple[str, str, str]]:
    """What weakens an answer, and where it comes from."""
    rows = [(say("indice", "hint"), _hint(data), QUIET)]
    rows += [(say("attention", "beware"), notice.text, WARNING) for notice in data.notices]
    if data.namespace != _SIMULATED:
        # What is deduced rests on the note of its motive: it is its source, told once.
        note = "" if data.note == data.source else data.note
        rows += [(say("réserve", "caveat"), note, QUIET), ("source", _source(data), QUIET)]
    return rows


def _hint(data: Reason) -> str:
    deduced = data.deduced_action
    if not deduced:
        return ""
    return deduced + say(" (motif habituel de ce libellé, non prescrit)", " (usual motive, not an order)")


def _source(data: Reason) -> str:
    confidence = data.confidence or "?"
    tail = say(f"confiance {confidence}", f"confidence {confidence}")
    source = data.source.removesuffix(".")
    return f"{source} ; {tail}" if source and language() == "fr" else f"{source}; {tail}" if source else tail


def print_rows(page: Page, rows: list[tuple[str, str, str]], indent: int) -> None:
    """Rows of a title and a text, the texts aligned; each row has its style."""
    width = max((len(title) for title, _, _ in rows), default=0)
    for title, text, style in rows:
        page.line((f"{title:<{width}}  ", QUIET), (text, style), indent=indent, hang=width + 2)


def print_candidate(page: Page, data: Candidate, indent: int) -> None:
    """One candidate among several."""
    name = " ".join(part for part in (data.namespace, data.code) if part)
    page.line(
        "- ",
        (f"{name} ", STRONG),
        data.label or data.meaning,
        (f" → {data.banner}", action_style(data.action)),
        indent=indent,
        hang=2,
    )
