"""`noemie reconcile`: the state of every invoice sent, from the returns received."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io import status
from cli.io.guard import CommandError
from cli.io.options import Format, FormatOption, LangOption, Language, day_option
from cli.words.speech import speaker

if TYPE_CHECKING:
    from cli.followup.states import Gathered
    from cli.io.progress import Bar

_FILES = list[str] | None


def reconcile(
    files: Annotated[
        _FILES,
        typer.Argument(
            metavar="[FILE...]", help="More files of any of the three kinds, told apart by content."
        ),
    ] = None,
    sent: Annotated[
        _FILES, typer.Option("--sent", metavar="FILE", help="B2 flow sent; may come several times.")
    ] = None,
    returned: Annotated[
        _FILES,
        typer.Option("--returned", metavar="FILE", help="NOEMIE return received; may come several times."),
    ] = None,
    arl: Annotated[
        _FILES, typer.Option("--arl", metavar="FILE", help="ARLs, in the form of `noemie respond`.")
    ] = None,
    on: Annotated[
        Any, day_option("--on", "Day of the report; the latest day of the returns by default.")
    ] = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
) -> int:
    """Give each invoice its state: paid, partly paid, rejected, deferred, unanswered, and what to do.

    `noemie reconcile --sent sent/*.b2 --returned back/*` works, and so does `noemie reconcile FOLDER`, with
    its subfolders. Files given twice are counted once. Exit status 1 when an invoice is not settled, or
    something matches nothing.
    """
    from cli.followup import states
    from cli.io.folders import walked
    from cli.io.progress import Bar
    from noemie.suivi.reconcile import reconcile as match

    gathered = states.Gathered(lang.lang)
    given = [
        (name, kind)
        for names, kind in ((sent, "sent"), (returned, "returned"), (arl, "arl"), (files, ""))
        for name in walked(names or [], arls=kind in ("", "arl"))
    ]
    with Bar(len(given), lang.lang, speaker(lang.lang)("Lecture", "Reading")) as bar:
        for name, kind in given:
            _gather(gathered, name, kind, bar)
    if not gathered.errors and not (gathered.sent or gathered.returns):
        say = speaker(lang.lang)
        raise CommandError(
            say(
                "noemie reconcile : rien à rapprocher."
                "\n  → Donner les flux envoyés (--sent) et les retours reçus (--returned).",
                "noemie reconcile: nothing to reconcile."
                "\n  → Give the flows sent (--sent) and the returns received (--returned).",
            )
        )
    result = match(gathered.sent, gathered.returns, gathered.arls, on=on)
    data = states.as_data(result, gathered, lang.lang)
    if format is Format.JSON:
        _write_json({"lang": lang.value, **data})
    else:
        from cli.followup.reconciled import print_states

        print_states(data, lang.lang)
    if gathered.errors:
        return status.UNREADABLE
    return status.OK if data["settled"] else status.FINDINGS


def _write_json(body: dict[str, Any]) -> None:
    """The document on standard output, its invoices one after another."""
    import io
    import sys

    from cli.io.streamed import write_document

    sys.stdout.flush()
    out = io.TextIOWrapper(sys.stdout.buffer, "utf-8", errors="backslashreplace", newline="")
    try:
        write_document(out, "reconcile", body, "factures")
        out.flush()
    finally:
        out.detach()


def _gather(gathered: Gathered, name: str, kind: str, bar: Bar) -> None:
    """Read a file, or each member of an archive."""
    from cli.io.archives import inputs
    from cli.io.problems import report
    from flatfile import FormatError

    for input in inputs([name], twice=True, arls=kind in ("", "arl")):
        try:
            with input:
                gathered.take(input, kind)
        except FormatError as error:
            bar.hide()
            gathered.errors.append(report(error, input.name, gathered.lang))
    bar.step()
    bar.draw()
