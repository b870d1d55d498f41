"""The figures of a period, and the monthly statement: those of `noemie ledger report` and `statement`."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from cli.followup.filter import given_day
from cli.serve.pages import render
from cli.words.speech import say
from cli.words.texts import month

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from cli.serve.practice import Practice

__all__ = ["board", "last_year", "statement"]


def board(request: Request) -> Response:
    """Months, motives, delays, resends avoided."""
    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    from cli.followup import report_pages as pages
    from cli.words.html import trusted

    start, end = last_year(practice.today)
    first = given_day(request.query_params.get("du", "")) or start
    last = given_day(request.query_params.get("au", "")) or end
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
        this_month=f"{practice.today:%Y-%m}",
        month=month,
        periods=_periods(practice.today),
    )


def _periods(today: dt.date) -> list[tuple[str, dt.date, dt.date]]:
    """Periods that are asked for at once: their name, first and last day."""
    last = today.replace(day=1) - dt.timedelta(days=1)
    return [
        (say("Ce mois", "This month"), today.replace(day=1), today),
        (say("Le mois dernier", "Last month"), last.replace(day=1), last),
        (say("Cette année", "This year"), today.replace(month=1, day=1), today),
        (say("12 derniers mois", "Last 12 months"), *last_year(today)),
    ]


def last_year(today: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the last twelve months, this one among them.

    >>> last_year(dt.date(2026, 1, 20))
    (datetime.date(2025, 2, 1), datetime.date(2026, 1, 20))
    """
    rank = today.year * 12 + today.month - 12
    return dt.date(rank // 12, rank % 12 + 1, 1), today


def _around(asked: str) -> tuple[str, str]:
    """The months before and after a month `2026-01`."""
    year, number = (int(text) for text in asked.split("-"))
    ranks = (year * 12 + number - 2, year * 12 + number)
    return tuple(f"{rank // 12}-{rank % 12 + 1:02d}" for rank in ranks)  # type: ignore[return-value]


def statement(request: Request) -> Response:
    """The monthly statement, as `noemie ledger statement --format html` writes it, in the shell."""
    from cli.followup import statement_pages as pages

    practice: Practice = request.app.state.practice
    if not practice.exists:
        return render(request, "first.html")
    asked = request.query_params.get("mois", "")
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", asked):
        asked = f"{practice.today:%Y-%m}"
    made: Any = practice.ask("statement", lambda ledger: ledger.statement(asked), asked)
    return render(
        request,
        "statement_page.html",
        statement=made,
        month=asked,
        written=month(asked),
        near=[(key, month(key)) for key in _around(asked) if key <= f"{practice.today:%Y-%m}"],
        scope=pages.scope(made),
        warnings=pages.warnings_of(made),
        certificate=pages.certificate(made).split("\n"),
        category=pages.category,
    )
