"""Rejects of the ledger as text: by motive, each with what to do; in totals an invoice counts once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cli.followup.ledger_lists import heading, iso_day
from cli.followup.ledger_rows import Row, is_named, patient_text
from cli.words.motives import motive_text
from cli.words.page import ERROR, GOOD, QUIET, STRONG, Page
from cli.words.speech import plural, say
from cli.words.tables import Table
from cli.words.texts import amount, euros
from noemie.ledger.values import RejectLine


def print_rejects(rows: Sequence[Row], scope: str, once: Once) -> None:
    """Rejects by motive, the most frequent first; under each, the invoices, the action first."""
    page = Page()
    heading(page, "rejects", len(rows), scope)
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["motif"], []).append(row)
    for motive, some in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        page.blank()
        title = motive_text(motive, [row["part"] for row in some])
        page.line((f"{title} ({len(some)})", STRONG), (f"  {motive}", QUIET))
        named = int(is_named(some[0]))
        made = Table(
            say("facture", "invoice"),
            *([say("patient", "patient")] if named else []),
            say("date", "date"),
            say("code", "code"),
            say("libellé", "label"),
            say("demandé", "claimed"),
            say("à faire", "to do"),
            right=(named + 4,),
            fold=(*([1] if named else []), named + 3, named + 5),
        )
        for row in some:
            made.add(
                row["numero"] or "-",
                *([patient_text(row)] if named else []),
                iso_day(row["date"]),
                row["code"],
                row["libelle"],
                amount(row["montant"]),
                row["bandeau"],
                style=ERROR if row["action"] in ("ne_pas_retransmettre", "attendre") else "",
            )
        page.table(made)
    if rows:
        page.blank()
        page.line(
            (say("En tout, chaque facture une fois : ", "In all, each invoice once: "), STRONG),
            plural(once.factures, say("facture", "invoice"), say("factures", "invoices")),
            say(", demandé ", ", claimed ") + euros(once.amo + once.amc),
            f" (AMO {euros(once.amo)}, AMC {euros(once.amc)})",
        )
        page.line(
            (
                say("noemie explain CODE : le détail d'un code.", "noemie explain CODE: all about a code."),
                GOOD,
            )
        )


class Once(NamedTuple):
    """Invoices with rejects, and what they claim by part, each counted once."""

    factures: int
    amo: int
    amc: int


def rejected_once(found: Sequence[RejectLine]) -> Once:
    """The invoices of these rejects; those of no invoice are left out."""
    seen: dict[tuple[object, ...], tuple[int, int]] = {}
    for one in found:
        if one.numero:
            key = one.envoi or (one.fichier, one.numero, one.lot)
            amo, amc = seen.get(key, (0, 0))
            seen[key] = (max(amo, one.amo, key=abs), max(amc, one.amc, key=abs))
    return Once(len(seen), sum(amo for amo, _ in seen.values()), sum(amc for _, amc in seen.values()))
