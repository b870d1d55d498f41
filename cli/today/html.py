"""The answer as one page, to read or to print."""

from __future__ import annotations

from cli.today import words
from cli.words.html import dressed, template_of
from cli.words.people import care_text, who_text
from cli.words.speech import say
from noemie.ledger.today_model import Aujourdhui, Groupe

__all__ = ["to_html"]


def to_html(found: Aujourdhui, place: str, imported: str) -> str:
    """The page; `place` and `imported` as in `cli.today.text.print_today`."""
    sums = found.sommes
    return template_of("today.html").render(
        dressed(),
        found=found,
        sections=_sections(found),
        place=place,
        imported=imported,
        since=words.since(found),
        files=words.files_text(found),
        sums=(("AMO", sums.amo), ("AMC", sums.amc), ("total", sums.total)),
        back=(
            (
                say("Repris par l'organisme", "Taken back by the payer"),
                words.by_invoice(found.reprises),
                found.reste_repris,
            ),
            (say("Payé en trop", "Paid over"), words.by_invoice(found.trop_percus), found.trop),
        ),
        aside=words.aside_lines(found),
        empty=words.empty_text(found),
        long_day=lambda date: words.long_day(date),
        counted=lambda total: words.counted(total),
        invoices=lambda count: words.invoices(count),
        age_text=lambda age: words.age_text(age),
        name=words.name_of,
        who=lambda one: who_text(one),
        care=lambda one: care_text(one),
        why=lambda card: words.why_text(card),
        more=lambda card: words.more_lines(card, found.on),
        other=lambda one: words.other_text(one),
    )


def _sections(found: Aujourdhui) -> list[tuple[str, str, list[Groupe], int]]:
    """Name, title and groups of what is to be done, then of what is awaited; how many groups come before."""
    todo, waits = words.apart(found)
    made = [("todo", say("À faire, dans cet ordre", "To do, in this order"), todo, 0)]
    if waits:
        title = say("À attendre, sans rien renvoyer", "To wait for, sending nothing again")
        made.append(("waits", title, waits, len(todo)))
    return made
