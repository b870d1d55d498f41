"""`noemie ledger export`: all of one kind, for a spreadsheet or a program."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cli.io.guard import CommandError
from cli.io.ledgers import PLACE, Db, On, OutputFile
from cli.io.options import CodesOption, ShowValues
from cli.words import status
from cli.words.speech import language, say


class Kind(StrEnum):
    """What can be exported (`noemie.ledger.EXPORTS`)."""

    PAYMENTS = "payments"
    REJECTS = "rejects"
    INVOICES = "invoices"
    PATIENTS = "patients"
    TRANSFERS = "transfers"
    DEBTS = "debts"
    FILES = "files"


class Form(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSON = "json"


def export(
    kind: Annotated[
        Kind | None, typer.Argument(metavar="KIND", help="What to write.", show_default=False)
    ] = None,
    db: Db = PLACE,
    output: OutputFile = None,
    marks: Annotated[
        bool, typer.Option("--marks", help="The marks, as `noemie reconcile --marks` reads them (TOML).")
    ] = False,
    on: On = None,
    show_values: ShowValues = False,
    format: Annotated[Form, typer.Option("--format", help="How the rows are written.")] = Form.CSV,
    codes: CodesOption = None,
) -> int:
    """Write all of one kind: amounts in cents, days as 2026-03-14, patients by reference.

    No cell is a formula for a spreadsheet.
    """
    from cli.followup.ledger_rows import csv_of, rows_of
    from cli.io.ledgers import asked_day, opened, put
    from cli.verbs.ledger_lists import BY_PART
    from cli.verbs.ledger_pages import document

    if (kind is None) is not marks:
        raise CommandError(say("Donner ce qu'il faut écrire, ou --marks.", "Give what to write, or --marks."))
    if kind is None:
        from noemie.ledger.marks import to_toml

        with opened(db, answers=False) as ledger:
            text = to_toml(ledger.marks())
        put(text, output, db)
        return status.OK
    with opened(db, codes=codes) as ledger:
        rows = rows_of(ledger.everything(kind.value, asked_day(on), language()), values=show_values)
    if format is Form.CSV:
        text = csv_of(kind.value, rows)
    else:
        text = document("ledger export", schema_version=BY_PART, kind=kind.value, rows=rows)
    put(text, output, db)
    return status.OK
