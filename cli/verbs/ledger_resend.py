"""`noemie ledger to-resend`: what to send again, what NOT to, what comes first; never mixed."""

from __future__ import annotations

from typing import Any, Final

from cli.io import status
from cli.io.ledgers import PLACE, AllExcept, Db, From, On, Organisme, Regime, To
from cli.io.options import CodesOption, LangOption, Language, ShowValues, TableFormat, TableFormatOption
from cli.words.speech import Lang, speaker

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
    show_values: ShowValues = False,
    format: TableFormatOption = TableFormat.TEXT,
    codes: CodesOption = None,
    lang: LangOption = Language.FR,
) -> int:
    """What to do about every invoice that is not paid, in four lists that never share one.

    DO NOT RESEND stands apart, and first: sending again what the caisse holds or has paid makes duplicates.
    The period bears on the day of the last answer. In CSV the column `liste` tells the list. Exit status 1
    when there is something to do.
    """
    from cli.followup.ledger_lists import rows_of
    from cli.io.ledgers import asked_day, opened
    from cli.verbs.ledger_lists import scope_text

    with opened(db, lang.lang, codes=codes) as ledger:
        found = ledger.to_resend(from_, to, regime, organisme, all_except=all_except, on=asked_day(on))
    rows = {name: rows_of(getattr(found, name), values=show_values) for name in LISTS}
    scope = scope_text(lang.lang, from_, to, regime, organisme, all_except=all_except)
    if format is TableFormat.JSON:
        from cli.words.screen import write_json

        write_json("ledger to-resend", {"lang": lang.value, **rows})
    elif format is TableFormat.CSV:
        from cli.io.ledgers import write_text
        from noemie.ledger.export import columns_of, to_csv

        columns = ["liste", *columns_of("invoices")]
        write_text(to_csv(columns, [{"liste": name, **row} for name in LISTS for row in rows[name]]))
    else:
        _print(rows, scope, lang.lang)
    waiting = rows["a_renvoyer"] or rows["ne_pas_renvoyer"] or rows["autre_action"]
    return status.FINDINGS if waiting else status.OK


def _print(rows: dict[str, list[dict[str, Any]]], scope: str, lang: Lang) -> None:
    from cli.words.page import GOOD, STRONG, WARNING, Page

    say = speaker(lang)
    page = Page()
    page.line((say("Ce qui n'est pas payé", "What is not paid"), STRONG), f", {scope}" if scope else "")
    if not any(rows.values()):
        page.line((say("Rien à renvoyer.", "Nothing to resend."), GOOD))
    for name, titles in LISTS.items():
        if rows[name]:
            page.blank()
            style = "bold white on red" if name == "ne_pas_renvoyer" else WARNING
            page.line((f"■ {titles[lang == 'en']} ({len(rows[name])})", style))
            _print_table(page, rows[name], lang)


def _print_table(page: Any, rows: list[dict[str, Any]], lang: Lang) -> None:
    from cli.followup.ledger_lists import iso_day, motive_text, state_text
    from cli.words.tables import Table
    from cli.words.texts import amount

    say = speaker(lang)
    made = Table(
        say("facture", "invoice"),
        say("lot", "batch"),
        say("réponse", "answer"),
        say("demandé", "claimed"),
        say("payé", "paid"),
        say("pourquoi", "why"),
        say("à faire", "to do"),
        right=(3, 4),
        fold=(5, 6),
    )
    for row in rows:
        parts = {gap["part"] for gap in row["ecarts"]}
        why = ", ".join(motive_text(motive, lang, parts) for motive in row["motifs"])
        made.add(
            row["numero"] or "?",
            row["lot"],
            iso_day(row["repondu_le"], lang),
            amount(row["demande"], lang),
            amount(row["paye"], lang),
            why or state_text(row["etat"], lang),
            row["texte"],
        )
    page.table(made)
