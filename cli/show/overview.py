"""What `show` says around the content of a file: what it is, how it was recognised, whether it is damaged."""

from __future__ import annotations

from cli.show.evidence import envelope_text
from cli.show.model import Head, RecordsMontres
from cli.show.records import print_record
from cli.words.page import GOOD, QUIET, SEVERITY_STYLES, STRONG, Page
from cli.words.severities import counts_text
from cli.words.speech import plural, say


def print_head(page: Page, data: Head) -> None:
    """The first lines: name, family, norm, physical form, evidence."""
    colon = say(" :", ":")
    family = (
        say("flux de factures B2", "B2 flow of invoices")
        if data.family == "b2"
        else say("retour NOEMIE", "NOEMIE return")
    )
    norm = data.norme and say(
        f", {'norme' if data.family == 'b2' else 'référence'} {data.norme}",
        f", {'norm' if data.family == 'b2' else 'reference'} {data.norme}",
    )
    page.line((f"{data.file}{colon} ", STRONG), f"{family}{norm}, {envelope_text(data.envelope)}")
    evidence = ", ".join(some.text for some in data.seen)
    page.line((say(f"Reconnu à ceci : {evidence}.", f"Recognised by: {evidence}."), QUIET))
    page.blank()


def print_records(page: Page, data: RecordsMontres) -> None:
    """Record by record, with positions from 1 in the record and bytes from 0 in the file."""
    for rank, record in enumerate(data.items):
        if rank:
            page.blank()
        print_record(page, record)
    if data.omitted:
        page.blank()
        more = plural(
            data.omitted,
            say("autre enregistrement", "more record"),
            say("autres enregistrements", "more records"),
        )
        page.line((more + say(" (--limit 0 pour tous)", " (--limit 0 for all)"), QUIET))


def print_damage(page: Page, data: Head) -> None:
    """The last line: how many findings, and where to read them."""
    counts = data.counts
    page.blank()
    serious = {word: counts[word] if word != "info" else 0 for word in counts}
    if not any(serious.values()):
        page.line((say("Contrôle : rien à corriger.", "Check: nothing to correct."), GOOD), _next(data))
        return
    worst = next(word for word in SEVERITY_STYLES if counts[word])
    page.line(
        say("Contrôle : ", "Check: "),
        (counts_text(serious), SEVERITY_STYLES[worst]),
        say(f". → noemie check {data.file}", f". → noemie check {data.file}"),
    )


def _next(data: Head) -> str:
    """The command that goes further with a return."""
    if data.family != "noemie":
        return ""
    return say(
        f" → noemie decode {data.file} explique paiements et rejets.",
        f" → noemie decode {data.file} explains payments and rejects.",
    )
