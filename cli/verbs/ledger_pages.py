"""`noemie ledger statement` and `noemie ledger report`: the documents."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.io.ledgers import PLACE, AllExcept, Db, From, On, Organisme, OutputFile, Regime, To
from cli.io.options import CodesOption
from cli.words import status
from cli.words.screen import UNFOLDED, columns
from cli.words.speech import language


class StatementFormat(StrEnum):
    """How a statement is written."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"


class ReportFormat(StrEnum):
    """How a report is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def statement(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="The month.", show_default=False)],
    db: Db = PLACE,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    nature: Annotated[
        str, typer.Option("--nature", metavar="CODE", help="Nature of insurance, as in B2 or in the return.")
    ] = "",
    advance: Annotated[
        Path | None,
        typer.Option(
            "--advance", metavar="FILE", help="Dated movements of the advance (TOML).", show_default=False
        ),
    ] = None,
    categories: Annotated[
        Path | None,
        typer.Option(
            "--categories", metavar="FILE", help="Names of categories by act code (TOML).", show_default=False
        ),
    ] = None,
    output: OutputFile = None,
    format: Annotated[
        StatementFormat, typer.Option("--format", help="How the statement is written.")
    ] = StatementFormat.TEXT,
) -> int:
    """The statement of the sums paid in a month, by category, with the account of the advance.

    After annex IV of the convention of 18 December 2003 (SSA, CNMSS). In html, a page to print and sign.
    Exit status 1 when the balance of the advance is below zero, or returns of the month may be missing.
    """
    from cli.followup import statement_pages as pages
    from cli.io.ledgers import opened, put
    from noemie.ledger import statement as reading

    with opened(db) as ledger:
        made = ledger.statement(
            month,
            advances=reading.read_advances(advance) if advance else (),
            categories=reading.read_categories(categories) if categories else None,
            regime=regime,
            organisme=organisme,
            all_except=all_except,
            nature_assurance=nature,
        )
        if format is StatementFormat.JSON:
            from cli.followup.pages_model import StatementDocument
            from cli.words.screen import document_text

            text = document_text("ledger statement", StatementDocument(lang=language(), statement=made))
        elif format is StatementFormat.CSV:
            text = pages.to_csv_text(made)
        elif format is StatementFormat.HTML:
            text = pages.to_html(made)
        else:
            text = pages.to_text(made, UNFOLDED if output else columns(sys.stdout))
    put(text, output, db, [advance, categories])
    telling = set(made.avertissements) - {"hors_convention"}
    return status.FINDINGS if telling else status.OK


def report(
    db: Db = PLACE,
    from_: From = None,
    to: To = None,
    regime: Regime = "",
    organisme: Organisme = "",
    all_except: AllExcept = False,
    on: On = None,
    output: OutputFile = None,
    format: Annotated[
        ReportFormat, typer.Option("--format", help="How the report is written.")
    ] = ReportFormat.TEXT,
    codes: CodesOption = None,
) -> int:
    """A period in figures: what was paid and refused by month, why, resends avoided, delays, what is awaited.

    In html, a page with plots that reads well in black and white and fetches nothing.
    """
    from cli.followup import report_pages as pages
    from cli.io.ledgers import asked_day, opened, put

    with opened(db, codes=codes) as ledger:
        made = ledger.report(
            from_, to, regime=regime, organisme=organisme, all_except=all_except, on=asked_day(on)
        )
        if format is ReportFormat.JSON:
            from cli.followup.pages_model import ReportDocument
            from cli.words.screen import document_text

            text = document_text("ledger report", ReportDocument(lang=language(), report=made), version=2)
        elif format is ReportFormat.HTML:
            text = pages.to_html(made)
        else:
            text = pages.to_text(made, UNFOLDED if output else columns(sys.stdout))
    put(text, output, db)
    return status.OK


def document(command: str, schema_version: int = 1, **body: object) -> str:
    """One JSON document, as `cli.words.screen.write_json` writes it."""
    from cli.words.screen import document_text

    return document_text(command, {"lang": language(), **body}, version=schema_version)
