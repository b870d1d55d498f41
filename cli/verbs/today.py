"""`noemie today`: what a practice must know and do this morning, in one answer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io.guard import CommandError
from cli.io.ledgers import KeyFile, On, OutputFile, UserDb
from cli.io.options import CodesOption, ShowValues
from cli.words import status
from cli.words.speech import language, say

if TYPE_CHECKING:
    from cli.io.problems import Problem
    from noemie.documents.recognise import Opened
    from noemie.ledger import FileResult, ImportReport, Ledger
    from noemie.ledger.today_model import Aujourdhui


class TodayFormat(StrEnum):
    """How the answer is written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def today(
    folder: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FOLDER...]", help="Folders or files: what is new there is imported first."),
    ] = None,
    db: UserDb = "",
    on: On = None,
    key_file: KeyFile = None,
    codes: CodesOption = None,
    show_values: ShowValues = False,
    output: OutputFile = None,
    format: Annotated[
        TodayFormat | None,
        typer.Option(
            "--format", help="How the answer is written; else as the name of -o ends.", show_default=False
        ),
    ] = None,
) -> int:
    """What came, what to do first, what is late: imports what is new in FOLDER, then answers for the day.

    What is new is what came after the last day on which it was asked: asked again the same day, it says the
    same. --show-values names patients and their care. Exit status 1 when there is something to do, 2 when a
    file cannot be read; the others are imported all the same.
    """
    from cli.io.growing import growing
    from cli.io.importing import tell_absent, tell_new_key
    from cli.io.ledgers import asked_day, is_new_ledger, opened, place_of, refusing, user_place
    from cli.io.settings import site_codes
    from cli.today.shown import MOST, shown
    from noemie.documents.recognise import Opened

    given, codes = folder or [], site_codes(codes)
    with refusing(db):
        place = db or user_place(create=bool(given))
        is_new = is_new_ledger(place)
    if is_new and not given:
        raise CommandError(_nothing(place_of(place)))
    if is_new and tell_absent(given):
        return status.UNREADABLE
    day = asked_day(on)
    wanted = _wanted(format, output)
    named = MOST if wanted is TodayFormat.TEXT else None
    aside: list[str] = []
    inside = Opened()
    with opened(place, key_file=key_file, create=bool(given), codes=codes) as ledger, growing():
        report = _imported(ledger, given, place, codes, aside, inside) if given else None
        found = ledger.today(
            day,
            language(),
            report=report,
            reveal=show_values,
            remember=day <= asked_day(None),
            named=named,
        )
        key = ledger.key_place()
    found = shown(_with_aside(found, aside, inside), values=show_values)
    errors = _tell_broken(report, found)
    _write(found, place, report, wanted, output)
    if is_new and key is not None:
        tell_new_key(key)
    if errors:
        return status.UNREADABLE
    return status.FINDINGS if found.a_faire.factures or found.a_faire.retours else status.OK


def _nothing(place: str) -> str:
    return say(
        f"{place} : il n'y a pas encore de registre à cet endroit."
        "\n  → noemie today DOSSIER : le dossier des envois et des retours, ou --db pour un autre endroit.",
        f"{place}: there is no ledger at this place yet."
        "\n  → noemie today FOLDER: the folder of flows and returns, or --db for another place.",
    )


def _imported(
    ledger: Ledger, given: list[str], place: str, codes: Path | None, aside: list[str], inside: Opened
) -> ImportReport:
    """Import what is new; cards and files of rights are added to `aside`, other strangers to `inside`."""
    from cli.io.importing import contents, names_of
    from cli.io.progress import Bar

    names = list(names_of(given, place, aside))
    with Bar(len(names), say("Import", "Importing")) as bar:

        def done(_result: FileResult) -> None:
            bar.step()
            bar.draw()

        return ledger.import_files(contents(names, inside), progress=done, codes=codes)


def _with_aside(found: Aujourdhui, aside: list[str], inside: Opened) -> Aujourdhui:
    """The answer with the files that were not imported: of a folder, of mails and of archives."""
    from msgspec.structs import replace

    from codes.personal import shown_name
    from noemie.ledger.today_model import FichierEcarte

    more = [FichierEcarte(fichier=shown_name(Path(name).name), raison="droits") for name in aside]
    for one in inside.aside:
        why = "droits" if one.why in {"droits", "zone"} else "etranger"
        more.append(FichierEcarte(fichier=shown_name(Path(one.name).name), raison=why))
    return replace(found, ecartes=[*found.ecartes, *more])


def _tell_broken(report: ImportReport | None, found: Aujourdhui) -> list[Problem]:
    """Say why broken files cannot be read; what is none of ours is only left aside."""
    from cli.io.importing import tell_errors

    foreign = {one.fichier for one in found.ecartes if one.raison == "etranger"}
    return tell_errors(one for one in report.fichiers if one.nom not in foreign) if report else []


def _wanted(format: TodayFormat | None, output: Path | None) -> TodayFormat:
    ending = output.suffix.lower() if output else ""
    return format or {".html": TodayFormat.HTML, ".json": TodayFormat.JSON}.get(ending, TodayFormat.TEXT)


def _write(
    found: Aujourdhui,
    place: str,
    report: ImportReport | None,
    wanted: TodayFormat,
    output: Path | None,
) -> None:
    from cli.io.ledgers import place_of, put

    if wanted is TodayFormat.HTML:
        from cli.today.html import to_html

        put(to_html(found, place_of(place), _said(report)), output, place)
    elif wanted is TodayFormat.JSON:
        from cli.today.shown import SCHEMA
        from cli.words.screen import document_text

        put(document_text("today", found, version=SCHEMA), output, place)
    elif output is None:
        from cli.today.text import print_today

        print_today(found, place_of(place), _said(report))
    else:
        import io

        from cli.today.text import print_today

        text = io.StringIO()
        print_today(found, place_of(place), _said(report), text)
        put(text.getvalue(), output, place)


def _said(report: ImportReport | None) -> str:
    """What was just imported, in a line."""
    if report is None:
        return ""
    from cli.words.speech import plural

    new = report.nombre("importe") + report.nombre("relu")
    told = plural(new, say("nouveau fichier", "new file"), say("nouveaux fichiers", "new files"))
    if known := report.nombre("connu"):
        told += say(f", {known} déjà lus" if known > 1 else ", 1 déjà lu", f", {known} read already")
    if out := report.nombre("retire"):
        told += say(f", {out} retiré{'s' * (out > 1)} du registre", f", {out} taken out of the ledger")
    return told
