"""`noemie ledger import`: flows, returns and ARLs, each once, then where everything stands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.ledgers import PLACE, KeyFile, NewDb, On
from cli.io.options import CodesOption, Format, FormatOption, JobsOption, LayoutsOption
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from noemie.ledger import FileResult, ImportReport
    from noemie.ledger.identity import Personal


#: What each process imports before its first file.
_PRELOAD = ("noemie.ledger.importing",)


class PersonalData(StrEnum):
    """How a new ledger keeps personal data."""

    TOKEN = "token"
    ENCRYPT = "encrypt"
    PLAIN = "plain"


def import_(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Files, folders with all they hold, mails, archives, or -."),
    ],
    db: NewDb = PLACE,
    personal: Annotated[
        PersonalData | None,
        typer.Option(
            "--personal",
            help="How a new ledger keeps who patients are (encrypt when it can).",
            show_default=False,
        ),
    ] = None,
    key_file: KeyFile = None,
    columns: Annotated[
        Path | None,
        typer.Option(
            "--columns",
            metavar="FILE",
            help="Read tables (CSV, xlsx) by the columns that this TOML declares.",
            show_default=False,
        ),
    ] = None,
    summary: Annotated[
        bool, typer.Option("--summary/--no-summary", help="Then tell where every invoice stands.")
    ] = True,
    again: Annotated[bool, typer.Option("--again", help="Files that were taken out too.")] = False,
    on: On = None,
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    jobs: JobsOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Import B2 flows, NOEMIE returns and ARLs, recognised by their content, into the ledger.

    Each file is read, checked, matched with what is known, and stored once and whole, under whatever name it
    comes: an import that was stopped is taken up by running it again. Exit status 2 when a file cannot be
    read; the others are imported all the same. A table of payments or of ARLs is read with --columns: what it
    says beside a return adds nothing, what it says alone counts, probable. Exit status 1 when a row of it is
    wrong.
    """
    from cli.followup import ledger_imported as told
    from cli.followup.tables_read import Tables
    from cli.io.asides import tell_opened
    from cli.io.executors import executor_of
    from cli.io.guard import site_tables
    from cli.io.importing import contents, names_of, tell_absent, tell_errors, tell_new_key
    from cli.io.ledgers import is_new_ledger, opened, refusing
    from cli.io.progress import Bar
    from cli.io.settings import site_codes
    from noemie.documents.recognise import Opened

    opened_too = Opened()
    tables = Tables(columns)
    with refusing(db):
        names = list(names_of(files, db))
        is_new = is_new_ledger(db)
    if is_new and tell_absent(names):
        return status.UNREADABLE
    mode: Personal | None = personal.value if personal else None
    codes = site_codes(codes)
    with (
        site_tables(),
        opened(db, key_file=key_file, personal=mode, create=True, codes=codes) as ledger,
        Bar(len(names), say("Import", "Importing")) as bar,
        executor_of(names, jobs, None, preload=_PRELOAD) as executor,
    ):

        def done(result: FileResult) -> None:
            bar.step()
            bar.draw()

        report: ImportReport = ledger.import_files(
            contents(names, opened_too, tables),
            progress=done,
            layouts=layouts,
            codes=codes,
            executor=executor,
            again=again,
        )
        bar.hide()
        tell_opened(opened_too)
        data = told.imported(report, ledger, db, tell_errors(report.fichiers))
        if summary:
            told.add_summary(data, ledger, on)
        key = ledger.key_place()
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("ledger import", data, version=2)
    else:
        told.print_import(data)
    tables.tell()
    if is_new and key is not None:
        tell_new_key(key)
    if data.errors:
        return status.UNREADABLE
    return status.FINDINGS if tables.is_wrong else status.OK
