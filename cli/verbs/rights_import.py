"""`noemie rights import`: Vitale cards, CSV and answers of teleservices into a register of rights."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.io.options import Format, FormatOption, LayoutsOption, day_option
from cli.io.registers import Db, KeyFile
from cli.words import status
from cli.words.speech import say

if TYPE_CHECKING:
    from noemie.documents.recognise import Opened
    from noemie.ledger.register.importing import FileResult, Importable


class PersonalData(StrEnum):
    """How a new register keeps personal data."""

    TOKEN = "token"
    ENCRYPT = "encrypt"
    PLAIN = "plain"


def import_(
    db: Db,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Cards, CSV, answers; folders, mails, archives; -."),
    ],
    on: Annotated[
        Any, day_option("--on", "Day on which these rights were told; the day of each file by default.")
    ] = None,
    personal: Annotated[
        PersonalData | None,
        typer.Option(
            "--personal", help="How a new register keeps who people are (token).", show_default=False
        ),
    ] = None,
    key_file: KeyFile = None,
    layouts: LayoutsOption = None,
    format: FormatOption = Format.TEXT,
) -> int:
    """Import Vitale cards (SSV zones), CSV, ADRi answers (JSON) and FSV clients (XML) into the register DB.

    Each beneficiary and each period is a fact, with its day and its source; a newer one replaces or ends an
    older one. Exit status 1 when a row of a CSV is wrong, 2 when a file cannot be read; the others are
    imported all the same.
    """
    from cli.io.asides import tell_opened
    from cli.io.guard import site_tables
    from cli.io.problems import problem_of, report
    from cli.io.progress import Bar
    from cli.io.registers import opened, tell_rows
    from cli.rights import lists
    from noemie.documents.recognise import Aside, Opened

    beside = Opened()
    names = list(_names(files, db))
    with (
        site_tables(),
        opened(db, key_file=key_file, personal=personal.value if personal else None, create=True) as register,
        Bar(len(names), say("Import", "Importing")) as bar,
    ):

        def done(result: FileResult) -> None:
            bar.step()
            bar.hide()
            if _is_another(result, files):
                beside.aside.append(Aside(result.nom, "zone"))
            elif result.error is not None:
                report(result.error, result.nom)
            tell_rows(result.nom, result.findings, result.wrong)
            bar.draw()

        contents = _contents(names, files, beside, layouts)
        results = register.import_files(contents, constate_le=on, progress=done, layouts=layouts)
    tell_opened(beside)
    errors = [
        problem_of(one.error, one.nom)
        for one in results
        if one.error is not None and not _is_another(one, files)
    ]
    data = lists.imported(db, register.personal, results, errors, len(beside.aside))
    if format is Format.JSON:
        from cli.words.screen import write_json

        write_json("rights import", data)
    else:
        lists.print_import(data)
    if errors:
        return status.UNREADABLE
    return status.FINDINGS if data.refused else status.OK


def _is_another(result: FileResult, given: list[str]) -> bool:
    """Whether a file that nobody named is a zone without rights, as cards of professionals are."""
    error = result.error
    return error is not None and error.code == "droits.autre-fichier" and result.nom not in given


def _names(given: list[str], db: str) -> Iterator[str]:
    """Each file; a folder gives those of its subfolders too, but for the register itself."""
    from cli.io.inputs import expanded
    from cli.io.ledgers import own_file_of
    from cli.io.registers import refusing

    with refusing(db):
        is_own = own_file_of(db)
        for name in given:
            found = list(expanded([name], arls=True))
            yield from [file for file in found if file == name or not is_own(Path(file))] or [name]


def _contents(
    names: list[str], given: list[str], beside: Opened, layouts: Path | None
) -> Iterator[Importable]:
    """What the import reads: paths, and what is kept of what has none, or why there is nothing.

    What stands beside cards and rights in a folder, a mail or an archive goes to `beside`.
    """
    from cli.io.inputs import inputs
    from flatfile import FormatError

    for input in inputs(
        names, given, "zone", "droits", twice=True, arls=True, opened=beside, layouts=layouts
    ):
        try:
            kept = input.again()
            yield kept if isinstance(kept, str) else (input.name, kept)
        except FormatError as error:
            yield input.name, error
