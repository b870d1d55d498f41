"""`noemie check`: is it right, and if not, where, why, what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import status
from cli.options import (
    CodesOption,
    FailOn,
    FailOnOption,
    Files,
    Format,
    FormatOption,
    LangOption,
    Language,
    LayoutsOption,
    NormOption,
)
from cli.speech import Lang, plural, speaker

if TYPE_CHECKING:
    from cli.findings import Tally

_MOST = 1000


def check(
    files: Files,
    norm: NormOption = None,
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    fail_on: FailOnOption = FailOn.WARNING,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="PREFIX", help="Only the rules that start so: smg, facture.total."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="PREFIX", help="Not the rules that start so.")
    ] = None,
    max_findings: Annotated[
        int, typer.Option("--max-findings", metavar="N", min=0, help="Report at most N a file; 0 for all.")
    ] = _MOST,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Report every note one by one.")] = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Check B2 flows (FSE) by every rule; a NOEMIE return is checked as a return.

    Each finding tells its record, its byte in the file (from 0), its field with its positions (from 1), what
    was expected and what to change. A folder stands for the files in it. Exit status 1 when a finding
    reaches --fail-on.
    """
    from cli.findings import Tally
    from cli.inputs import expanded

    reported: list[dict[str, Any]] = []
    worst = status.OK
    printer = _Printer(lang.lang) if format is Format.TEXT else None
    for name in expanded(files):
        tally = Tally(max_findings, verbose, tuple(select or ()), tuple(ignore or ()))
        data = _one(name, norm, layouts, codes, tally, lang.lang)
        if "error" in data:
            worst = max(worst, status.UNREADABLE)
        elif tally.reaches(fail_on):
            worst = max(worst, status.FINDINGS)
        if printer is not None:
            printer.add(data)
            data = {key: data[key] for key in ("counts", "factures") if key in data}
        reported.append(data)
    if printer is not None:
        printer.end(reported)
    else:
        from cli.screen import write_json

        write_json("check", {"lang": lang.value, "files": reported, "summary": summary(reported)})
    return worst


def _one(name: str, norm: Any, layouts: Any, codes: Any, tally: Tally, lang: Lang) -> dict[str, Any]:
    """Check one file; a file that cannot be read gives its message."""
    from cli.checking import subject_of
    from cli.findings import body
    from cli.inputs import Input, title
    from cli.problems import report, site_tables
    from flatfile import FormatError

    try:
        with site_tables(lang), Input(name) as input:
            subject = subject_of(input, norm, layouts, codes)
            tally.gather(subject.findings())
    except FormatError as error:
        return {"file": title(name), "error": report(error, name, lang)}
    return {
        "file": title(name),
        "family": subject.family,
        "norme": subject.norme,
        "envelope": subject.detection.envelope,
        "records": subject.records,
        "factures": subject.factures,
        **body(tally, subject.layouts, lang),
    }


def summary(files: list[dict[str, Any]]) -> dict[str, int]:
    """Totals over the files."""
    read = [file for file in files if "counts" in file]
    return {
        "files": len(files),
        "unreadable": len(files) - len(read),
        "factures": sum(file["factures"] for file in read),
        **{f"{word}s": sum(file["counts"][word] for file in read) for word in ("error", "warning", "info")},
    }


class _Printer:
    """Writes each file as soon as it is checked, then the totals."""

    def __init__(self, lang: Lang) -> None:
        from cli.report.page import Page

        self._lang = lang
        self._page = Page()
        self._loud = False

    def add(self, data: dict[str, Any]) -> None:
        """Write one file; what cannot be read was told on standard error."""
        from cli.report.findings import print_file

        if "error" in data:
            return
        loud = bool(data["findings"] or data["notes"])
        if self._loud or (loud and self._printed):
            self._page.blank()
        self._loud = loud
        self._printed = True
        print_file(self._page, data, self._lang)

    _printed = False

    def end(self, files: list[dict[str, Any]]) -> None:
        """Write the totals of several files."""
        from cli.report.findings import counts_text
        from cli.report.page import STRONG

        if len(files) < 2:
            return
        say = speaker(self._lang)
        totals = summary(files)
        counts = {word: totals[f"{word}s"] for word in ("error", "warning", "info")}
        parts = [
            plural(totals["files"], say("fichier", "file"), say("fichiers", "files"), self._lang),
            plural(totals["factures"], say("facture", "invoice"), say("factures", "invoices"), self._lang),
            counts_text(counts, self._lang),
        ]
        if totals["unreadable"]:
            parts.insert(1, say(f"{totals['unreadable']} illisible(s)", f"{totals['unreadable']} unreadable"))
        self._page.blank()
        self._page.line((say("Total : ", "Total: "), STRONG), ", ".join(parts))
