"""The answer as one page, to read or to print."""

from __future__ import annotations

from cli.today import words
from cli.words.html import dressed, template_of
from cli.words.people import care_text, who_text
from cli.words.speech import Lang, speaker
from noemie.ledger.today_model import Aujourdhui

__all__ = ["to_html"]


def to_html(found: Aujourdhui, place: str, imported: str, lang: Lang) -> str:
    """The page; `place` and `imported` as in `cli.today.text.print_today`."""
    say = speaker(lang)
    sums = found.sommes
    return template_of("today.html", lang).render(
        dressed(),
        found=found,
        place=place,
        imported=imported,
        since=words.since(found, lang),
        files=words.files_text(found, lang),
        sums=(("AMO", sums.amo), ("AMC", sums.amc), ("total", sums.total)),
        back=(
            (
                say("Repris par l’organisme", "Taken back by the payer"),
                words.by_invoice(found.reprises, lang),
                found.reste_repris,
            ),
            (say("Payé en trop", "Paid over"), words.by_invoice(found.trop_percus, lang), found.trop),
        ),
        aside=words.aside_lines(found, lang),
        long_day=lambda date: words.long_day(date, lang),
        counted=lambda total: words.counted(total, lang),
        invoices=lambda count: words.invoices(count, lang),
        age_text=lambda age: words.age_text(age, lang),
        name=words.name_of,
        who=lambda one: who_text(one, lang),
        care=lambda one: care_text(one, lang),
        why=lambda card: words.why_text(card, lang),
        more=lambda card: words.more_lines(card, lang),
        other=lambda one: words.other_text(one, lang),
    )
