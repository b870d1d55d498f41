"""`noemie ledger import`: flows, returns and ARLs, each once, then where everything stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.io import status
from cli.io.ledgers import PLACE, Db, KeyFile, On
from cli.io.options import CodesOption, Format, FormatOption, LangOption, Language, LayoutsOption
from cli.words.speech import Lang, speaker

if TYPE_CHECKING:
    from cli.followup.tables_read import Tables
    from cli.io.problems import Problem
    from noemie.documents.opened import Opened
    from noemie.ledger import FileResult, ImportReport
    from noemie.ledger.importing import Importable


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
    db: Db = PLACE,
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
    on: On = None,
    layouts: LayoutsOption = None,
    codes: CodesOption = None,
    format: FormatOption = Format.TEXT,
    lang: LangOption = Language.FR,
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
    from cli.io.ledgers import is_new_ledger, opened, refusing
    from cli.io.problems import site_tables
    from cli.io.progress import Bar
    from noemie.documents.opened import Opened

    opened_too = Opened()
    tables = Tables(columns, lang.lang)
    with refusing(db, lang.lang):
        names = list(_names(files, db))
        is_new = is_new_ledger(db)
    with (
        site_tables(lang.lang),
        opened(
            db, lang.lang, key_file=key_file, personal=personal.value if personal else None, create=True
        ) as ledger,
        Bar(len(names), lang.lang, speaker(lang.lang)("Import", "Importing")) as bar,
    ):

        def done(result: FileResult) -> None:
            bar.step()
            bar.draw()

        report: ImportReport = ledger.import_files(
            contents(names, files, opened_too, tables), progress=done, layouts=layouts, codes=codes
        )
        bar.hide()
        tell_opened(opened_too, lang.lang)
        data = told.as_data(report, ledger, db, lang.lang)
        data["errors"] = _tell_errors(report, lang.lang)
        if summary:
            data |= told.summary(ledger, lang.lang, on)
        key = ledger.key_place()
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("ledger import", {"lang": lang.value, **data})
    else:
        told.print_import(data, lang.lang)
    tables.tell()
    if is_new and key is not None:
        _tell_new_key(key, lang.lang)
    if data["errors"]:
        return status.UNREADABLE
    return status.FINDINGS if tables.is_wrong else status.OK


def _names(given: list[str], db: str) -> Iterator[str]:
    """Each file; a folder gives those of its subfolders too, but for the ledger itself."""
    from cli.io.folders import walked
    from cli.io.ledgers import is_own_file

    for name in given:
        found = list(walked([name], arls=True))
        yield from [file for file in found if file == name or not is_own_file(Path(file), db)] or [name]


def contents(
    names: Iterable[str], given: Collection[str], opened: Opened, tables: Tables | None = None
) -> Iterator[Importable]:
    """What the import reads: paths, and what is kept of what has none, or why there is nothing.

    `given` are the names that somebody typed, `tables` reads those of them that are tables; what stands
    beside flows, returns and ARLs goes to `opened`.
    """
    from cli.io.archives import inputs
    from flatfile import FormatError

    for input in inputs(names, given, "b2", "noemie", "arl", twice=True, arls=True, opened=opened):
        try:
            if tables is not None and input.name in given and tables.takes(input):
                yield tables.read(input)
                continue
            kept = input.again()
            yield kept if isinstance(kept, str) else (input.name, kept)
        except FormatError as error:
            yield input.name, error


def _tell_errors(report: ImportReport, lang: Lang) -> list[Problem]:
    from cli.io.problems import report as tell_problem
    from flatfile import FormatError

    return [
        tell_problem(FormatError(file.code, file.octet, **file.faits), file.nom, lang)
        for file in report.fichiers
        if file.etat == "illisible"
    ]


def _tell_new_key(path: Path, lang: Lang) -> None:
    """A key that was made is told once: without it nothing more can be imported, and no patient found."""
    from cli.io.inputs import title
    from cli.words.screen import tell

    beside = path.name.endswith(".db.key")
    place = title(str(path)) if beside else "sesam-noemie/keys"
    whose = "" if beside else speaker(lang)(" (réglages de la personne)", " (settings of the user)")
    tell(
        speaker(lang)(
            f"Clé du registre faite à l'instant, dans {place}{whose}."
            "\n  → En garder une copie, ailleurs que la base : qui a les deux peut retrouver les patients.",
            f"Key of the ledger made just now, in {place}{whose}."
            "\n  → Keep a copy of it, apart from the database: who has both can find the patients.",
        )
    )
