"""The figures of a period, and the monthly statement: those of `noemie ledger report` and `statement`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from cli.followup.filter import given_day
from cli.serve.pages import render

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice

__all__ = ["board", "statement"]


def board(request: Request) -> Response:
    """Months, motives, delays, resends avoided."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    from cli.followup import report_pages as pages
    from cli.words.html import trusted

    first = given_day(request.query_params.get("du", "")) or _months_ago(practice.today, 12)
    last = given_day(request.query_params.get("au", "")) or practice.today
    report = practice.ask("report", lambda ledger: ledger.report(first, last), first, last)
    everyone = next((line for line in report.delais if not line.caisse), None)
    return render(
        request,
        "board.html",
        report=report,
        first=first,
        last=last,
        plots={name: trusted(markup) for name, markup in pages.plots(report).items()},
        title_of=pages.title_of,
        resent=pages.resent_rows(report),
        delay_name=pages.delay_name,
        delays=everyone,
        classes=list(zip(pages.class_labels(), report.delais_classes, strict=True)),
        month=f"{practice.today:%Y-%m}",
    )


def _months_ago(today: dt.date, months: int) -> dt.date:
    rank = today.year * 12 + today.month - 1 - (months - 1)
    return dt.date(rank // 12, rank % 12 + 1, 1)


def statement(request: Request) -> Response:
    """The monthly statement, as `noemie ledger statement --format html` writes it, in the shell."""
    from cli.followup import statement_pages as pages

    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    month = request.query_params.get("mois", "")
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", month):
        month = f"{practice.today:%Y-%m}"
    made: Any = practice.ask("statement", lambda ledger: ledger.statement(month), month)
    return render(
        request,
        "statement_page.html",
        statement=made,
        month=month,
        scope=pages.scope(made),
        warnings=pages.warnings_of(made),
        certificate=pages.certificate(made).split("\n"),
        category=lambda line: pages.category(line),
    )
