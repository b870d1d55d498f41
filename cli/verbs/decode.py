"""`noemie decode`: what was paid, what was refused, what to do and what not to do."""

from __future__ import annotations

from typing import Any

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
    ShowValues,
)
from cli.speech import Lang


def decode(
    files: Files,
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    fail_on: FailOnOption = FailOn.WARNING,
    show_values: ShowValues = False,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Explain NOEMIE returns: transfers, invoices, parts, and each reject with what to do FIRST.

    Counters and totals of the file are verified. A reject alone does not change the exit status: 1 means that
    the file itself has findings at --fail-on or above.
    """
    from cli.inputs import expanded
    from cli.report.page import Page

    page = Page() if format is Format.TEXT else None
    decoded: list[dict[str, Any]] = []
    worst = status.OK
    for name in expanded(files):
        data, code = _one(name, layouts, codes, fail_on, lang.lang, values=show_values)
        worst = max(worst, code)
        if page is None:
            decoded.append(data)
        elif "error" not in data:
            from cli.report.decoded import print_return

            if decoded:
                page.blank()
            decoded.append({})
            print_return(page, data, lang.lang)
    if page is None:
        from cli.screen import write_json

        write_json("decode", {"lang": lang.value, "files": decoded})
    return worst


def _one(
    name: str, layouts: Any, codes: Any, fail_on: FailOn, lang: Lang, *, values: bool
) -> tuple[dict[str, Any], int]:
    from cli.checking import ReturnedFile
    from cli.findings import Tally, body
    from cli.inputs import Input, title
    from cli.problems import report, site_tables
    from cli.report.payments import Decoder
    from flatfile import FormatError

    try:
        with site_tables(lang), Input(name) as input:
            subject = ReturnedFile(input, layouts, codes)
            tally = Tally().gather(subject.findings())
    except FormatError as error:
        return {"file": title(name), "error": report(error, name, lang)}, status.UNREADABLE
    data = {
        "file": title(name),
        "family": subject.family,
        "envelope": subject.detection.envelope,
        **Decoder(subject.retour, lang, values=values).data(),
        **body(tally, subject.layouts, lang),
    }
    return data, status.FINDINGS if tally.reaches(fail_on) else status.OK
