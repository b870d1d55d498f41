"""`noemie ledger to-resend`: what to send again, what NOT to, what comes first; never mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from cli.io.ledgers import PLACE, AllExcept, Db, From, KeyFile, On, Organisme, Regime, To
from cli.io.options import CodesOption, ShowValues, TableFormat, TableFormatOption
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.followup.ledger_rows import Row

#: The lists, in the order in which they are told, with their titles.
LISTS: Final[dict[str, tuple[str, str]]] = {
    "ne_pas_renvoyer": ("NE PAS RENVOYER", "DO NOT RESEND"),
    "a_renvoyer": ("À CORRIGER ET RENVOYER", "CORRECT AND RESEND"),
    "autre_action": ("AUTRE CHOSE D'ABORD, NE RIEN RENVOYER", "SOMETHING ELSE FIRST, RESEND NOTHING"),
    "deja_renvoyees": ("DÉJÀ RENVOYÉES", "SENT AGAIN ALREADY"),
}


def to_resend(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    on: On = None,
    key_file: KeyFile = None,
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
) -> int:
    """What to do about every invoice that is not paid, in four lists that never share one.

    DO NOT RESEND stands apart, and first: sending again what the caisse holds or has paid makes duplicates.
    The period bears on the day of the last answer. In CSV the column `liste` tells the list. Exit status 1
    when there is something to do.
    """
    from cli.followup.filter import Filter
    from cli.followup.ledger_rows import WHO_COLUMNS, rows_of
    from cli.io.ledgers import asked_day, opened
    from cli.verbs.ledger_lists import BY_PART, named

    asked, day = Filter(from_, to, regime, organisme, all_except), asked_day(on)
    with opened(db, key_file=key_file, codes=codes) as ledger:
        found = ledger.to_resend(*asked.days, **asked.payers, on=day, lang=language())
        rows = {}
        for name in LISTS:
            some = getattr(found, name)
            rows[name] = rows_of(some, values=show_values, who=named(ledger, some, values=show_values))
    if format is TableFormat.JSON:
        from cli.words.screen import write_json

        write_json("ledger to-resend", {"lang": language(), **rows}, version=BY_PART)
    elif format is TableFormat.CSV:
        from cli.io.ledgers import write_text
        from noemie.ledger.export import columns_of, to_csv

        columns = ["liste", *columns_of("invoices"), *(WHO_COLUMNS if show_values else ())]
        write_text(to_csv(columns, [{"liste": name, **row} for name in LISTS for row in rows[name]]))
    else:
        _print(rows, asked.text(day))
    waiting = rows["a_renvoyer"] or rows["ne_pas_renvoyer"] or rows["autre_action"]
    return status.FINDINGS if waiting else status.OK


def _print(rows: dict[str, list[Row]], scope: str) -> None:
    from cli.words.page import GOOD, STRONG, WARNING, Page

    page = Page()
    page.line((say("Ce qui n'est pas payé", "What is not paid"), STRONG), f", {scope}" if scope else "")
    if not any(rows.values()):
        page.line((say("Rien à renvoyer.", "Nothing to resend."), GOOD))
    for name, titles in LISTS.items():
        if rows[name]:
            page.blank()
            style = "bold white on red" if name == "ne_pas_renvoyer" else WARNING
            page.line((f"■ {say(*titles)} ({len(rows[name])})", style))
            _print_table(page, rows[name])
    if live := [row for name in LISTS if name != "deja_renvoyees" for row in rows[name]]:
        from cli.followup.ledger_lists import print_parts

        print_parts(page, live)


def _print_table(page: Any, rows: list[Row]) -> None:
    from cli.followup.ledger_lists import iso_day, state_text
    from cli.followup.ledger_rows import is_named, patient_text
    from cli.words.motives import motive_text
    from cli.words.tables import Table
    from cli.words.texts import amount

    over, named = any(row["trop"] for row in rows), is_named(rows[0])
    made = Table(
        say("facture", "invoice"),
        say("lot", "batch"),
        *([say("patient", "patient")] if named else []),
        say("réponse", "answer"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("reste", "due"),
        *([say("trop", "over")] if over else []),
        say("pourquoi", "why"),
        say("à faire", "to do"),
        right=range(3 + named, 6 + named + over),
        fold=(*([2] if named else []), 6 + named + over, 7 + named + over),
    )
    for row in rows:
        parts = {gap["part"] for gap in row["ecarts"]}
        why = ", ".join(motive_text(motive, parts) for motive in row["motifs"])
        made.add(
            row["numero"] or "?",
            row["lot"],
            *([patient_text(row)] if named else []),
            iso_day(row["repondu_le"]),
            amount(row["demande"]),
            amount(row["paye"]),
            amount(row["reste"]),
            *([amount(row["trop"])] if over else []),
            why or state_text(row["etat"]),
            row["texte"],
        )
    page.table(made)
