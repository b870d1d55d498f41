"""`noemie ledger purge`: what the law no longer asks to keep, told first, removed only with --yes."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.ledgers import PLACE, Db
from cli.io.options import Format, FormatOption, day_option
from cli.words import status
from cli.words.speech import language, plural, say

if TYPE_CHECKING:
    from noemie.ledger import PurgePlan


def purge(
    db: Db = PLACE,
    yes: Annotated[bool, typer.Option("--yes", help="Remove; without it, only tell what would go.")] = False,
    years: Annotated[int, typer.Option("--years", metavar="N", min=0, help="Years of retention.")] = 3,
    before: Annotated[
        Any, day_option("--before", "Only what was settled before this day; never within the retention.")
    ] = None,
    unsettled: Annotated[
        bool, typer.Option("--unsettled", help="What no return ever settled goes too.")
    ] = False,
    on: Annotated[Any, day_option("--on", "Day from which years are counted; today by default.")] = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Tell what was settled longer ago than the retention (3 years: CSS R. 161-49), and with --yes remove it.

    The last 90 days stay, whatever is asked (CSS R. 161-47). Invoices leave with all their answers; the rows
    of files stay, so that a purged file is not imported again.
    """
    from cli.io.ledgers import asked_day, opened
    from noemie.ledger.export import plain

    day = asked_day(on)
    with opened(db, answers=False) as ledger:
        plan = ledger.purge(before, unsettled=unsettled, years=years, today=day)
        if yes:
            plan = ledger.purge(confirm=plan, years=years, today=day)
    if format is Format.JSON:
        from cli.words.screen import write_json

        told = {name: plain(value) for name, value in asdict(plan).items() if name != "jeton"}
        write_json("ledger purge", {"lang": language(), "removed": yes, **told})
    else:
        _print(plan, day, removed=yes, unsettled=unsettled)
    return status.OK


def _print(plan: PurgePlan, on: dt.date, *, removed: bool, unsettled: bool) -> None:
    from cli.words.page import GOOD, QUIET, STRONG, WARNING, Page
    from cli.words.texts import day

    page = Page()
    limit, today = day(plan.avant), day(on)
    head = (
        say(f"Supprimé au {today} : ", f"Removed as of {today}: ")
        if removed
        else say(f"À supprimer au {today} : ", f"To be removed as of {today}: ")
    ) + say("ce qui a été réglé avant le ", "what was settled before ")
    page.line((head + limit, STRONG))
    for count, words in (
        (plan.envois, (say("facture envoyée", "sent invoice"), say("factures envoyées", "sent invoices"))),
        (plan.reponses, (say("réponse", "answer"), say("réponses", "answers"))),
        (plan.forfaits, (say("forfait", "lump sum"), say("forfaits", "lump sums"))),
        (plan.dettes, (say("dette ou retenue", "debt"), say("dettes et retenues", "debts"))),
        (plan.arls, ("ARL", say("ARL", "ARLs"))),
        (plan.patients, (say("patient", "patient"), say("patients", "patients"))),
    ):
        page.line(plural(count, *words), indent=2)
    if plan.sans_liquidation and not unsettled:
        old = plural(
            plan.sans_liquidation,
            say("facture ancienne", "old invoice"),
            say("factures anciennes", "old invoices"),
        )
        page.line(
            (
                say(
                    f"{old} sans règlement connu : gardées (--unsettled les prendrait).",
                    f"{old} never settled: kept (--unsettled would take them).",
                ),
                WARNING,
            ),
            indent=2,
        )
    if removed:
        page.line((say("C'est fait.", "Done."), GOOD))
    elif plan.envois or plan.reponses or plan.forfaits or plan.dettes or plan.arls:
        page.line(
            (
                say(
                    "Essai : rien n'a été supprimé. → Ajouter --yes pour supprimer.",
                    "Trial run: nothing was removed. → Add --yes to remove.",
                ),
                STRONG,
            )
        )
    else:
        page.line((say("Rien à supprimer.", "Nothing to remove."), QUIET))
